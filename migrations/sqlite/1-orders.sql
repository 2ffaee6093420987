-- The read model: what the checkout has said, one row for each order. SQLite has no exact decimals: amounts are in cents. Times are in microseconds since 1970.
CREATE TABLE orders (
    order_id     text PRIMARY KEY NOT NULL,
    customer_id  text NOT NULL,
    items        text NOT NULL CHECK (json_valid(items)),
    total_amount integer NOT NULL,
    status       text NOT NULL,
    created_at   integer NOT NULL,
    processed_at integer NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS integer))
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX orders_by_time ON orders (created_at);
CREATE INDEX orders_by_customer_and_time ON orders (customer_id, created_at);

-- What this service has accepted.
CREATE TABLE accepted (
    order_id     text PRIMARY KEY NOT NULL,
    customer_id  text NOT NULL,
    items        text NOT NULL,
    total_amount integer NOT NULL,
    cancelled    integer NOT NULL DEFAULT 0
);
