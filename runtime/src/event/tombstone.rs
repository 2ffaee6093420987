use super::Key;

/// That what has this key is gone: a message with a key and without a value. Kafka forgets the key's older messages, and after a while this
/// one.
///
/// A compacted topic has a variant for it, so that whoever reads the topic says what becomes of it:
///
/// ```
/// # use topika::{Event, Tombstone, Topic};
/// #[derive(Event)]
/// #[event(name = "crm.customer-changed")]
/// struct CustomerChanged {
///     customer_id: i64,
///     name: String,
/// }
///
/// #[derive(Topic)]
/// #[topic(name = "customers", key = "customer_id", key_type = i64, compact)]
/// enum Customers {
///     CustomerChanged(CustomerChanged),
///     #[topic(tombstone)]
///     Gone(Tombstone<i64>),
/// }
///
/// # async fn f(customers: topika::Producer<Customers>) -> Result<(), topika::Error> {
/// customers.send(&Tombstone::of(7)).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tombstone<K> {
    /// The key of what is gone.
    pub key: K,
}

impl<K: Key> Tombstone<K> {
    /// The tombstone of a key.
    pub fn of(key: impl Into<K>) -> Self {
        Self { key: key.into() }
    }
}
