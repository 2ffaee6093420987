-- The read model: what the checkout has said, one row for each order.
CREATE TABLE orders (
    order_id     text PRIMARY KEY,
    customer_id  text NOT NULL,
    items        jsonb NOT NULL,
    total_amount numeric(10, 2) NOT NULL,
    status       text NOT NULL,
    created_at   timestamptz NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX orders_by_time ON orders (created_at);
CREATE INDEX orders_by_customer_and_time ON orders (customer_id, created_at);
CREATE INDEX orders_by_items ON orders USING gin (items);

-- What this service has accepted. The row of an order is locked while something is said about it.
CREATE TABLE accepted (
    order_id     text PRIMARY KEY,
    customer_id  text NOT NULL,
    items        text NOT NULL,
    total_amount numeric(10, 2) NOT NULL,
    cancelled    boolean NOT NULL DEFAULT false
);
