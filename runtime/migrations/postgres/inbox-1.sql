-- The inbox: the messages whose effects are committed, by the consumer group that had them.
CREATE TABLE IF NOT EXISTS topika_inbox (
    consumer_group text NOT NULL,
    message_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer_group, message_id)
);

CREATE INDEX IF NOT EXISTS topika_inbox_received ON topika_inbox (received_at);
