//! The statements: the same for both databases.

/// Implements `Tables` for a database.
macro_rules! event_database {
    ($db:ident, $connection:ty, $on:path, $file:literal) => {
        use sqlx::Pool;

        use super::database::{EventRow, NewEvent, SchemaRow, SnapshotRow, Tables};
        use crate::error::Error;
        use crate::store::{Migration, failed};

        impl Tables for $db {
            const STEPS: &'static [Migration] =
                &[Migration::new(1, $file, include_str!(concat!("../../migrations/", $file)))];

            async fn make(pool: &Pool<Self>) -> Result<(), Error> {
                $on(pool, "event store", Self::STEPS).await
            }

            async fn version_of(connection: &mut $connection, aggregate: &str, id: &str) -> Result<i64, Error> {
                let last = sqlx::query_scalar::<_, i64>(
                    "SELECT coalesce(max(version), 0) FROM topika_events WHERE aggregate = $1 AND id = $2",
                );
                let last = last.bind(aggregate).bind(id).fetch_one(connection).await;
                last.map_err(failed("look for the version of an aggregate"))
            }

            async fn add_event(connection: &mut $connection, event: NewEvent<'_>) -> Result<bool, Error> {
                // Waits where another transaction has written the same version and is open.
                let add = sqlx::query(
                    "INSERT INTO topika_events (aggregate, id, version, event, schema_id, payload, message_id, at_ms) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                );
                let add = add.bind(event.aggregate).bind(event.id).bind(event.version).bind(event.event);
                let add = add.bind(event.schema_id).bind(event.payload).bind(event.message_id).bind(event.at_ms);
                let added = add.execute(connection).await.map_err(failed("store an event of an aggregate"))?;
                Ok(added.rows_affected() > 0)
            }

            async fn add_schema(connection: &mut $connection, schema: &SchemaRow) -> Result<(), Error> {
                let add = sqlx::query(
                    "INSERT INTO topika_event_schemas (id, format, record, schema_text, refs) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                );
                let add = add.bind(&schema.id).bind(&schema.format).bind(&schema.record).bind(&schema.text);
                let added = add.bind(&schema.refs).execute(connection).await;
                added.map(drop).map_err(failed("store the schema of an event"))
            }

            async fn events_of(
                pool: &Pool<Self>,
                aggregate: &str,
                id: &str,
                after: i64,
                most: i64,
            ) -> Result<Vec<EventRow>, Error> {
                let events = sqlx::query_as::<_, (i64, String, Vec<u8>)>(
                    "SELECT version, schema_id, payload FROM topika_events \
                     WHERE aggregate = $1 AND id = $2 AND version > $3 ORDER BY version LIMIT $4",
                );
                let rows = events.bind(aggregate).bind(id).bind(after).bind(most).fetch_all(pool).await;
                let rows = rows.map_err(failed("read the events of an aggregate"))?;
                let row = |(version, schema_id, payload)| EventRow { version, schema_id, payload };
                Ok(rows.into_iter().map(row).collect())
            }

            async fn schema_of(pool: &Pool<Self>, id: &str) -> Result<Option<SchemaRow>, Error> {
                let schema = sqlx::query_as::<_, (String, String, String, String, String)>(
                    "SELECT id, format, record, schema_text, refs FROM topika_event_schemas WHERE id = $1",
                );
                let row = schema.bind(id).fetch_optional(pool).await.map_err(failed("read the schema of an event"))?;
                Ok(row.map(|(id, format, record, text, refs)| SchemaRow { id, format, record, text, refs }))
            }

            async fn snapshot_of(
                pool: &Pool<Self>,
                aggregate: &str,
                id: &str,
                shape: i64,
            ) -> Result<Option<(i64, String)>, Error> {
                let snapshot = sqlx::query_as::<_, (i64, String)>(
                    "SELECT version, state FROM topika_snapshots WHERE aggregate = $1 AND id = $2 AND shape = $3",
                );
                let found = snapshot.bind(aggregate).bind(id).bind(shape).fetch_optional(pool).await;
                found.map_err(failed("read the snapshot of an aggregate"))
            }

            async fn put_snapshot(connection: &mut $connection, snapshot: SnapshotRow<'_>) -> Result<(), Error> {
                let put = sqlx::query(
                    "INSERT INTO topika_snapshots (aggregate, id, version, shape, state) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (aggregate, id) DO UPDATE SET version = excluded.version, shape = excluded.shape, \
                     state = excluded.state",
                );
                let put = put.bind(snapshot.aggregate).bind(snapshot.id).bind(snapshot.version);
                let put = put.bind(snapshot.shape).bind(snapshot.state).execute(connection).await;
                put.map(drop).map_err(failed("store the snapshot of an aggregate"))
            }
        }
    };
}

pub(super) use event_database;
