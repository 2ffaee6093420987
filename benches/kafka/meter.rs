//! Time, and what the process has used of the processors meanwhile: all its threads, librdkafka's too.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    wall: Instant,
    cpu: Duration,
}

/// What so many messages took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) messages: u32,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), cpu: cpu() }
    }

    pub(crate) fn stop(self, messages: u32) -> Took {
        Took { messages, wall: self.wall.elapsed(), cpu: cpu().saturating_sub(self.cpu) }
    }
}

impl Took {
    /// Microseconds of CPU a message.
    pub(crate) fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / f64::from(self.messages)
    }

    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.messages) / self.wall.as_secs_f64()
    }
}

fn cpu() -> Duration {
    let at = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(at.tv_sec.try_into().unwrap(), at.tv_nsec.try_into().unwrap())
}
