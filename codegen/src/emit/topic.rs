use topika_contract::project::OnKafka;
use topika_contract::threads::in_parallel;

use super::doc::doc;
use super::lines::Lines;
use super::list::List;
use super::module::{begin, end, set_off};
use super::path::{named, ty};
use super::wrap::INDENT;
use crate::ir::{Ir, KeyIs, KeyRecord, Topic, Ty};
use crate::names::Ident;

/// The module `topics`; nothing where there is no topic.
pub(super) fn topics(ir: &Ir) -> String {
    let topics: Vec<&Topic> = ir.topics.iter().filter(|topic| !topic.events.is_empty()).collect();
    let written = in_parallel(&topics, |topic| {
        let mut lines = Lines::within(1);
        self::topic(&mut lines, ir, topic);
        let topic_key = match &topic.key_type {
            KeyIs::Record(record) => Some(key(ir, topic, record)),
            _ => None,
        };
        (lines.into_text(), topic_key)
    });
    let mut out = String::new();
    if !written.is_empty() {
        let mut is_first = true;
        begin(&mut out, 0, "topics");
        for (topic, key) in &written {
            for item in [Some(topic), key.as_ref()].into_iter().flatten() {
                set_off(&mut out, &mut is_first);
                out.push_str(item);
            }
        }
        end(&mut out, 0);
    }
    out
}

fn topic(lines: &mut Lines, ir: &Ir, topic: &Topic) {
    doc(lines, 0, Some(&summary(topic)));
    lines.line(0, "#[derive(Clone, Debug, PartialEq, ::topika::Topic)]");
    let module = [Ident::new("topics")];
    let key_type = match &topic.key_type {
        KeyIs::None => None,
        KeyIs::Plain(of) => Some(ty(ir, &module, of)),
        KeyIs::Record(record) => Some(record.name.to_string()),
        KeyIs::Schema(id) => id.map(|id| named(ir, &module, id)),
    };
    let mut said = List::default();
    said.text("name", &topic.name);
    if !topic.key.is_empty() {
        said.text("key", &topic.key.join(", "));
    }
    let says_type = !matches!(topic.key_type, KeyIs::Plain(Ty::String)) || topic.key.is_empty();
    if let Some(key_type) = key_type.as_ref().filter(|_| says_type) {
        said.code("key_type", key_type);
    }
    if topic.unsettled {
        said.word("unsettled");
    }
    if topic.tombstone.is_some() {
        said.word("compact");
    }
    if topic.plain {
        said.text("framing", "none");
    }
    if topic.mixed {
        said.word("mixed");
    }
    if let Some(dead_letters) = &topic.dead_letters {
        said.text("dead_letters", dead_letters);
    }
    settings(&mut said, &topic.settings);
    for (name, there) in &topic.environments {
        let mut inner = List::default();
        inner.literal(name);
        settings(&mut inner, there);
        said.within("environment", &inner);
    }
    lines.attribute(0, "topic", &said);
    lines.words(0, &["pub enum ", &topic.rust.to_string(), " {"]);
    for event in &topic.events {
        if let Some(fields) = &event.key_fields {
            let mut said = List::default();
            said.text("field", &paths(fields));
            lines.attribute(INDENT, "topic", &said);
        }
        lines.holding(INDENT, &[&event.name.to_string()], &[], &named(ir, &module, event.ty), ",");
    }
    if let Some(variant) = &topic.tombstone {
        lines.line(INDENT, "/// That what has this key is gone: a message without a value.");
        lines.line(INDENT, "#[topic(tombstone)]");
        let of = format!("::topika::Tombstone<{}>", key_type.unwrap_or_default());
        lines.holding(INDENT, &[&variant.to_string()], &[], &of, ",");
    }
    lines.line(0, "}");
}

