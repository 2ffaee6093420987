//! The commit of a transaction by librdkafka's own call. rdkafka waits until nothing is queued before it makes that call; of a transaction that has failed, messages
//! stay queued that librdkafka will not send any more, and only its own call says so.
#![allow(unsafe_code, reason = "librdkafka is C; the error that it gives away is freed here")]

use std::ffi::{CStr, c_char, c_int};
use std::time::Duration;

use rdkafka::bindings as sys;
use rdkafka::producer::{Producer as _, ThreadedProducer};

use super::super::ticket::Answers;
use super::verdict::{Refusal, Verdict};

/// Waits no longer than that for deliveries and coordinator; librdkafka goes on in the background, and the next call asks how far it is.
pub(super) fn commit(client: &ThreadedProducer<Answers>, wait: Duration) -> Result<(), Refusal> {
    let millis = c_int::try_from(wait.as_millis()).unwrap_or(c_int::MAX);
    // SAFETY: the client lives longer than this call; the thread of the `ThreadedProducer` takes the reports that librdkafka waits for.
    let error = unsafe { sys::rd_kafka_commit_transaction(client.client().native_ptr(), millis) };
    if error.is_null() {
        return Ok(());
    }
    let error = Owned(error);
    // SAFETY: the error is alive until the end of this function, and so are its words, which are copied.
    let (code, words, fatal, abort, again) = unsafe {
        (
            sys::rd_kafka_error_code(error.0),
            text(sys::rd_kafka_error_string(error.0)),
            sys::rd_kafka_error_is_fatal(error.0) != 0,
            sys::rd_kafka_error_txn_requires_abort(error.0) != 0,
            sys::rd_kafka_error_is_retriable(error.0) != 0,
        )
    };
    Err(Refusal { code: Some(code.into()), words, verdict: Verdict::of_transaction(fatal, abort, again) })
}

/// # Safety
/// `words` is null or a C string.
unsafe fn text(words: *const c_char) -> String {
    if words.is_null() {
        return String::new();
    }
    // SAFETY: as the caller says.
    unsafe { CStr::from_ptr(words) }.to_string_lossy().into_owned()
}

struct Owned(*mut sys::rd_kafka_error_t);

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it was given away to us, and is freed once.
        unsafe { sys::rd_kafka_error_destroy(self.0) }
    }
}
