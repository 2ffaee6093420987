use topika_contract::rules;
use topika_contract::text::closest;

use crate::args::{ExplainArgs, ListFormat};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::rule_entry::RuleEntry;

/// `cargo topika explain RULE`
pub(super) fn run(args: &ExplainArgs, printer: &mut Printer) -> Exit {
    let Some(rule) = rules::by_id(&args.rule) else {
        printer.error(format_args!("there is no rule {:?}", args.rule), meant(&args.rule));
        return Exit::Usage;
    };
    match args.format {
        ListFormat::Text => {
            printer.out(rule.page.trim_end());
            printer.out(format_args!(
                "\nDefault: {}. To change it: \"{}\" = \"warn\" under [rules] in topika.toml.",
                rule.default.as_str(),
                rule.id
            ));
        }
        ListFormat::Json => {
            printer.out(serde_json::to_string_pretty(&RuleEntry::of(rule)).expect("strings are always JSON"));
        }
    }
    Exit::Clean
}

/// Which rule an unknown id may have meant.
pub(super) fn meant(id: &str) -> String {
    let ids = || rules::all().iter().map(|rule| rule.id);
    // People leave the group out: `type-changed`.
    let by_name = ids().filter(|known| known.split_once('/').is_some_and(|(_, name)| name == id));
    let mut meant: Vec<String> = by_name.map(|known| format!("`{known}`")).collect();
    meant.extend(closest(id, ids()).filter(|_| meant.is_empty()).map(|known| format!("`{known}`")));
    match meant.as_slice() {
        [] => "`cargo topika rules` lists all of them".to_owned(),
        meant => format!("did you mean {}?", meant.join(" or ")),
    }
}