/// How a topic is on Kafka.
fn settings(said: &mut List, settings: &OnKafka) {
    if let Some(partitions) = settings.partitions {
        said.code("partitions", &partitions.to_string());
    }
    if let Some(copies) = settings.replication {
        said.code("replication", &copies.to_string());
    }
    if let Some(retention) = &settings.retention {
        said.text("retention", retention);
    }
    if !settings.configs.is_empty() {
        let mut configs = List::default();
        for (name, value) in &settings.configs {
            configs.pair(name, value);
        }
        said.within("configs", &configs);
    }
}

/// Paths of fields as attributes write them: `customer.id, tenant`.
pub(super) fn paths(paths: &[Vec<Ident>]) -> String {
    let spelled = |path: &Vec<Ident>| path.iter().map(Ident::text).collect::<Vec<_>>().join(".");
    paths.iter().map(spelled).collect::<Vec<_>>().join(", ")
}

/// The record that is the key of a topic.
fn key(ir: &Ir, topic: &Topic, record: &KeyRecord) -> String {
    let mut lines = Lines::within(1);
    let summary = format!(
        "The key of the topic `{}`, a record: its schema stands under the subject `{}-key`.",
        topic.name, topic.name
    );
    doc(&mut lines, 0, Some(&summary));
    lines.line(0, "#[derive(Clone, Debug, PartialEq, Eq, Hash, ::topika::Record, ::topika::Key)]");
    let mut said = List::default();
    said.text("name", &record.schema_name);
    lines.attribute(0, "event", &said);
    lines.words(0, &["pub struct ", &record.name.to_string(), " {"]);
    let module = [Ident::new("topics")];
    for part in &record.fields {
        let mut said = List::default();
        if part.name.text() != part.schema_name {
            said.text("rename", &part.schema_name);
        }
        lines.attribute(INDENT, "event", &said);
        lines.typed(INDENT, &["pub ", &part.name.to_string(), ": "], &ty(ir, &module, &part.ty), ",");
    }
    lines.line(0, "}");
    lines.into_text()
}

/// `Everything that may be said on the topic ...`, with what is known about it.
fn summary(topic: &Topic) -> String {
    let mut facts = Vec::new();
    match topic.key.as_slice() {
        [] if matches!(topic.key_type, KeyIs::None) => {}
        [] => facts.push("keyed by what is given beside the event".to_owned()),
        [one] => facts.push(format!("keyed by `{one}`")),
        many => facts.push(format!("keyed by `{}`", many.join("`, `"))),
    }
    if topic.tombstone.is_some() {
        facts.push("compacted".to_owned());
    }
    match (topic.plain, topic.mixed) {
        (false, false) => {}
        (true, false) => facts.push("its messages name no schema".to_owned()),
        (true, true) => facts.push("its messages name no schema, and those that do are read too".to_owned()),
        (false, true) => facts.push("those of its messages that name no schema are read too".to_owned()),
    }
    match topic.settings.partitions {
        None => {}
        Some(1) => facts.push("1 partition".to_owned()),
        Some(many) => facts.push(format!("{many} partitions")),
    }
    if let Some(retention) = &topic.settings.retention {
        facts.push(format!("kept {}", spelled(retention)));
    }
    let facts = if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) };
    format!("Everything that may be said on the topic `{}`{facts}.", topic.name)
}

/// `7d` -> `7 days`; what is no number and one known unit stays as it is.
fn spelled(retention: &str) -> String {
    let units = [("ms", "millisecond"), ("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second"), ("w", "week")];
    for (sign, unit) in units {
        if let Some(number) = retention.strip_suffix(sign).and_then(|number| number.trim().parse::<u64>().ok()) {
            return format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
        }
    }
    retention.to_owned()
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn a_retention_is_spelled_out() {
        for (text, expected) in
            [("7d", "7 days"), ("1h", "1 hour"), ("500ms", "500 milliseconds"), ("for ever", "for ever")]
        {
            assert_eq!(spelled(text), expected);
        }
    }
}
