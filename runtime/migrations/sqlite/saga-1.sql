-- Sagas: how far each is. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_sagas (
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    -- forward, backward, completed, compensated
    phase TEXT NOT NULL,
    -- The step that is next; in the phase `backward` the one that is to be undone.
    step TEXT NOT NULL,
    -- JSON: the steps that are done, in their order.
    done TEXT NOT NULL,
    -- JSON: what the steps know.
    data TEXT NOT NULL,
    -- Which try of the step is next, from 1.
    attempt INTEGER NOT NULL,
    -- When the step failed first.
    failing_ms INTEGER,
    -- What the step waits for, and until when.
    waiting_for TEXT,
    deadline_ms INTEGER,
    -- Why it goes back.
    reason TEXT,
    -- What went wrong last, where that was not mended since.
    error TEXT,
    -- Not looked at before; null: finished, or stuck.
    due_ms INTEGER,
    -- Since when it goes on no more by itself.
    stuck_ms INTEGER,
    -- Who works on it, and until when where nothing more is heard of them. Each claim has a number, so that a late one writes nothing.
    owner TEXT,
    until_ms INTEGER NOT NULL DEFAULT 0,
    claim INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (name, id)
);

CREATE INDEX IF NOT EXISTS topika_sagas_due ON topika_sagas (name, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS topika_sagas_stuck ON topika_sagas (name, stuck_ms) WHERE stuck_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS topika_sagas_owner ON topika_sagas (owner) WHERE owner IS NOT NULL;

-- What came in answer to a step: the first answer counts.
CREATE TABLE IF NOT EXISTS topika_saga_replies (
    -- The key of the step that waits, or is about to: <name>/<id>/<step>.
    reply_to TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- JSON
    payload TEXT NOT NULL,
    received_ms INTEGER NOT NULL
);

CREATE INDEX IF NOT EXISTS topika_saga_replies_received ON topika_saga_replies (name, received_ms);
