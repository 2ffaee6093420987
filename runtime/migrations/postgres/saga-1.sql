-- Sagas: how far each is. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_sagas (
    name text NOT NULL,
    id text NOT NULL,
    -- forward, backward, completed, compensated
    phase text NOT NULL,
    -- The step that is next; in the phase `backward` the one that is to be undone.
    step text NOT NULL,
    -- JSON: the steps that are done, in their order.
    done text NOT NULL,
    -- JSON: what the steps know.
    data text NOT NULL,
    -- Which try of the step is next, from 1.
    attempt integer NOT NULL,
    -- When the step failed first.
    failing_ms bigint,
    -- What the step waits for, and until when.
    waiting_for text,
    deadline_ms bigint,
    -- Why it goes back.
    reason text,
    -- What went wrong last, where that was not mended since.
    error text,
    -- Not looked at before; null: finished, or stuck.
    due_ms bigint,
    -- Since when it goes on no more by itself.
    stuck_ms bigint,
    -- Who works on it, and until when where nothing more is heard of them. Each claim has a number, so that a late one writes nothing.
    owner text,
    until_ms bigint NOT NULL DEFAULT 0,
    claim bigint NOT NULL DEFAULT 0,
    created_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    PRIMARY KEY (name, id)
);

CREATE INDEX IF NOT EXISTS topika_sagas_due ON topika_sagas (name, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS topika_sagas_stuck ON topika_sagas (name, stuck_ms) WHERE stuck_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS topika_sagas_owner ON topika_sagas (owner) WHERE owner IS NOT NULL;

-- What came in answer to a step: the first answer counts.
CREATE TABLE IF NOT EXISTS topika_saga_replies (
    -- The key of the step that waits, or is about to: <name>/<id>/<step>.
    reply_to text PRIMARY KEY,
    name text NOT NULL,
    -- JSON
    payload text NOT NULL,
    received_ms bigint NOT NULL
);

CREATE INDEX IF NOT EXISTS topika_saga_replies_received ON topika_saga_replies (name, received_ms);
