use super::join::{combined, generated};
use super::merge::common;
use super::model::{Composite, ObjectId, What};
use super::single::{array, object, of_itself, of_type};
use super::translate::{Builder, Context, Translator};
use crate::compat::json::loaded::java::{JavaMap, JavaNumber, JavaValue};
use crate::compat::json::loaded::model::{Conditional, Criterion, Extra, Kind, Node, NodeId};
use crate::compat::json::loaded::refusal::Refusal;

impl<'o> Translator<'o> {
    /// Translates an object.
    pub(super) fn visit(&mut self, id: ObjectId) -> Result<Context, Refusal> {
        self.deeper(id)?;
        let objects = self.objects;
        let context = match objects.all.get(id.0).map(|object| &object.what) {
            Some(What::Composite(composite)) => self.subschema(id, composite),
            Some(what) => self.keyword(id, what),
            None => Ok(self.fresh(id, Kind::Empty)),
        };
        self.depth -= 1;
        context
    }

    /// Translates a keyword.
    fn keyword(&mut self, id: ObjectId, what: &'o What) -> Result<Context, Refusal> {
        let kind = match what {
            What::Reference { uri, target } => {
                let Some(target) = target else { return Err(self.refuse(id, "a `$ref` leads nowhere")) };
                return self.reference(id, uri, *target);
            }
            What::Combined(criterion, parts) => {
                let mut context = self.fresh(id, combined(*criterion, Vec::new(), false));
                for part in parts {
                    let part = self.visit(*part)?;
                    context = self.accumulate(id, Some(context), Some(part))?.unwrap_or(context);
                }
                return Ok(context);
            }
            What::Contains { schema, min, max } => return self.contains(id, *schema, (min, max.as_ref())),
            What::Types(words) => {
                let mut parts = Vec::with_capacity(words.len());
                for word in words {
                    parts.push(self.add(Node::new(of_type(word), self.place(id)))?);
                }
                combined(Criterion::Any, parts, true)
            }
            What::Conditional { condition, then, otherwise } => {
                let mut part = |id: &Option<ObjectId>| id.map(|id| self.built(id)).transpose();
                let (if_schema, then_schema, else_schema) = (part(&Some(*condition))?, part(then)?, part(otherwise)?);
                Kind::Conditional(Conditional { if_schema, then_schema, else_schema })
            }
            What::Not(schema) => Kind::Not(self.built(*schema)?),
            What::Additional(_) | What::PropertyNames(_) | What::DependentSchemas(_) => self.of_object(what)?,
            What::Items { .. } | What::Prefix(_) => self.of_array(what)?,
            simple => of_itself(simple),
        };
        Ok(self.fresh(id, kind))
    }

    /// A keyword of objects that holds subschemas.
    fn of_object(&mut self, what: &'o What) -> Result<Kind, Refusal> {
        Ok(match what {
            What::Additional(schema) => match self.rest(*schema)? {
                Rest::Refused => object(|object| object.closed = true),
                Rest::Open => object(|_| {}),
                Rest::By(node) => object(|object| object.additional = Some(node)),
            },
            What::PropertyNames(schema) => {
                let node = self.built(*schema)?;
                object(|object| object.property_names = Some(node))
            }
            What::DependentSchemas(schemas) => {
                let mut map = JavaMap::new();
                for (name, schema) in schemas {
                    map.put(name.as_str(), self.built(*schema)?);
                }
                object(|object| object.schema_dependencies = map)
            }
            other => of_itself(other),
        })
    }

    /// A keyword of arrays that holds subschemas.
    fn of_array(&mut self, what: &'o What) -> Result<Kind, Refusal> {
        Ok(match what {
            What::Items { schema, after } => match self.rest(*schema)? {
                Rest::Refused => array(|array| array.closed = true),
                Rest::Open => array(|_| {}),
                Rest::By(node) if *after == 0 => array(|array| array.all_items = Some(node)),
                Rest::By(node) => array(|array| array.additional = Some(node)),
            },
            What::Prefix(schemas) => {
                let items = schemas.iter().map(|schema| self.built(*schema)).collect::<Result<Vec<_>, _>>()?;
                array(|array| array.items = Some(items).filter(|items| !items.is_empty()))
            }
            other => of_itself(other),
        })
    }

