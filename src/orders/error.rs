use topika::HandlerError;

/// Why an event was not written into the database.
#[derive(Debug, thiserror::Error, HandlerError)]
pub enum KeepError {
    /// The database does not answer, or refuses: it is tried again.
    #[error("the database does not take it: {0}")]
    Database(#[from] sqlx::Error),
    /// Another try would find the same.
    #[error("the lines of {order_id} come to {lines}, and its total is {total}")]
    #[handler(poison)]
    TotalDiffers {
        /// The order.
        order_id: String,
        /// What its lines come to.
        lines: String,
        /// What it says.
        total: String,
    },
    /// The inbox.
    #[error(transparent)]
    #[handler(transparent)]
    Topika(#[from] topika::Error),
}
