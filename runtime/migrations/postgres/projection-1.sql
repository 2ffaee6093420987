-- Projections: read models made of topics. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS topika_projections (
    name text NOT NULL,
    version integer NOT NULL,
    -- building: it is brought up to date; live: it is what is read; retired: another took its place.
    state text NOT NULL,
    -- Who works on it, and until when where nothing more is heard of them. Each claim has a number, so that a late one writes nothing.
    owner text,
    until_ms bigint NOT NULL DEFAULT 0,
    claim bigint NOT NULL DEFAULT 0,
    created_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    PRIMARY KEY (name, version)
);

-- One of each name is live.
CREATE UNIQUE INDEX IF NOT EXISTS topika_projections_live ON topika_projections (name) WHERE state = 'live';

-- How far each has come: the offset that is next.
CREATE TABLE IF NOT EXISTS topika_projection_offsets (
    name text NOT NULL,
    version integer NOT NULL,
    topic text NOT NULL,
    topic_partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (name, version, topic, topic_partition)
);
