use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use topika_contract::threads::in_parallel;

use super::doc::doc;
use super::path::{named, ty};
use super::print;
use crate::ir::{Ir, KeyIs, KeyRecord, Topic, Ty};
use crate::names::Ident;

/// The module `topics`; nothing where there is no topic.
pub(super) fn topics(ir: &Ir) -> String {
    let topics: Vec<&Topic> = ir.topics.iter().filter(|topic| !topic.events.is_empty()).collect();
    let printed = in_parallel(&topics, |topic| {
        let mut items = vec![print::print(self::topic(ir, topic))];
        if let KeyIs::Record(record) = &topic.key_type {
            items.push(print::print(key(ir, topic, record)));
        }
        items
    });
    let mut out = String::new();
    if !printed.is_empty() {
        print::module(&mut out, "topics", printed.iter().flatten().map(String::as_str));
    }
    out
}

fn topic(ir: &Ir, topic: &Topic) -> TokenStream {
    let doc = doc(Some(&summary(topic)));
    let name = &topic.name;
    let rust = &topic.rust;
    let module = [Ident::new("topics")];
    let key = topic.key.join(", ");
    let key = (!topic.key.is_empty()).then(|| quote!(, key = #key));
    let key_type = match &topic.key_type {
        KeyIs::None => None,
        KeyIs::Plain(Ty::String) => Some(quote!(String)),
        KeyIs::Plain(of) => Some(ty(ir, &module, of)),
        KeyIs::Record(record) => Some(record.name.to_token_stream()),
    };
    let says_type = !matches!(topic.key_type, KeyIs::Plain(Ty::String)) || topic.key.is_empty();
    let key_attribute = key_type.as_ref().filter(|_| says_type).map(|key_type| quote!(, key_type = #key_type));
    let compact = topic.tombstone.as_ref().map(|_| quote!(, compact));
    let partitions = topic.partitions.map(proc_macro2::Literal::u32_unsuffixed);
    let partitions = partitions.map(|partitions| quote!(, partitions = #partitions));
    let retention = topic.retention.as_ref().map(|retention| quote!(, retention = #retention));
    let variants = topic.events.iter().map(|event| {
        let variant = &event.name;
        let path = named(ir, &module, event.ty);
        let fields = event.key_fields.as_ref().map(|fields| {
            let fields = paths(fields);
            quote!(#[topic(field = #fields)])
        });
        quote!(#fields #variant(#path),)
    });
    let tombstone = topic.tombstone.as_ref().map(|variant| {
        quote! {
            /// That what has this key is gone: a message without a value.
            #[topic(tombstone)]
            #variant(::topika::Tombstone<#key_type>),
        }
    });
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, ::topika::Topic)]
        #[topic(name = #name #key #key_attribute #compact #partitions #retention)]
        pub enum #rust { #(#variants)* #tombstone }
    }
}

/// Paths of fields as attributes write them: `customer.id, tenant`.
pub(super) fn paths(paths: &[Vec<Ident>]) -> String {
    let spelled = |path: &Vec<Ident>| path.iter().map(Ident::text).collect::<Vec<_>>().join(".");
    paths.iter().map(spelled).collect::<Vec<_>>().join(", ")
}

/// The record that is the key of a topic.
fn key(ir: &Ir, topic: &Topic, record: &KeyRecord) -> TokenStream {
    let summary = format!(
        "The key of the topic `{}`, a record: its schema stands under the subject `{}-key`.",
        topic.name, topic.name
    );
    let doc = doc(Some(&summary));
    let (rust, name) = (&record.name, record.name.text());
    let module = [Ident::new("topics")];
    let fields = record.fields.iter().map(|part| {
        let (ident, of, wire) = (&part.name, ty(ir, &module, &part.ty), &part.schema_name);
        let rename = (ident.text() != wire).then(|| quote!(#[event(rename = #wire)]));
        quote!(#rename pub #ident: #of,)
    });
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq, Hash, ::topika::Record, ::topika::Key)]
        #[event(name = #name)]
        pub struct #rust { #(#fields)* }
    }
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
    match topic.partitions {
        None => {}
        Some(1) => facts.push("1 partition".to_owned()),
        Some(many) => facts.push(format!("{many} partitions")),
    }
    if let Some(retention) = &topic.retention {
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
