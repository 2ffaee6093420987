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
    pub(super) fn of(error: &KafkaError) -> Self {
        match error {
            KafkaError::Transaction(native) if native.is_fatal() => Self::Over,
            KafkaError::Transaction(native) if native.txn_requires_abort() => Self::Abort,
            KafkaError::Transaction(native) if native.is_retriable() => Self::Again,
            // What was not flushed in time is on its way still.
            KafkaError::Flush(_) => Self::Again,
            _ => Self::Over,
        }
    }
}

/// `what` says what was being done: `commit a transaction`; `why` is what is known better than librdkafka's words.
pub(super) fn error(what: &str, id: &str, error: &KafkaError, verdict: Verdict, why: Option<Error>) -> Error {
    let code = error.rdkafka_error_code();
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
    let words = match error {
        KafkaError::Transaction(native) => native.string(),
        other => fault::error(what, other).message().to_owned(),
    };
    match verdict {
        Verdict::Abort => aborted(what, id, &words),
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
    fn what_was_not_flushed_is_waited_for_and_what_is_no_error_of_a_transaction_ends_all() {
        assert_eq!(Verdict::of(&KafkaError::Flush(Code::OperationTimedOut)), Verdict::Again);
        assert_eq!(Verdict::of(&KafkaError::Canceled), Verdict::Over);
    }

    #[test]
    fn each_verdict_says_what_comes_next() {
        let flush = KafkaError::Flush(Code::OperationTimedOut);
        let again = error("commit a transaction", "billing", &flush, Verdict::Again, None);
        assert_eq!((again.kind(), again.is_retriable()), (ErrorKind::Timeout, true), "{again}");
        let why = Error::new(ErrorKind::TooLarge, "cannot deliver to topic \"invoices\": message size too large");
        let abort = error("commit a transaction", "billing", &flush, Verdict::Abort, Some(why));
        assert_eq!((abort.kind(), abort.is_retriable()), (ErrorKind::Aborted, false), "it would be refused again");
        assert!(abort.message().ends_with("\"invoices\": message size too large"), "{abort}");
        let code = |code| error("begin", "billing", &KafkaError::Flush(code), Verdict::Over, None);
        let fenced = code(Code::Fenced);
        assert_eq!((fenced.kind(), fenced.is_retriable()), (ErrorKind::Fenced, false));
        assert!(fenced.message().contains("\"billing\""), "{fenced}");
        let denied = code(Code::TransactionalIdAuthorizationFailed);
        assert_eq!(denied.kind(), ErrorKind::Denied);
        assert!(denied.to_string().contains("help: give the client's user"), "{denied}");
        assert!(code(Code::InvalidTransactionTimeout).to_string().contains("transaction.max.timeout.ms"));
    }
}
