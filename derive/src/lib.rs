#![doc = include_str!("../README.md")]

mod attr;
mod binding;
mod carries;
mod check;
mod ctxt;
mod doc;
mod emit;
mod expand;
mod extras;
mod handler_error;
mod json;
mod key;
mod key_path;
mod mark;
mod model;
mod object;
mod serde_attr;
mod topic;
mod validate;
mod way;

use proc_macro::TokenStream;

/// Makes a struct an event: bound to a schema file, `#[event(schema = "orders/order-placed.avsc")]`, or written first,
/// `#[event(name = "user.user-created")]`. With `partial` beside `schema` the struct has some of the fields, to read them:
///
/// ```text
/// #[derive(topika::Event)]
/// #[event(schema = "orders/order-placed.avsc", partial)]
/// struct OrderTotal { order_id: String, total: Decimal<10, 2> }
/// ```
///
/// The path is the one below `schemas/`; of a file in a folder there that is called `schemas` too it is `./schemas/order-placed.avsc`.
#[proc_macro_derive(Event, attributes(event))]
pub fn event(input: TokenStream) -> TokenStream {
    expand::event(input.into()).into()
}

/// Makes a struct an Avro record within events: `#[event(name = "orders.OrderItem")]`.
#[proc_macro_derive(Record, attributes(event))]
pub fn record(input: TokenStream) -> TokenStream {
    expand::record(input.into()).into()
}

/// Makes an enum without values an Avro enum: `#[event(name = "orders.OrderStatus")]`.
#[proc_macro_derive(Enum, attributes(event))]
pub fn enumeration(input: TokenStream) -> TokenStream {
    expand::enumeration(input.into()).into()
}

/// Makes an enum an Avro union: one variant per branch, a variant without a value for null.
#[proc_macro_derive(Union, attributes(event))]
pub fn union(input: TokenStream) -> TokenStream {
    expand::union(input.into()).into()
}

/// Makes a newtype of bytes an Avro fixed: `#[event(name = "a.Md5")] struct Md5([u8; 16]);`.
#[proc_macro_derive(Fixed, attributes(event))]
pub fn fixed(input: TokenStream) -> TokenStream {
    expand::fixed(input.into()).into()
}

/// Makes a struct a JSON object: serde's `Serialize` and `Deserialize` in one, for a tenth of what they cost the compiler. It reads serde's
/// attributes as the generator writes them; with others serde's own derives take its place. Lists are no objects to it.
#[proc_macro_derive(Object, attributes(serde))]
pub fn object(input: TokenStream) -> TokenStream {
    expand::object(input.into()).into()
}

/// Makes an enum one of several JSON types: one variant per branch of `oneOf`, `anyOf` or of a `type` of several names. The first
/// branch that can be read and is valid is it, so `Validate` is derived beside it (where none is valid, the first that can be read is it, and
/// `validate()` says what is wrong); `#[one_of(tag = "kind")]` on the enum and `#[one_of("card")]` on each variant name a property that
/// tells. `#[one_of(discriminator = "petType")]` names one that tells which was meant and need not be right: that branch is asked first.
#[proc_macro_derive(OneOf, attributes(one_of))]
pub fn one_of(input: TokenStream) -> TokenStream {
    expand::one_of(input.into()).into()
}

/// Makes an enum one of several JSON values: `#[literal(json = "404")]` on each variant.
#[proc_macro_derive(Literal, attributes(literal))]
pub fn literal(input: TokenStream) -> TokenStream {
    expand::literal(input.into()).into()
}

/// Makes a struct a JSON array whose places have types of their own; `#[tuple(optional)]` stands on those that may be missing,
/// `#[tuple(rest)]` on a `Vec` of all items beyond.
#[proc_macro_derive(Tuple, attributes(tuple))]
pub fn tuple(input: TokenStream) -> TokenStream {
    expand::tuple(input.into()).into()
}

/// Makes an enum of events a topic: `#[topic(name = "food-orders", key = "customer_id")]`.
///
/// `framing = "none"` stands on a topic of one event whose messages are plain: they name no schema, and no registry is asked. `mixed` reads
/// plain and framed messages of JSON side by side, while a topic moves from the one to the other.
///
/// ```
/// # use topika::{Event, Topic};
/// # #[derive(Clone, Debug, PartialEq, Event)]
/// # #[event(name = "web.page-viewed")]
/// # struct PageViewed { page: String }
/// #[derive(Topic)]
/// #[topic(name = "page-views", key = "page", framing = "none")]
/// enum PageViews {
///     PageViewed(PageViewed),
/// }
///
/// assert!(PageViews::TOPIC.is_without_registry());
/// ```
///
/// `unsettled` is for generated code: while `TOPIKA_UPDATE=1` writes the schema files of types written in Rust, each field of the key is
/// written as what it is, whatever `key_type` says.
#[proc_macro_derive(Topic, attributes(topic))]
pub fn topic(input: TokenStream) -> TokenStream {
    expand::topic(input.into()).into()
}

