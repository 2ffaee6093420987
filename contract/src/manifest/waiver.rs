use std::fmt::Write as _;

use super::Manifest;
use crate::report::Report;
use crate::rules::Rule;
use crate::text::{Source, toml_string};

/// A `[[waive]]` row to write.
#[derive(Clone, Debug)]
pub struct Waiver<'w> {
    /// The rule; one that can be waived.
    pub rule: &'static Rule,
    /// The subject, or the topic for a rule of topics.
    pub subject: &'w str,
    /// The part of the schema; none: all findings of the rule on the subject.
    pub pointer: Option<&'w str>,
    /// The last locked version of the subject, 0 before the first; none for a topic.
    pub from: Option<u32>,
    /// The locked value that is given up, for a rule that compares a topic with the lock.
    pub was: Option<String>,
    /// Why the finding does not count.
    pub reason: &'w str,
}

impl Waiver<'_> {
    /// The text of a `topika.toml` with this row at its end; the rest stays as it is. `None` where the row would not be read back as it
    /// was meant, as after `waive = []` written in one line.
    ///
    /// ```
    /// use topika_contract::manifest::Waiver;
    /// use topika_contract::rules::AVRO_FIELD_REMOVED;
    ///
    /// let waiver = Waiver {
    ///     rule: &AVRO_FIELD_REMOVED,
    ///     subject: "orders.order-placed-value",
    ///     pointer: Some("/fields/coupon"),
    ///     from: Some(3),
    ///     was: None,
    ///     reason: "never written",
    /// };
    /// let text = waiver.added_to("# Ours.\n[project]\nlevel = \"FULL\"\n").unwrap();
    /// assert_eq!(text, "\
    /// ## Ours.
    /// [project]
    /// level = \"FULL\"
    ///
    /// [[waive]]
    /// rule = \"avro/field-removed\"
    /// subject = \"orders.order-placed-value\"
    /// at = \"/fields/coupon\"
    /// from = 3
    /// reason = \"never written\"
    /// ");
    /// assert!(waiver.added_to("waive = []\n").is_none());
    /// ```
    #[must_use]
    pub fn added_to(&self, manifest: &str) -> Option<String> {
        let line = if manifest.contains("\r\n") { "\r\n" } else { "\n" };
        let mut text = manifest.to_owned();
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { line } else { "\n\n" });
        }
        text.push_str(&self.row().replace('\n', line));
        let waivers = |text: &str| {
            let mut report = Report::default();
            let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut report);
            (manifest.waivers.len(), report.findings().len())
        };
        let (before, after) = (waivers(manifest), waivers(&text));
        (after == (before.0 + 1, before.1)).then_some(text)
    }

    fn row(&self) -> String {
        let mut row = String::from("[[waive]]\n");
        // Writing into a string cannot fail.
        let mut line = |key: &str, value: String| {
            let _ = writeln!(row, "{key} = {value}");
        };
        line("rule", toml_string(self.rule.id));
        line("subject", toml_string(self.subject));
        if let Some(pointer) = self.pointer {
            line("at", toml_string(pointer));
        }
        if let Some(from) = self.from {
            line("from", from.to_string());
        }
        if let Some(was) = &self.was {
            line("was", toml_string(was));
        }
        line("reason", toml_string(self.reason));
        row
    }
}
