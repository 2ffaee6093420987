//! `#[derive(HandlerError)]`, beside thiserror's derive as people use it.

#![allow(missing_docs, clippy::unwrap_used)] // Helpers of tests are tests too.

use std::fmt;

use topika::HandlerError;
use topika::handler::Failure;

#[derive(Debug, thiserror::Error)]
#[error("the line is dead")]
struct LineDead;

#[derive(Debug, thiserror::Error, HandlerError)]
enum CookError {
    #[error("the oven is broken")]
    #[handler(fatal)]
    OvenBroken(#[source] LineDead),
    #[error("nobody cooks {dish}")]
    #[handler(code = "no-such-dish", poison)]
    Unknown { dish: String },
    #[error("no hands are free")]
    Busy,
    #[error(transparent)]
    #[handler(transparent)]
    Kafka(#[from] topika::Error),
    #[error(transparent)]
    #[handler(transparent)]
    Bill {
        #[from]
        bill: BillError,
    },
}

#[derive(Debug, thiserror::Error, HandlerError)]
#[error("the bill is lost")]
#[handler(code = "bill-lost", fatal)]
struct BillError;

/// No error of std's, but it holds one.
#[derive(HandlerError)]
#[handler(transparent)]
struct Wrapped(CookError);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrapped: {}", self.0)
    }
}

/// What it says of itself holds for the variants that say nothing.
#[derive(Debug, thiserror::Error, HandlerError)]
#[handler(fatal)]
enum Strict {
    #[error("gone")]
    HTTPGone,
    #[error("try")]
    #[handler(retriable)]
    r#Try,
    #[error("wrong")]
    #[handler(poison)]
    Wrong,
}

#[derive(Debug, thiserror::Error, HandlerError)]
#[error("about {0}")]
struct About<T: fmt::Debug>(T);

#[derive(Debug, HandlerError)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

fn said(error: impl HandlerError) -> (String, bool, bool) {
    (error.code().to_owned(), error.is_fatal(), error.is_poison())
}

fn says(code: &str, is_fatal: bool, is_poison: bool) -> (String, bool, bool) {
    (code.to_owned(), is_fatal, is_poison)
}

#[test]
fn each_variant_has_its_code_and_says_whether_another_try_may_mend_it() {
    assert_eq!(said(CookError::OvenBroken(LineDead)), says("oven-broken", true, false));
    assert_eq!(said(CookError::Unknown { dish: "soup".to_owned() }), says("no-such-dish", true, true));
    assert_eq!(said(CookError::Busy), says("busy", false, false));
    assert_eq!(said(BillError), says("bill-lost", true, false));
    assert_eq!(said(About("it")), says("about", false, false));
    let none: Option<Never> = None;
    assert!(none.map(said).is_none());
}

#[test]
fn what_stands_on_the_enum_holds_where_a_variant_says_nothing() {
    assert_eq!(said(Strict::HTTPGone), says("http-gone", true, false));
    assert_eq!(said(Strict::Try), says("try", false, false));
    assert_eq!(said(Strict::Wrong), says("wrong", true, true));
}

#[test]
fn a_transparent_error_is_what_it_holds() {
    assert_eq!(said(CookError::from(BillError)), says("bill-lost", true, false));
    let fatal = topika::Error::new(topika::ErrorKind::Decode, "no");
    assert_eq!(said(CookError::from(fatal)), says("handler-failed", true, false));
    assert_eq!(said(CookError::from(topika::Error::wrap("later"))), says("handler-failed", false, false));
    assert_eq!(said(Wrapped(CookError::Busy)), says("busy", false, false));
}

#[test]
fn the_sources_of_an_error_are_kept_also_of_one_that_another_holds() {
    let failure = Failure::from(CookError::OvenBroken(LineDead));
    assert_eq!(
        (failure.message.as_str(), &*failure.causes),
        ("the oven is broken", &["the line is dead".to_owned()][..])
    );
    let failure = Failure::from(Wrapped(CookError::OvenBroken(LineDead)));
    assert_eq!(failure.message, "wrapped: the oven is broken");
    assert_eq!(failure.causes, ["the line is dead"]);
    assert!(Failure::from(About("it")).causes.is_empty());
    let poison = Failure::from(CookError::Unknown { dish: "soup".to_owned() });
    assert_eq!((poison.unreadable, poison.fatal, poison.code.as_str()), (true, true, "no-such-dish"));
}
