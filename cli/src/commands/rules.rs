use serde_json::json;
use topika_contract::rules;

use crate::args::ListFormat;
use crate::exit::Exit;
use crate::printer::Printer;

/// `cargo topika rules`
pub(super) fn run(format: ListFormat, printer: &mut Printer) -> Exit {
    match format {
        ListFormat::Text => {
            let width = rules::all().iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in rules::all() {
                printer.out(format_args!("{:width$}  {:5}  {}", rule.id, rule.default.as_str(), rule.summary));
            }
        }
        ListFormat::Json => {
            let list: Vec<_> = rules::all()
                .iter()
                .map(|rule| json!({ "id": rule.id, "default": rule.default.as_str(), "summary": rule.summary }))
                .collect();
            printer.out(format_args!("{:#}", serde_json::Value::Array(list)));
        }
    }
    Exit::Clean
}
