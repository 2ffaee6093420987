-- Event-sourced aggregates: what happened to each, in order. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_events (
    aggregate TEXT NOT NULL,
    id TEXT NOT NULL,
    -- From 1 on, without a gap.
    version INTEGER NOT NULL,
    -- The event's name: orders.order-placed
    event TEXT NOT NULL,
    -- What the payload was written with: a row of topika_event_schemas.
    schema_id TEXT NOT NULL,
    -- Avro binary or JSON, without any frame.
    payload BLOB NOT NULL,
    -- The id of the message that it was published as, where it was.
    message_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (aggregate, id, version)
);

-- The schemas of events, by the SHA-256 of their texts: what was written with them is read without a registry.
CREATE TABLE IF NOT EXISTS topika_event_schemas (
    id TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    record TEXT NOT NULL,
    schema_text TEXT NOT NULL,
    -- JSON: a list of [name, text].
    refs TEXT NOT NULL
);

-- What aggregates were at a version. Rows may be deleted at any time: they are made anew.
CREATE TABLE IF NOT EXISTS topika_snapshots (
    aggregate TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- The shape of the state: one of another shape is not read.
    shape INTEGER NOT NULL,
    -- JSON
    state TEXT NOT NULL,
    PRIMARY KEY (aggregate, id)
);
