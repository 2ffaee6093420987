use proc_macro2::TokenStream;
use quote::quote;
use topika_contract::threads::in_parallel;

use super::doc::doc;
use super::path::named;
use super::print;
use crate::ir::{Ir, Topic};
use crate::names::Ident;

/// The module `topics`; nothing where there is no topic.
pub(super) fn topics(ir: &Ir) -> String {
    let topics: Vec<&Topic> = ir.topics.iter().filter(|topic| !topic.events.is_empty()).collect();
    let printed = in_parallel(&topics, |topic| print::print(self::topic(ir, topic)));
    let mut out = String::new();
    if !printed.is_empty() {
        print::module(&mut out, "topics", printed.iter().map(String::as_str));
    }
    out
}

fn topic(ir: &Ir, topic: &Topic) -> TokenStream {
    let doc = doc(Some(&summary(topic)));
    let name = &topic.name;
    let rust = &topic.rust;
    let key = topic.key.join(", ");
    let key = (!topic.key.is_empty()).then(|| quote!(, key = #key));
    let partitions = topic.partitions.map(proc_macro2::Literal::u32_unsuffixed);
    let partitions = partitions.map(|partitions| quote!(, partitions = #partitions));
    let retention = topic.retention.as_ref().map(|retention| quote!(, retention = #retention));
    let module = [Ident::new("topics")];
    let variants = topic.events.iter().map(|event| {
        let variant = &event.name;
        let path = named(ir, &module, event.ty);
        let fields = event.key_fields.as_ref().map(|fields| {
            let fields = fields.iter().map(Ident::text).collect::<Vec<_>>().join(", ");
            quote!(#[topic(field = #fields)])
        });
        quote!(#fields #variant(#path),)
    });
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, ::topika::Topic)]
        #[topic(name = #name #key #partitions #retention)]
        pub enum #rust { #(#variants)* }
    }
}

/// `Everything that may be said on the topic ...`, with what is known about it.
fn summary(topic: &Topic) -> String {
    let mut facts = Vec::new();
    match topic.key.as_slice() {
        [] => {}
        [one] => facts.push(format!("keyed by `{one}`")),
        many => facts.push(format!("keyed by `{}`", many.join("`, `"))),
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
