use std::any::{Any, TypeId, type_name};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Context, Failure, FromMessage};

/// What layers put beside a message for its handler, at most one value of each type.
#[derive(Clone, Default)]
pub struct Extensions(BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Extensions {
    /// Puts a value there, in place of the one of its type.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The value of that type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extensions({})", self.0.len())
    }
}

/// A value that a [layer](crate::App::layer) has put beside the message: `Extension(tenant): Extension<Tenant>`. Where no layer has, the message
/// is given up under the code `extension`; `Option<Extension<T>>` takes what may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extension<T>(pub T);

impl<K, S, T: Clone + Send + Sync + 'static> FromMessage<K, S> for Extension<T> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        let missing = || Failure::fatal("extension", &format!("no layer has put a `{}` there", type_name::<T>()));
        Option::from_message(context)?.ok_or_else(missing)
    }
}

impl<K, S, T: Clone + Send + Sync + 'static> FromMessage<K, S> for Option<Extension<T>> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        Ok(context.extensions.get().cloned().map(Extension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_value_of_each_type() {
        let mut extensions = Extensions::default();
        assert_eq!(extensions.get::<u8>(), None);
        extensions.insert(1_u8);
        extensions.insert("tenant");
        extensions.insert(2_u8);
        assert_eq!((extensions.get::<u8>(), extensions.get::<&str>()), (Some(&2), Some(&"tenant")));
        assert_eq!(format!("{extensions:?}"), "Extensions(2)");
    }
}
