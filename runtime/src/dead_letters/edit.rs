use bytes::Bytes;
use serde_json::Value;
use topika_registry::client::Client as Registry;

use super::decoded::{Contents, json};
use super::letter::DeadLetter;
use crate::dynamic::json_misfit;
use crate::error::{Error, ErrorKind};

/// What a dead letter says, changed, and found to fit the schema that the letter names. [`DeadLetter::edited`] makes one, [`Redrive::edited`](super::Redrive::edited) sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) offset: i64,
    before: Option<Value>,
    after: Value,
    pub(super) payload: Bytes,
}

impl Edit {
    /// What the letter says; `None` where that cannot be read.
    #[must_use]
    pub fn before(&self) -> Option<&Value> {
        self.before.as_ref()
    }

    /// What is sent in place of it, as it will be read.
    #[must_use]
    pub fn after(&self) -> &Value {
        &self.after
    }

    /// The payload that is sent, with the frame that names the schema, where the letter has one.
    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }
}

impl DeadLetter {
    /// The letter with another value, in the form of [`decoded`](Self::decoded): written with the schema that the letter names in the registry, and held to it. A letter that names
    /// none is JSON, and nothing is known to hold it to.
    ///
    /// Of a union, a value that several branches could hold stays of the branch that stands there now; where there is none, name the branch as Avro does: `{"long": 5}`. The key of the
    /// message stays what it is, also where it was made of a field that is changed here.
    ///
    /// ```no_run
    /// # async fn f(kafka: topika::Client) -> Result<(), topika::Error> {
    /// use topika::dead_letters::{DeadLetters, Filter};
    ///
    /// let letters = DeadLetters::on(&kafka, "dlq.food-orders");
    /// let mut reading = letters.read(Filter::all().at(2, 41)).await?;
    /// while let Some(letter) = reading.next().await {
    ///     let letter = letter?;
    ///     let Some(mut order) = letter.decoded(kafka.registry()).await? else { continue };
    ///     order["total_amount"] = "12.50".into();
    ///     let edit = letter.edited(kafka.registry(), &order).await?;
    ///     letters.redrive(Filter::all()).edited(edit).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Encode`](ErrorKind::Encode) where the value does not fit, with the place in it; [`Registry`](ErrorKind::Registry) and [`Decode`](ErrorKind::Decode) as
    /// [`decoded`](Self::decoded); `Decode` too for a letter without a value.
    pub async fn edited(&self, registry: &Registry, value: &Value) -> Result<Edit, Error> {
        let Some(payload) = self.payload.as_ref() else {
            return Err(self.cannot(ErrorKind::Decode, "it has no value that could be changed"));
        };
        let Some(contents) = self.contents(registry).await? else { return self.edited_json(value) };
        let bare = self.bare(payload);
        // One that cannot be read may be mended so.
        let before = contents.value(bare).ok();
        let written = match &contents {
            Contents::Avro(shape) => shape.written(value, bare),
            Contents::Json { text, others } => {
                json_misfit(text, others, value)?.map_or_else(|| Ok(value.to_string().into_bytes()), Err)
            }
        };
        let written = written.map_err(|misfit| {
            let at = if misfit.at.is_empty() { "the whole of it".to_owned() } else { misfit.at };
            self.cannot(ErrorKind::Encode, &format!("it does not fit its schema: {at}: {}", misfit.why)).help(
                "mend that place; `DeadLetter::decoded`, and `cargo topika dlq show --format json`, show what fits",
            )
        })?;
        let after = contents.value(&written)?;
        let frame = payload.get(..payload.len().saturating_sub(bare.len())).unwrap_or_default();
        Ok(self.edit(before, after, [frame, &written].concat().into()))
    }

    /// The letter with another value, where it names no schema: JSON in place of JSON.
    ///
    /// # Errors
    /// [`Decode`](ErrorKind::Decode) where it names a schema, to which [`edited`](Self::edited) holds the value.
    pub fn edited_json(&self, value: &Value) -> Result<Edit, Error> {
        if self.schema.is_some() {
            return Err(self.cannot(ErrorKind::Decode, "it names a schema, and no registry is there to ask for it"));
        }
        let Some(payload) = self.payload.as_ref() else {
            return Err(self.cannot(ErrorKind::Decode, "it has no value that could be changed"));
        };
        let before = json(payload).ok();
        Ok(self.edit(before, value.clone(), value.to_string().into()))
    }

    fn edit(&self, before: Option<Value>, after: Value, payload: Bytes) -> Edit {
        Edit { topic: self.topic.clone(), partition: self.partition, offset: self.offset, before, after, payload }
    }

    fn cannot(&self, kind: ErrorKind, why: &str) -> Error {
        let at = format!("\"{}\" partition {} offset {}", self.topic, self.partition, self.offset);
        Error::new(kind, format!("the letter at {at} cannot be edited so: {why}"))
    }
}
