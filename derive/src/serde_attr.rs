//! What serde's attributes say about names: a JSON type is serde's, and the check against its file needs the names on the wire.

use syn::{Attribute, LitStr};

/// The names that a JSON struct has on the wire, where its attributes let a macro know.
#[derive(Default)]
pub(crate) struct SerdeType {
    rename_all: Option<String>,
    /// serde goes another way: the fields do not say what is on the wire.
    pub(crate) opaque: bool,
    /// A struct is its one field.
    pub(crate) transparent: bool,
    /// The variants of an enum are their values.
    pub(crate) untagged: bool,
    /// Properties without a field are refused.
    pub(crate) deny_unknown: bool,
    /// Fields that are absent are those of the type's default.
    pub(crate) default: bool,
}

#[derive(Default)]
pub(crate) struct SerdeField {
    pub(crate) rename: Option<String>,
    pub(crate) flatten: bool,
    pub(crate) skip: bool,
    pub(crate) default: bool,
    /// It may be absent, by a function of one's own perhaps.
    pub(crate) absent: bool,
    /// Functions read or write the value: its type does not say what is on the wire.
    pub(crate) custom: bool,
}

/// serde itself reports what is wrong with its attributes; what is not understood here is passed over.
fn each(attrs: &[Attribute], mut one: impl FnMut(&str, Option<LitStr>)) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let _ = attr.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if meta.input.peek(syn::token::Paren) {
                // rename(serialize = "...", deserialize = "..."): what is written decides.
                return meta.parse_nested_meta(|inner| {
                    let value: LitStr = inner.value()?.parse()?;
                    if inner.path.is_ident("serialize") {
                        one(&name, Some(value));
                    }
                    Ok(())
                });
            }
            let value = if meta.input.peek(syn::Token![=]) {
                let expr: syn::Expr = meta.value()?.parse()?;
                match expr {
                    syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text),
                    _ => None,
                }
            } else {
                None
            };
            one(&name, value);
            Ok(())
        });
    }
}

impl SerdeType {
    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |name, value| match name {
            "rename_all" => this.rename_all = value.map(|v| v.value()),
            "untagged" => this.untagged = true,
            "default" => this.default = true,
            "deny_unknown_fields" => this.deny_unknown = true,
            "transparent" => (this.opaque, this.transparent) = (true, true),
            "from" | "try_from" | "into" | "remote" | "tag" => this.opaque = true,
            _ => (),
        });
        this
    }

    /// The name of a field on the wire.
    pub(crate) fn name(&self, field: &SerdeField, rust: &str) -> String {
        field.rename.clone().unwrap_or_else(|| match self.rename_all.as_deref() {
            Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => rust.to_uppercase(),
            Some("PascalCase") => camel(rust, true),
            Some("camelCase") => camel(rust, false),
            Some("kebab-case") => rust.replace('_', "-"),
            Some("SCREAMING-KEBAB-CASE") => rust.to_uppercase().replace('_', "-"),
            _ => rust.to_owned(),
        })
    }
}

impl SerdeField {
    /// The name that its own attribute gives it, or that.
    pub(crate) fn name_or(&self, rust: &str) -> String {
        self.rename.clone().unwrap_or_else(|| rust.to_owned())
    }

    pub(crate) fn read(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |name, value| match name {
            "rename" => this.rename = value.map(|v| v.value()),
            "flatten" => this.flatten = true,
            // With a function of one's own the value is another than the type's: then it has to be set.
            "default" => (this.default, this.absent) = (value.is_none(), true),
            "with" | "serialize_with" => this.custom = true,
            // Ours read a value as its type does.
            "deserialize_with" => {
                let ours = |path: syn::LitStr| path.value().trim_start_matches("::").starts_with("topika::json::");
                this.custom |= !value.is_some_and(ours);
            }
            "skip" | "skip_serializing" => this.skip = true,
            _ => (),
        });
        this
    }
}

fn camel(snake: &str, mut upper: bool) -> String {
    let mut out = String::new();
    for c in snake.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(on_type: Attribute, on_field: Attribute, rust: &str) -> String {
        SerdeType::read(&[on_type]).name(&SerdeField::read(&[on_field]), rust)
    }

    #[test]
    fn names_are_those_that_serde_writes() {
        let plain: Attribute = syn::parse_quote!(#[serde(default)]);
        for (case, wire) in [
            ("camelCase", "orderId"),
            ("PascalCase", "OrderId"),
            ("kebab-case", "order-id"),
            ("SCREAMING_SNAKE_CASE", "ORDER_ID"),
            ("SCREAMING-KEBAB-CASE", "ORDER-ID"),
            ("snake_case", "order_id"),
        ] {
            assert_eq!(name(syn::parse_quote!(#[serde(rename_all = #case)]), plain.clone(), "order_id"), wire);
        }
        assert_eq!(name(plain.clone(), syn::parse_quote!(#[serde(rename = "x")]), "y"), "x");
        let two = syn::parse_quote!(#[serde(rename(serialize = "a", deserialize = "b"))]);
        assert_eq!(name(plain, two, "y"), "a");
    }

    #[test]
    fn what_hides_the_names_is_noticed() {
        assert!(SerdeType::read(&[syn::parse_quote!(#[serde(transparent)])]).opaque);
        assert!(SerdeField::read(&[syn::parse_quote!(#[serde(flatten)])]).flatten);
        assert!(SerdeField::read(&[syn::parse_quote!(#[serde(skip)])]).skip);
    }
}
