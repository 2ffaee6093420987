use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::store::Store;

/// The store of a running server. Cloning gives another handle to the same store.
#[derive(Clone, Default)]
pub struct StoreHandle(Arc<RwLock<Store>>);

impl StoreHandle {
    /// A handle to a store that is filled already.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(Arc::new(RwLock::new(store)))
    }

    /// Reads the store. Requests that write wait meanwhile.
    pub fn read<R>(&self, read: impl FnOnce(&Store) -> R) -> R {
        // A panic in another reader or writer says nothing about the store's state that a later request could not see anyway.
        read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the store. All requests wait meanwhile.
    pub fn write<R>(&self, write: impl FnOnce(&mut Store) -> R) -> R {
        write(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreHandle")
    }
}
