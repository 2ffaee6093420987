use super::loader::Loader;
use super::scope::{Draft, Scope};
use crate::compat::json::loaded::java::{JavaMap, JavaSet};
use crate::compat::json::loaded::model::Object;
use crate::compat::json::loaded::refusal::Refusal;
use crate::text::json::Value;

impl<'d> Loader<'d> {
    /// The keywords of objects.
    pub(super) fn object(&mut self, scope: &Scope<'d>, requires_object: bool) -> Result<Object, Refusal> {
        let mut object = Object { requires_object, ..Object::default() };
        object.min_properties = scope.get("minProperties")?.map(|value| value.integer()).transpose()?;
        object.max_properties = scope.get("maxProperties")?.map(|value| value.integer()).transpose()?;
        if let Some(properties) = scope.get("properties")? {
            for member in properties.members()? {
                let value = properties.child(&member.value)?;
                // A property of this name counts only where it is an object.
                if member.name != scope.draft.id_keyword() || value.json.as_object().is_some() {
                    let node = self.schema(&value)?;
                    object.properties.put(member.name.as_str(), node);
                }
            }
        }
        if let Some(value) = scope.get("additionalProperties")? {
            match value.json.value {
                Value::Bool(open) => object.closed = !open,
                Value::Object(_) => object.additional = Some(self.schema(&value)?),
                _ => return Err(value.refuse("`additionalProperties` is an object, true or false")),
            }
        }
        if let Some(required) = scope.get("required")? {
            for name in required.items()? {
                object.required.push(required.child(name)?.string()?.to_owned());
            }
        }
        if let Some(patterns) = scope.get("patternProperties")? {
            patterns.members()?;
            for member in patterns.json.as_object().unwrap_or_default() {
                let node = self.schema(&patterns.child(&member.value)?)?;
                object.pattern_properties.push((member.name.clone(), node));
            }
        }
        if let Some(dependencies) = scope.get("dependencies")? {
            self.dependencies(&dependencies, &mut object)?;
        }
        if scope.draft >= Draft::Six {
            object.property_names = self.member(scope, "propertyNames")?;
        }
        Ok(object)
    }

    fn dependencies(&mut self, scope: &Scope<'d>, object: &mut Object) -> Result<(), Refusal> {
        let (mut names, mut schemas) = (JavaMap::new(), JavaMap::new());
        for member in scope.members()? {
            let value = scope.child(&member.value)?;
            match &value.json.value {
                Value::Array(list) => {
                    let mut needed = JavaSet::with_capacity(1);
                    for name in list {
                        needed.add(value.child(name)?.string()?);
                    }
                    // A list without names leaves no trace.
                    if !list.is_empty() {
                        names.put(member.name.as_str(), needed);
                    }
                }
                Value::Object(_) => schemas.put(member.name.as_str(), self.schema(&value)?),
                Value::Bool(_) if scope.draft != Draft::Four => {
                    schemas.put(member.name.as_str(), self.schema(&value)?);
                }
                _ => return Err(value.refuse("a dependency is a schema or an array of names")),
            }
        }
        (object.property_dependencies, object.schema_dependencies) = (names, schemas);
        object.settle();
        Ok(())
    }
}
