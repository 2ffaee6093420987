//! Ports for servers that are started by their number, or come back to it after they were killed.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): of those, any client of any
/// test takes one while the server is away, or even finds itself behind it.
const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;

/// A port on loopback where nobody listens, that no outgoing connection takes, and that this process hands out once.
#[allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
pub(crate) fn free_port() -> u16 {
    static START: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Programs of tests that run beside each other begin at places of their own.
    let start = *START.get_or_init(|| RandomState::new().build_hasher().finish());
    (0..COUNT)
        .map(|_| {
            let nth = start.wrapping_add(u64::from(NEXT.fetch_add(1, Ordering::Relaxed))) % u64::from(COUNT);
            FIRST + u16::try_from(nth).unwrap()
        })
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .unwrap()
}
