use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

use super::signature::Basic;

/// How long a server rests after its first failure; doubled with each further one.
const FIRST_REST: Duration = Duration::from_secs(1);
/// The longest rest, also where the server asks for a longer one.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// The servers of one registry, and how well each of them is.
pub(super) struct Servers(Vec<Server>);

/// A server as a call sees it.
pub(super) struct Server {
    pub(super) url: Url,
    /// What stood in its URL: meant for this server and no other.
    pub(super) auth: Option<Basic>,
    health: Mutex<Health>,
}

#[derive(Default)]
struct Health {
    failures: u32,
    rests_until: Option<Instant>,
}

impl Servers {
    pub(super) fn new(servers: Vec<(Url, Option<Basic>)>) -> Self {
        let server = |(url, auth)| Server { url, auth, health: Mutex::default() };
        Self(servers.into_iter().map(server).collect())
    }

    /// All servers in the order in which a call asks them: those that are well as they were given, then those that rest, whose rest
    /// ends first before the others.
    pub(super) fn in_order(&self) -> Vec<&Server> {
        let now = Instant::now();
        let mut order: Vec<(Option<Instant>, &Server)> = self.0.iter().map(|s| (s.resting(now), s)).collect();
        order.sort_by_key(|(rests_until, _)| *rests_until);
        order.into_iter().map(|(_, server)| server).collect()
    }
}

impl Server {
    /// Until when it rests. Where the rest is over, the one who asks tries it; for all others it rests a little longer, so that a
    /// server that still hangs holds up one call and not every one.
    fn resting(&self, now: Instant) -> Option<Instant> {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let until = health.rests_until?;
        if now < until {
            return Some(until);
        }
        health.rests_until = now.checked_add(rest(health.failures));
        None
    }

    /// It gave an answer, of whatever kind.
    pub(super) fn answered(&self) {
        *self.health.lock().unwrap_or_else(PoisonError::into_inner) = Health::default();
    }

    /// It gave none, or said that it cannot now; `wait` is how long it asks to be left alone.
    pub(super) fn failed(&self, wait: Option<Duration>) {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        health.failures = health.failures.saturating_add(1);
        let rest = rest(health.failures).max(wait.unwrap_or_default()).min(LONGEST_REST);
        health.rests_until = Instant::now().checked_add(rest);
    }
}

fn rest(failures: u32) -> Duration {
    FIRST_REST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST_REST)
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|server| server.url.as_str())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers() -> Servers {
        let url = |port| Url::parse(&format!("http://h:{port}")).unwrap();
        Servers::new(vec![(url(1), None), (url(2), None), (url(3), None)])
    }

    fn order(servers: &Servers) -> Vec<u16> {
        servers.in_order().iter().map(|s| s.url.port().unwrap()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_is_asked_last_until_its_rest_is_over() {
        let servers = servers();
        assert_eq!(order(&servers), [1, 2, 3]);
        servers.0[0].failed(None);
        assert_eq!(order(&servers), [2, 3, 1]);
        servers.0[1].failed(Some(Duration::from_secs(9)));
        assert_eq!(order(&servers), [3, 1, 2]);
        tokio::time::advance(Duration::from_millis(1001)).await;
        assert_eq!(order(&servers), [1, 3, 2], "the first call after the rest tries it");
        assert_eq!(order(&servers), [3, 1, 2], "and no other");
        servers.0[0].answered();
        assert_eq!(order(&servers), [1, 3, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rest_doubles_and_is_bounded_whatever_the_server_asks() {
        assert_eq!((rest(1), rest(3)), (FIRST_REST, FIRST_REST * 4));
        assert_eq!((rest(0), rest(40), rest(u32::MAX)), (FIRST_REST, LONGEST_REST, LONGEST_REST));
        let servers = servers();
        servers.0[0].failed(Some(Duration::from_secs(u64::MAX)));
        tokio::time::advance(LONGEST_REST + Duration::from_millis(1)).await;
        assert_eq!(order(&servers), [1, 2, 3]);
    }
}
