//! Room for schemas that lead deep into each other.

use std::cell::Cell;
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// The size of the stack: the loaders and the comparison follow references as deep as there are subschemas, some kilobytes each. Only
/// what is used of it takes memory.
const STACK: usize = 512 << 20;

thread_local! {
    static ROOMY: Cell<bool> = const { Cell::new(false) };
}

/// Does some work on a large stack: here, where this already is one, or on a thread of its own. `None` where the system gives no such
/// thread.
///
/// ```
/// assert_eq!(topika_contract::threads::on_a_large_stack(|| 1 + 1), Some(2));
/// ```
pub fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    if ROOMY.get() {
        return Some(work());
    }
    std::thread::scope(|scope| {
        // A panic of the work goes on here.
        Some(roomy(scope, work)?.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// A thread with a large stack, where the system gives one.
pub(super) fn roomy<'scope, 'env, T: Send + 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, T>> {
    let work = || {
        ROOMY.set(true);
        work()
    };
    Builder::new().name("judge".to_owned()).stack_size(STACK).spawn_scoped(scope, work).ok()
}
