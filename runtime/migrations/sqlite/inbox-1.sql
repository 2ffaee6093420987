-- The inbox: the messages whose effects are committed, by the consumer group that had them. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_inbox (
    consumer_group TEXT NOT NULL,
    message_id TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, message_id)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS topika_inbox_received ON topika_inbox (received_ms);
