//! Work that is spread over the cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// So many jobs are done sooner than a thread is started.
const FEW: usize = 32;

/// Does each job, on as many threads as there are cores; the answers stand in the order of the jobs.
pub(super) fn in_parallel<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if cores < 2 || jobs.len() < FEW {
        return jobs.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(job) = jobs.get(index)
        {
            done.push((index, work(job)));
        }
        done
    };
    let mut all = thread::scope(|scope| {
        // Where no thread can be had, this one does all.
        let others: Vec<_> = (1..cores).map_while(|_| thread::Builder::new().spawn_scoped(scope, take).ok()).collect();
        let mut all = take();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_the_order_of_the_jobs() {
        for count in [0, 1, FEW, 1_000] {
            let jobs: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = jobs.iter().map(|job| job * 2).collect();
            assert_eq!(in_parallel(&jobs, |job| job * 2), doubled);
        }
    }
}
