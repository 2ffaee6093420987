//! Edits of `topika.toml` that leave the rest of it as people wrote it: order, comments, white space, however a table is spelled.

use toml_edit::{Array, DocumentMut, Item, Table, Value};

/// A manifest that is edited.
pub(super) struct Edit {
    document: DocumentMut,
    /// What goes before everything else.
    head: String,
}

impl Edit {
    /// The manifest of a text. What is no TOML was a finding when it was loaded.
    pub(super) fn of(text: &str) -> Option<Self> {
        Some(Self { document: text.parse().ok()?, head: String::new() })
    }

    /// Sets a key of `[project]`, which becomes the first table where there is none.
    pub(super) fn set_in_project(&mut self, key: &str, value: &str) {
        if let Some(project) = self.document.get_mut("project") {
            return insert(project, key, one(value));
        }
        let is_value = |item: &Item| item.is_value() || item.as_table().is_some_and(Table::is_dotted);
        if self.document.iter().any(|(_, item)| is_value(item)) {
            // Behind a header, the keys that stand before the first one would be of that table.
            let mut project = Table::new();
            project.set_dotted(true);
            project.insert(key, one(value));
            self.document.insert("project", Item::Table(project));
        } else {
            self.head = format!("[project]\n{key} = {}\n\n", Value::from(value));
        }
    }

    /// Sets a key of the row of a topic, which is added where there is none.
    pub(super) fn set_in_topic(&mut self, topic: &str, key: &str, value: &str) {
        if let Some(row) = self.row("topic", topic) {
            insert(row, key, one(value));
        }
    }

    /// Sets a key of the row of a shared type, which is added where there is none.
    pub(super) fn set_in_shared(&mut self, subject: &str, key: &str, value: &str) {
        if let Some(row) = self.row("shared", subject) {
            insert(row, key, one(value));
        }
    }

    /// Adds events to the row of a topic; a list that stands there goes on as it is laid out.
    pub(super) fn add_events(&mut self, topic: &str, events: &[String]) {
        let Some(row) = self.row("topic", topic) else { return };
        if let Some(list) = row.get_mut("events").and_then(Item::as_array_mut) {
            events.iter().for_each(|event| push(list, event));
        } else {
            insert(row, "events", Item::Value(Value::Array(events.iter().collect())));
        }
    }

    fn row(&mut self, kind: &str, name: &str) -> Option<&mut Item> {
        let ends = self.ends_a_line();
        let rows = self.document.entry(kind).or_insert_with(|| {
            let mut rows = Table::new();
            rows.set_implicit(true);
            Item::Table(rows)
        });
        let rows = rows.as_table_like_mut()?;
        if !rows.contains_key(name) {
            let mut row = Table::new();
            row.decor_mut().set_prefix(if ends { "\n" } else { "\n\n" });
            rows.insert(name, Item::Table(row));
        }
        rows.get_mut(name)
    }

    /// Whether a header may follow: a last line without an end gets none from the document.
    fn ends_a_line(&self) -> bool {
        let text = self.document.to_string();
        text.is_empty() || text.ends_with('\n')
    }
}

impl std::fmt::Display for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.head, self.document)
    }
}

/// Adds a key to a table, also to one that stands in braces.
fn insert(table: &mut Item, key: &str, item: Item) {
    if let Some((_, last)) = table.as_inline_table_mut().and_then(|table| table.iter_mut().last()) {
        // The blank before the brace stands before the comma else.
        last.decor_mut().set_suffix("");
    }
    if let Some(table) = table.as_table_like_mut() {
        table.insert(key, item);
    }
}

fn one(value: &str) -> Item {
    Item::Value(Value::from(value))
}

