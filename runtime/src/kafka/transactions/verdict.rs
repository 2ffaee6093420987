//! What a failed call of a transaction means.

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

use super::super::fault;
use crate::error::{Error, ErrorKind};

/// What may come after a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The same call again.
    Again,
    /// The end of this transaction, and then another.
    Abort,
    /// Nothing: the producer is of no use any more.
    Over,
}

impl Verdict {
    /// By what librdkafka says of an error of transactions.
    pub(super) fn of_transaction(fatal: bool, abort: bool, again: bool) -> Self {
        match (fatal, abort, again) {
            (true, ..) => Self::Over,
            (_, true, _) => Self::Abort,
            (.., true) => Self::Again,
            _ => Self::Over,
        }
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Option<Code>,
    pub(super) words: String,
    pub(super) verdict: Verdict,
}

impl Refusal {
    pub(super) fn of(what: &str, error: &KafkaError) -> Self {
        let code = error.rdkafka_error_code();
        match error {
            KafkaError::Transaction(native) => {
                let verdict =
                    Verdict::of_transaction(native.is_fatal(), native.txn_requires_abort(), native.is_retriable());
                Self { code, words: native.string(), verdict }
            }
            other => Self { code, words: fault::error(what, other).message().to_owned(), verdict: Verdict::Over },
        }
    }
}

/// `what` says what was being done: `commit a transaction`; `why` is what is known better than librdkafka's words.
pub(super) fn error(what: &str, id: &str, refusal: &Refusal, why: Option<Error>) -> Error {
    let Refusal { code, words, verdict } = refusal;
    let (code, verdict) = (*code, *verdict);
    if matches!(code, Some(Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch))
        && verdict == Verdict::Over
    {
        return Error::new(
            ErrorKind::Fenced,
            format!("cannot {what}: another producer has taken over the transactional id \"{id}\""),
        )
        .help(
            "each process needs an id of its own; one that was taken for dead and lives, or whose transaction took longer than its `timeout`, is shut out so on purpose: end it, or begin anew with `client.transactions(id)`",
        );
    }
    if let (Verdict::Abort, Some(why)) = (verdict, why) {
        return aborted(what, id, why.message()).retriable(why.is_retriable()).caused_by(why);
    }
    match verdict {
        Verdict::Abort => aborted(what, id, words),
        Verdict::Again => {
            let kind = code.map_or(ErrorKind::Timeout, |code| fault::of_code(what, code).kind());
            Error::new(kind, format!("cannot {what} of \"{id}\": {words}"))
                .retriable(true)
                .help("see that the brokers can be reached")
        }
        Verdict::Over => {
            let kind = code.map_or(ErrorKind::Kafka, |code| fault::of_code(what, code).kind());
            Error::new(kind, format!("cannot {what} of \"{id}\": {words}")).retriable(false).help(help(kind, code))
        }
    }
}

fn aborted(what: &str, id: &str, words: &str) -> Error {
    Error::new(ErrorKind::Aborted, format!("cannot {what} of \"{id}\", it was aborted: {words}"))
        .help("nothing of it will be read by whoever reads what is committed: begin another and write it all again")
}

fn help(kind: ErrorKind, code: Option<Code>) -> &'static str {
    match (kind, code) {
        (_, Some(Code::InvalidTransactionTimeout)) => {
            "the brokers allow no transaction that long: see `transaction.max.timeout.ms` there, or give a shorter `timeout`"
        }
        (ErrorKind::Denied, _) => {
            "give the client's user the rights WRITE and DESCRIBE on this transactional id, and WRITE on the topics"
        }
        _ => {
            "this producer takes nothing more: begin anew with `client.transactions(id)`, which ends what was left open"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_ends_the_producer_counts_before_one_that_ends_the_transaction_and_that_before_another_try() {
        assert_eq!(Verdict::of_transaction(true, true, true), Verdict::Over);
        assert_eq!(Verdict::of_transaction(false, true, true), Verdict::Abort);
        assert_eq!(Verdict::of_transaction(false, false, true), Verdict::Again);
        assert_eq!(Verdict::of_transaction(false, false, false), Verdict::Over);
        assert_eq!(Refusal::of("commit", &KafkaError::Canceled).verdict, Verdict::Over);
    }

    #[test]
    fn each_verdict_says_what_comes_next() {
        let refused = |code, verdict| Refusal { code: Some(code), words: "timed out".to_owned(), verdict };
        let late = |verdict| refused(Code::OperationTimedOut, verdict);
        let again = error("commit a transaction", "billing", &late(Verdict::Again), None);
        assert_eq!((again.kind(), again.is_retriable()), (ErrorKind::Timeout, true), "{again}");
        let why = Error::new(ErrorKind::TooLarge, "cannot deliver to topic \"invoices\": message size too large");
        let abort = error("commit a transaction", "billing", &late(Verdict::Abort), Some(why));
        assert_eq!((abort.kind(), abort.is_retriable()), (ErrorKind::Aborted, false), "it would be refused again");
        assert!(abort.message().ends_with("\"invoices\": message size too large"), "{abort}");
        let code = |code| error("begin", "billing", &refused(code, Verdict::Over), None);
        let fenced = code(Code::Fenced);
        assert_eq!((fenced.kind(), fenced.is_retriable()), (ErrorKind::Fenced, false));
        assert!(fenced.message().contains("\"billing\""), "{fenced}");
        let denied = code(Code::TransactionalIdAuthorizationFailed);
        assert_eq!(denied.kind(), ErrorKind::Denied);
        assert!(denied.to_string().contains("help: give the client's user"), "{denied}");
        assert!(code(Code::InvalidTransactionTimeout).to_string().contains("transaction.max.timeout.ms"));
    }
}
