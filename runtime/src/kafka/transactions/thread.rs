//! The thread of a transactional producer: its calls wait for brokers, and come one after the other.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use tokio::sync::oneshot;

use super::super::positions::Positions;
use super::calls::{Calls, Failed};
use super::verdict::Verdict;
use crate::error::{Error, ErrorKind};

pub(super) enum Call {
    Init,
    Begin,
    /// With how far its consumer has come.
    Commit(Option<Arc<Positions>>),
    Abort,
}

struct Order {
    call: Call,
    answer: oneshot::Sender<Result<(), Error>>,
}

/// Gives orders to the thread, which ends when this is dropped, and aborts what is open then.
#[derive(Debug)]
pub(super) struct Thread {
    orders: Sender<Order>,
    id: String,
}

impl Thread {
    pub(super) fn start(calls: Calls) -> Result<Self, Error> {
        let (orders, given) = mpsc::channel();
        let id = calls.id.clone();
        std::thread::Builder::new().name("topika-transactions".to_owned()).spawn(move || run(&calls, &given)).map_err(
            |e| Error::new(ErrorKind::Kafka, "cannot begin with transactions: no thread to do it on").caused_by(e),
        )?;
        Ok(Self { orders, id })
    }

    /// Gives the order and waits for its outcome. Where this is dropped, the order is carried out all the same.
    pub(super) async fn call(&self, call: Call) -> Result<(), Error> {
        match self.order(call).await {
            Ok(outcome) => outcome,
            Err(_) => {
                Err(Error::new(ErrorKind::Closed, format!("the thread of transactions of \"{}\" has ended", self.id)))
            }
        }
    }

    /// Gives the order.
    pub(super) fn order(&self, call: Call) -> oneshot::Receiver<Result<(), Error>> {
        let (answer, outcome) = oneshot::channel();
        // Where the thread has ended the answer is dropped with the order, which is what the outcome says then.
        let _ = self.orders.send(Order { call, answer });
        outcome
    }
}

/// Where the producer stands.
#[derive(Debug)]
enum State {
    Idle,
    Open,
    /// The last transaction failed, and its abort too.
    ToAbort,
    /// Nothing works any more.
    Over {
        kind: ErrorKind,
        message: String,
    },
}

fn run(calls: &Calls, orders: &Receiver<Order>) {
    let mut state = State::Idle;
    while let Ok(Order { call, answer }) = orders.recv() {
        let outcome = step(calls, &mut state, call);
        // The asker may have gone.
        let _ = answer.send(outcome);
    }
    if matches!(state, State::Open | State::ToAbort)
        && let Err(failed) = calls.abort()
    {
        tracing::warn!(error = %failed.error, "a transaction was left open; the brokers abort it when its time is over");
    }
}

fn step(calls: &Calls, state: &mut State, call: Call) -> Result<(), Error> {
    if let State::Over { kind, message } = state {
        let again = "this producer takes nothing more: begin anew with `client.transactions(id)`";
        return Err(Error::new(*kind, message.clone()).retriable(false).help(again));
    }
    if matches!((&*state, &call), (State::ToAbort, Call::Begin)) {
        settle(calls, state, calls.abort())?;
    }
    let begins = matches!(call, Call::Begin);
    let outcome = match call {
        Call::Init => calls.init(),
        Call::Begin => calls.begin(),
        Call::Commit(Some(positions)) => calls.positions(&positions).and_then(|()| calls.commit()),
        Call::Commit(None) => calls.commit(),
        Call::Abort if matches!(state, State::Open | State::ToAbort) => calls.abort(),
        Call::Abort => Ok(()),
    };
    let begun = begins && outcome.is_ok();
    let settled = settle(calls, state, outcome);
    if begun {
        *state = State::Open;
    }
    settled
}

/// After a call that failed: aborts what has to be aborted, and remembers what cannot go on.
fn settle(calls: &Calls, state: &mut State, outcome: Result<(), Failed>) -> Result<(), Error> {
    let Err(Failed { error, verdict }) = outcome else {
        *state = State::Idle;
        return Ok(());
    };
    *state = match verdict {
        Verdict::Over => over(&error),
        // A commit that nobody answered in time may have been one: only the same producer's successor learns which.
        Verdict::Again => over(&error),
        Verdict::Abort => match calls.abort() {
            Ok(()) => State::Idle,
            Err(Failed { verdict: Verdict::Over, error: end }) => {
                *state = over(&end);
                // That another has taken over says more than what came of it.
                return Err(if end.kind() == ErrorKind::Fenced { end } else { error });
            }
            Err(_) => State::ToAbort,
        },
    };
    Err(error)
}

fn over(error: &Error) -> State {
    State::Over { kind: error.kind(), message: error.message().to_owned() }
}
