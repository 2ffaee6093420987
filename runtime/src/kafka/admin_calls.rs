//! Changes of topics by librdkafka's own calls: rdkafka knows no incremental change of settings (KIP-339), and drops the words that brokers add to a
//! refusal.
#![allow(unsafe_code, reason = "librdkafka is C; every object that is made here is freed here")]

use std::ffi::{CStr, CString, c_char, c_int};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::admin::AdminClient;
use rdkafka::bindings as sys;
use rdkafka::error::RDKafkaErrorCode as Code;

/// Why a change was not made: the code, and the words of librdkafka or the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) words: Option<String>,
}

/// A change of one topic.
#[derive(Clone, Debug)]
pub(super) enum Change<'a> {
    /// `-1` leaves partitions and copies to the broker.
    Create {
        partitions: i32,
        replication: i32,
        configs: &'a [(String, String)],
    },
    /// So many in all.
    Partitions(usize),
    /// Settings with their new values; `None` takes one back.
    Configs(&'a [(String, Option<String>)]),
    Delete,
}

/// Makes the change and waits for the controller's answer, no longer than that. Blocks.
pub(super) fn change<C: ClientContext>(
    client: &AdminClient<C>,
    topic: &str,
    change: &Change<'_>,
    deadline: Duration,
) -> Result<(), Refusal> {
    let millis = c_int::try_from(deadline.as_millis()).unwrap_or(c_int::MAX);
    let name = text(topic)?;
    let rk = client.inner().native_ptr();
    // SAFETY: the client lives longer than this call, and so do the queue and the options made of it.
    let queue = Queue(unsafe { sys::rd_kafka_queue_new(rk) });
    let options = Options::new(rk, change, millis)?;
    ask(rk, &name, change, &options, &queue)?;
    // librdkafka answers every request at its own deadline; the rest is for its threads to get there.
    // SAFETY: the queue is alive; the event is freed by `Event`.
    let event = Event(unsafe { sys::rd_kafka_queue_poll(queue.0, millis.saturating_add(5000)) });
    if event.0.is_null() {
        return Err(Refusal { code: Code::OperationTimedOut, words: None });
    }
    answer(&event)
}

