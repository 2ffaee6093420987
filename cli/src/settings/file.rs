//! `topika.settings.json`: what a registry has to know of subjects besides their level.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use topika_contract::layout::layout;
use topika_contract::report::Report;
use topika_contract::saved::replace;
use topika_contract::syntax::{Comments, parse_json};
use topika_contract::text::json::{Json, Member, compact};
use topika_contract::text::{Location, Source, Span, closest};
use topika_contract::tree::{Disk, Tree as _};

use super::keys::{ALIAS, LEVEL, Row, key, names};
use crate::line_ends::as_before;
use crate::problem::Problem;

/// Where it stands, relative to the project's root.
pub(crate) const FILE: &str = "topika.settings.json";

/// What the file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Of the registry as a whole; without it, nothing of that is compared.
    pub(crate) global: Option<Row>,
    /// Of subjects, by their names in the lock.
    pub(crate) subjects: BTreeMap<String, Row>,
    /// Where the name of each subject stands.
    places: BTreeMap<String, Location>,
}

impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        (&self.global, &self.subjects) == (&other.global, &other.subjects)
    }
}

/// Reads the file; where there is none, nothing is said.
pub(crate) fn read(root: &Path) -> Result<Settings, Problem> {
    let text = Disk::new(root).text(FILE);
    let text = text.map_err(|error| Problem::new(format!("cannot read {FILE}: {error}"), "see that it is UTF-8"))?;
    text.map_or_else(|| Ok(Settings::default()), |text| parse(&Source::new(FILE, text)))
}

fn parse(source: &Source) -> Result<Settings, Problem> {
    let mut report = Report::default();
    let json = parse_json(source, Comments::Refused, &mut report);
    if let Some(finding) = report.findings().first() {
        let at = finding.at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
        let help = finding.help.clone().unwrap_or_else(|| format!("mend it, or delete {FILE}"));
        return Err(Problem::new(format!("{at}{}", finding.message), help));
    }
    let Some(json) = json else { return Ok(Settings::default()) };
    let mut settings = Settings::default();
    for member in members(source, &json, "the file")? {
        match member.name.as_str() {
            "global" => settings.global = Some(row(source, &member.value, None)?),
            "subjects" => {
                for subject in members(source, &member.value, "`subjects`")? {
                    settings.subjects.insert(subject.name.clone(), row(source, &subject.value, Some(&subject.name))?);
                    settings.places.insert(subject.name.clone(), source.at(subject.name_span));
                }
            }
            other => {
                let message = format!("`{other}` is neither `global` nor `subjects`");
                let help = "write `{ \"global\": { ... }, \"subjects\": { \"orders-value\": { ... } } }`";
                return Err(fault(source, member.name_span, &message, help));
            }
        }
    }
    Ok(settings)
}

/// Reads the settings of a subject, or of the registry itself.
fn row(source: &Source, json: &Json, whose: Option<&str>) -> Result<Row, Problem> {
    let mut row = Row::new();
    for member in members(source, json, &format!("`{}`", whose.unwrap_or("global")))? {
        let name = member.name.as_str();
        let of_all = whose.is_none();
        let Some(key) = key(name).filter(|_| of_all || name != LEVEL) else {
            return Err(no_key(source, member, of_all));
        };
        let value = serde_json::from_str(&compact(&member.value))
            .map_err(|error| fault(source, member.value.span, &error.to_string(), "write it as JSON"))?;
        if of_all && name == ALIAS {
            let help = "write it below `subjects`";
            return Err(fault(source, member.name_span, "an `alias` is a subject's, and none of a registry's", help));
        }
        if let Some(why) = key.fault(&value) {
            return Err(fault(source, member.value.span, &why, "write it as the registry's /config says it, or null"));
        }
        row.insert(key.name, value);
    }
    Ok(row)
}

fn no_key(source: &Source, member: &Member, of_all: bool) -> Problem {
    let name = member.name.as_str();
    if of_all && matches!(name, "compatibility" | "level") {
        let message = format!("there is no setting `{name}`");
        return fault(source, member.name_span, &message, "the level of the registry itself is `compatibilityLevel`");
    }
    if matches!(name, "compatibility" | LEVEL | "level") {
        let help = "write `level` in topika.toml: of [project], or of a row [topic.NAME]";
        return fault(source, member.name_span, &format!("the level is not set here: `{name}`"), help);
    }
    if name == "mode" {
        let help = "take it out: a mode is a passing state of operation, set where it is needed";
        return fault(source, member.name_span, "a `mode` is no setting", help);
    }
    let help = closest(name, names()).map_or_else(
        || format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        |meant| format!("did you mean `{meant}`?"),
    );
    fault(source, member.name_span, &format!("there is no setting `{name}`"), &help)
}

