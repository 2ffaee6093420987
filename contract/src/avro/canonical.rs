use std::collections::HashSet;

use super::schema::{Definition, FullName, Kind, Schema, Type};

/// What is still to print. A list instead of recursion: a chain of definitions may be as long as a file is large.
enum Step<'s> {
    Type(&'s Type),
    Text(&'s str),
    Quoted(&'s str),
}

impl Schema {
    /// The Parsing Canonical Form (Avro 1.12, "Transforming into Parsing Canonical Form"), byte for byte as Java prints it.
    ///
    /// It keeps what a reader needs to decode data: full names, fields, symbols and sizes. Logical types, docs, aliases, defaults and
    /// other properties are gone; a definition stands where it is first used, whichever file it came from.
    ///
    /// ```
    /// use topika_contract::{avro::Schema, text::Source};
    ///
    /// let text = r#"{ "type": "array", "items": { "type": "long", "logicalType": "timestamp-millis" } }"#;
    /// let schema = Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap();
    /// assert_eq!(schema.canonical(), r#"{"type":"array","items":"long"}"#);
    /// ```
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        let mut printed: HashSet<&FullName> = HashSet::new();
        let mut steps = vec![Step::Type(&self.root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Text(text) => out.push_str(text),
                // Names and symbols are letters, digits, `_` and dots: nothing to escape.
                Step::Quoted(text) => {
                    out.push('"');
                    out.push_str(text);
                    out.push('"');
                }
                Step::Type(ty) => self.step(ty, &mut printed, &mut out, &mut steps),
            }
        }
        out
    }

    /// Prints the beginning of a type, and puts the rest, last first, onto the list.
    fn step<'s>(
        &'s self,
        ty: &'s Type,
        printed: &mut HashSet<&'s FullName>,
        out: &mut String,
        steps: &mut Vec<Step<'s>>,
    ) {
        match &ty.kind {
            Kind::Array(inner) => {
                out.push_str("{\"type\":\"array\",\"items\":");
                steps.extend([Step::Text("}"), Step::Type(inner)]);
            }
            Kind::Map(inner) => {
                out.push_str("{\"type\":\"map\",\"values\":");
                steps.extend([Step::Text("}"), Step::Type(inner)]);
            }
            Kind::Union(branches) => {
                out.push('[');
                steps.push(Step::Text("]"));
                for (index, branch) in branches.iter().enumerate().rev() {
                    steps.push(Step::Type(branch));
                    if index > 0 {
                        steps.push(Step::Text(","));
                    }
                }
            }
            Kind::Named(name) => match self.names.get(name).filter(|_| printed.insert(name)) {
                None => steps.push(Step::Quoted(name.as_str())),
                Some(named) => definition(name, &named.definition, out, steps),
            },
            primitive => steps.push(Step::Quoted(primitive.name())),
        }
    }
}

fn definition<'s>(name: &'s FullName, definition: &'s Definition, out: &mut String, steps: &mut Vec<Step<'s>>) {
    out.push_str("{\"name\":\"");
    out.push_str(name.as_str());
    match definition {
        Definition::Fixed(size) => {
            out.push_str("\",\"type\":\"fixed\",\"size\":");
            out.push_str(&size.to_string());
            out.push('}');
        }
        Definition::Enum { symbols, .. } => {
            out.push_str("\",\"type\":\"enum\",\"symbols\":[");
            steps.push(Step::Text("]}"));
            for (index, symbol) in symbols.iter().enumerate().rev() {
                steps.push(Step::Quoted(&symbol.name));
                if index > 0 {
                    steps.push(Step::Text(","));
                }
            }
        }
        // Java says "record" here for an error too.
        Definition::Record(fields) => {
            out.push_str("\",\"type\":\"record\",\"fields\":[");
            steps.push(Step::Text("]}"));
            for (index, field) in fields.iter().enumerate().rev() {
                let before = if index > 0 { ",{\"name\":" } else { "{\"name\":" };
                steps.extend([
                    Step::Text("}"),
                    Step::Type(&field.ty),
                    Step::Text(",\"type\":"),
                    Step::Quoted(&field.name),
                    Step::Text(before),
                ]);
            }
        }
    }
}
