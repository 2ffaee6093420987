use std::fmt;
use std::sync::Arc;

use sqlx::Pool;

use super::database::{EventDatabase, EventRow, NewEvent, SchemaRow, SnapshotRow};
use super::traits::{Aggregate, Snapshot};
use crate::codec::EncodeError;
use crate::envelope::{Envelope, new_id};
use crate::error::{Error, ErrorKind};
use crate::event::{On, Payload, Topic};
use crate::outbox::Outbox;
use crate::schema::Format;
use crate::store::{Migration, now_ms};
use crate::wire::{StoredReader, StoredSchema};

/// So many events are read at once.
const AT_ONCE: i64 = 500;

/// Makes the tables of the event store, or brings them up to date; where they are so, nothing is changed.
///
/// # Errors
/// [`Database`](ErrorKind::Database), where the user may not make tables, say.
pub async fn migrate<DB: EventDatabase>(pool: &Pool<DB>) -> Result<(), Error> {
    DB::make(pool).await
}

/// The steps by which [`migrate`] makes the tables, for those who make them with their own tool: `migrations::<sqlx::Postgres>()`.
#[must_use]
pub fn migrations<DB: EventDatabase>() -> &'static [Migration] {
    DB::STEPS
}

/// The events of aggregates of one kind, in the application's database. Cheap to clone. See the [module](super).
///
/// Events are stored as they are written on topics, with the schema that they were written with: so those of an earlier version of a schema are read as the
/// present one, by the rules of schema resolution, and no registry is asked.
pub struct EventStore<DB: EventDatabase, A: Aggregate>(Arc<Inner<DB, A>>);

struct Inner<DB: EventDatabase, A: Aggregate> {
    pool: Pool<DB>,
    reader: StoredReader<A::Events>,
    outbox: Option<Outbox<DB>>,
    snapshots: Option<Snapshots<A>>,
}

/// How states are stored.
struct Snapshots<A> {
    every: i64,
    shape: i64,
    write: fn(&A) -> serde_json::Result<String>,
    read: fn(&str) -> serde_json::Result<A>,
}

/// An aggregate as it was when it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded<A> {
    id: String,
    version: i64,
    /// What its events have made of it.
    pub state: A,
}

impl<A: Aggregate> Loaded<A> {
    /// One to which nothing has happened yet: to [append](EventStore::append) its first events without a look into the database.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), version: 0, state: A::default() }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many events it has; 0: there is none of that id.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }
}

/// Why events were not appended: the cause of an error of the kind [`Conflict`](ErrorKind::Conflict).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The aggregate's id.
    pub id: String,
    /// The version that the events were to follow.
    pub expected: i64,
    /// The last version that there is.
    pub actual: i64,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is at version {}, and not at {}", self.id, self.actual, self.expected)
    }
}

impl std::error::Error for Conflict {}

impl<DB: EventDatabase, A: Aggregate> EventStore<DB, A> {
    /// The events of that kind in that database. Its tables are made by [`migrate`]. Nothing is asked of the database yet.
    #[must_use]
    pub fn new(pool: &Pool<DB>) -> Self {
        Self(Arc::new(Inner { pool: pool.clone(), reader: StoredReader::new(), outbox: None, snapshots: None }))
    }

    /// Publishes what is appended, through that outbox and in the same transaction, with the aggregate's name and id beside it (`ce_aggregatetype`, `ce_subject`).
    #[must_use]
    pub fn publishing(self, outbox: &Outbox<DB>) -> Self {
        self.with(|inner| inner.outbox = Some(outbox.clone()))
    }

    /// Stores the state each time that so many events more were appended, so that no more than these are folded when it is loaded. Zero is taken for one.
    #[must_use]
    pub fn snapshots_every(self, events: u32) -> Self
    where
        A: Snapshot,
    {
        let snapshots = Snapshots {
            every: i64::from(events.max(1)),
            shape: i64::from(A::SHAPE),
            write: |state| serde_json::to_string(state),
            read: |text| serde_json::from_str(text),
        };
        self.with(|inner| inner.snapshots = Some(snapshots))
    }

