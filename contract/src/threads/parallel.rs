//! Work that is spread over the cores.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

use super::stack::{on_a_large_stack, roomy};

/// So many jobs are done sooner than a thread is started.
const FEW: usize = 32;

/// On so many threads jobs wait for a disk at once.
const WAITING: usize = 32;

/// Does each job, on as many threads as there are cores; the answers stand in the order of the jobs. A few jobs are done by this thread.
///
/// ```
/// let lengths = topika_contract::threads::in_parallel(&["a", "bc"], |text| text.len());
/// assert_eq!(lengths, [1, 2]);
/// ```
pub fn in_parallel<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = if jobs.len() < FEW { 1 } else { cores() };
    on_threads(cores, jobs, work)
}

/// The same for jobs that wait more than they work, say for a disk: on more threads than there are cores.
pub(crate) fn in_parallel_waiting<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    on_threads(jobs.len().min(WAITING), jobs, work)
}

fn on_threads<T: Sync, R: Send>(threads: usize, jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if threads < 2 {
        return jobs.iter().map(work).collect();
    }
    let queue = Queue::new(jobs);
    thread::scope(|scope| {
        // Where no thread can be had, this one does all.
        let spawn = |_| roomy(scope, || queue.work(&work));
        let others: Vec<_> = (1..threads).map_while(spawn).collect();
        let own = queue.work(&work);
        gathered(others, own)
    })
}

/// The same on large stacks: each thread has one, which serves all its jobs.
pub(crate) fn in_parallel_and_deep<T: Sync, R: Send>(jobs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = if jobs.len() < FEW { 1 } else { cores() };
    if jobs.is_empty() {
        return Vec::new();
    }
    let here = || jobs.iter().map(&work).collect();
    if cores < 2 {
        return on_a_large_stack(here).unwrap_or_else(here);
    }
    let queue = Queue::new(jobs);
    thread::scope(|scope| {
        let others: Vec<_> = (0..cores).map_while(|_| roomy(scope, || queue.work(&work))).collect();
        // Where no thread can be had, this one does all.
        let own = if others.is_empty() { queue.work(&work) } else { Vec::new() };
        gathered(others, own)
    })
}

/// Does two things at once.
pub(crate) fn both<A, B: Send>(here: impl FnOnce() -> A, there: impl Fn() -> B + Sync) -> (A, B) {
    if cores() < 2 {
        return (here(), there());
    }
    thread::scope(|scope| {
        let other = Builder::new().spawn_scoped(scope, &there).ok();
        let own = here();
        // Where no thread can be had, this one does both.
        let theirs =
            other.map_or_else(&there, |thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (own, theirs)
    })
}

/// The number of cores. To ask the system for it means to read files about limits, so it is asked once.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

/// Jobs of which each is taken once.
struct Queue<'j, T> {
    jobs: &'j [T],
    next: AtomicUsize,
}

impl<'j, T> Queue<'j, T> {
    fn new(jobs: &'j [T]) -> Self {
        Self { jobs, next: AtomicUsize::new(0) }
    }

    /// Takes jobs until none is left.
    fn work<R>(&self, work: impl Fn(&T) -> R) -> Vec<(usize, R)> {
        let mut done = Vec::new();
        while let index = self.next.fetch_add(1, Ordering::Relaxed)
            && let Some(job) = self.jobs.get(index)
        {
            done.push((index, work(job)));
        }
        done
    }
}

/// What all threads have done, in the order of the jobs.
fn gathered<R>(others: Vec<thread::ScopedJoinHandle<'_, Vec<(usize, R)>>>, own: Vec<(usize, R)>) -> Vec<R> {
    let mut all = own;
    for other in others {
        match other.join() {
            Ok(done) => all.extend(done),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
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
            assert_eq!(in_parallel_and_deep(&jobs, |job| job * 2), doubled);
            assert_eq!(in_parallel_waiting(&jobs, |job| job * 2), doubled);
        }
    }

    #[test]
    fn two_things_are_done() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }

    #[test]
    fn deep_jobs_share_the_stack_of_their_thread() {
        let jobs: Vec<usize> = (0..100).collect();
        let own = in_parallel_and_deep(&jobs, |_| {
            let here = thread::current().id();
            on_a_large_stack(|| thread::current().id()) == Some(here)
        });
        assert!(own.into_iter().all(|own| own));
    }
}
