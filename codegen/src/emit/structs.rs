use proc_macro2::TokenStream;
use quote::quote;
use topika_contract::text::json::quoted;

use super::checks;
use super::defaults::constants;
use super::doc::doc_from;
use super::look::{self, of_type};
use super::path::{ty, way, written_as};
use crate::ir::{Default, Extra, Field, FileRef, Ir, Role, Struct, Ty, TypeDef, Wire};
use crate::names::Ident;

pub(super) fn record(ir: &Ir, def: &TypeDef, body: &Struct) -> TokenStream {
    let doc = of_type(def);
    let mut derive = vec!["Clone", "Debug", "PartialEq"];
    if def.wire == Wire::Json {
        match look::says_serde(def) {
            true => derive.extend(["::topika::serde::Serialize", "::topika::serde::Deserialize"]),
            false => derive.push("::topika::Object"),
        }
    }
    match (def.wire, &def.role) {
        (_, Role::Event { .. }) => derive.push("::topika::Event"),
        (Wire::Avro, _) => derive.push("::topika::Record"),
        (Wire::Json, _) => {}
    }
    if def.wire == Wire::Json {
        derive.push("::topika::Validate");
    }
    let derive = look::look(def, &derive);
    let serde = match (def.wire, &body.extra) {
        (Wire::Avro, _) => quote!(),
        (Wire::Json, Extra::Refused) => quote!(#[serde(crate = "::topika::serde", deny_unknown_fields)]),
        (Wire::Json, _) => quote!(#[serde(crate = "::topika::serde")]),
    };
    let event = role(ir, def);
    let name = &def.name;
    let fields = body.fields.iter().map(|field| self::field(ir, def, field));
    let extra = match &body.extra {
        Extra::Kept(name, values, checks) => {
            // serde holds the values back, and what they are read by with them; any values need nothing.
            let strictly = (*values != Ty::Json).then(|| quote!(, deserialize_with = "::topika::json::additional"));
            let values = ty(ir, &def.module, values);
            let checks = checks::attribute(checks);
            quote! {
                #[doc = " Properties that the schema does not name."]
                #[serde(flatten #strictly)]
                #checks
                pub #name: ::std::collections::BTreeMap<String, #values>,
            }
        }
        Extra::None | Extra::Refused => quote!(),
    };
    let checks = checks::attribute(&def.checks);
    let constants = constants(ir, def, body);
    quote! {
        #doc
        #derive
        #serde
        #event
        #checks
        pub struct #name {
            #(#fields)*
            #extra
        }
        #constants
    }
}

/// The derive of an event, after others.
pub(super) fn event_derive(def: &TypeDef) -> Option<&'static str> {
    matches!(def.role, Role::Event { .. }).then_some("::topika::Event")
}

