//! From the errors of sqlx to ours.

use crate::error::{Error, ErrorKind};

/// `doing` is what could not be done: `read the outbox`.
pub(super) fn error(doing: &str, error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    let missing = is_missing(&code, &error);
    let fault = Error::new(ErrorKind::Database, format!("cannot {doing}: {error}")).retriable(passes(&code, &error));
    let fault = if missing {
        fault.help("make the tables with `topika::outbox::migrate(&pool)`, `topika::inbox::migrate(&pool)`, `topika::saga::migrate(&pool)`, `topika::aggregate::migrate(&pool)` and `topika::projection::migrate(&pool)`, as far as they are used, or run the files of the crate's folder `migrations` with your own")
    } else {
        fault
    };
    fault.caused_by(error)
}

/// As [`error`], for `map_err`.
pub(crate) fn failed(doing: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |e| error(doing, e)
}

fn is_missing(code: &str, error: &sqlx::Error) -> bool {
    // PostgreSQL: undefined_table, undefined_column. SQLite has one code for all of these.
    matches!(code, "42P01" | "42703") || (code == "1" && error.to_string().contains("no such table: topika_"))
}

/// Whether the same may succeed later.
fn passes(code: &str, error: &sqlx::Error) -> bool {
    use sqlx::Error as E;
    if matches!(error, E::Io(_) | E::PoolTimedOut | E::WorkerCrashed | E::BeginFailed) {
        return true;
    }
    match (code.len(), code.get(..2)) {
        // PostgreSQL's classes: connection, transaction rollback, resources, operator's intervention; and a lock that was not to be had.
        (5, Some("08" | "40" | "53" | "57")) => true,
        (5, _) => code == "55P03",
        // SQLite: SQLITE_BUSY and SQLITE_LOCKED, with more in the bits above.
        _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_retriable() {
        assert!(error("read the outbox", sqlx::Error::PoolTimedOut).is_retriable());
        let closed = error("read the outbox", sqlx::Error::PoolClosed);
        assert!(!closed.is_retriable());
        assert_eq!(closed.kind(), ErrorKind::Database);
        assert!(closed.message().starts_with("cannot read the outbox: "), "{closed}");
        for (code, expected) in [
            ("08006", true),
            ("40001", true),
            ("57P01", true),
            ("55P03", true),
            ("42P01", false),
            ("23505", false),
            ("5", true),
            ("517", true),
            ("1", false),
            ("2067", false),
        ] {
            assert_eq!(passes(code, &sqlx::Error::RowNotFound), expected, "{code}");
        }
    }
}
