-- Projections: read models made of topics. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_projections (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- building: it is brought up to date; live: it is what is read; retired: another took its place.
    state TEXT NOT NULL,
    -- Who works on it, and until when where nothing more is heard of them. Each claim has a number, so that a late one writes nothing.
    owner TEXT,
    until_ms INTEGER NOT NULL DEFAULT 0,
    claim INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (name, version)
);

-- One of each name is live.
CREATE UNIQUE INDEX IF NOT EXISTS topika_projections_live ON topika_projections (name) WHERE state = 'live';

-- How far each has come: the offset that is next.
CREATE TABLE IF NOT EXISTS topika_projection_offsets (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    topic_partition INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (name, version, topic, topic_partition)
);
