//! What commands have in common that listen until somebody ends them.

use std::net::ToSocketAddrs as _;

use crate::problem::Problem;

/// Resolves when somebody asks the process to end. From the call on, and not only once it is awaited, the signals no longer end it.
#[cfg(unix)]
pub(crate) fn stopped() -> Result<impl Future<Output = ()>, Problem> {
    use tokio::signal::unix::{SignalKind, signal};
    let problem = |error| Problem::new(format!("signals cannot be waited for: {error}"), "see what the system says");
    let mut interrupted = signal(SignalKind::interrupt()).map_err(problem)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(problem)?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(not(unix))]
pub(crate) fn stopped() -> Result<impl Future<Output = ()>, Problem> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the key ends the process, which is what was asked for.
            std::future::pending::<()>().await;
        }
    })
}

/// Whether other machines can reach an address. One that cannot be resolved is left to the listener to complain about.
pub(crate) fn open_to_others(addr: &str) -> bool {
    addr.to_socket_addrs().is_ok_and(|mut all| all.any(|addr| !addr.ip().is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_closed_to_others() {
        for (addr, open) in [
            ("127.0.0.1:0", false),
            ("localhost:0", false),
            ("[::1]:0", false),
            ("0.0.0.0:0", true),
            ("[::]:0", true),
            ("192.0.2.1:8081", true),
            ("nonsense", false),
        ] {
            assert_eq!(open_to_others(addr), open, "{addr}");
        }
    }
}
