use crate::report::Report;
use crate::rules::EVENT_DATA_CONTRACT;
use crate::syntax::{Comments, parse_json};
use crate::text::json::{Value, compact, sorted};
use crate::text::{Source, closest};

/// What stands in the file, as JSON without white space, members sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) metadata: Option<String>,
    pub(super) rule_set: Option<String>,
}

const KNOWN: [&str; 2] = ["metadata", "ruleSet"];

/// Reads the parts; `None` where something is wrong, which is a finding.
pub(super) fn read(source: &Source, report: &mut Report) -> Option<Parts> {
    let json = parse_json(source, Comments::Refused, report)?;
    let Some(members) = json.as_object() else {
        let message = format!("{} is {}, and a data contract is an object", source.path(), json.kind());
        report.push(EVENT_DATA_CONTRACT.at(source.at(json.span), message).help(HELP));
        return None;
    };
    let mut parts = Parts::default();
    let mut sound = true;
    for member in members {
        let part = match member.name.as_str() {
            "metadata" => &mut parts.metadata,
            "ruleSet" => &mut parts.rule_set,
            other => {
                let message = format!("a data contract has no `{other}`");
                let help =
                    closest(other, KNOWN).map_or_else(|| HELP.to_owned(), |meant| format!("did you mean `{meant}`?"));
                report.push(EVENT_DATA_CONTRACT.at(source.at(member.name_span), message).help(help));
                sound = false;
                continue;
            }
        };
        match &member.value.value {
            Value::Null => {}
            Value::Object(_) => *part = Some(compact(&sorted(&member.value))),
            _ => {
                let message = format!("`{}` is {}, and has to be an object", member.name, member.value.kind());
                report.push(EVENT_DATA_CONTRACT.at(source.at(member.value.span), message).help(HELP));
                sound = false;
            }
        }
    }
    if sound && parts == Parts::default() {
        let message = format!("{} holds neither `metadata` nor `ruleSet`", source.path());
        report.push(EVENT_DATA_CONTRACT.at(source.at(json.span), message).help(HELP));
        sound = false;
    }
    sound.then_some(parts)
}

const HELP: &str =
    "write `{ \"metadata\": { ... }, \"ruleSet\": { ... } }` as the registry has them, or delete the file";

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Option<Parts>, Vec<String>) {
        let mut report = Report::default();
        let parts = read(&Source::new("a.contract.json", text), &mut report);
        (parts, report.findings().iter().map(|finding| finding.message.clone()).collect())
    }

    #[test]
    fn what_is_not_known_is_kept_and_members_have_one_order() {
        let (parts, said) = read_text(
            r#"{"ruleSet": null, "metadata": {"x": [1.50, {"b": 1, "a": "ä"}], "properties": {"owner": "me"}}}"#,
        );
        assert_eq!(said, [""; 0]);
        let metadata = r#"{"properties":{"owner":"me"},"x":[1.50,{"a":"ä","b":1}]}"#;
        assert_eq!(parts, Some(Parts { metadata: Some(metadata.to_owned()), rule_set: None }));
    }

    #[test]
    fn what_is_no_data_contract_is_told() {
        let cases = [
            ("[]", "a.contract.json is an array, and a data contract is an object"),
            ("{}", "a.contract.json holds neither `metadata` nor `ruleSet`"),
            (r#"{"metadata": {}, "rules": {}}"#, "a data contract has no `rules`"),
            (r#"{"ruleSet": []}"#, "`ruleSet` is an array, and has to be an object"),
        ];
        for (text, told) in cases {
            let (parts, said) = read_text(text);
            assert_eq!((parts, said.as_slice()), (None, &[told.to_owned()][..]));
        }
    }
}
