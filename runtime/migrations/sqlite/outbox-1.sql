-- The outbox: each row is a message that is still to be sent, exactly as it will be sent. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_outbox (
    -- One transaction writes at a time: ids are in the order of commits.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Travels as the header ce_id: readers know a repetition by it.
    message_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    topic_partition INTEGER,
    key BLOB,
    -- The rows of one topic with the same value are sent in the order of their ids; null: no order.
    order_key BLOB,
    -- Null: a tombstone.
    payload BLOB,
    -- JSON: a list of [name, value], where a value is a text, null, or {"hex": "..."}.
    headers TEXT NOT NULL DEFAULT '[]',
    timestamp_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Why the last attempt failed.
    error TEXT,
    -- Not tried again before; the rows of its order_key wait behind it.
    retry_ms INTEGER,
    -- Refused for good: it and the rows of its order_key wait until somebody releases or discards it.
    held_ms INTEGER,
    -- Only where sent rows are kept.
    sent_ms INTEGER
);

CREATE INDEX IF NOT EXISTS topika_outbox_waiting ON topika_outbox (id) WHERE sent_ms IS NULL;
CREATE INDEX IF NOT EXISTS topika_outbox_blocking ON topika_outbox (topic, order_key, id)
    WHERE sent_ms IS NULL AND (held_ms IS NOT NULL OR retry_ms IS NOT NULL);
CREATE INDEX IF NOT EXISTS topika_outbox_sent ON topika_outbox (sent_ms) WHERE sent_ms IS NOT NULL;

-- Which relay is at work, and until when if it is not heard of again.
CREATE TABLE IF NOT EXISTS topika_outbox_relay (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    owner TEXT NOT NULL,
    until_ms INTEGER NOT NULL
);
