-- The outbox: each row is a message that is still to be sent, exactly as it will be sent.
-- The tables stand in the schema that `search_path` names first.
CREATE TABLE IF NOT EXISTS topika_outbox (
    -- The first column, so that a transaction has its number before it takes an id.
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Travels as the header ce_id: readers know a repetition by it.
    message_id text NOT NULL,
    topic text NOT NULL,
    topic_partition integer,
    key bytea,
    -- The rows of one topic with the same value are sent in the order of their ids; null: no order.
    order_key bytea,
    -- 0 to 63: relays share the work by it.
    shard integer NOT NULL,
    -- Null: a tombstone.
    payload bytea,
    -- JSON: a list of [name, value], where a value is a text, null, or {"hex": "..."}.
    headers text NOT NULL DEFAULT '[]',
    timestamp_ms bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    -- Why the last attempt failed.
    error text,
    -- Not tried again before; the rows of its order_key wait behind it.
    retry_at timestamptz,
    -- Refused for good: it and the rows of its order_key wait until somebody releases or discards it.
    held_at timestamptz,
    -- Only where sent rows are kept.
    sent_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

CREATE INDEX IF NOT EXISTS topika_outbox_waiting ON topika_outbox (id) WHERE sent_at IS NULL;
CREATE INDEX IF NOT EXISTS topika_outbox_blocking ON topika_outbox (topic, order_key, id)
    WHERE sent_at IS NULL AND (held_at IS NOT NULL OR retry_at IS NOT NULL);
CREATE INDEX IF NOT EXISTS topika_outbox_sent ON topika_outbox (sent_at) WHERE sent_at IS NOT NULL;
