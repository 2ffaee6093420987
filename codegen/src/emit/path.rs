use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

use crate::ir::{Body, Code, Ir, Ty, TypeDef, TypeId, Way};
use crate::names::Ident;

impl ToTokens for Ident {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let make = if self.is_raw() { proc_macro2::Ident::new_raw } else { proc_macro2::Ident::new };
        make(self.text(), Span::call_site()).to_tokens(tokens);
    }
}

/// A type as it is written in `module`.
pub(super) fn ty(ir: &Ir, module: &[Ident], of: &Ty) -> TokenStream {
    let inner = |inner: &Ty| ty(ir, module, inner);
    match of {
        Ty::Unit => quote!(()),
        Ty::Bool => quote!(bool),
        Ty::I32 => quote!(i32),
        Ty::I64 => quote!(i64),
        Ty::U64 => quote!(u64),
        Ty::F32 => quote!(f32),
        Ty::F64 => quote!(f64),
        Ty::String => quote!(String),
        Ty::Bytes => quote!(::topika::types::Bytes),
        Ty::Decimal { precision, scale } => {
            let precision = proc_macro2::Literal::u32_unsuffixed(*precision);
            let scale = proc_macro2::Literal::u32_unsuffixed(*scale);
            quote!(::topika::types::Decimal<#precision, #scale>)
        }
        Ty::BigDecimal { precision, scale } => {
            let precision = proc_macro2::Literal::u32_unsuffixed(*precision);
            let scale = proc_macro2::Literal::u32_unsuffixed(*scale);
            quote!(::topika::types::BigDecimal<#precision, #scale>)
        }
        Ty::Duration => quote!(::topika::types::Duration),
        Ty::Uuid => quote!(::topika::types::Uuid),
        Ty::Date => quote!(::topika::types::Date),
        Ty::TimeMillis => quote!(::topika::types::TimeMillis),
        Ty::TimeMicros => quote!(::topika::types::TimeMicros),
        Ty::TimestampMillis => quote!(::topika::types::TimestampMillis),
        Ty::TimestampMicros => quote!(::topika::types::TimestampMicros),
        Ty::TimestampNanos => quote!(::topika::types::TimestampNanos),
        Ty::LocalTimestampMillis => quote!(::topika::types::LocalTimestampMillis),
        Ty::LocalTimestampMicros => quote!(::topika::types::LocalTimestampMicros),
        Ty::LocalTimestampNanos => quote!(::topika::types::LocalTimestampNanos),
        Ty::Json => quote!(::topika::serde_json::Value),
        Ty::JsonNumber => quote!(::topika::serde_json::Number),
        Ty::Text(format) => {
            let format = Ident::new(format);
            quote!(::topika::types::text::#format)
        }
        Ty::Tuple(each) => {
            let each = each.iter().map(inner);
            quote!((#(#each,)*))
        }
        Ty::Option(of) | Ty::NullLast(of) => {
            let of = inner(of);
            quote!(Option<#of>)
        }
        Ty::Foreign(foreign) => code(&foreign.rust),
        Ty::Vec(of) => {
            let of = inner(of);
            quote!(Vec<#of>)
        }
        Ty::HashMap(of) => {
            let of = inner(of);
            quote!(::std::collections::HashMap<String, #of>)
        }
        Ty::VecMap(of) => {
            let of = inner(of);
            quote!(::topika::types::VecMap<String, #of>)
        }
        Ty::BTreeMap(of) => {
            let of = inner(of);
            quote!(::std::collections::BTreeMap<String, #of>)
        }
        Ty::Named(id) => named(ir, module, *id),
        Ty::Boxed(id) => {
            let of = named(ir, module, *id);
            quote!(Box<#of>)
        }
    }
}

fn code(code: &Code) -> TokenStream {
    // A `Code` is made by parsing, so this parses.
    syn::parse_str::<syn::Type>(code.as_str()).map(|ty| quote!(#ty)).unwrap_or_default()
}

/// The type through which a type is written, as `#[event(as = ...)]` has it; none for one that says it itself.
pub(super) fn written_as(ir: &Ir, module: &[Ident], of: &Ty) -> Option<TokenStream> {
    let inner = |inner: &Ty| written_as(ir, module, inner);
    Some(match of {
        Ty::Foreign(foreign) => match &foreign.way {
            Way::Itself => return None,
            Way::Type(of) => inner(of).unwrap_or_else(|| ty(ir, module, of)),
            Way::Code(way) => code(way),
        },
        Ty::NullLast(of) => {
            let of = inner(of).unwrap_or_else(|| quote!(_));
            quote!(::topika::types::NullLast<#of>)
        }
        Ty::Option(of) => {
            let of = inner(of)?;
            quote!(Option<#of>)
        }
        Ty::Vec(of) => {
            let of = inner(of)?;
            quote!(Vec<#of>)
        }
        Ty::HashMap(of) => {
            let of = inner(of)?;
            quote!(::std::collections::HashMap<String, #of>)
        }
        Ty::BTreeMap(of) => {
            let of = inner(of)?;
            quote!(::std::collections::BTreeMap<String, #of>)
        }
        Ty::VecMap(of) => {
            let of = inner(of)?;
            quote!(::topika::types::VecMap<String, #of>)
        }
        _ => return None,
    })
}

/// The same as an attribute, for what has no other.
pub(super) fn as_attribute(ir: &Ir, module: &[Ident], of: &Ty) -> TokenStream {
    written_as(ir, module, of).map(|way| quote!(#[event(as = #way)])).unwrap_or_default()
}

/// The path of a generated or hand-written type, seen from `module`.
pub(super) fn named(ir: &Ir, module: &[Ident], id: TypeId) -> TokenStream {
    // Ids come from the same lowering as the types.
    let Some(def) = ir.types.get(id.0) else { return quote!(()) };
    match &def.body {
        Body::External(path) => quote!(crate #(::#path)*),
        _ => relative(module, def),
    }
}

fn relative(module: &[Ident], def: &TypeDef) -> TokenStream {
    let way = way(module, &def.module);
    let name = &def.name;
    quote!(#way #name)
}

/// The way from one module to another, as a prefix of a path: `super::types::`.
pub(super) fn way(from: &[Ident], to: &[Ident]) -> TokenStream {
    let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let up = (common..from.len()).map(|_| quote!(super::));
    let down = to.iter().skip(common).map(|segment| quote!(#segment::));
    // A bare first segment could also name a crate.
    let here = (common == from.len() && common < to.len()).then(|| quote!(self::));
    quote!(#here #(#up)* #(#down)*)
}
