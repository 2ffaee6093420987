/// An event with its key, for topics whose key is no field of their events.
///
/// ```
/// # use topika::{Event, Topic};
/// use topika::event::Keyed;
///
/// #[derive(Event)]
/// #[event(name = "pages.viewed")]
/// struct PageViewed {
///     page: String,
/// }
///
/// #[derive(Topic)]
/// #[topic(name = "pages.viewed", key_type = String)]
/// enum PagesViewed {
///     PageViewed(PageViewed),
/// }
///
/// # async fn f(pages: topika::Producer<PagesViewed>, session: String, viewed: PageViewed) -> Result<(), topika::Error> {
/// pages.send(&Keyed { key: &session, event: &viewed }).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Keyed<'a, K, E> {
    /// The key.
    pub key: &'a K,
    /// The event.
    pub event: &'a E,
}

impl<K, E> Clone for Keyed<'_, K, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, E> Copy for Keyed<'_, K, E> {}