/// Sends the request; the answer comes into the queue.
fn ask(
    rk: *mut sys::rd_kafka_t,
    name: &CString,
    change: &Change<'_>,
    options: &Options,
    queue: &Queue,
) -> Result<(), Refusal> {
    let (mut words, size) = ([0 as c_char; 512], 512);
    match change {
        Change::Create { partitions, replication, configs } => {
            // SAFETY: the name is a C string, and `words` has room for `size` bytes. Null is an error with its words there.
            let topic = unsafe {
                sys::rd_kafka_NewTopic_new(name.as_ptr(), *partitions, *replication, words.as_mut_ptr(), size)
            };
            if topic.is_null() {
                return Err(invalid(&words));
            }
            // SAFETY: made above, freed once.
            let mut topic = Owned(topic, |topic| unsafe { sys::rd_kafka_NewTopic_destroy(topic) });
            for (name, value) in *configs {
                let (name, value) = (text(name)?, text(value)?);
                // SAFETY: both are C strings, which are copied.
                checked(unsafe { sys::rd_kafka_NewTopic_set_config(topic.0, name.as_ptr(), value.as_ptr()) })?;
            }
            // SAFETY: a list of one live topic, which is copied.
            unsafe { sys::rd_kafka_CreateTopics(rk, &raw mut topic.0, 1, options.0, queue.0) };
        }
        Change::Partitions(count) => {
            // SAFETY: as above.
            let new = unsafe { sys::rd_kafka_NewPartitions_new(name.as_ptr(), *count, words.as_mut_ptr(), size) };
            if new.is_null() {
                return Err(invalid(&words));
            }
            // SAFETY: made above, freed once.
            let mut new = Owned(new, |new| unsafe { sys::rd_kafka_NewPartitions_destroy(new) });
            // SAFETY: a list of one, which is copied.
            unsafe { sys::rd_kafka_CreatePartitions(rk, &raw mut new.0, 1, options.0, queue.0) };
        }
        Change::Configs(configs) => {
            let kind = sys::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC;
            // SAFETY: the name is a C string, which is copied.
            let topic = unsafe { sys::rd_kafka_ConfigResource_new(kind, name.as_ptr()) };
            // SAFETY: made above, freed once.
            let mut topic = Owned(topic, |topic| unsafe { sys::rd_kafka_ConfigResource_destroy(topic) });
            for (name, value) in *configs {
                let name = text(name)?;
                let (operation, value) = match value {
                    Some(value) => {
                        (sys::rd_kafka_AlterConfigOpType_t::RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET, Some(text(value)?))
                    }
                    None => (sys::rd_kafka_AlterConfigOpType_t::RD_KAFKA_ALTER_CONFIG_OP_TYPE_DELETE, None),
                };
                let value = value.as_ref().map_or(std::ptr::null(), |value| value.as_ptr());
                // SAFETY: C strings, which are copied; a null value belongs to the deletion.
                let error = unsafe {
                    sys::rd_kafka_ConfigResource_add_incremental_config(topic.0, name.as_ptr(), operation, value)
                };
                refused(error)?;
            }
            // SAFETY: a list of one, which is copied.
            unsafe { sys::rd_kafka_IncrementalAlterConfigs(rk, &raw mut topic.0, 1, options.0, queue.0) };
        }
        Change::Delete => {
            // SAFETY: the name is a C string, which is copied.
            let topic = unsafe { sys::rd_kafka_DeleteTopic_new(name.as_ptr()) };
            // SAFETY: made above, freed once.
            let mut topic = Owned(topic, |topic| unsafe { sys::rd_kafka_DeleteTopic_destroy(topic) });
            // SAFETY: a list of one, which is copied.
            unsafe { sys::rd_kafka_DeleteTopics(rk, &raw mut topic.0, 1, options.0, queue.0) };
        }
    }
    Ok(())
}

/// What the controller said.
fn answer(event: &Event) -> Result<(), Refusal> {
    // SAFETY: the event is alive, and so is what it holds while it is read; texts are copied out of it.
    unsafe {
        let code = sys::rd_kafka_event_error(event.0);
        if code != sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return Err(refusal(code, sys::rd_kafka_event_error_string(event.0)));
        }
        let mut count = 0;
        let topics = match sys::rd_kafka_event_type(event.0) {
            sys::RD_KAFKA_EVENT_CREATETOPICS_RESULT => sys::rd_kafka_CreateTopics_result_topics(
                sys::rd_kafka_event_CreateTopics_result(event.0),
                &raw mut count,
            ),
            sys::RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT => sys::rd_kafka_CreatePartitions_result_topics(
                sys::rd_kafka_event_CreatePartitions_result(event.0),
                &raw mut count,
            ),
            sys::RD_KAFKA_EVENT_DELETETOPICS_RESULT => sys::rd_kafka_DeleteTopics_result_topics(
                sys::rd_kafka_event_DeleteTopics_result(event.0),
                &raw mut count,
            ),
            _ => {
                let result = sys::rd_kafka_event_IncrementalAlterConfigs_result(event.0);
                if result.is_null() {
                    return Err(Refusal { code: Code::InvalidType, words: None });
                }
                let resources = sys::rd_kafka_IncrementalAlterConfigs_result_resources(result, &raw mut count);
                // One was asked for.
                let Some(resource) = (count > 0).then(|| *resources) else { return Ok(()) };
                let code = sys::rd_kafka_ConfigResource_error(resource);
                return said(code, sys::rd_kafka_ConfigResource_error_string(resource));
            }
        };
        let Some(topic) = (count > 0).then(|| *topics) else { return Ok(()) };
        said(sys::rd_kafka_topic_result_error(topic), sys::rd_kafka_topic_result_error_string(topic))
    }
}