/// The attribute that binds a type to its schema file.
pub(super) fn role(ir: &Ir, def: &TypeDef) -> TokenStream {
    match &def.role {
        Role::Unnamed => quote!(),
        Role::Named { file, name } => {
            let (schema, tables, also) = (schema(file), tables(ir), also(def));
            quote!(#[event(#schema, name = #name #tables)] #also)
        }
        Role::Event { file, on } => {
            let schema = schema(file);
            let tables = tables(ir);
            let on = on.as_ref().map(|on| {
                let way = way(&def.module, &[Ident::new("topics")]);
                let topic = &on.topic;
                let key = super::topic::paths(&on.key);
                let key = (!on.key.is_empty()).then(|| quote!(, key = #key));
                let keyed = on.keyed.then(|| quote!(, keyed));
                quote!(, topic = #way #topic #key #keyed)
            });
            let also = also(def);
            quote!(#[event(#schema #on #tables)] #also)
        }
    }
}

fn schema(file: &FileRef) -> TokenStream {
    let path = &file.path;
    let version = file.version.map(proc_macro2::Literal::u32_unsuffixed).map(|version| quote!(, version = #version));
    quote!(schema = #path #version)
}

/// Where the tables are, if not at `crate::events`.
fn tables(ir: &Ir) -> TokenStream {
    ir.module.as_ref().map(|module| quote!(, tables = crate #(::#module)*)).unwrap_or_default()
}

fn field(ir: &Ir, def: &TypeDef, field: &Field) -> TokenStream {
    let doc = doc_from(field.doc.as_deref(), &field.origin);
    let attribute = match def.wire {
        Wire::Avro => avro_attribute(ir, def, field),
        Wire::Json => json_attribute(field),
    };
    let checks = match def.wire {
        Wire::Json if is_foreign(&field.ty) => quote!(#[validate(skip)]),
        _ => checks::attribute(&field.checks),
    };
    let name = &field.name;
    let of = ty(ir, &def.module, &field.ty);
    let look = look::field(def, field);
    quote! {
        #doc
        #attribute
        #look
        #checks
        pub #name: #of,
    }
}

/// Whether a value is of a type that the user has written: it says itself what is wrong with it.
fn is_foreign(ty: &Ty) -> bool {
    match ty {
        Ty::Option(inner) => is_foreign(inner),
        Ty::Foreign(_) => true,
        _ => false,
    }
}

fn avro_attribute(ir: &Ir, def: &TypeDef, field: &Field) -> TokenStream {
    let mut said = Vec::new();
    if field.name.text() != field.schema_name {
        let name = &field.schema_name;
        said.push(quote!(rename = #name));
    }
    said.extend(field.aliases.iter().map(|alias| quote!(alias = #alias)));
    match &field.default {
        Default::None | Default::Absent => {}
        Default::Null => said.push(quote!(default)),
        Default::Json(text) => said.push(quote!(default = json(#text))),
    }
    if let Some(way) = written_as(ir, &def.module, &field.ty) {
        said.push(quote!(as = #way));
    }
    if field.null_last {
        said.push(quote!(null_last));
    }
    said.extend(field.order.map(|order| quote!(order = #order)));
    // What is redacted says by that that it is personal.
    let redacted = def.look.field(&field.schema_name).is_some_and(|look| look.redacted);
    let tags = |(name, json): &&(String, String)| !(redacted && name == "confluent:tags" && json == r#"["PII"]"#);
    said.extend(properties(field.properties.iter().filter(tags)));
    said.extend(field.type_properties.iter().map(|(place, said)| {
        let (place, said) = ((!place.is_empty()).then(|| quote!(#place,)), object(said.iter()));
        quote!(type_properties(#place json(#said)))
    }));
    if said.is_empty() { quote!() } else { quote!(#[event(#(#said),*)]) }
}

/// What Avro does not know, as the derive takes it; nothing where there is none.
fn properties<'p>(said: impl Iterator<Item = &'p (String, String)>) -> Option<TokenStream> {
    let text = object(said);
    (text != "{}").then(|| quote!(properties = json(#text)))
}

fn object<'p>(members: impl Iterator<Item = &'p (String, String)>) -> String {
    let members: Vec<String> = members.map(|(name, json)| format!("{}:{json}", quoted(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// What the schema says of a type besides what it is, so that a type which is copied says it too.
fn also(def: &TypeDef) -> TokenStream {
    let mut said: Vec<TokenStream> = def.aliases.iter().map(|alias| quote!(alias = #alias)).collect();
    said.extend(properties(def.properties.iter()));
    if said.is_empty() { quote!() } else { quote!(#[event(#(#said),*)]) }
}

fn json_attribute(field: &Field) -> TokenStream {
    let mut said = Vec::new();
    if field.name.text() != field.schema_name {
        let name = &field.schema_name;
        said.push(quote!(rename = #name));
    }
    match (&field.default, &field.ty) {
        (Default::Absent, _) => {
            said.push(quote!(default));
            said.push(quote!(skip_serializing_if = "Option::is_none"));
            // What is there is a value, also where it is null.
            said.push(quote!(deserialize_with = "::topika::json::present"));
        }
        // To serde a missing option is none of it.
        (_, Ty::Option(_)) => said.push(quote!(deserialize_with = "::topika::json::required")),
        _ => {}
    }
    if said.is_empty() { quote!() } else { quote!(#[serde(#(#said),*)]) }
}
