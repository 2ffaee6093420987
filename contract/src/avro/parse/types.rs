use super::attributes::properties;
use super::logical::Base;
use super::name::{PRIMITIVES, is_word};
use super::reader::Reader;
use crate::avro::schema::{Kind, Type};
use crate::rules::{AVRO_SHAPE, AVRO_UNION};
use crate::text::json::{Json, Value};
use crate::text::{Span, shortened};

impl Reader<'_> {
    /// The type that a JSON value says, in a namespace (empty: the null namespace). Bounded by the nesting of the text.
    pub(super) fn ty(&mut self, json: &Json, namespace: &str) -> Option<Type> {
        match &json.value {
            Value::String(name) => self.by_name(name, json.span, namespace),
            Value::Array(branches) => self.union(branches, json.span, namespace),
            Value::Object(_) => self.object(json, namespace),
            _ => {
                let message = format!("a type is a string, an object or an array, not {}", json.kind());
                let finding = self.finding(&AVRO_SHAPE, json.span, message);
                self.refuse(finding.help("write the name of a type in double quotes, such as `\"string\"`"));
                None
            }
        }
    }

    fn by_name(&mut self, written: &str, span: Span, namespace: &str) -> Option<Type> {
        let kind = match primitive(written) {
            Some(kind) => kind,
            None => self.reference(written, span, namespace)?,
        };
        Some(Type { kind, logical: None, properties: Vec::new(), at: self.at(span) })
    }

    fn reference(&mut self, written: &str, span: Span, namespace: &str) -> Option<Kind> {
        if is_word(written) && !self.is_declared_word(written, namespace) {
            let finding = self.finding(&AVRO_SHAPE, span, format!("`{written}` alone is no type"));
            let help = match written {
                "union" => "a union is written as an array: `[\"null\", \"string\"]`".to_owned(),
                "array" => "write `{ \"type\": \"array\", \"items\": ... }` as the type".to_owned(),
                "map" => "write `{ \"type\": \"map\", \"values\": ... }` as the type".to_owned(),
                _ => format!("write `{{ \"type\": \"{written}\", \"name\": ... }}` as the type"),
            };
            self.refuse(finding.help(help));
            return None;
        }
        let name = self.full_name(written, namespace, span)?;
        self.uses(written, name.clone(), span);
        Some(Kind::Named(name))
    }

    fn union(&mut self, branches: &[Json], span: Span, namespace: &str) -> Option<Type> {
        let mut types = Vec::with_capacity(branches.len());
        for branch in branches {
            if branch.as_array().is_some() {
                let finding = self.finding(&AVRO_UNION, branch.span, "a union stands directly in a union");
                self.refuse(finding.help("write its branches into the outer union"));
                continue;
            }
            types.extend(self.ty(branch, namespace));
        }
        (types.len() == branches.len()).then(|| Type {
            kind: Kind::Union(types),
            logical: None,
            properties: Vec::new(),
            at: self.at(span),
        })
    }

    fn object(&mut self, json: &Json, namespace: &str) -> Option<Type> {
        let Some(member) = json.member("type") else {
            self.missing(json, "type", "a type");
            return None;
        };
        let Some(word) = member.value.as_str() else {
            let found = member.value.kind();
            let finding =
                self.finding(&AVRO_SHAPE, member.value.span, format!("`type` of a type is a string, not {found}"));
            self.refuse(finding.help("write the inner type itself in place of this object"));
            return None;
        };
        match word {
            "record" | "error" => self.record(json, namespace),
            "enum" => self.enumeration(json, namespace),
            "fixed" => self.fixed(json, namespace),
            "array" => self.collection(json, namespace, "items", Kind::Array),
            "map" => self.collection(json, namespace, "values", Kind::Map),
            _ => self.annotated(json, word, member.value.span, namespace),
        }
    }

    fn collection(&mut self, json: &Json, namespace: &str, of: &str, make: fn(Box<Type>) -> Kind) -> Option<Type> {
        let Some(inner) = json.get(of) else {
            let whose = if of == "items" { "an array" } else { "a map" };
            self.missing(json, of, whose);
            return None;
        };
        let inner = self.ty(inner, namespace)?;
        self.unfit_logical(json, if of == "items" { "array" } else { "map" });
        let at = self.at(json.span);
        Some(Type { kind: make(Box::new(inner)), logical: None, properties: properties(json, &["type", of], &[]), at })
    }

    /// `{ "type": "long", ... }`: a primitive, or a name, with attributes.
    fn annotated(&mut self, json: &Json, word: &str, span: Span, namespace: &str) -> Option<Type> {
        let at = self.at(json.span);
        let Some(kind) = primitive(word) else {
            let kind = self.reference(word, span, namespace)?;
            self.unfit_logical(json, &shortened(word));
            return Some(Type { kind, logical: None, properties: properties(json, &["type"], &[]), at });
        };
        let base = match kind {
            Kind::Int => Base::Int,
            Kind::Long => Base::Long,
            Kind::Bytes => Base::Bytes,
            Kind::String => Base::String,
            _ => Base::Other,
        };
        let logical = self.logical(json, base, word);
        self.misspelt(json, &["logicalType"]);
        let properties = properties(json, &["type"], logical.consumed());
        Some(Type { kind, logical: logical.value, properties, at })
    }
}

fn primitive(word: &str) -> Option<Kind> {
    debug_assert_eq!(PRIMITIVES.len(), 8, "the arms below are all primitives");
    Some(match word {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "int" => Kind::Int,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bytes" => Kind::Bytes,
        "string" => Kind::String,
        _ => return None,
    })
}
