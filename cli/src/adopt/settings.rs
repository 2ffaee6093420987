//! What a registry says of its subjects beside the level, as rows of `topika.settings.json`.

use std::collections::BTreeSet;

use serde_json::Value;
use topika_contract::compat::Level;
use topika_registry::api::Config;
use topika_registry::client::{Client, Error};

use super::held::Held;
use super::place::Places;
use crate::asked::in_parallel;
use crate::settings::{ALIAS, FILE, LEVEL, Names, Row, Settings, aliases, changes, own, row, unknown};
use crate::unread::{Unread, or_unread};

/// What is said of no subject that has versions.
#[derive(Debug, Default)]
pub(crate) struct Besides {
    /// Of the registry itself.
    global: Config,
    /// Its level, where that is to be taken, too.
    level: Option<Level>,
    /// Of other names: the name, the subject that it leads to, all that is said of the name.
    aliases: Vec<(String, String, Config)>,
    /// Other names that cannot be asked for.
    unread: Vec<Unread>,
}

/// Asks for the settings of a registry and of the other names that subjects have. `level` is the one of the registry itself, where a file says, or
/// is to say, what it has to be.
pub(crate) async fn besides(client: &Client, level: Option<Level>) -> Result<Besides, Error> {
    let global = own(client, None).await?;
    let asked = aliases(client).await?.into_iter().map(|(alias, subject)| {
        let client = client.clone();
        async move { Ok((or_unread(&alias, None, own(&client, Some(&alias)).await)?, alias, subject)) }
    });
    let mut besides = Besides { global, level, ..Besides::default() };
    for (config, alias, subject) in in_parallel(asked).await? {
        match config {
            Ok(config) => besides.aliases.push((alias, subject, config)),
            Err(unread) => besides.unread.push(unread),
        }
    }
    Ok(besides)
}

/// The file as it will be.
#[derive(Debug, Default)]
pub(crate) struct Adopted {
    pub(crate) settings: Settings,
    /// The names of the registry's own settings.
    pub(crate) global: Vec<&'static str>,
    /// The subjects, by their names there, that have some.
    pub(crate) subjects: BTreeSet<String>,
    /// Other names, as they are there, and what they lead to.
    pub(crate) aliases: Vec<(String, String)>,
    /// What a person has to know.
    pub(crate) notes: Vec<String>,
}

/// Takes what the file says nothing of; what it says stays, and where the registry says something else, that is a note. `id` is what the registry is
/// called.
pub(crate) fn adopted(
    before: &Settings,
    held: &Held,
    besides: &Besides,
    places: &Places,
    prefix: &str,
    id: &str,
) -> Adopted {
    let of_places = places.places.iter().map(|(there, place)| (place.name.clone(), there.clone(), place.prefixed));
    let names = Names::new(prefix, of_places);
    let mut adopted = Adopted { settings: before.clone(), ..Adopted::default() };
    let mut global = row(&besides.global);
    global.extend(besides.level.map(|level| (LEVEL, Value::from(level.as_str()))));
    adopted.global = global.keys().copied().collect();
    adopted.notes.extend(besides.unread.iter().map(|unread| unread.said(id)));
    adopted.tell_unknown("the registry itself", &besides.global, id);
    if !global.is_empty() {
        let mut whole = adopted.settings.global.take().unwrap_or_default();
        adopted.take(&mut whole, global, "the registry itself", id);
        adopted.settings.global = Some(whole);
    }
    for (there, place) in &places.places {
        let Some(subject) = held.subjects.get(there) else { continue };
        adopted.tell_unknown(there, &subject.settings, id);
        let said = with_local_alias(row(&subject.settings), there, &names);
        if !said.is_empty() {
            adopted.subjects.insert(there.clone());
            adopted.subject(&place.name, said, there, id);
        }
    }
    for (alias, target, config) in &besides.aliases {
        if names.local(alias).is_some() || names.local(target).is_none() {
            continue;
        }
        let Some(name) = names.alias_here(alias, target) else {
            adopted.notes.push(format!(
                "{alias} is another name of {target} without the prefix that stands before it: {FILE} has no place for it"
            ));
            continue;
        };
        adopted.tell_unknown(alias, config, id);
        adopted.aliases.push((alias.clone(), target.clone()));
        adopted.subject(&name, with_local_alias(row(config), alias, &names), alias, id);
    }
    adopted
}

/// An alias leads to a subject by its name here.
fn with_local_alias(mut said: Row, there: &str, names: &Names) -> Row {
    let target = said.get(ALIAS).and_then(Value::as_str).map(|target| names.target_here(target, there));
    if let Some(target) = target {
        said.insert(ALIAS, Value::from(target));
    }
    said
}

impl Adopted {
    fn subject(&mut self, name: &str, said: Row, there: &str, id: &str) {
        let mut whole = self.settings.subjects.remove(name).unwrap_or_default();
        self.take(&mut whole, said, there, id);
        self.settings.subjects.insert(name.to_owned(), whole);
    }

    fn take(&mut self, row: &mut Row, said: Row, there: &str, id: &str) {
        // A setting that the file wants and the registry does not have is for the next push alone.
        let others = changes(row, &said);
        for (name, value) in said {
            if others.contains_key(name) {
                self.notes.push(format!("`{name}` of {there} is another one in {id} than in {FILE}, which counts"));
            }
            row.entry(name).or_insert(value);
        }
    }

    fn tell_unknown(&mut self, there: &str, config: &Config, id: &str) {
        for name in unknown(config) {
            self.notes.push(format!("{id} says `{name}` of {there}, which nothing here knows: it is not carried"));
        }
    }
}
