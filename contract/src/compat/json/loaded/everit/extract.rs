use super::extracted::Extracted;
use super::loader::Loader;
use super::scope::{Draft, Scope};
use crate::compat::json::loaded::java::JavaValue;
use crate::compat::json::loaded::model::{Conditional, Kind, Node};
use crate::compat::json::loaded::refusal::Refusal;

pub(super) const NUMBER: [&str; 5] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
pub(super) const STRING: [&str; 4] = ["minLength", "maxLength", "pattern", "format"];
const CONDITIONAL: [&str; 3] = ["if", "then", "else"];

impl<'d> Loader<'d> {
    /// Asks everit's extractors in their order; a later one does not see what an earlier one understood. Java keeps the outcome in
    /// a set by address, in whose order nobody can stand; ours is that of the extractors.
    pub(super) fn extract(&mut self, scope: &Scope<'d>) -> Result<Extracted, Refusal> {
        let mut found = Extracted { kinds: Vec::new(), consumed: Vec::new() };
        if let Some(values) = scope.get("enum")? {
            found.kinds.push(Kind::Enum(values.items()?.iter().map(JavaValue::unwrapped).collect()));
            found.consumed.push("enum");
        }
        self.combined(scope, &mut found)?;
        if let Some(refused) = self.member(scope, "not")? {
            found.kinds.push(Kind::Not(refused));
            found.consumed.push("not");
        }
        if let Some(value) = scope.json.get("const").filter(|_| scope.draft != Draft::Four) {
            found.kinds.push(Kind::Const(JavaValue::unwrapped(value)));
            found.consumed.push("const");
        }
        self.types(scope, &mut found)?;
        self.families(scope, &mut found)?;
        Ok(found)
    }

    fn types(&mut self, scope: &Scope<'d>, found: &mut Extracted) -> Result<(), Refusal> {
        let Some(value) = scope.get("type")? else { return Ok(()) };
        found.consumed.push("type");
        if let Some(words) = value.json.as_array() {
            let mut alternatives = Vec::with_capacity(words.len());
            for word in words {
                let word = value.child(word)?;
                let kind = self.explicit(word.string()?, &word, scope, found)?;
                alternatives.push(self.add(Node::new(kind, scope.place())));
            }
            found.kinds.push(Kind::Combined(super::combined::any_of(alternatives)));
            return Ok(());
        }
        let kind = self.explicit(value.string()?, &value, scope, found)?;
        found.kinds.push(kind);
        Ok(())
    }

    /// The class of one type, with the keywords of its family.
    fn explicit(
        &mut self,
        word: &str,
        at: &Scope<'d>,
        scope: &Scope<'d>,
        found: &mut Extracted,
    ) -> Result<Kind, Refusal> {
        match word {
            "string" => {
                found.consumed.extend(STRING);
                Ok(Kind::String(self.string(scope, true)?))
            }
            "integer" | "number" => {
                found.consumed.extend(NUMBER);
                let mut number = self.number(scope)?;
                number.requires_number = true;
                number.requires_integer = word == "integer";
                Ok(Kind::Number(number))
            }
            "boolean" => Ok(Kind::Boolean),
            "null" => Ok(Kind::Null),
            "array" => {
                found.consumed.extend(scope.draft.array_keywords());
                Ok(Kind::Array(Box::new(self.array(scope, true)?)))
            }
            "object" => {
                found.consumed.extend(scope.draft.object_keywords());
                Ok(Kind::Object(Box::new(self.object(scope, true)?)))
            }
            other => Err(at.refuse(format!("`{}` is no JSON type", crate::text::shortened(other)))),
        }
    }

    /// Keywords of a family whose type is not said.
    fn families(&mut self, scope: &Scope<'d>, found: &mut Extracted) -> Result<(), Refusal> {
        let sees = |family: &[&'static str], found: &Extracted| {
            family.iter().any(|name| !found.consumed.contains(name) && scope.has(name))
        };
        let (array, object) = (scope.draft.array_keywords(), scope.draft.object_keywords());
        // Each family is looked for in what was there before any of them was read.
        let seen = [sees(array, found), sees(object, found), sees(&NUMBER, found), sees(&STRING, found)];
        let [has_array, has_object, has_number, has_string] = seen;
        let has_conditional = scope.draft == Draft::Seven && sees(&CONDITIONAL, found);
        if has_array {
            found.kinds.push(Kind::Array(Box::new(self.array(scope, false)?)));
            found.consumed.extend(array);
        }
        if has_object {
            found.kinds.push(Kind::Object(Box::new(self.object(scope, false)?)));
            found.consumed.extend(object);
        }
        if has_number {
            found.kinds.push(Kind::Number(self.number(scope)?));
            found.consumed.extend(NUMBER);
        }
        if has_string {
            found.kinds.push(Kind::String(self.string(scope, false)?));
            found.consumed.extend(STRING);
        }
        if has_conditional {
            let conditional = Conditional {
                if_schema: self.member(scope, "if")?,
                then_schema: self.member(scope, "then")?,
                else_schema: self.member(scope, "else")?,
            };
            found.kinds.push(Kind::Conditional(conditional));
            found.consumed.extend(CONDITIONAL);
        }
        Ok(())
    }
}
