use topika_contract::rules;

use crate::args::ListFormat;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::rule_entry::{RuleEntry, is_fixable};

/// `cargo topika rules`
pub(super) fn run(format: ListFormat, printer: &mut Printer) -> Exit {
    match format {
        ListFormat::Text => {
            let width = rules::all().iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in rules::all() {
                let fix = if is_fixable(rule) { "fix" } else { "" };
                printer.out(format_args!("{:width$}  {:5}  {fix:3}  {}", rule.id, rule.default.as_str(), rule.summary));
            }
        }
        ListFormat::Json => {
            let list: Vec<RuleEntry> = rules::all().iter().map(|rule| RuleEntry::of(rule)).collect();
            printer.out(serde_json::to_string_pretty(&list).expect("strings are always JSON"));
        }
    }
    Exit::Clean
}
