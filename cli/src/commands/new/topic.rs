use topika_contract::manifest::Manifest;
use topika_contract::report::Report;
use topika_contract::text::Source;

/// The text of `topika.toml` with an event on a topic: at the end of the events of its row, or in a row of its own. `None` where the row
/// names no events, or the manifest cannot be read.
pub(super) fn with_topic(manifest: &str, topic: &str, event: &str) -> Option<String> {
    let mut report = Report::default();
    let parsed = Manifest::parse(&Source::new("topika.toml", manifest), &mut report);
    if report.denies() {
        return None;
    }
    let Some(row) = parsed.topic_row(topic) else {
        let gap = if manifest.is_empty() || manifest.ends_with("\n\n") {
            ""
        } else if manifest.ends_with('\n') {
            "\n"
        } else {
            "\n\n"
        };
        return Some(format!("{manifest}{gap}[topic.\"{topic}\"]\nevents = [\"{event}\"]\n"));
    };
    if row.events.iter().any(|known| known.value == event) {
        return Some(manifest.to_owned());
    }
    let end = row.events.last()?.at.span.end;
    let (before, after) = manifest.split_at_checked(end)?;
    Some(format!("{before}, \"{event}\"{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_joins_its_topic_and_the_rest_stays() {
        let with = |manifest: &str| with_topic(manifest, "orders", "orders.shipped");
        assert_eq!(with("").as_deref(), Some("[topic.\"orders\"]\nevents = [\"orders.shipped\"]\n"));
        let manifest = "[topic.orders]\nevents = [\"orders.placed\"] # all\nkey = \"id\"\n";
        let joined = "[topic.orders]\nevents = [\"orders.placed\", \"orders.shipped\"] # all\nkey = \"id\"\n";
        assert_eq!(with(manifest).as_deref(), Some(joined));
        assert_eq!(with(joined).as_deref(), Some(joined));
        assert_eq!(with("[topic.orders]\nkey = \"id\"\n"), None);
        assert_eq!(with("[topic"), None);
    }
}