    fn with(self, change: impl FnOnce(&mut Inner<DB, A>)) -> Self {
        let Inner { pool, outbox, .. } = &*self.0;
        let mut inner =
            Inner { pool: pool.clone(), reader: StoredReader::new(), outbox: outbox.clone(), snapshots: None };
        if let Some(Snapshots { every, shape, write, read }) = &self.0.snapshots {
            inner.snapshots = Some(Snapshots { every: *every, shape: *shape, write: *write, read: *read });
        }
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// The aggregate as it is now: its last snapshot, where there is one of the present shape, and what happened since. One of which nothing is known has the
    /// version 0.
    ///
    /// # Errors
    /// [`Database`](ErrorKind::Database); [`Decode`](ErrorKind::Decode), naming the version, where an event cannot be read as one of the present types.
    pub async fn load(&self, id: impl Into<String>) -> Result<Loaded<A>, Error> {
        let Inner { pool, snapshots, .. } = &*self.0;
        let mut loaded = Loaded::<A>::new(id);
        if let Some(snapshots) = snapshots {
            let found = DB::snapshot_of(pool, A::NAME, &loaded.id, snapshots.shape).await?;
            // What cannot be read is of another shape whose number nobody has raised: the events say what is so.
            if let Some((version, state)) =
                found.and_then(|(version, text)| Some((version, (snapshots.read)(&text).ok()?)))
            {
                (loaded.version, loaded.state) = (version, state);
            }
        }
        loop {
            let events = DB::events_of(pool, A::NAME, &loaded.id, loaded.version, AT_ONCE).await?;
            let is_last = i64::try_from(events.len()).unwrap_or(AT_ONCE) < AT_ONCE;
            for row in events {
                let event = self.read(&loaded.id, &row).await?;
                loaded.state.apply(&event);
                loaded.version = row.version;
            }
            if is_last {
                return Ok(loaded);
            }
        }
    }

    async fn read(&self, id: &str, row: &EventRow) -> Result<A::Events, Error> {
        let Inner { pool, reader, .. } = &*self.0;
        let refused = |why: &dyn fmt::Display| {
            let message = format!("event {} of {} \"{id}\" cannot be read: {why}", row.version, A::NAME);
            Error::new(ErrorKind::Decode, message)
        };
        let way = match reader.knows(&row.schema_id) {
            Some(way) => way,
            None => {
                let schema = DB::schema_of(pool, &row.schema_id).await?;
                let schema = schema.and_then(stored);
                let missing = || refused(&format_args!("its schema {} is not in topika_event_schemas", row.schema_id));
                let schema = schema.ok_or_else(missing)?;
                reader.learn(&row.schema_id, &schema).map_err(|why| refused(&why))?
            }
        };
        reader.decode(&way, &row.payload).map_err(|error| refused(&error))
    }

    /// Appends events behind those that `loaded` knows, with the connection of the transaction that they belong to; they are then taken into its state. Where another
    /// has appended meanwhile, that is an error: roll the transaction back, load anew and decide again. Where the transaction is not committed, `loaded` is of no
    /// use any more.
    ///
    /// Events may be of earlier versions of their schemas.
    ///
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict), which is retriable and has a [`Conflict`] as its cause; [`Encode`](ErrorKind::Encode);
    /// [`Database`](ErrorKind::Database); with an outbox, as of [`Outbox::publish`].
    pub async fn append(
        &self,
        tx: &mut DB::Connection,
        loaded: &mut Loaded<A>,
        events: &[&dyn On<A::Events>],
    ) -> Result<(), Error> {
        let Inner { reader, outbox, .. } = &*self.0;
        let before = loaded.version;
        let actual = DB::version_of(tx, A::NAME, &loaded.id).await?;
        if actual != before {
            return Err(conflict::<A>(loaded, actual));
        }
        let (mut read, mut known, at_ms) = (Vec::with_capacity(events.len()), Vec::new(), now_ms());
        for (version, event) in (before + 1..).zip(events) {
            let refused = |why: &dyn fmt::Display| {
                let message = format!("event {version} of {} \"{}\" cannot be stored: {why}", A::NAME, loaded.id);
                Error::new(ErrorKind::Encode, message)
            };
            let payload = event.payload().ok_or_else(|| refused(&"a tombstone is no event"))?;
            let mut bytes = Vec::new();
            payload.encode(&mut bytes).map_err(|error| refused(&error))?;
            let schema = StoredSchema::of(payload.descriptor());
            let schema_id = schema.id();
            let way = match reader.knows(&schema_id) {
                Some(way) => way,
                None => reader.learn(&schema_id, &schema).map_err(|why| refused(&why))?,
            };
            // What is stored can be read.
            read.push(reader.decode(&way, &bytes).map_err(|error| refused(&error))?);
            if !known.contains(&schema_id) {
                DB::add_schema(tx, &row(&schema_id, &schema)).await?;
                known.push(schema_id.clone());
            }
            let message_id = new_id();
            let new = NewEvent {
                aggregate: A::NAME,
                id: &loaded.id,
                version,
                event: payload.descriptor().event,
                schema_id: &schema_id,
                payload: &bytes,
                message_id: &message_id,
                at_ms,
            };
            if !DB::add_event(tx, new).await? {
                let actual = DB::version_of(tx, A::NAME, &loaded.id).await?;
                return Err(conflict::<A>(loaded, actual));
            }
            if let Some(outbox) = outbox {
                let said = Said(*event);
                let message = outbox.message::<A::Events, _>(&said).envelope(&Envelope::domain(A::NAME, &loaded.id));
                message.id(message_id).timestamp_ms(at_ms).publish(tx).await?;
            }
        }
        for event in &read {
            loaded.state.apply(event);
            loaded.version += 1;
        }
        self.snapshot(tx, loaded, before).await
    }

