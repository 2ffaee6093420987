//! The impls, one file per kind of type. All paths are absolute: nothing that stands beside the type can change what they mean.

mod enum_;
mod event;
mod fixed;
mod json;
mod json_kind;
mod key;
mod object;
mod on;
mod record;
mod root;
mod router;
pub(crate) mod stub;
mod topic;
mod tree;
mod union;

use proc_macro2::TokenStream;
use quote::quote;

use crate::attr::Said;
use crate::binding::Binding;

pub(crate) use enum_::enumeration;
pub(crate) use event::event;
pub(crate) use fixed::fixed;
pub(crate) use json::{literal, one_of, tuple};
pub(crate) use key::key;
pub(crate) use object::object;
pub(crate) use record::record;
pub(crate) use topic::topic;
pub(crate) use tree::{slots, tree, tree_of_types};
pub(crate) use union::union;

/// `FILE` and `NAME` of a type: its file's table, and its full name in the schema.
fn constants(binding: &Binding) -> TokenStream {
    let name = binding.name();
    let file = binding.file().map(|file| quote! { const FILE: &::topika::schema::SchemaFile = &#file; });
    quote! {
        #file
        const NAME: &str = #name;
    }
}

/// What the schema says of a type besides what it is.
fn docs(said: &Said) -> TokenStream {
    let Said { doc, aliases, properties } = said;
    let properties = properties.as_deref().unwrap_or_default();
    quote!(::topika::codec::TypeText { doc: #doc, aliases: &[#(#aliases),*], properties: #properties })
}

/// `OrderPlaced` as `order_placed`, `HTTPError2` as `http_error2`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.strip_prefix("r#").unwrap_or(name).chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at + 1);
        let starts = c.is_uppercase()
            && before.is_some_and(|b| *b != '_' && (!b.is_uppercase() || after.is_some_and(|a| a.is_lowercase())));
        if starts {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn variants_become_method_names() {
        for (name, method) in [
            ("OrderPlaced", "order_placed"),
            ("HTTPError2", "http_error2"),
            ("A", "a"),
            ("Order_Placed", "order_placed"),
            ("r#Type", "type"),
        ] {
            assert_eq!(super::snake(name), method);
        }
    }
}
