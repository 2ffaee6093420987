use topika_contract::manifest::Manifest;
use topika_contract::report::Report;
use topika_contract::text::Source;

/// Why an event cannot be put onto a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The manifest cannot be read.
    Unreadable,
    /// The topic has a row without events: it stands for the event of its name.
    NoEvents,
    /// The topic has a row with another key than the one that was asked for: these fields.
    OtherKey(Vec<String>),
}

/// The text of `topika.toml` with an event on a topic: at the end of the events of its row, or in a row of its own, behind the events that the
/// topic has without a row, and with these fields as its key. A row that is there keeps its key, which no other may be asked for; an empty
/// `key` asks for none.
pub(super) fn with_topic(
    manifest: &str,
    topic: &str,
    event: &str,
    others: &[String],
    key: &[String],
) -> Result<String, Refused> {
    let mut report = Report::default();
    let parsed = Manifest::parse(&Source::new("topika.toml", manifest), &mut report);
    if report.denies() {
        return Err(Refused::Unreadable);
    }
    let Some(row) = parsed.topic_row(topic) else {
        let gap = if manifest.is_empty() || manifest.ends_with("\n\n") || manifest.ends_with("\r\n\r\n") {
            ""
        } else if manifest.ends_with('\n') {
            "\n"
        } else {
            "\n\n"
        };
        let events: Vec<String> =
            others.iter().map(String::as_str).chain([event]).map(|event| format!("\"{event}\"")).collect();
        let row = format!("{gap}[topic.\"{topic}\"]\nevents = [{}]\n{}", events.join(", "), key_line(key));
        let line_end = if manifest.contains("\r\n") { "\r\n" } else { "\n" };
        return Ok(format!("{manifest}{}", row.replace('\n', line_end)));
    };
    let own: Vec<String> = row.key.iter().map(|field| field.value.clone()).collect();
    if !key.is_empty() && own != key {
        return Err(Refused::OtherKey(own));
    }
    if row.events.iter().any(|known| known.value == event) {
        return Ok(manifest.to_owned());
    }
    let end = row.events.last().ok_or(Refused::NoEvents)?.at.span.end;
    let (before, after) = manifest.split_at_checked(end).ok_or(Refused::Unreadable)?;
    Ok(format!("{before}, \"{event}\"{after}"))
}

/// `key = "id"`, several as a list; none where there is no field.
fn key_line(key: &[String]) -> String {
    match key {
        [] => String::new(),
        [only] => format!("key = \"{only}\"\n"),
        several => {
            let quoted: Vec<String> = several.iter().map(|field| format!("\"{field}\"")).collect();
            format!("key = [{}]\n", quoted.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_joins_its_topic_and_the_rest_stays() {
        let with = |manifest: &str| with_topic(manifest, "orders", "orders.shipped", &[], &[]);
        assert_eq!(with("").as_deref(), Ok("[topic.\"orders\"]\nevents = [\"orders.shipped\"]\n"));
        let manifest = "[topic.orders]\nevents = [\"orders.placed\"] # all\nkey = \"id\"\n";
        let joined = "[topic.orders]\nevents = [\"orders.placed\", \"orders.shipped\"] # all\nkey = \"id\"\n";
        assert_eq!(with(manifest).as_deref(), Ok(joined));
        assert_eq!(with(joined).as_deref(), Ok(joined));
        assert_eq!(with("[topic.orders]\nkey = \"id\"\n"), Err(Refused::NoEvents));
        assert_eq!(with("[topic"), Err(Refused::Unreadable));
    }

    #[test]
    fn a_new_row_has_the_key_and_a_row_that_is_there_keeps_its_own() {
        let with = |manifest: &str, key: &[&str]| {
            let key: Vec<String> = key.iter().map(|field| (*field).to_owned()).collect();
            with_topic(manifest, "orders", "orders.shipped", &[], &key)
        };
        assert_eq!(
            with("[project]\r\n", &["id"]).as_deref(),
            Ok("[project]\r\n\r\n[topic.\"orders\"]\r\nevents = [\"orders.shipped\"]\r\nkey = \"id\"\r\n")
        );
        assert!(with("", &["id", "region"]).is_ok_and(|text| text.ends_with("\nkey = [\"id\", \"region\"]\n")));
        let row = "[topic.orders]\nevents = [\"orders.placed\"]\nkey = \"id\"\n";
        assert!(with(row, &["id"]).is_ok());
        assert_eq!(with(row, &["region"]), Err(Refused::OtherKey(vec!["id".to_owned()])));
    }
}