/// # Safety
/// `words` is null or a C string that is alive.
unsafe fn said(code: sys::rd_kafka_resp_err_t, words: *const c_char) -> Result<(), Refusal> {
    match code {
        sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR => Ok(()),
        // SAFETY: as the caller promises.
        code => Err(unsafe { refusal(code, words) }),
    }
}

/// # Safety
/// As of [`said`].
unsafe fn refusal(code: sys::rd_kafka_resp_err_t, words: *const c_char) -> Refusal {
    // SAFETY: as the caller promises.
    let words = (!words.is_null()).then(|| unsafe { CStr::from_ptr(words) }.to_string_lossy().into_owned());
    Refusal { code: code.into(), words: words.filter(|words| !words.is_empty()) }
}

/// Takes an error object apart and frees it; null is none.
fn refused(error: *mut sys::rd_kafka_error_t) -> Result<(), Refusal> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: it is ours, its text is copied, and it is freed once.
    Err(unsafe {
        let refusal = refusal(sys::rd_kafka_error_code(error), sys::rd_kafka_error_string(error));
        sys::rd_kafka_error_destroy(error);
        refusal
    })
}

fn checked(code: sys::rd_kafka_resp_err_t) -> Result<(), Refusal> {
    // SAFETY: null is no text.
    unsafe { said(code, std::ptr::null()) }
}

fn invalid(words: &[c_char]) -> Refusal {
    // SAFETY: librdkafka ends what it writes there with a zero, and it was all zeros.
    unsafe { refusal(sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR__INVALID_ARG, words.as_ptr()) }
}

fn text(text: &str) -> Result<CString, Refusal> {
    CString::new(text)
        .map_err(|_| Refusal { code: Code::InvalidArgument, words: Some(format!("{text:?} holds a zero byte")) })
}

/// An object of librdkafka's, and what frees it.
struct Owned<T>(*mut T, fn(*mut T));

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        (self.1)(self.0);
    }
}

struct Queue(*mut sys::rd_kafka_queue_t);

impl Drop for Queue {
    fn drop(&mut self) {
        // SAFETY: made in `change`, freed once; requests hold a reference of their own.
        unsafe { sys::rd_kafka_queue_destroy(self.0) }
    }
}

struct Event(*mut sys::rd_kafka_event_t);

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: it came from the queue, and null is allowed.
        unsafe { sys::rd_kafka_event_destroy(self.0) }
    }
}

struct Options(*mut sys::rd_kafka_AdminOptions_t);

impl Options {
    fn new(rk: *mut sys::rd_kafka_t, change: &Change<'_>, millis: c_int) -> Result<Self, Refusal> {
        use sys::rd_kafka_admin_op_t as op;
        let is_of_settings = matches!(change, Change::Configs(_));
        let api = match change {
            Change::Create { .. } => op::RD_KAFKA_ADMIN_OP_CREATETOPICS,
            Change::Partitions(_) => op::RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
            Change::Configs(_) => op::RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS,
            Change::Delete => op::RD_KAFKA_ADMIN_OP_DELETETOPICS,
        };
        let (mut words, size) = ([0 as c_char; 512], 512);
        // SAFETY: the client is alive; the options are freed once, and `words` has room for `size` bytes.
        unsafe {
            let options = Self(sys::rd_kafka_AdminOptions_new(rk, api));
            checked(sys::rd_kafka_AdminOptions_set_request_timeout(options.0, millis, words.as_mut_ptr(), size))?;
            if !is_of_settings {
                checked(sys::rd_kafka_AdminOptions_set_operation_timeout(options.0, millis, words.as_mut_ptr(), size))?;
            }
            Ok(options)
        }
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: made in `new`, freed once.
        unsafe { sys::rd_kafka_AdminOptions_destroy(self.0) }
    }
}
