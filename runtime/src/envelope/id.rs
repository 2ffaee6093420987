use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// An id that no other event has: a UUID of version 7 (RFC 9562), as text.
///
/// Ids of one process sort by the time at which they were made.
///
/// ```
/// let id = topika::envelope::new_id();
/// assert_eq!((id.len(), &id[14..15]), (36, "7"));
/// assert!(id < topika::envelope::new_id());
/// ```
#[must_use]
pub fn new_id() -> String {
    Id::new().to_string()
}

/// The 16 bytes of an id: milliseconds since 1970 in 48 bits, then, around version and variant, 16 bits of a counter and 58 bits that each process
/// draws at its start. Entropy for each message would cost more than the message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id(u128);

static PROCESS: OnceLock<u64> = OnceLock::new();
/// The last millisecond and the count within it: what is given out never goes back, though clocks do.
static LAST: AtomicU64 = AtomicU64::new(0);

const COUNTER_BITS: u32 = 16;

impl Id {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = u64::try_from(now).unwrap_or(u64::MAX) << COUNTER_BITS;
        let step = |last: u64| now.max(last.wrapping_add(1));
        let before = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(step(last)));
        Self::of(step(before.unwrap_or_default()), *PROCESS.get_or_init(|| RandomState::new().build_hasher().finish()))
    }

    /// Of bits that something else decides (RFC 9562, version 8).
    #[cfg(feature = "kafka")]
    pub(crate) fn derived(bits: u128) -> Self {
        let free = bits & !((0xf << 76) | (0b11 << 62));
        Self(free | (8 << 76) | (0b10 << 62))
    }

    /// Of the moment and count, and what the process drew.
    fn of(moment: u64, process: u64) -> Self {
        let count = u128::from(moment & ((1 << COUNTER_BITS) - 1));
        let time = u128::from(moment >> COUNTER_BITS) & 0xffff_ffff_ffff;
        // The upper 12 bits of the count stand behind the version, the other 4 behind the variant, before 58 bits of the process's own.
        let upper = count >> 4;
        let lower = ((count & 0xf) << 58) | (u128::from(process) & ((1 << 58) - 1));
        Self((time << 80) | (7 << 76) | (upper << 64) | (0b10 << 62) | lower)
    }
}

/// As `01931f4e-....`: 8, 4, 4, 4 and 12 digits.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.0;
        let part = |from: u32, bits: u32| (id >> from) & ((1 << bits) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 32),
            part(80, 16),
            part(64, 16),
            part(48, 16),
            part(0, 48)
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_7_with_its_time_in_front() {
        let moment = 0x0193_1f4e_0b5c_u64 << COUNTER_BITS | 0xabcd;
        let id = Id::of(moment, u64::MAX).to_string();
        assert_eq!(id, "01931f4e-0b5c-7abc-b7ff-ffffffffffff");
        assert_eq!(Id::of(moment & !0xf, 1).to_string(), "01931f4e-0b5c-7abc-8000-000000000001");
    }

    #[test]
    fn ids_of_many_threads_differ_and_those_of_one_rise() {
        let each = || (0..20_000).map(|_| new_id()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(each)).collect();
        let all: Vec<Vec<String>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(all.iter().all(|ids| ids.is_sorted()));
        assert_eq!(all.iter().flatten().collect::<HashSet<_>>().len(), 80_000);
    }
}
