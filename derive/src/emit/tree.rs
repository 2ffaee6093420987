//! Fields as the codec takes them: tuples of up to eight, and trees of these.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

/// As many as the codec's tuples have at most.
const TUPLE: usize = 8;

/// Names for the values of so many fields. A field's own name could be that of a constant.
pub(crate) fn slots(count: usize) -> Vec<Ident> {
    (0..count).map(|at| format_ident!("field_{at}")).collect()
}

/// As a value or a pattern.
pub(crate) fn tree(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items: Vec<_> = items.into_iter().collect();
    fold(&items, |left, right| quote!(::topika::codec::fields::Then(#left, #right)))
}

/// As a type.
pub(crate) fn tree_of_types(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items: Vec<_> = items.into_iter().collect();
    fold(&items, |left, right| quote!(::topika::codec::fields::Then<#left, #right>))
}

/// The same for the properties of an object, as a value or a pattern.
pub(crate) fn object_tree(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items: Vec<_> = items.into_iter().collect();
    fold(&items, |left, right| quote!(::topika::json::object::Then(#left, #right)))
}

/// As a type.
pub(crate) fn object_tree_of_types(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items: Vec<_> = items.into_iter().collect();
    fold(&items, |left, right| quote!(::topika::json::object::Then<#left, #right>))
}

fn fold<T: ToTokens>(items: &[T], then: fn(TokenStream, TokenStream) -> TokenStream) -> TokenStream {
    if items.len() <= TUPLE {
        return quote!((#(#items,)*));
    }
    // Halves, so that a record of very many fields is no deep type.
    let left = items.len().div_ceil(TUPLE).div_ceil(2).saturating_mul(TUPLE);
    match items.split_at_checked(left) {
        Some((left, right)) => then(fold(left, then), fold(right, then)),
        None => quote!((#(#items,)*)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_eight_are_a_tree() {
        let text =
            |count| tree(slots(count)).to_string().replace([' ', '_'], "").replace("::topika::codec::fields::", "");
        assert_eq!(text(0), "()");
        assert_eq!(text(1), "(field0,)");
        assert_eq!(text(9), "Then((field0,field1,field2,field3,field4,field5,field6,field7,),(field8,))");
        assert_eq!(text(20).matches("Then").count(), 2);
        assert_eq!(text(1000).matches("Then").count(), 124);
    }
}
