use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

/// What serde makes of a type in JSON, as far as its name tells; any other type may be anything.
pub(super) fn json_kind(ty: Option<&Type>) -> TokenStream {
    known(ty).unwrap_or_else(|| quote!(::topika::schema::Ty::Any))
}

/// Whether serde wants a value for a type, as far as its name tells: what is no option, and no type that may be one by another name.
pub(super) fn must_be_there(ty: Option<&Type>) -> bool {
    let is_option = |path: &syn::TypePath| path.path.segments.last().is_none_or(|last| last.ident == "Option");
    let named = match ty {
        Some(Type::Path(path)) => !is_option(path),
        _ => false,
    };
    named && known(ty).is_some()
}

fn known(ty: Option<&Type>) -> Option<TokenStream> {
    let (name, arguments) = match ty? {
        Type::Tuple(tuple) if tuple.elems.is_empty() => return Some(quote!(::topika::schema::Ty::Null)),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            (last.ident.to_string(), &last.arguments)
        }
        _ => return None,
    };
    let types: Vec<&Type> = match arguments {
        PathArguments::AngleBracketed(list) => list
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    Some(match (name.as_str(), types.as_slice()) {
        ("String", []) => quote!(::topika::schema::Ty::String),
        ("bool", []) => quote!(::topika::schema::Ty::Boolean),
        ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize", []) => {
            quote!(::topika::schema::Ty::Long)
        }
        ("f32" | "f64", []) => quote!(::topika::schema::Ty::Double),
        // Whether it may be absent or null is another question.
        ("Option" | "Box", [inner]) => return known(Some(inner)),
        ("Vec" | "VecDeque" | "BTreeSet" | "HashSet", [items, ..]) => {
            let items = json_kind(Some(items));
            quote!(::topika::schema::Ty::Array(&#items))
        }
        ("BTreeMap" | "HashMap", [_, values, ..]) => {
            let values = json_kind(Some(values));
            quote!(::topika::schema::Ty::Map(&#values))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(ty: Type) -> String {
        json_kind(Some(&ty)).to_string().replace(' ', "").replace("::topika::schema::Ty::", "")
    }

    #[test]
    fn what_a_name_tells_is_known_and_nothing_else() {
        assert_eq!(kind(syn::parse_quote!(Option<Box<std::string::String>>)), "String");
        assert_eq!(kind(syn::parse_quote!(Vec<Option<u32>>)), "Array(&Long)");
        assert_eq!(kind(syn::parse_quote!(HashMap<String, Vec<f64>>)), "Map(&Array(&Double))");
        assert_eq!(kind(syn::parse_quote!(())), "Null");
        for any in [syn::parse_quote!(Money), syn::parse_quote!((i64, i64)), syn::parse_quote!(<A as B>::String)] {
            assert_eq!(kind(any), "Any");
        }
        assert_eq!(json_kind(None).to_string().replace(' ', ""), "::topika::schema::Ty::Any");
    }
}
