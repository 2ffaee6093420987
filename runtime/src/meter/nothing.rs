//! The same without the feature: nothing.

use std::time::Duration;

use super::Told;
use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) struct Sending;

impl Sending {
    pub(crate) fn on(_topic: &str) -> Self {
        Self
    }

    pub(crate) fn begin(&self, _bytes: usize) -> OnItsWay {
        OnItsWay
    }
}

#[derive(Debug)]
pub(crate) struct OnItsWay;

impl OnItsWay {
    pub(crate) fn delivered(self) {}

    pub(crate) fn failed(self, _kind: ErrorKind) {}
}

#[derive(Debug)]
pub(crate) struct Reading;

impl Reading {
    pub(crate) fn unseen() -> Self {
        Self
    }

    pub(crate) fn of(_group: &str, _topic: &str, _partition: i32) -> Self {
        Self
    }

    pub(crate) fn taken(&self, _bytes: usize) {}

    pub(crate) fn lag(&self, _messages: i64) {}

    pub(crate) fn commit_age(&self, _age: Duration) {}

    pub(crate) fn end(&self) {}
}

pub(crate) fn rebalanced(_group: &str, _event: &'static str) {}

pub(crate) fn commits(_group: &str, _ok: bool) {}

pub(crate) fn moved(_group: &str, _topic: &str, _delay: &str, _why: &'static str) {}

#[derive(Debug)]
pub(crate) struct Handling;

impl Handling {
    pub(crate) fn of(_group: &str, _topic: &str) -> Self {
        Self
    }

    pub(crate) fn begin(&self) -> AtWork {
        AtWork
    }

    pub(crate) fn done(&self) {}

    pub(crate) fn failed(&self) {}

    pub(crate) fn unreadable(&self) {}

    pub(crate) fn left(&self) {}
}

/// Something to hold on to, as with the feature.
#[derive(Debug)]
pub(crate) struct AtWork;

#[derive(Debug)]
pub(crate) struct Native;

pub(crate) fn told(_client: &'static str) -> Native {
    Native
}

impl Native {
    pub(crate) fn tell(&self, _now: Told) {}
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) fn outbox_lag(_rows: u64, _held: u64, _oldest: Duration) {}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) fn outbox_refused(_topic: &str, _kind: ErrorKind) {}

pub(crate) fn describe() {}
