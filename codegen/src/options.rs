//! How the generated types look, as a `build.rs` says it: the twin of `[types]` and `[type."..."]` in `topika.toml`.

use std::collections::BTreeMap;

use topika_contract::manifest::{DecimalType, MapType, TimeType, UuidType};

/// How types look. What is not said here is as `topika.toml` has it, or as it is without both.
///
/// ```
/// use topika_build::{Builder, FieldOptions, MapType, TypeOptions};
///
/// let build = Builder::new()
///     .types(TypeOptions::new().map(MapType::BTree).derive(["Eq"]))
///     .type_options("orders.OrderPlaced", TypeOptions::new().builder(true).derive(["Eq", "Hash"]))
///     .type_options("orders.Line", TypeOptions::new().field("price", FieldOptions::new().rust("crate::Money")));
/// # let _ = build;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct TypeOptions {
    pub(crate) map: Option<MapType>,
    pub(crate) time: Option<TimeType>,
    pub(crate) uuid: Option<UuidType>,
    pub(crate) decimal: Option<DecimalType>,
    pub(crate) open: Option<bool>,
    pub(crate) derive: Option<Vec<String>>,
    pub(crate) attributes: Option<Vec<String>>,
    pub(crate) field_names: Option<bool>,
    pub(crate) builder: Option<bool>,
    pub(crate) borrowed: Option<bool>,
    pub(crate) redact: Option<bool>,
    pub(crate) rust: Option<String>,
    pub(crate) fields: BTreeMap<String, FieldOptions>,
}

/// How a field looks.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct FieldOptions {
    pub(crate) map: Option<MapType>,
    pub(crate) time: Option<TimeType>,
    pub(crate) uuid: Option<UuidType>,
    pub(crate) decimal: Option<DecimalType>,
    pub(crate) rust: Option<String>,
    pub(crate) way: Option<String>,
    pub(crate) attributes: Option<Vec<String>>,
    pub(crate) redact: Option<bool>,
}

fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Option<Vec<String>> {
    Some(texts.into_iter().map(Into::into).collect())
}

impl TypeOptions {
    /// Nothing chosen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands for a map.
    pub fn map(mut self, map: MapType) -> Self {
        self.map = Some(map);
        self
    }

    /// What stands for dates, times and timestamps.
    pub fn time(mut self, time: TimeType) -> Self {
        self.time = Some(time);
        self
    }

    /// What stands for a UUID.
    pub fn uuid(mut self, uuid: UuidType) -> Self {
        self.uuid = Some(uuid);
        self
    }

    /// What stands for a decimal.
    pub fn decimal(mut self, decimal: DecimalType) -> Self {
        self.decimal = Some(decimal);
        self
    }

    /// Whether enums have a variant for symbols that they do not know.
    pub fn open_enums(mut self, open: bool) -> Self {
        self.open = Some(open);
        self
    }

    /// Further traits to derive, as paths: `Eq`, `serde::Serialize`. Takes the place of what wider options say.
    pub fn derive(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.derive = texts(paths);
        self
    }

    /// Further attributes, without `#[` and `]`: `serde(rename_all = "camelCase")`. Takes the place of what wider options say.
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.attributes = texts(attributes);
        self
    }

    /// Whether structs have `FIELDS`, the names of their fields in the schema: `OrderPlaced::FIELDS.customer_id`.
    pub fn field_names(mut self, field_names: bool) -> Self {
        self.field_names = Some(field_names);
        self
    }

    /// Whether structs have a builder.
    pub fn builder(mut self, builder: bool) -> Self {
        self.builder = Some(builder);
        self
    }

    /// Whether records have a twin that borrows from the message.
    pub fn borrowed(mut self, borrowed: bool) -> Self {
        self.borrowed = Some(borrowed);
        self
    }

    /// Whether `Debug` hides what the schema marks as personal; it does where nothing is said.
    pub fn redact(mut self, redact: bool) -> Self {
        self.redact = Some(redact);
        self
    }

    /// The path of a type of your own that takes the place of the generated one wherever it stands: `crate::Money`. It is checked against
    /// the schema as any bound type. Says nothing in [`Builder::types`](crate::Builder::types).
    pub fn rust(mut self, path: impl Into<String>) -> Self {
        self.rust = Some(path.into());
        self
    }

    /// How a field looks, by its name in the schema. Says nothing in [`Builder::types`](crate::Builder::types).
    pub fn field(mut self, name: impl Into<String>, options: FieldOptions) -> Self {
        self.fields.insert(name.into(), options);
        self
    }
}

impl FieldOptions {
    /// Nothing chosen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands for a map.
    pub fn map(mut self, map: MapType) -> Self {
        self.map = Some(map);
        self
    }

    /// What stands for dates, times and timestamps.
    pub fn time(mut self, time: TimeType) -> Self {
        self.time = Some(time);
        self
    }

    /// What stands for a UUID.
    pub fn uuid(mut self, uuid: UuidType) -> Self {
        self.uuid = Some(uuid);
        self
    }

    /// What stands for a decimal.
    pub fn decimal(mut self, decimal: DecimalType) -> Self {
        self.decimal = Some(decimal);
        self
    }

    /// The path of a type that takes the place of the generated one: `crate::Money`.
    pub fn rust(mut self, path: impl Into<String>) -> Self {
        self.rust = Some(path.into());
        self
    }

    /// How the type of [`Self::rust`] is written, where it is not as the generated one: `crate::Seconds`.
    pub fn written_as(mut self, path: impl Into<String>) -> Self {
        self.way = Some(path.into());
        self
    }

    /// Attributes of the field, without `#[` and `]`.
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.attributes = texts(attributes);
        self
    }

    /// Whether `Debug` hides the field.
    pub fn redact(mut self, redact: bool) -> Self {
        self.redact = Some(redact);
        self
    }
}
