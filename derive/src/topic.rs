//! Topics and their keys, read from the syntax tree.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, LitInt, LitStr, Type, Variant, Visibility};

use crate::attr::{ArmAttrs, Configs, OfEnvironment, TopicAttrs};
use crate::ctxt::Ctxt;
use crate::key_path::{KeyPath, key_paths};
use crate::model::no_generics;

/// A topic.
pub(crate) struct Topic {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) name: String,
    /// The fields of the key, as the schema names them.
    pub(crate) key: Vec<String>,
    pub(crate) key_type: Option<Type>,
    /// The key is written as what its fields are, whatever `key_type` says: the schema file that said so is about to be written.
    pub(crate) unsettled: bool,
    pub(crate) compact: bool,
    /// Its messages name no schema.
    pub(crate) plain: bool,
    /// Messages that name their schema and such that do not stand side by side.
    pub(crate) mixed: Option<Span>,
    pub(crate) settings: TopicSettings,
    /// How it is in environments that say something else, by their names.
    pub(crate) environments: Vec<(String, TopicSettings)>,
    /// The topic of its dead letters, where it is not the conventional one.
    pub(crate) dead_letters: Option<String>,
    pub(crate) events: Vec<TopicEvent>,
    /// The variant of the tombstones.
    pub(crate) tombstone: Option<(Ident, Type)>,
}

/// How a topic is on Kafka.
pub(crate) struct TopicSettings {
    pub(crate) partitions: Option<u32>,
    pub(crate) retention_ms: Option<u64>,
    pub(crate) replication: Option<u16>,
    pub(crate) configs: Vec<(String, String)>,
}

/// An event of a topic.
pub(crate) struct TopicEvent {
    pub(crate) variant: Ident,
    pub(crate) ty: Type,
    /// The fields of the key, by their Rust names.
    pub(crate) key: Vec<KeyPath>,
}

/// Where the key of a topic comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TopicKey {
    None,
    /// From fields of its events.
    Fields,
    /// It is given beside the event.
    Given,
}

impl Topic {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TopicAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let Data::Enum(data) = &input.data else {
            cx.error(input.ident.span(), "a topic is an enum, one variant `Name(Event)` per event");
            return None;
        };
        let key: Vec<String> = attrs
            .key
            .as_ref()
            .map(|key| key.value().split(',').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default();
        let mut arms = Arms { key: &key, attrs: &attrs, shared: None, events: Vec::new(), tombstone: None };
        for variant in &data.variants {
            arms.read(variant, cx);
        }
        let Arms { events, tombstone, .. } = arms;
        if events.is_empty() && data.variants.len() == usize::from(tombstone.is_some()) {
            cx.error(input.ident.span(), "a topic has an event at least");
        }
        if let (Some(names), [_, _, ..], None) = (&attrs.key, key.as_slice(), &attrs.key_type) {
            cx.error(
                names.span(),
                "a key of several fields is a struct of as many: name it, `key_type = OrderKey`; it derives `topika::Record` and `topika::Key`",
            );
        }
        compaction(&attrs, tombstone.as_ref(), cx);
        let plain = framing(&attrs, events.len(), cx);
        let name = topic_name(&attrs, &input.ident, cx);
        Some(Self {
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            name: name?,
            key,
            unsettled: attrs.unsettled.is_some(),
            compact: attrs.compact.is_some(),
            plain,
            mixed: attrs.mixed,
            settings: TopicSettings {
                partitions: partitions(attrs.partitions.as_ref(), cx),
                retention_ms: retention(attrs.retention.as_ref(), cx),
                replication: replication(attrs.replication.as_ref(), cx),
                configs: configs(attrs.configs.as_ref()),
            },
            environments: environments(&attrs.environments, cx),
            dead_letters: dead_letters(&attrs, cx),
            key_type: attrs.key_type,
            events,
            tombstone,
        })
    }

    /// The variants with what they hold: the events, then the tombstones.
    pub(crate) fn arms(&self) -> Vec<(&Ident, &Type)> {
        let events = self.events.iter().map(|event| (&event.variant, &event.ty));
        events.chain(self.tombstone.iter().map(|(variant, ty)| (variant, ty))).collect()
    }

    /// Where its key comes from.
    pub(crate) fn key_is(&self) -> TopicKey {
        match (&self.key_type, self.key.is_empty()) {
            (_, false) => TopicKey::Fields,
            (Some(_), true) => TopicKey::Given,
            (None, true) => TopicKey::None,
        }
    }
}

/// The variants of a topic, while they are read.
struct Arms<'a> {
    key: &'a [String],
    attrs: &'a TopicAttrs,
    /// The key's fields by the names of the schema, once an event uses them.
    shared: Option<Vec<KeyPath>>,
    events: Vec<TopicEvent>,
    tombstone: Option<(Ident, Type)>,
}

impl Arms<'_> {
    fn read(&mut self, variant: &Variant, cx: &mut Ctxt) {
        let of_variant = ArmAttrs::read(&variant.attrs, cx);
        let held = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first(),
            _ => None,
        };
        let Some(held) = held else {
            cx.error(variant.span(), "a variant of a topic holds its event: `OrderPlaced(OrderPlaced)`");
            return;
        };
        if let Some(span) = of_variant.tombstone {
            if self.tombstone.is_some() || of_variant.field.is_some() {
                cx.error(span, "a topic has one variant for tombstones, and their key is no field");
            }
            self.tombstone = Some((variant.ident.clone(), held.ty.clone()));
            return;
        }
        let key = match &of_variant.field {
            Some(fields) => {
                let paths = key_paths(Some(fields), cx);
                if paths.len() != self.key.len() {
                    let (wanted, found) = (self.key.len(), paths.len());
                    cx.error(fields.span(), format!("the topic's key has {wanted} fields, this names {found}"));
                }
                paths
            }
            None => self.shared.get_or_insert_with(|| key_paths(self.attrs.key.as_ref(), cx)).clone(),
        };
        self.events.push(TopicEvent { variant: variant.ident.clone(), ty: held.ty.clone(), key });
    }
}

