-- Event-sourced aggregates: what happened to each, in order. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_events (
    aggregate text NOT NULL,
    id text NOT NULL,
    -- From 1 on, without a gap.
    version bigint NOT NULL,
    -- The event's name: orders.order-placed
    event text NOT NULL,
    -- What the payload was written with: a row of topika_event_schemas.
    schema_id text NOT NULL,
    -- Avro binary or JSON, without any frame.
    payload bytea NOT NULL,
    -- The id of the message that it was published as, where it was.
    message_id text NOT NULL,
    at_ms bigint NOT NULL,
    PRIMARY KEY (aggregate, id, version)
);

-- The schemas of events, by the SHA-256 of their texts: what was written with them is read without a registry.
CREATE TABLE IF NOT EXISTS topika_event_schemas (
    id text PRIMARY KEY,
    format text NOT NULL,
    record text NOT NULL,
    schema_text text NOT NULL,
    -- JSON: a list of [name, text].
    refs text NOT NULL
);

-- What aggregates were at a version. Rows may be deleted at any time: they are made anew.
CREATE TABLE IF NOT EXISTS topika_snapshots (
    aggregate text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    -- The shape of the state: one of another shape is not read.
    shape bigint NOT NULL,
    -- JSON
    state text NOT NULL,
    PRIMARY KEY (aggregate, id)
);
