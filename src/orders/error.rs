use sqlx::error::ErrorKind;
use topika::HandlerError;

/// Why an event was not written into the database.
#[derive(Debug, thiserror::Error, HandlerError)]
pub enum KeepError {
    /// The database does not answer: it is tried again.
    #[error("the database does not answer: {0}")]
    Database(sqlx::Error),
    /// The database has no place for such a value: a text with a NUL, or a time that its type does not know. Another try would find the same.
    #[error("the database does not take it: {0}")]
    #[handler(poison)]
    Refused(sqlx::Error),
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

impl From<sqlx::Error> for KeepError {
    fn from(error: sqlx::Error) -> Self {
        if is_of_the_value(&error) { Self::Refused(error) } else { Self::Database(error) }
    }
}

/// Whether the value is what the database does not take: classes 22 and 23 of SQLSTATE on PostgreSQL, constraints on SQLite.
fn is_of_the_value(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    let state = error.code().unwrap_or_default();
    let class = state.len() == 5 && (state.starts_with("22") || state.starts_with("23"));
    class || error.kind() != ErrorKind::Other
}