    /// The schema for what is not named.
    fn rest(&mut self, schema: ObjectId) -> Result<Rest, Refusal> {
        let context = self.visit(schema)?;
        Ok(match self.look(context.target).map(|node| &node.kind) {
            Some(Kind::False) => Rest::Refused,
            Some(Kind::True) => Rest::Open,
            _ => Rest::By(self.build(context.target)?),
        })
    }

    fn contains(
        &mut self,
        id: ObjectId,
        schema: ObjectId,
        (min, max): (&JavaNumber, Option<&JavaNumber>),
    ) -> Result<Context, Refusal> {
        let contained = self.built(schema)?;
        let mut node = Node::new(array(|array| array.contained = Some(contained)), self.place(id));
        node.unprocessed.put("minContains", Extra::Value(JavaValue::Number(min.clone())));
        if let Some(max) = max {
            node.unprocessed.put("maxContains", Extra::Value(JavaValue::Number(max.clone())));
        }
        Ok(self.context(id, Builder::Fresh(Box::new(node))))
    }

    /// A subschema, after what its `$dynamicRef` leads to.
    fn subschema(&mut self, id: ObjectId, composite: &'o Composite) -> Result<Context, Refusal> {
        self.scope.push(id);
        let referred = match &composite.dynamic {
            Some((anchor, fallback)) => {
                let target = match self.scope.iter().find_map(|scope| self.anchored(*scope, anchor, 0)) {
                    Some(target) => Some(target),
                    None => match self.objects.all.get(fallback.0).map(|object| &object.what) {
                        Some(What::Reference { target, .. }) => *target,
                        _ => None,
                    },
                };
                target.map(|target| self.visit(target)).transpose()?
            }
            None => None,
        };
        let own = self.composite(id, composite)?;
        self.scope.pop();
        Ok(self.accumulate(id, referred, Some(own))?.unwrap_or(own))
    }

    /// The subschema with a `$dynamicAnchor`, in a subschema itself, in its first definition, or in what its keywords are.
    fn anchored(&self, id: ObjectId, anchor: &str, depth: usize) -> Option<ObjectId> {
        let What::Composite(composite) = &self.objects.all.get(id.0)?.what else { return None };
        if composite.dynamic_anchor.as_deref() == Some(anchor) {
            return Some(id);
        }
        let is_composite =
            |id: &ObjectId| matches!(self.objects.all.get(id.0).map(|object| &object.what), Some(What::Composite(_)));
        let first = composite.definitions.iter().map(|(_, id)| *id).find(is_composite);
        if depth > 200 { None } else { self.anchored(first?, anchor, depth + 1) }
    }

    /// The keywords of a subschema one after the other, then its properties, patterns and what is left over.
    fn keywords(&mut self, id: ObjectId, composite: &'o Composite) -> Result<Context, Refusal> {
        let mut product = None;
        for keyword in &composite.keywords {
            let current = self.visit(*keyword)?;
            product = self.accumulate(id, product, Some(current))?;
        }
        Ok(product.unwrap_or_else(|| self.fresh(id, combined(Criterion::All, Vec::new(), true))))
    }

    fn walk(&mut self, id: ObjectId, composite: &'o Composite) -> Result<Context, Refusal> {
        let keywords = if self.descending.insert(id) {
            let keywords = self.keywords(id, composite)?;
            self.descending.remove(&id);
            keywords
        } else {
            self.reference(id, "#", id)?
        };
        let mut properties = None;
        for (name, schema) in &composite.properties {
            let node = self.built(*schema)?;
            let kind = object(|object| object.properties.put(name.as_str(), node));
            let current = self.wrapper(id, *schema, kind);
            properties = self.accumulate(id, properties, Some(current))?;
        }
        let mut result = self.accumulate(id, Some(keywords), properties)?;
        let mut patterns = None;
        for (pattern, schema) in &composite.patterns {
            let node = self.built(*schema)?;
            let kind = object(|object| object.pattern_properties.push((pattern.clone(), node)));
            let current = self.wrapper(id, *schema, kind);
            patterns = self.accumulate(id, patterns, Some(current))?;
        }
        result = self.accumulate(id, result, patterns)?;
        for (name, kind, schema) in [
            ("unevaluatedItems", array(|_| {}), composite.unevaluated_items),
            ("unevaluatedProperties", object(|_| {}), composite.unevaluated_properties),
        ] {
            let Some(schema) = schema else { continue };
            let mut node = Node::new(kind, self.place(id));
            node.unprocessed.put(name, Extra::Schema(self.built(schema)?));
            let current = self.context(schema, Builder::Fresh(Box::new(node)));
            result = self.accumulate(id, result, Some(current))?;
        }
        Ok(result.unwrap_or(keywords))
    }

