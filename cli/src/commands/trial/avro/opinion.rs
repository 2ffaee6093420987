use std::collections::HashMap;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{NamespaceRef, RecordSchema};
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Reader, Schema};
use fastrand::Rng;
use topika_contract::text::Source;

use super::plain::Plain;
use super::same::same;
use super::{draw, plain};

/// What apache-avro makes of a schema.
pub(in super::super) struct Opinion {
    root: Schema,
    others: Vec<Schema>,
    named: HashMap<String, Schema>,
}

impl Opinion {
    /// The opinion on `main`, which refers to `references`.
    ///
    /// # Errors
    /// Why there is none.
    pub(in super::super) fn of<'s>(
        main: &Source,
        references: impl Iterator<Item = &'s Source>,
    ) -> Result<Self, String> {
        // What a reference defines is a name in the text that refers to it.
        let mut plain = Plain::default();
        let references = references.map(|source| plain.text(source)).collect::<Result<Vec<_>, _>>()?;
        let main = plain.text(main)?;
        let (root, others) = Schema::parse_str_with_list(&main, &references)
            .map_err(|error| format!("apache-avro does not take the schema: {error}"))?;
        let mut named = HashMap::new();
        for schema in std::iter::once(&root).chain(&others) {
            collect(schema, None, &mut named);
        }
        Ok(Self { root, others, named })
    }

    /// A value of the named type, or of the root, as its bytes.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub(in super::super) fn draw(&self, name: Option<&str>, rng: &mut Rng) -> Result<(Vec<u8>, String), String> {
        let schema = self.schema(name)?;
        self.written(schema, &draw::value(schema, &self.named, rng)?)
    }

    fn written(&self, schema: &Schema, value: &Value) -> Result<(Vec<u8>, String), String> {
        let writer = GenericDatumWriter::builder(schema)
            .schemata(self.all())
            .and_then(|builder| builder.validate(false).build())
            .map_err(told)?;
        let mut bytes = Vec::new();
        writer.write_value_ref(&mut bytes, value).map_err(told)?;
        Ok((bytes, format!("{value:?}")))
    }

    /// The values of an object container file, as the schema has them; `None` where they are not the schema's: the file was written with a schema of
    /// another name, or with one that cannot be read by this.
    pub(in super::super) fn values(&self, container: &[u8]) -> Option<Vec<(Vec<u8>, String)>> {
        let name = |schema: &Schema| schema.name().map(|name| name.fullname(None));
        let written = Reader::new(container).ok()?;
        if name(written.writer_schema()) != name(&self.root) {
            return None;
        }
        // Only the same schema needs no resolution, and that reads what the names of a schema refer to.
        let reader = Reader::builder(container).reader_schema(&self.root).schemata(self.all()).build().ok()?;
        reader.map(|value| self.written(&self.root, &value.ok()?).ok()).collect()
    }

    /// What is different between what was sent and what came back; `None` where they say the same.
    ///
    /// # Errors
    /// Why it cannot be told.
    pub(in super::super) fn difference(
        &self,
        name: Option<&str>,
        sent: &[u8],
        back: &[u8],
    ) -> Result<Option<String>, String> {
        if sent == back {
            return Ok(None);
        }
        // The entries of a map may stand in another order.
        let schema = self.schema(name)?;
        let reader = GenericDatumReader::builder(schema)
            .writer_schemata(self.all())
            .and_then(|builder| builder.build())
            .map_err(told)?;
        let read = |bytes: &[u8]| -> Result<Value, String> { reader.read_value(&mut &*bytes).map_err(told) };
        let sent = read(sent)?;
        match read(back) {
            Ok(back) => Ok(same(&sent, &back).err()),
            Err(error) => Ok(Some(format!("what came back is no value of the schema: {error}"))),
        }
    }

    fn schema(&self, name: Option<&str>) -> Result<&Schema, String> {
        match name {
            None => Ok(&self.root),
            Some(name) => {
                self.named.get(&plain::name(name)).ok_or_else(|| format!("apache-avro knows no type `{name}`"))
            }
        }
    }

    fn all(&self) -> Vec<&Schema> {
        self.others.iter().chain([&self.root]).collect()
    }
}

fn told(error: apache_avro::Error) -> String {
    format!("apache-avro: {error}")
}

fn collect(schema: &Schema, namespace: NamespaceRef<'_>, named: &mut HashMap<String, Schema>) {
    let inner = match schema.name() {
        Some(name) if !matches!(schema, Schema::Ref { .. }) => {
            named.insert(name.fullname(namespace), schema.clone());
            name.namespace().or(namespace)
        }
        _ => namespace,
    };
    match schema {
        Schema::Record(RecordSchema { fields, .. }) => {
            fields.iter().for_each(|field| collect(&field.schema, inner, named))
        }
        Schema::Array(array) => collect(&array.items, inner, named),
        Schema::Map(map) => collect(&map.types, inner, named),
        Schema::Union(union) => union.variants().iter().for_each(|branch| collect(branch, inner, named)),
        _ => {}
    }
}