    /// Stores the state where a multiple of what was said lies between the two versions.
    async fn snapshot(&self, tx: &mut DB::Connection, loaded: &Loaded<A>, before: i64) -> Result<(), Error> {
        let Some(snapshots) = &self.0.snapshots else { return Ok(()) };
        if before / snapshots.every == loaded.version / snapshots.every {
            return Ok(());
        }
        let state = (snapshots.write)(&loaded.state).map_err(|error| {
            let message = format!("the state of {} \"{}\" is no JSON: {error}", A::NAME, loaded.id);
            Error::new(ErrorKind::Encode, message).caused_by(error)
        })?;
        let (id, version, shape) = (&*loaded.id, loaded.version, snapshots.shape);
        DB::put_snapshot(tx, SnapshotRow { aggregate: A::NAME, id, version, shape, state: &state }).await
    }
}

fn conflict<A: Aggregate>(loaded: &Loaded<A>, actual: i64) -> Error {
    let conflict = Conflict { id: loaded.id.clone(), expected: loaded.version, actual };
    Error::new(ErrorKind::Conflict, format!("cannot append to {}: {conflict}", A::NAME))
        .help("roll the transaction back, load it anew and decide again")
        .caused_by(conflict)
}

/// Whatever the event's type, as one that has a size.
struct Said<'a, T: Topic>(&'a dyn On<T>);

impl<T: Topic> On<T> for Said<'_, T> {
    fn payload(&self) -> Option<&dyn Payload> {
        self.0.payload()
    }

    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        self.0.write_key(out)
    }
}

fn row(id: &str, schema: &StoredSchema) -> SchemaRow {
    SchemaRow {
        id: id.to_owned(),
        format: match schema.format {
            Format::Avro => "avro".to_owned(),
            Format::Json => "json".to_owned(),
        },
        record: schema.record.clone(),
        text: schema.text.clone(),
        // Texts are JSON always.
        refs: serde_json::to_string(&schema.references).unwrap_or_else(|_| "[]".to_owned()),
    }
}

/// `None` for a format that this build does not know.
fn stored(row: SchemaRow) -> Option<StoredSchema> {
    let format = match row.format.as_str() {
        "avro" => Format::Avro,
        "json" => Format::Json,
        _ => return None,
    };
    Some(StoredSchema { format, record: row.record, text: row.text, references: serde_json::from_str(&row.refs).ok()? })
}

impl<DB: EventDatabase, A: Aggregate> Clone for EventStore<DB, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: EventDatabase, A: Aggregate> fmt::Debug for EventStore<DB, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStore").field("aggregate", &A::NAME).field("database", &DB::NAME).finish_non_exhaustive()
    }
}
