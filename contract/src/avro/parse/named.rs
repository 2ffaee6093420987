use std::collections::HashMap;

use super::attributes::{Attribute, properties};
use super::logical::Base;
use super::name::PRIMITIVES;
use super::reader::Reader;
use crate::avro::schema::{Definition, Field, FullName, Kind, Named, Symbol, Type};
use crate::rules::{AVRO_ENUM, AVRO_FIELD_DUPLICATE, AVRO_FIXED_SIZE, AVRO_NAME, AVRO_NAME_UNCOMMON};
use crate::text::json::Json;
use crate::text::{Span, shortened};

/// Name, aliases and doc of a definition.
struct Head {
    name: FullName,
    span: Span,
    aliases: Vec<FullName>,
    doc: Option<String>,
}

impl Reader<'_> {
    pub(super) fn record(&mut self, json: &Json, namespace: &str) -> Option<Type> {
        let outer = self.open.len();
        let head = self.head(json, namespace, "a record");
        if head.is_some() {
            self.open.extend(self.declared.len().checked_sub(1));
        }
        let made = self.record_of(json, namespace, head);
        self.open.truncate(outer);
        made
    }

    fn record_of(&mut self, json: &Json, namespace: &str, head: Option<Head>) -> Option<Type> {
        let space = head.as_ref().map_or(namespace, |head| head.name.namespace()).to_owned();
        let Some(list) = json.get("fields") else {
            self.missing(json, "fields", "a record");
            return None;
        };
        let Some(items) = list.as_array() else {
            self.wrong("fields", list, "an array of fields");
            return None;
        };
        let mut fields: Vec<Field> = Vec::with_capacity(items.len());
        for item in items {
            fields.extend(self.field(item, &space));
        }
        self.distinct_fields(&fields);
        self.unfit_logical(json, "record");
        let complete = fields.len() == items.len();
        let known = ["type", "name", "namespace", "doc", "aliases", "fields"];
        let named = self.define(head?, json, Definition::Record(fields), &known);
        complete.then_some(named)
    }

    pub(super) fn enumeration(&mut self, json: &Json, namespace: &str) -> Option<Type> {
        let head = self.head(json, namespace, "an enum");
        let symbols = match self.texts(json, "symbols") {
            Attribute::Is(symbols) => symbols,
            Attribute::Broken => return None,
            Attribute::Absent => {
                self.missing(json, "symbols", "an enum");
                return None;
            }
        };
        let mut seen: HashMap<&str, Span> = HashMap::with_capacity(symbols.len());
        for (symbol, at) in &symbols {
            if self.name(symbol, "symbol", at.span) {
                self.uncommon(symbol, "a symbol", at.span);
            }
            if let Some(first) = seen.insert(symbol, at.span) {
                let finding = self.finding(&AVRO_ENUM, at.span, format!("symbol `{}` stands twice", shortened(symbol)));
                let first = self.at(first);
                self.refuse(finding.related(first, "the first one").help("remove one of the two"));
            }
        }
        let default = match self.text(json, "default") {
            Attribute::Is((default, at)) if !seen.contains_key(default) => {
                let message = format!("default `{}` is none of the symbols", shortened(default));
                let finding = self.finding(&AVRO_ENUM, at.span, message);
                let help = match crate::text::closest(default, seen.keys().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "add it to `symbols`, or take one of them".to_owned(),
                };
                self.refuse(finding.help(help));
                None
            }
            found => found.value().map(|(default, _)| default.to_owned()),
        };
        self.unfit_logical(json, "enum");
        let symbols =
            symbols.into_iter().map(|(name, at)| Symbol { name: name.to_owned(), at: self.at(at.span) }).collect();
        let known = ["type", "name", "namespace", "doc", "aliases", "symbols", "default"];
        Some(self.define(head?, json, Definition::Enum { symbols, default }, &known))
    }

    pub(super) fn fixed(&mut self, json: &Json, namespace: &str) -> Option<Type> {
        let head = self.head(json, namespace, "a fixed");
        let Some(value) = json.get("size") else {
            self.missing(json, "size", "a fixed");
            return None;
        };
        // Java keeps the size in an int.
        let size = value.as_i64().and_then(|size| i32::try_from(size).ok()).and_then(|size| usize::try_from(size).ok());
        let Some(size) = size else {
            let finding = self.finding(
                &AVRO_FIXED_SIZE,
                value.span,
                "the size of a fixed is a whole number from 0 to 2147483647",
            );
            self.refuse(finding.help("write the number of bytes, such as `\"size\": 16`"));
            return None;
        };
        Some(self.define(
            head?,
            json,
            Definition::Fixed(size),
            &["type", "name", "namespace", "doc", "aliases", "size"],
        ))
    }

    fn head(&mut self, json: &Json, namespace: &str, of: &str) -> Option<Head> {
        let space = match self.text(json, "namespace") {
            Attribute::Absent => namespace,
            Attribute::Is((space, at)) => {
                self.uncommon_namespace(space, at.span);
                self.namespace(space, at.span).then_some(space)?
            }
            Attribute::Broken => return None,
        };
        let (written, at) = self.required_text(json, "name", of)?;
        let name = self.full_name(written, space, at.span)?;
        self.uncommon(written, &format!("the name of {of}"), at.span);
        self.like_a_primitive(&name, at.span)?;
        // Java knows a name from here on, so that a record may refer to itself.
        self.declare(name.clone(), at.span);
        let mut aliases = Vec::new();
        for (alias, at) in self.texts(json, "aliases").value().unwrap_or_default() {
            self.uncommon(alias, "an alias", at.span);
            aliases.extend(self.full_name(alias, name.namespace(), at.span));
        }
        let doc = self.doc(json);
        Some(Head { name, span: at.span, aliases, doc })
    }

    /// Java takes a definition that is called like a primitive type where it has a namespace: by its full name it can be meant.
    fn like_a_primitive(&mut self, name: &FullName, span: Span) -> Option<()> {
        let short = name.short();
        if !PRIMITIVES.contains(&short) {
            return Some(());
        }
        if name.namespace().is_empty() {
            let finding = self.finding(&AVRO_NAME, span, format!("`{short}` is the name of a primitive type"));
            self.refuse(finding.help("take another name; no type without a namespace can be called so"));
            return None;
        }
        let message = format!("`{}` is called like the primitive type `{short}`", shortened(name.as_str()));
        let finding = self.finding(&AVRO_NAME_UNCOMMON, span, message);
        let help = format!(
            "take another name; Java reads it, by `{}` alone, since `{short}` is the primitive, and Rust's apache-avro does not",
            shortened(name.as_str())
        );
        self.tell(finding.help(help));
        Some(())
    }

    fn define(&mut self, head: Head, json: &Json, definition: Definition, known: &[&str]) -> Type {
        let logical = match definition {
            Definition::Fixed(size) => Some(self.logical(json, Base::Fixed(size), &format!("a fixed of {size} bytes"))),
            _ => None,
        };
        match definition {
            Definition::Enum { .. } => self.misspelt(json, &["namespace", "aliases", "doc", "default"]),
            _ => self.misspelt(json, &["namespace", "aliases", "doc"]),
        }
        let consumed = logical.as_ref().map_or(&[][..], |logical| logical.consumed());
        let properties = properties(json, known, consumed);
        let (name, at) = (head.name.clone(), self.at(head.span));
        self.definitions.push(Named {
            name: head.name,
            aliases: head.aliases,
            doc: head.doc,
            definition,
            logical: logical.and_then(|logical| logical.value),
            properties,
            endless: false,
            at,
        });
        Type { kind: Kind::Named(name), logical: None, properties: Vec::new(), at: self.at(json.span) }
    }

    fn distinct_fields(&mut self, fields: &[Field]) {
        let mut seen: HashMap<&str, &Field> = HashMap::with_capacity(fields.len());
        for field in fields {
            if let Some(first) = seen.get(field.name.as_str()) {
                let finding = AVRO_FIELD_DUPLICATE
                    .at(field.name_at.clone(), format!("field `{}` stands twice", shortened(&field.name)));
                self.refuse(finding.related(first.name_at.clone(), "the first one").help("rename one of the two"));
            } else {
                seen.insert(&field.name, field);
            }
        }
    }
}