fn members<'j>(source: &Source, json: &'j Json, what: &str) -> Result<&'j [Member], Problem> {
    json.as_object().ok_or_else(|| {
        fault(source, json.span, &format!("{what} is {}, and has to be an object", json.kind()), "write `{ ... }`")
    })
}

fn fault(source: &Source, span: Span, message: &str, help: &str) -> Problem {
    Problem::new(format!("{}: {message}", source.at(span)), help)
}

impl Settings {
    /// A problem with the row of a subject, at its place.
    pub(super) fn problem(&self, subject: &str, message: &str, help: impl Into<String>) -> Problem {
        let at = self.places.get(subject).map_or_else(|| FILE.to_owned(), ToString::to_string);
        Problem::new(format!("{at}: {message}"), help)
    }

    /// The same without what is said of subjects, and of other names of them.
    pub(crate) fn without(mut self, subjects: &[String]) -> Self {
        let target = |row: &Row| row.get(ALIAS).and_then(Value::as_str).map(str::to_owned);
        let is_one = |name: &str| subjects.iter().any(|subject| subject == name);
        self.subjects.retain(|name, row| !is_one(name) && !target(row).is_some_and(|target| is_one(&target)));
        self
    }

    /// Whether the level of the registry itself is this project's to say.
    pub(crate) fn says_level(&self) -> bool {
        self.global.as_ref().is_some_and(|global| global.contains_key(LEVEL))
    }

    /// Writes the file.
    pub(crate) fn write(&self, root: &Path) -> Result<(), Problem> {
        // What cannot be read now was read before, and is told where it cannot be written.
        let before = Disk::new(root).text(FILE).ok().flatten().unwrap_or_default();
        let text = as_before(&before, &self.print());
        replace(&root.join(FILE), &text).map_err(|error| {
            Problem::new(error.to_string(), "see that you may write there, and pull again: nothing else is lost")
        })
    }

    fn print(&self) -> String {
        let mut file = serde_json::Map::new();
        if let Some(global) = &self.global {
            file.insert("global".to_owned(), serde_json::json!(global));
        }
        file.insert("subjects".to_owned(), serde_json::json!(self.subjects));
        let text = Value::Object(file).to_string();
        let laid_out = layout(&Source::new(FILE, text.as_str()), Comments::Refused, &mut Report::default());
        laid_out.unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let text = r#"{"subjects": {"b": {"alias": "a"}, "a": {"normalize": null, "defaultMetadata": {"properties": {"x": "1"}}}}, "global": {"compatibilityLevel": "FULL", "validateFields": true}}"#;
        let settings = parse(&Source::new(FILE, text)).unwrap();
        let printed = settings.print();
        assert!(printed.starts_with("{\n  \"global\""), "{printed}");
        assert_eq!(parse(&Source::new(FILE, printed)).unwrap(), settings);
    }

    #[test]
    fn what_is_not_known_is_told_at_its_place() {
        let cases = [
            ("[]", "topika.settings.json:1:1: the file is an array, and has to be an object"),
            (r#"{"subject": {}}"#, "topika.settings.json:1:2: `subject` is neither `global` nor `subjects`"),
            (
                r#"{"subjects": {"a": {"normalise": true}}}"#,
                "topika.settings.json:1:21: there is no setting `normalise`",
            ),
            (
                r#"{"subjects": {"a": {"compatibilityLevel": "FULL"}}}"#,
                "topika.settings.json:1:21: the level is not set here: `compatibilityLevel`",
            ),
            (
                r#"{"global": {"compatibilityLevel": null}}"#,
                "topika.settings.json:1:35: `compatibilityLevel` is one of NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE",
            ),
            (
                r#"{"global": {"compatibility": "FULL"}}"#,
                "topika.settings.json:1:13: there is no setting `compatibility`",
            ),
            (r#"{"global": {"mode": "READONLY"}}"#, "topika.settings.json:1:13: a `mode` is no setting"),
            (
                r#"{"global": {"alias": "a"}}"#,
                "topika.settings.json:1:13: an `alias` is a subject's, and none of a registry's",
            ),
            (r#"{"global": {"normalize": "yes"}}"#, "topika.settings.json:1:26: `normalize` is true or false"),
            (r#"{"subjects": {"a": null}}"#, "topika.settings.json:1:20: `a` is null, and has to be an object"),
            (
                r#"{"global": {"defaultRuleSet": {"domainRules": [{}]}}}"#,
                "topika.settings.json:1:31: `defaultRuleSet`: Missing rule name",
            ),
        ];
        for (text, told) in cases {
            assert_eq!(parse(&Source::new(FILE, text)).unwrap_err().message, told);
        }
        assert!(parse(&Source::new(FILE, "{")).is_err());
        assert!(parse(&Source::new(FILE, r#"{"global": {}, "global": {}}"#)).is_err());
    }
}
