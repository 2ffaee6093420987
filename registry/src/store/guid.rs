use serde_json::Value;

use super::contract;
use crate::api::{Guid, Reference};

/// The GUID of a schema: MD5 over the text, each reference (name, subject, big-endian 32-bit version), and where they are there the
/// metadata and the rule set, each behind a byte of 1.
#[must_use]
pub fn guid(text: &str, references: &[Reference], metadata: Option<&Value>, rule_set: Option<&Value>) -> Guid {
    let mut md5 = md5::Context::new();
    md5.consume(text.as_bytes());
    for reference in references {
        md5.consume(reference.name.as_bytes());
        md5.consume(reference.subject.as_bytes());
        md5.consume(reference.version.to_be_bytes());
    }
    for extra in [metadata, rule_set].into_iter().flatten() {
        md5.consume([1]);
        contract::hashed(extra, &mut |bytes| md5.consume(bytes));
    }
    Guid(md5.finalize().0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_guid_is_the_md5_of_the_text_and_its_references() {
        // md5("a"), as RFC 1321 gives it.
        assert_eq!(guid("a", &[], None, None).to_string(), "0cc175b9-c0f1-b6a8-31c3-99e269772661");
        let reference = Reference { name: "n".into(), subject: "s".into(), version: 1 };
        // md5("ans\0\0\0\1")
        assert_eq!(guid("a", std::slice::from_ref(&reference), None, None), guid("ans\0\0\0\u{1}", &[], None, None));
    }

    #[test]
    fn metadata_and_rules_count_by_their_texts() {
        let metadata = json!({"tags": {"f": ["P"]}, "properties": {"owner": "me"}, "sensitive": ["s"]});
        assert_eq!(guid("a", &[], Some(&metadata), None), guid("a\u{1}fPownermes", &[], None, None));
        let rules = json!({"domainRules": [{"name": "r", "kind": "TRANSFORM", "mode": "WRITE", "type": "CEL", "disabled": true}]});
        assert_eq!(guid("a", &[], None, Some(&rules)), guid("a\u{1}rTRANSFORMWRITECEL\u{1}", &[], None, None));
        assert_ne!(guid("a", &[], Some(&json!({})), None), guid("a", &[], None, None));
    }
}