    /// An object with one property, remembered under the property's schema.
    fn wrapper(&mut self, parent: ObjectId, schema: ObjectId, kind: Kind) -> Context {
        let node = Node::new(kind, self.place(parent));
        self.context(schema, Builder::Fresh(Box::new(node)))
    }

    fn composite(&mut self, id: ObjectId, composite: &'o Composite) -> Result<Context, Refusal> {
        let mut context = self.walk(id, composite)?;
        if context.source != id {
            context = Context { source: id, own: false, ..context };
            self.remember(id, context.target);
        }
        let parts = self.look(context.target).and_then(|node| generated(&node.kind, Criterion::All)).map(<[_]>::to_vec);
        match parts.as_deref() {
            Some([]) => context = self.fresh(id, Kind::Empty),
            Some([single]) => {
                let Some(single_node) = self.nodes.get(single.0) else { return Ok(context) };
                let mut node = Node::new(rebuilt(&single_node.kind), self.place(id));
                common(&mut node, single_node);
                let referred = self.referred.get(single).copied();
                let builder = match referred.filter(|_| matches!(node.kind, Kind::Reference(_))) {
                    Some(target) => self.refer(node, target)?,
                    None => Builder::Fresh(Box::new(node)),
                };
                context = self.context(id, builder);
            }
            _ => {}
        }
        let root_id = self.objects.root_id.as_ref().filter(|_| composite.counts_as_root).cloned();
        self.change(&context, |node, fresh| {
            if fresh {
                node.id = root_id.or(node.id.take());
                // A default of `null` is none at all.
                let default = composite.default.clone().filter(|default| *default != JavaValue::Null);
                node.default = if composite.default.is_some() { default } else { node.default.take() };
            }
            node.title = composite.title.clone().or(node.title.take());
            node.description = composite.description.clone().or(node.description.take());
        });
        self.leftovers(&context, composite)?;
        Ok(context)
    }

    /// What no loader understood, and the definitions. They take the place of what the translation hid under the same roof.
    fn leftovers(&mut self, context: &Context, composite: &'o Composite) -> Result<(), Refusal> {
        let mut unprocessed = JavaMap::new();
        for (name, value) in &composite.unprocessed {
            unprocessed.put(name.as_str(), value.clone());
        }
        if !composite.definitions.is_empty() {
            let mut definitions = JavaMap::new();
            for (name, definition) in &composite.definitions {
                let definition = self.visit(*definition)?;
                self.settle_references()?;
                definitions.put(name.as_str(), self.build(definition.target)?);
            }
            unprocessed.put("$defs", Extra::Schemas(definitions));
        }
        if !unprocessed.is_empty() {
            self.change(context, |node, _| node.unprocessed = unprocessed);
        }
        Ok(())
    }

    /// Changes a builder; says whether it is one whose objects are still to come.
    fn change(&mut self, context: &Context, change: impl FnOnce(&mut Node, bool)) {
        match self.builders.get_mut(context.target.0) {
            Some(Builder::Fresh(node)) => change(node, true),
            Some(Builder::Built(id)) => {
                if let Some(node) = self.nodes.get_mut(id.0) {
                    change(node, false);
                }
            }
            None => {}
        }
    }
}

/// The class of an object whose builder is filled anew.
fn rebuilt(kind: &Kind) -> Kind {
    match kind {
        Kind::Reference(reference) => {
            let mut reference = reference.clone();
            reference.target = None;
            Kind::Reference(reference)
        }
        other => other.clone(),
    }
}

/// What stands for everything that is not named.
enum Rest {
    Refused,
    Open,
    By(NodeId),
}
