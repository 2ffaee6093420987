use std::fmt;
use std::time::Duration;

use topika::App;

use super::failure::fail;
use super::harness::Kit;

/// An app that has handled what was given: what [`Kit::handled`] gives.
#[derive(Clone, Debug)]
pub struct HandledRun {
    pub(super) group: String,
    pub(super) topics: Vec<String>,
}

impl HandledRun {
    /// The consumer group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }
}

impl Kit {
    /// Runs the app until it has handled all that is on its topics, and shuts it down: after that nothing changes any more, and what it has published,
    /// stored, put off and given up can be looked at. What waits for another try in a topic of retries is left waiting: see
    /// [`retried`](Self::retried).
    ///
    /// ```
    /// # use topika::{App, Event, Topic, app::Publish};
    /// # #[derive(Clone, Debug, PartialEq, Event)]
    /// # #[event(name = "pages.viewed")]
    /// # struct PageViewed { page: String }
    /// # #[derive(Clone, Debug, PartialEq, Topic)]
    /// # #[topic(name = "pages.viewed", key = "page")]
    /// # enum PagesViewed { PageViewed(PageViewed) }
    /// # #[derive(Clone, Debug, PartialEq, Event)]
    /// # #[event(name = "visits.counted")]
    /// # struct VisitCounted { page: String }
    /// # #[derive(Clone, Debug, PartialEq, Topic)]
    /// # #[topic(name = "visits", key = "page")]
    /// # enum Visits { VisitCounted(VisitCounted) }
    /// async fn count(viewed: PageViewed) -> Result<Publish<Visits>, topika::Error> {
    ///     Ok(Publish::one(VisitCounted { page: viewed.page }))
    /// }
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let kit = topika_testkit::start().await;
    /// kit.given::<PagesViewed>([PageViewed { page: "/menu".to_owned() }]).await;
    /// kit.handled(App::new("counter").topic(PagesViewed::router().page_viewed(count))).await;
    /// kit.published::<Visits>().await.assert_eq([VisitCounted { page: "/menu".to_owned() }]);
    /// # });
    /// ```
    ///
    /// # Panics
    /// As [`settled`](Self::settled), and when the app ends with an error.
    pub async fn handled<S: Clone + Send + Sync + 'static>(&self, app: App<S>) -> HandledRun {
        let running = app.spawn(self.client());
        let run = HandledRun { group: running.group().to_owned(), topics: running.topics().to_vec() };
        let tiers = format!("{}retry.{}.", self.client().topic_prefix(), run.group);
        let own: Vec<&str> = run.topics.iter().map(String::as_str).filter(|topic| !topic.starts_with(&tiers)).collect();
        let ended = async {
            while running.is_running() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            biased;
            () = self.caught_up_on(&run.group, &own) => {}
            () = ended => {}
        }
        if let Err(error) = running.shutdown().await {
            fail(Ended { group: &run.group, error });
        }
        run
    }
}

struct Ended<'a> {
    group: &'a str,
    error: topika::Error,
}

impl fmt::Display for Ended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the app \"{}\" has ended with an error: {}", self.group, self.error)
    }
}
