//! Room for schemas that lead deep into each other.

use std::cell::Cell;

/// The size of the stack: the loaders and the comparison follow references as deep as there are subschemas, some kilobytes each. Only
/// what is used of it takes memory.
const STACK: usize = 512 << 20;

thread_local! {
    static ROOMY: Cell<bool> = const { Cell::new(false) };
}

/// Does some work on a large stack: here, where this already is one, or on a thread of its own. `None` where the system gives no such
/// thread.
pub(in crate::compat) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    if ROOMY.get() {
        return Some(work());
    }
    std::thread::scope(|scope| {
        let roomy = || {
            ROOMY.set(true);
            work()
        };
        let thread =
            std::thread::Builder::new().name("judge".to_owned()).stack_size(STACK).spawn_scoped(scope, roomy).ok()?;
        // A panic of the work goes on here.
        Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
