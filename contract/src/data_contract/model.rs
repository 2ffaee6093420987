use super::read::{Parts, read};
use crate::layout::layout;
use crate::report::Report;
use crate::schema::Format;
use crate::syntax::Comments;
use crate::text::Source;

/// What a registry keeps beside a schema: `metadata` (properties, tags, what is sensitive) and `ruleSet`, as the registry has them. Nothing in
/// them is run, and what is not known is kept.
///
/// ```
/// use topika_contract::{data_contract::DataContract, report::Report, text::Source};
///
/// let path = DataContract::path_beside("orders/order-placed.avsc");
/// assert_eq!(path, "orders/order-placed.contract.json");
/// let text = r#"{ "metadata": { "properties": { "owner": "shop" } } }"#;
/// let contract = DataContract::parse(Source::new(path, text), &mut Report::default()).unwrap();
/// assert_eq!(contract.metadata(), Some(r#"{"properties":{"owner":"shop"}}"#));
/// assert_eq!(contract.rule_set(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataContract {
    source: Source,
    parts: Parts,
}

impl DataContract {
    /// The path of the data contract of a schema file: beside it, under its name.
    #[must_use]
    pub fn path_beside(schema: &str) -> String {
        let folder = schema.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
        format!("{folder}{}{}", Format::stem(schema), Format::CONTRACT)
    }

    /// Reads the file of a data contract. What makes it none is a finding.
    pub fn parse(source: Source, report: &mut Report) -> Option<Self> {
        let parts = read(&source, report)?;
        Some(Self { source, parts })
    }

    /// What a registry says, as JSON, as the file that says it; `None` where it says nothing, or no JSON.
    #[must_use]
    pub fn of(path: &str, metadata: Option<&str>, rule_set: Option<&str>) -> Option<Self> {
        let both = [("metadata", metadata), ("ruleSet", rule_set)];
        let members: Vec<String> =
            both.iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", (*value)?))).collect();
        let text = format!("{{{}}}", members.join(","));
        let laid_out = layout(&Source::new(path, text.as_str()), Comments::Refused, &mut Report::default())?;
        Self::parse(Source::new(path, laid_out), &mut Report::default())
    }

    /// The file.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The metadata, as JSON without white space, members sorted.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        self.parts.metadata.as_deref()
    }

    /// The rule set, as JSON without white space, members sorted.
    #[must_use]
    pub fn rule_set(&self) -> Option<&str> {
        self.parts.rule_set.as_deref()
    }

    /// All of it in one spelling, whatever the order of members and the white space: what makes a version another one.
    #[must_use]
    pub fn canonical(&self) -> String {
        let part = |part: Option<&str>| part.unwrap_or("null").to_owned();
        format!("{{\"metadata\":{},\"ruleSet\":{}}}", part(self.metadata()), part(self.rule_set()))
    }
}