/// A compacted topic has a key and a variant for tombstones, and nothing else has.
fn compaction(attrs: &TopicAttrs, tombstone: Option<&(Ident, Type)>, cx: &mut Ctxt) {
    match (attrs.compact, tombstone) {
        (Some(span), None) => cx.error(
            span,
            "a compacted topic has tombstones, messages without a value: add a variant for them, `#[topic(tombstone)] Gone(topika::Tombstone<String>)`",
        ),
        (None, Some((variant, _))) => {
            cx.error(variant.span(), "only a compacted topic has tombstones: `#[topic(..., compact)]`");
        }
        _ => {}
    }
    if let (Some(span), None, None) = (attrs.compact, &attrs.key, &attrs.key_type) {
        cx.error(span, "Kafka keeps the last message of each key of a compacted topic: say `key` or `key_type`");
    }
}

/// Whether its messages are plain. What names no schema does not say which event it is, so it is the only one.
fn framing(attrs: &TopicAttrs, events: usize, cx: &mut Ctxt) -> bool {
    let said = attrs.framing.as_ref().map(|framing| (framing.value(), framing.span()));
    let plain = match &said {
        None => None,
        Some((framing, span)) => match framing.as_str() {
            "registry" => None,
            "none" => Some(*span),
            _ => {
                cx.error(
                    *span,
                    "a framing is \"registry\" (messages name their schemas, as the client says) or \"none\" (they are plain)",
                );
                None
            }
        },
    };
    if let Some(span) = plain.or(attrs.mixed).filter(|_| events > 1) {
        cx.error(span, "a message that names no schema does not say which event it is: its topic has one event");
    }
    plain.is_some()
}

fn topic_name(attrs: &TopicAttrs, ident: &Ident, cx: &mut Ctxt) -> Option<String> {
    let Some(name) = &attrs.name else {
        cx.error(ident.span(), "a topic has a name: `#[topic(name = \"food-orders\")]`");
        return None;
    };
    Some(legal_name(name, cx))
}

/// Kafka's own rule for topics.
fn legal_name(name: &LitStr, cx: &mut Ctxt) -> String {
    let text = name.value();
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() || text.len() > 249 || text == "." || text == ".." || !text.chars().all(legal) {
        cx.error(name.span(), "Kafka allows letters, digits, `.`, `_` and `-` in a topic's name, at most 249 of them");
    }
    text
}

fn dead_letters(attrs: &TopicAttrs, cx: &mut Ctxt) -> Option<String> {
    let name = attrs.dead_letters.as_ref()?;
    let text = legal_name(name, cx);
    if attrs.name.as_ref().is_some_and(|topic| topic.value() == text) {
        cx.error(
            name.span(),
            "the dead letters of a topic go to another topic: on this one they would be read again and again",
        );
    }
    Some(text)
}

fn environments(said: &[OfEnvironment], cx: &mut Ctxt) -> Vec<(String, TopicSettings)> {
    let mut environments: Vec<(String, TopicSettings)> = Vec::new();
    for env in said {
        let Some(name) = &env.name else { continue };
        if environments.iter().any(|(known, _)| *known == name.value()) {
            cx.error(name.span(), "an environment is said twice");
            continue;
        }
        let settings = TopicSettings {
            partitions: partitions(env.partitions.as_ref(), cx),
            retention_ms: retention(env.retention.as_ref(), cx),
            replication: replication(env.replication.as_ref(), cx),
            configs: configs(env.configs.as_ref()),
        };
        environments.push((name.value(), settings));
    }
    environments
}

fn configs(said: Option<&Configs>) -> Vec<(String, String)> {
    said.into_iter().flatten().map(|(name, value)| (name.value(), value.value())).collect()
}

fn replication(said: Option<&LitInt>, cx: &mut Ctxt) -> Option<u16> {
    let said = said?;
    // The protocol has 16 bits with a sign for it.
    match said.base10_parse::<i16>().ok().and_then(|copies| u16::try_from(copies).ok()) {
        Some(copies) if copies > 0 => Some(copies),
        _ => {
            cx.error(said.span(), "a partition has one copy at least, and at most 32767");
            None
        }
    }
}

fn partitions(partitions: Option<&LitInt>, cx: &mut Ctxt) -> Option<u32> {
    let partitions = partitions?;
    match partitions.base10_parse::<u32>() {
        Ok(count) if count > 0 => Some(count),
        _ => {
            cx.error(partitions.span(), "a topic has one partition at least, and fewer than 2^32");
            None
        }
    }
}

fn retention(retention: Option<&LitStr>, cx: &mut Ctxt) -> Option<u64> {
    let retention = retention?;
    let text = retention.value();
    if text == "forever" {
        return Some(u64::MAX);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    let ms = number.parse::<u64>().ok().zip(unit_ms).and_then(|(number, unit)| number.checked_mul(unit));
    if ms.is_none() {
        cx.error(retention.span(), "a retention is a number and a unit, `7d`, `12h`, `30m` or `45s`, or `forever`");
    }
    ms
}
