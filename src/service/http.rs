//! The service's routes.
//!
//! | | |
//! |---|---|
//! | `PUT /orders/{id}` | places an order: 202, 200 where it was placed before, 409 where the id is another's, 422 where something is wrong with it |
//! | `DELETE /orders/{id}` | cancels it: 202, 200 where it was before, 404 |
//! | `GET /orders/{id}` | the order, as the read model has it by now |
//! | `GET /customers/{id}/orders?most=20` | a customer's orders, the latest first |
//!
//! A request with the header `x-correlation-id` hands it on to what is said for it.

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, put};
use axum::{Json, Router};
use sqlx::Pool;
use topika::envelope::{Envelope, within};
use topika::serde::Deserialize;

use super::order::Order;
use super::placing::{Placed, Placing};
use super::refusal::Refusal;
use crate::orders::{Orders, Row};

struct Desk<DB: Orders> {
    placing: Placing<DB>,
    pool: Pool<DB>,
}

impl<DB: Orders> Clone for Desk<DB> {
    fn clone(&self) -> Self {
        Self { placing: self.placing.clone(), pool: self.pool.clone() }
    }
}

#[derive(Deserialize)]
#[serde(crate = "topika::serde")]
struct Page {
    #[serde(default = "twenty")]
    most: i64,
}

fn twenty() -> i64 {
    20
}

/// The routes over that database.
pub(super) fn routes<DB: Orders>(placing: Placing<DB>, pool: Pool<DB>) -> Router {
    Router::new()
        .route("/orders/{id}", put(place::<DB>).delete(cancel::<DB>).get(find::<DB>))
        .route("/customers/{id}/orders", get(of_customer::<DB>))
        .layer(from_fn(correlated))
        .with_state(Desk { placing, pool })
}

async fn correlated(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-correlation-id").and_then(|id| id.to_str().ok());
    match id.map(Envelope::integration) {
        Some(envelope) => within(&envelope, next.run(request)).await,
        None => next.run(request).await,
    }
}

async fn place<DB: Orders>(
    State(desk): State<Desk<DB>>,
    Path(id): Path<String>,
    Json(order): Json<Order>,
) -> Result<StatusCode, Refusal> {
    Ok(status(desk.placing.place(&order.into_event(id)?).await?))
}

async fn cancel<DB: Orders>(State(desk): State<Desk<DB>>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    Ok(status(desk.placing.cancel(&id).await?))
}

async fn find<DB: Orders>(State(desk): State<Desk<DB>>, Path(id): Path<String>) -> Result<Json<Row>, Refusal> {
    DB::find(&desk.pool, &id).await?.map(Json).ok_or(Refusal::Unknown(id))
}

async fn of_customer<DB: Orders>(
    State(desk): State<Desk<DB>>,
    Path(id): Path<String>,
    Query(page): Query<Page>,
) -> Result<Json<Vec<Row>>, Refusal> {
    Ok(Json(DB::of_customer(&desk.pool, &id, page.most.clamp(1, 1000)).await?))
}

fn status(placed: Placed) -> StatusCode {
    match placed {
        Placed::Now => StatusCode::ACCEPTED,
        Placed::Before => StatusCode::OK,
    }
}