/// Makes a struct the key of a topic, of several fields of its events: `#[derive(topika::Record, topika::Key)]` with
/// `#[event(name = "orders.OrderKey")]`. Its schema stands under the subject `<topic>-key`. An enum of JSON with it gives its text as a key.
#[proc_macro_derive(Key, attributes(event))]
pub fn key(input: TokenStream) -> TokenStream {
    expand::key(input.into()).into()
}

/// Makes what a schema asks of a value beyond its type a method: `#[validate(min_length = 1, pattern = "^ORD-")]`.
#[proc_macro_derive(Validate, attributes(validate))]
pub fn validate(input: TokenStream) -> TokenStream {
    validate::expand(input.into()).into()
}

/// The names of a struct's fields in its schema: `OrderPlaced::FIELDS.customer_id`. For Avro (`#[event(rename = "...")]`) and for
/// serde (`#[serde(rename = "...")]`) alike.
#[proc_macro_derive(Fields, attributes(event, serde))]
pub fn fields(input: TokenStream) -> TokenStream {
    extras::fields(input.into()).into()
}

/// `Debug` that shows `[redacted]` in place of every field with `#[event(personal)]`. Stands in place of std's.
#[proc_macro_derive(RedactedDebug, attributes(event))]
pub fn redacted_debug(input: TokenStream) -> TokenStream {
    extras::redacted_debug(input.into()).into()
}

/// A builder that does not compile while a required field has no value: `OrderPlaced::builder().customer_id("C").build()`.
///
/// A field need not be set where it has a default: a null, a number, truth, text, empty array or map, `#[serde(default)]`, and any other whose
/// value is said beside it, as the generator does: `#[event(default = json("\"NEW\""), unset = Status::New)]`. Where a field is called `build`,
/// the last call is `build_`.
#[proc_macro_derive(Builder, attributes(event))]
pub fn builder(input: TokenStream) -> TokenStream {
    extras::builder(input.into()).into()
}

/// The twin of an Avro type that borrows from the payload: `OrderPlacedRef<'a>`, read without copying its texts.
#[proc_macro_derive(Borrowed, attributes(event))]
pub fn borrowed(input: TokenStream) -> TokenStream {
    extras::borrowed(input.into()).into()
}

/// Makes an error one that handlers return: its code, and whether another try may mend it. `#[handler(...)]` stands on a struct or on each variant:
///
/// - `code = "oven-broken"`: what dead letters are filtered by and metrics counted under; without it the name in kebab-case. Lower-case words with hyphens,
///   at most 64 letters, and no two variants have the same. A code that was written into dead letters should stay what it is.
/// - nothing, or `retriable`: the message is tried again, as the app says.
/// - `fatal`: no other try mends it; the message goes to the dead letters at once, where the app has them.
/// - `poison`: the message itself is wrong; it goes where unreadable messages go, whether or not the app has dead letters.
/// - `transparent`: the error is what the one in its only field is, in all of this.
///
/// `retriable`, `fatal` or `poison` on an enum holds for the variants that say nothing. What the error says in words is its `Display`, so the derive stands
/// beside one that writes that; where it is a `std::error::Error`, its sources are kept too.
///
/// ```
/// use topika::HandlerError;
///
/// #[derive(Debug, HandlerError)]
/// enum CookError {
///     #[handler(fatal)]
///     OvenBroken,
///     #[handler(code = "no-such-dish", poison)]
///     Unknown(String),
///     Busy,
///     #[handler(transparent)]
///     Kafka(topika::Error),
/// }
///
/// impl std::fmt::Display for CookError {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         match self {
///             Self::OvenBroken => f.write_str("the oven is broken"),
///             Self::Unknown(dish) => write!(f, "nobody cooks {dish}"),
///             Self::Busy => f.write_str("no hands are free"),
///             Self::Kafka(error) => error.fmt(f),
///         }
///     }
/// }
///
/// assert_eq!((CookError::OvenBroken.code(), CookError::OvenBroken.is_fatal()), ("oven-broken", true));
/// assert!(CookError::Unknown("soup".to_owned()).is_poison());
/// assert_eq!((CookError::Busy.code(), CookError::Busy.is_fatal()), ("busy", false));
/// ```
#[proc_macro_derive(HandlerError, attributes(handler))]
pub fn handler_error(input: TokenStream) -> TokenStream {
    handler_error::expand(input.into()).into()
}