/// Adds an item to a list: where each has a line of its own, the new one gets one too, and a comment behind the last stays there.
fn push(list: &mut Array, item: &str) {
    let mut new = Value::from(item);
    let has_comma = list.trailing_comma();
    let trailing = list.trailing().as_str().unwrap_or_default().to_owned();
    let at = list.len().checked_sub(1);
    let Some(last) = at.and_then(|at| list.get_mut(at)) else {
        list.push(item);
        return;
    };
    let said = |part: Option<&toml_edit::RawString>| part.and_then(|part| part.as_str()).unwrap_or_default().to_owned();
    let indent = said(last.decor().prefix());
    let tail = if has_comma { trailing } else { said(last.decor().suffix()) + &trailing };
    last.decor_mut().set_suffix("");
    match tail.rsplit_once('\n') {
        Some((comment, end)) => {
            let indent = indent.rsplit_once('\n').map_or("    ", |(_, indent)| indent);
            new.decor_mut().set_prefix(format!("{}\n{indent}", comment.trim_end()));
            list.push_formatted(new);
            list.set_trailing_comma(true);
            list.set_trailing(format!("\n{end}"));
        }
        None => {
            new.decor_mut().set_prefix(" ");
            list.push_formatted(new);
            list.set_trailing(tail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_level(text: &str) -> String {
        let mut edit = Edit::of(text).unwrap();
        edit.set_in_project("level", "FULL");
        edit.to_string()
    }

    #[test]
    fn the_level_goes_into_the_project_that_is_there_however_it_is_spelled() {
        let cases = [
            ("[project] # ours\nschemas = \"s\"\n", "[project] # ours\nschemas = \"s\"\nlevel = \"FULL\"\n"),
            ("[ project ]\n# none yet\n\n[env.a]\nregistry = \"x\"\n", "[ project ]\nlevel = \"FULL\"\n"),
            (
                "project.schemas = \"s\"\nenv.a.registry = \"x\"\n",
                "project.schemas = \"s\"\nproject.level = \"FULL\"\n",
            ),
            ("project = { schemas = \"s\" }\n", "project = { schemas = \"s\", level = \"FULL\" }\n"),
            ("env.a.registry = \"x\"\n", "env.a.registry = \"x\"\nproject.level = \"FULL\"\n"),
            ("# The orders.\n[env.a]\n", "[project]\nlevel = \"FULL\"\n\n# The orders.\n[env.a]\n"),
            ("", "[project]\nlevel = \"FULL\"\n\n"),
        ];
        for (text, begin) in cases {
            let edited = with_level(text);
            assert!(edited.starts_with(begin), "{text}\n{edited}");
            assert_eq!(
                edited.matches("project").count(),
                text.matches("project").count().max(1) + usize::from(text.starts_with("project."))
            );
            let read: DocumentMut = edited.parse().unwrap();
            assert_eq!(read["project"]["level"].as_str(), Some("FULL"), "{edited}");
            assert!(text.lines().all(|line| edited.contains(line.trim_end_matches(['}', ' ']))), "{edited}");
        }
    }

    fn with_event(text: &str) -> String {
        let mut edit = Edit::of(text).unwrap();
        edit.add_events("shop", &["shop.closed".to_owned()]);
        edit.to_string()
    }

    #[test]
    fn an_event_goes_into_the_list_that_is_there_as_it_is_laid_out() {
        let cases = [
            (
                "[topic.shop]\nevents = [\"a\"] # two\nkey = \"k\"\n",
                "[topic.shop]\nevents = [\"a\", \"shop.closed\"] # two\nkey = \"k\"\n",
            ),
            ("topic.shop.events = [ \"a\", ]\n", "topic.shop.events = [ \"a\", \"shop.closed\", ]\n"),
            (
                "[topic.shop]\nevents = [\n  \"a\", # first\n  \"b\", # last\n]\n",
                "[topic.shop]\nevents = [\n  \"a\", # first\n  \"b\", # last\n  \"shop.closed\",\n]\n",
            ),
            (
                "[topic.shop]\nevents = [\n  \"a\"\n]\n# end\n",
                "[topic.shop]\nevents = [\n  \"a\",\n  \"shop.closed\",\n]\n# end\n",
            ),
            ("[topic.shop]\nkey = \"k\"", "[topic.shop]\nkey = \"k\"\nevents = [\"shop.closed\"]\n"),
            ("[topic]\nshop = { key = \"k\" }\n", "[topic]\nshop = { key = \"k\", events = [\"shop.closed\"] }\n"),
            (
                "[topic.a]\nkey = \"k\"\n\n[env.b]\nregistry = \"x\"\n",
                "[topic.a]\nkey = \"k\"\n\n[topic.shop]\nevents = [\"shop.closed\"]\n\n[env.b]\nregistry = \"x\"\n",
            ),
            ("[env.b]\nregistry = \"x\"", "[env.b]\nregistry = \"x\"\n\n[topic.shop]\nevents = [\"shop.closed\"]\n"),
        ];
        for (text, edited) in cases {
            assert_eq!(with_event(text), edited);
        }
    }

    #[test]
    fn a_comment_behind_a_last_item_without_a_comma_stays_with_it_or_the_list_stays_whole() {
        let edited = with_event("[topic.shop]\nevents = [\n  \"a\" # last\n]\n");
        let read: DocumentMut = edited.parse().unwrap();
        assert_eq!(read["topic"]["shop"]["events"].as_array().map(Array::len), Some(2), "{edited}");
        assert!(edited.contains("\"a\", # last\n  \"shop.closed\""), "{edited}");
    }
}
