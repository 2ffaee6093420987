use std::borrow::Cow;

use super::keywords::{holds_names, is_known};
use super::knots::Loader;
use super::raw::Raw;
use crate::compat::json::loaded::refusal::Refusal;
use crate::text::json::Value;

impl<'d> Loader<'d> {
    /// Registers every subschema with an `$id` or an anchor. In a text of its own, values below unknown keywords are passed over; of
    /// the schema's own text the loader knows no places, and looks everywhere.
    pub(super) fn collect(&mut self, raw: &Raw<'d>, steps: &mut Vec<Cow<'d, str>>) -> Result<(), Refusal> {
        if raw.number > 0 && stops(steps) {
            return Ok(());
        }
        match &raw.json.value {
            Value::Object(_) => {
                let raw = *raw;
                self.within(&raw, |loader| {
                    if raw.get("$id").is_some_and(|id| id.json.as_str().is_some()) {
                        let base = loader.base.clone();
                        loader.register(&base, raw)?;
                    }
                    for keyword in ["$anchor", "$dynamicAnchor"] {
                        let Some(anchor) = raw.get(keyword) else { continue };
                        let Some(name) = anchor.json.as_str() else { continue };
                        let uri = loader.seen_from_base(&format!("#{name}"));
                        let Some(uri) = uri else {
                            return Err(anchor.refuse("the registry takes no such anchor"));
                        };
                        if keyword == "$anchor" {
                            loader.register(&uri, raw)?;
                        } else {
                            let number = loader.knot(&uri);
                            if let Some(knot) = loader.knots.get_mut(number) {
                                knot.base = knot.base.take().filter(|_| knot.raw.is_some());
                                knot.raw = Some(raw);
                            }
                        }
                    }
                    for (name, value) in raw.members()? {
                        if !matches!(name, "enum" | "const") {
                            steps.push(Cow::Borrowed(name));
                            loader.collect(&value, steps)?;
                            steps.pop();
                        }
                    }
                    Ok(())
                })
            }
            Value::Array(_) => {
                for (index, item) in raw.items()?.iter().enumerate() {
                    steps.push(Cow::Owned(index.to_string()));
                    self.collect(item, steps)?;
                    steps.pop();
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn stops(steps: &[Cow<'_, str>]) -> bool {
    match steps {
        [.., before, last] => !is_known(last) && !holds_names(before),
        [only] => !is_known(only),
        [] => false,
    }
}
