use proc_macro2::TokenStream;
use quote::quote;

use super::*;

/// The emitted items as text without white space, after a look that they are Rust.
fn emitted(tokens: TokenStream) -> String {
    let file = syn::parse2::<syn::File>(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    assert!(!file.items.is_empty());
    let text = tokens.to_string();
    assert!(!text.contains("compile_error"), "{text}");
    text.replace([' ', '\n'], "")
}

/// The messages of the compile errors.
fn errors(tokens: TokenStream) -> Vec<String> {
    let file = syn::parse2::<syn::File>(tokens).unwrap();
    let message = |item: syn::Item| match item {
        syn::Item::Macro(item) => Some(item.mac.parse_body::<syn::LitStr>().unwrap().value()),
        // What stands in for the impls.
        syn::Item::Impl(_) => None,
        other => panic!("no error: {other:?}"),
    };
    file.items.into_iter().filter_map(message).collect()
}

fn one_error(tokens: TokenStream, says: &str) {
    let errors = errors(tokens);
    assert!(matches!(errors.as_slice(), [one] if one.contains(says)), "{errors:#?}");
}

#[test]
fn a_bound_event_refers_to_the_table_of_its_file() {
    let text = emitted(event(quote! {
        #[event(schema = "orders/order-placed.avsc")]
        struct OrderPlaced { #[event(rename = "type")] kind: i32, #[event(null_last)] note: Option<String>, r#in: bool }
    }));
    assert!(text.contains("&crate::events::__topika::ORDERS__ORDER_PLACED__AVSC,"), "{text}");
    assert!(text.contains("assert_record::<OrderPlaced>(\"OrderPlaced\""));
    assert!(text.contains("fields:\"type\\nnote\\nin\""), "{text}");
    assert!(text.contains("typeFields=(i32,::topika::codec::null_last::Field<Option<String>>,bool,)"), "{text}");
    assert!(text.contains("(&self.kind,::topika::codec::null_last::Field(&self.note),&self.r#in,)"), "{text}");
    assert!(text.contains("descriptor::<OrderPlaced>"));
    assert!(!text.contains("#[test]"));
}

#[test]
fn a_frozen_version_says_its_topic_and_key() {
    let text = emitted(event(quote! {
        #[event(schema = "a/b.avsc", version = 2, tables = my::tables, topic = "super::Topic", key = "id, kind")]
        struct B { id: String, kind: i32 }
    }));
    assert!(text.contains("&my::tables::__topika::A__B__AVSC__V2,"), "{text}");
    assert!(text.contains("EventOf<super::Topic>forB"));
    assert!(text.contains(
        "::of((::topika::event::KeyField::to_key(&self.id),::topika::event::KeyField::to_key(&self.kind),))"
    ));
}

#[test]
fn a_type_that_is_written_first_brings_its_text_and_a_test() {
    let text = emitted(event(quote! {
        /// A user
        /// signed "up".
        #[event(name = "user-site.user-created", project = "x")]
        struct UserCreated {
            /// Who.
            #[event(default = "a\"b\n", alias = "uid")] id: String,
            #[event(default = -2)] a: i32,
            #[event(default = -2.5)] b: f64,
            #[event(default = true)] c: bool,
            #[event(default)] d: Option<String>,
            #[event(default = json("[1]"))] e: Vec<i32>,
        }
    }));
    assert!(text.contains("record:\"user_site.UserCreated\""), "{text}");
    assert!(text.contains(r#""Auser\nsigned\"up\".""#), "{text}");
    assert!(text.contains(r#"Some("\"a\\\"b\\u000a\"")"#), "{text}");
    assert!(text.contains("Some(\"-2\")") && text.contains("Some(\"-2.5\")") && text.contains("Some(\"true\")"));
    assert!(text.contains("Some(\"null\")") && text.contains("Some(\"[1]\")") && text.contains("aliases:&[\"uid\"]"));
    assert!(text.contains("fnuser_created_is_what_its_schema_file_says()"));
    assert!(text.contains("avro_text::<UserCreated>"));
}

#[test]
fn a_json_event_is_serde_s() {
    let text = emitted(event(quote! {
        #[serde(rename_all = "camelCase")]
        #[event(schema = "kitchen/ticket-ready.schema.json")]
        struct TicketReady { order_id: String, #[serde(rename = "x")] y: i32, #[serde(skip)] z: i32 }
    }));
    let kinds = "(\"orderId\",::topika::schema::Ty::String,true),(\"x\",::topika::schema::Ty::Long,true)";
    assert!(text.contains(&format!("assert_json(\"TicketReady\",&[{kinds}],FILE)")), "{text}");
    assert!(text.contains("typeCoding=::topika::event::Json"));
    assert!(!text.contains("AvroValue"));
    let text = emitted(event(quote! {
        #[event(schema = "a/b.json")]
        struct B { #[serde(flatten)] rest: Rest }
    }));
    assert!(!text.contains("assert_json"));
    let text = emitted(event(quote! {
        #[event(name = "a.b", format = "json")]
        struct B { x: i32 }
    }));
    assert!(text.contains("json_text::<B>"));
}

#[test]
fn nested_types_are_bound_or_written_first() {
    let text = emitted(record(quote! { #[event(schema = "a/b.avsc", name = "a.Line")] struct Line { x: i32 } }));
    assert!(text.contains("name:\"a.Line\"") && text.contains("text.primitive(\"a.Line\")"), "{text}");
    let text = emitted(record(quote! { #[event(namespace = "a", name = "Line")] struct Line {} }));
    assert!(text.contains("text.record(\"a.Line\""));
    let text = emitted(enumeration(quote! {
        #[event(schema = "a/b.avsc", name = "a.E")] enum E { #[event(rename = "A", default)] Aa, B }
    }));
    assert!(
        text.contains("&[\"A\",\"B\"]")
            && text.contains("assert_enum(\"E\",SYMBOLS,::core::option::Option::Some(\"A\")")
    );
    let text = emitted(enumeration(quote! { #[event(name = "E")] enum E { A } }));
    assert!(text.contains("text.enumeration(NAME"));
    let text = emitted(union(quote! { enum U { Null, A(i32) } }));
    assert!(
        text.contains("Self::Null=>sink.long(0i64)") && text.contains("Self::A(value)=>{sink.long(1i64)"),
        "{text}"
    );
    let text = emitted(fixed(quote! { #[event(schema = "a/b.avsc", name = "a.F")] struct F([u8; 4]); }));
    assert!(text.contains("assert_fixed(\"F\",SIZE,FILE,NAME)"));
    assert!(emitted(fixed(quote! { #[event(name = "a.F")] struct F([u8; 4]); })).contains("text.fixed(NAME"));
}

#[test]
fn a_topic_gets_its_router_and_its_events_their_topic() {
    let text = emitted(topic(quote! {
        #[topic(name = "food-orders", key = "id", partitions = 3, retention = "7d")]
        pub enum FoodOrders { OrderPlaced(A), #[topic(field = "kind")] Type(B) }
    }));
    assert!(text.contains("retention_ms:::core::option::Option::Some(604800000u64)"), "{text}");
    assert!(
        text.contains("replication:::core::option::Option::None,") && text.contains("configs:&[],},environments:&[],"),
        "{text}"
    );
    assert!(text.contains("pubfnorder_placed<H:") && text.contains("pubfnr#type<H:"));
    assert!(text.contains("write_as_key(&self.id,out)") && text.contains("write_as_key(&self.kind,out)"), "{text}");
    assert!(text.contains("EventOf<FoodOrders>forA") && text.contains("From<B>forFoodOrders"));
    assert!(text.contains("plain:false,mixed:false") && !text.contains("assert_mixed"), "{text}");
    let text = emitted(topic(quote! {
        #[topic(name = "a", replication = 3, retention = "forever", configs("segment.ms" = "5"), environment("prod", partitions = 48, configs("a" = "b")))]
        enum A { B(B) }
    }));
    assert!(
        text.contains("replication:::core::option::Option::Some(3u16)")
            && text.contains("Some(18446744073709551615u64)"),
        "{text}"
    );
    assert!(text.contains("configs:&[(\"segment.ms\",\"5\")]") && text.contains("environments:&[(\"prod\",::topika::schema::TopicSettings{partitions:::core::option::Option::Some(48u32)"), "{text}");
    assert!(text.contains("dead_letters:::core::option::Option::None"), "{text}");
    let named = emitted(topic(quote! { #[topic(name = "a", dead_letters = "a.failed")] enum A { B(B) } }));
    assert!(named.contains("dead_letters:::core::option::Option::Some(\"a.failed\")"), "{named}");
    for (said, error) in [
        (quote!(dead_letters = "a b"), "Kafka allows letters"),
        (quote!(dead_letters = "a"), "the dead letters of a topic go to another topic"),
        (quote!(replication = 0), "a partition has one copy at least"),
        (quote!(environment("a", retain = "1d")), "unknown key of an environment"),
        (quote!(environment("a"), environment("a")), "an environment is said twice"),
    ] {
        one_error(topic(quote! { #[topic(name = "a", #said)] enum A { B(B) } }), error);
    }
    let plain = |said| emitted(topic(quote! { #[topic(name = "a.b", #said)] enum AB { B(B) } }));
    assert!(plain(quote!(framing = "none")).contains("plain:true,mixed:false"));
    let text = plain(quote!(framing = "registry", mixed));
    assert!(text.contains("plain:false,mixed:true") && text.contains("assert_mixed(<ABas"), "{text}");
    let text = emitted(topic(quote! { #[topic(name = "a.b")] enum AB { B(B) } }));
    assert!(
        text.contains("OnlyforB")
            && text.contains("EventOf<B>forB")
            && text.contains("partitions:::core::option::Option::None")
    );
}

#[test]
fn an_event_without_a_schema_is_told_both_ways() {
    one_error(event(quote! { struct A { x: i32 } }), "an event says where its schema is");
    one_error(event(quote! { #[event(name = "a")] struct A { x: i32 } }), "an event's name is `domain.event`");
    one_error(event(quote! { #[event(name = "a.B")] struct A { x: i32 } }), "in lower case");
    one_error(
        event(quote! { #[event(schema = "a/b.avsc", name = "a.b")] struct A { x: i32 } }),
        "with `schema` the file says",
    );
    one_error(
        event(quote! { #[event(schema = "a/b.proto")] struct A { x: i32 } }),
        "ends in `.avsc` (Avro) or `.json`",
    );
    one_error(event(quote! { #[event(schema = "schemas/a/b.avsc")] struct A { x: i32 } }), "the one below `schemas/`");
    one_error(event(quote! { #[event(name = "a.b", version = 1)] struct A { x: i32 } }), "this needs `schema");
    one_error(event(quote! { #[event(name = "a.b", format = "xml")] struct A { x: i32 } }), "\"avro\" and \"json\"");
    one_error(
        event(quote! { #[event(name = "a.b", format = "json", namespace = "x")] struct A { x: i32 } }),
        "no namespaces",
    );
    one_error(
        event(quote! { #[event(name = "a.b", namespace = "x-y")] struct A { x: i32 } }),
        "is no name of a schema",
    );
    one_error(event(quote! { #[event(name = "a.b", key = "x")] struct A { x: i32 } }), "goes with `topic");
}

#[test]
fn attributes_are_known_and_said_once() {
    one_error(
        event(quote! { #[event(schema = "a/b.avsc", colour = 1)] struct A { x: i32 } }),
        "unknown attribute of a type",
    );
    one_error(
        event(quote! { #[event(schema = "a/b.avsc", schema = "a/c.avsc")] struct A { x: i32 } }),
        "`schema` is said twice",
    );
    one_error(event(quote! { #[event(schema = "a/b.avsc")] struct A { #[event(skip)] x: i32 } }), "there are `rename`");
    one_error(topic(quote! { #[topic(name = "a", size = 1)] enum A { B(B) } }), "unknown attribute of a topic;");
    one_error(
        topic(quote! { #[topic(name = "a")] enum A { #[topic(x = 1)] B(B) } }),
        "unknown attribute of a topic's variant",
    );
}

#[test]
fn defaults_are_values_that_a_schema_can_say() {
    let with = |default: TokenStream, ty: TokenStream| {
        event(quote! { #[event(name = "a.b")] struct A { #[event(#default)] x: #ty } })
    };
    one_error(with(quote!(default), quote!(i32)), "bare `default` means null");
    one_error(with(quote!(default = f()), quote!(i32)), "a default is a literal, or json");
    one_error(with(quote!(default = json(1)), quote!(i32)), "json(...) takes one string");
    one_error(with(quote!(null_last), quote!(i32)), "`null_last` stands on an `Option` only");
}

#[test]
fn shapes_that_have_no_schema_are_said() {
    one_error(event(quote! { #[event(name = "a.b")] struct A(i32, i32); }), "a struct with named fields");
    one_error(event(quote! { #[event(name = "a.b")] enum A { B { x: i32 } } }), "a branch holds one value");
    one_error(event(quote! { #[event(name = "a.b")] union A { b: u8 } }), "a struct with named fields");
    one_error(event(quote! { #[event(name = "a.b")] struct A<T> { x: Vec<T> } }), "no type parameters");
    one_error(record(quote! { struct A { x: i32 } }), "a nested type says its full name");
    one_error(record(quote! { #[event(name = "a.A", schema = "a.json")] struct A { x: i32 } }), "serde's alone");
    one_error(record(quote! { #[event(name = "a.A", topic = T)] struct A { x: i32 } }), "only an event is on a topic");
    one_error(record(quote! { #[event(name = "a.A", format = "avro")] struct A { x: i32 } }), "only an event has this");
    one_error(enumeration(quote! { #[event(name = "a.A")] struct A; }), "a struct derives `Record`");
    one_error(enumeration(quote! { #[event(name = "a.A")] enum A { B(i32) } }), "derives `Union`");
    one_error(enumeration(quote! { #[event(name = "a.A")] enum A {} }), "a symbol at least");
    one_error(union(quote! { struct A; }), "a union is an enum");
    one_error(union(quote! { enum A {} }), "a branch at least");
    one_error(union(quote! { enum A { B { x: i32 } } }), "a branch holds one value");
    one_error(union(quote! { enum A { B, C } }), "null once at most");
    one_error(fixed(quote! { #[event(name = "a.A")] struct A(Vec<u8>); }), "a newtype of bytes");
    one_error(topic(quote! { #[topic(name = "a")] struct A; }), "a topic is an enum");
    one_error(topic(quote! { #[topic(name = "a")] enum A { B } }), "a variant of a topic holds its event");
    one_error(topic(quote! { #[topic(name = "a")] enum A {} }), "an event at least");
    assert!(!errors(event(quote! { fn f() {} })).is_empty());
}

#[test]
fn names_are_checked_and_said_once() {
    let of = |fields: TokenStream| event(quote! { #[event(name = "a.b")] struct A { #fields } });
    one_error(of(quote! { x: i32, #[event(rename = "x")] y: i32 }), "two fields are `x`");
    one_error(of(quote! { #[event(rename = "x-y")] y: i32 }), "no Avro name");
    one_error(of(quote! { y: u64 }), "Avro has no `u64`; take i64 or");
    one_error(of(quote! { y: u8 }), "take i32");
    one_error(of(quote! { y: char }), "take String");
    one_error(of(quote! { y: u32 }), "take i64");
    let of = |variants: TokenStream| enumeration(quote! { #[event(name = "a.A")] enum A { #variants } });
    one_error(of(quote! { B, #[event(rename = "B")] C }), "two variants are the symbol `B`");
    one_error(of(quote! { #[event(rename = "x y")] B }), "no Avro symbol");
    one_error(of(quote! { #[event(default)] B, #[event(default)] C }), "one default");
    one_error(of(quote! { #[event(default = 1)] B }), "`default` has no value");
    one_error(of(quote! { #[event(null_last)] B }), "`null_last` is for fields");
}

#[test]
fn a_json_event_s_fields_carry_serde_s_attributes_only() {
    one_error(
        event(quote! { #[event(schema = "a/b.json")] struct A { #[event(default)] x: Option<i32> } }),
        "names and defaults of a JSON event are serde's",
    );
}

#[test]
fn a_personal_field_is_marked_in_the_schema_that_it_gives() {
    let text = event(quote! { #[event(name = "a.b")] struct A { #[event(personal)] email: String, id: String } });
    let text = text.to_string().replace(' ', "");
    assert!(
        text.contains(r#"name:"email",doc:"",default:::core::option::Option::None,aliases:&[],personal:true"#),
        "{text}"
    );
    assert!(
        text.contains(r#"name:"id",doc:"",default:::core::option::Option::None,aliases:&[],personal:false"#),
        "{text}"
    );
    let text = event(quote! {
        #[event(name = "a.b", format = "json")]
        struct A { #[event(personal)] #[serde(rename = "e-mail")] email: String, id: String }
    });
    assert!(text.to_string().replace(' ', "").contains(r#"json_text::<A>(&["e-mail"])"#), "{text}");
    one_error(
        event(
            quote! { #[event(name = "a.b", format = "json")] struct A { #[event(personal)] #[serde(flatten)] b: B } },
        ),
        "serde's attributes hide the property",
    );
}

#[test]
fn topics_are_what_kafka_takes() {
    one_error(topic(quote! { enum A { B(B) } }), "a topic has a name");
    one_error(topic(quote! { #[topic(name = "a b")] enum A { B(B) } }), "Kafka allows letters");
    one_error(topic(quote! { #[topic(name = "a", partitions = 0)] enum A { B(B) } }), "one partition at least");
    one_error(topic(quote! { #[topic(name = "a", retention = "7 days")] enum A { B(B) } }), "a number and a unit");
    one_error(topic(quote! { #[topic(name = "a", key = "x y")] enum A { B(B) } }), "is no field name");
    one_error(
        topic(quote! { #[topic(name = "a", key = "x")] enum A { #[topic(field = "a, b")] B(B) } }),
        "has 1 fields, this names 2",
    );
    one_error(topic(quote! { #[topic(name = "a")] enum A { B(B), C(B) } }), "on the topic already");
    one_error(topic(quote! { #[topic(name = "a")] enum A { Otherwise(B) } }), "a method of every router");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let all = errors(event(quote! {
        #[event(schema = "a/b.avsc", colour = 1)]
        struct A<T> { #[event(default)] x: T, #[event(rename = "x")] y: u64 }
    }));
    assert_eq!(all.len(), 5, "{all:#?}");
}
