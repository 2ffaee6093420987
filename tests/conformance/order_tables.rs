//! The tables of the food-order application on PostgreSQL, as the migrations leave them.

use food_orders::orders::Orders as _;
use sqlx::Postgres;

use crate::postgres::PostgreSql;

/// Name, type, digits in all and behind the point, whether it may be null, and what it is where nothing is said.
type Column = (String, String, Option<i32>, Option<i32>, String, Option<String>);

#[tokio::test]
async fn the_table_of_orders_has_its_columns_and_indexes() {
    let Some(server) = PostgreSql::start("the_table_of_orders_has_its_columns_and_indexes").await else { return };
    let pool = server.database("tables").await;
    Postgres::prepare(&pool).await.unwrap();
    // Where it is prepared already, nothing happens.
    Postgres::prepare(&pool).await.unwrap();
    let columns: Vec<Column> = sqlx::query_as(
        "SELECT column_name::text, data_type::text, numeric_precision::int, numeric_scale::int, is_nullable::text, column_default::text \
         FROM information_schema.columns WHERE table_name = 'orders' ORDER BY ordinal_position",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let column = |name: &str, of: &str, digits: Option<(i32, i32)>, default: Option<&str>| {
        let (digits, scale) = digits.unzip();
        (name.to_owned(), of.to_owned(), digits, scale, "NO".to_owned(), default.map(str::to_owned))
    };
    assert_eq!(
        columns,
        [
            column("order_id", "text", None, None),
            column("customer_id", "text", None, None),
            column("items", "jsonb", None, None),
            column("total_amount", "numeric", Some((10, 2)), None),
            column("status", "text", None, None),
            column("created_at", "timestamp with time zone", None, None),
            column("processed_at", "timestamp with time zone", None, Some("now()")),
        ]
    );
    let mut indexes: Vec<String> = sqlx::query_scalar("SELECT indexdef FROM pg_indexes WHERE tablename = 'orders'")
        .fetch_all(&pool)
        .await
        .unwrap();
    indexes.iter_mut().for_each(|index| *index = index.split(" USING ").last().unwrap_or_default().to_owned());
    indexes.sort_unstable();
    let expected = [
        "btree (created_at)",
        "btree (customer_id)",
        "btree (customer_id, created_at)",
        "btree (order_id)",
        "gin (items)",
    ];
    assert_eq!(indexes, expected);
}
