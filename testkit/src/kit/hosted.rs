use std::thread::JoinHandle;

use tokio::sync::oneshot;
use topika_registry::server::Server;

use super::failure::KitError;

/// The embedded registry on a thread of its own, so that it outlives the runtime of the test that started it, and answers while a test
/// blocks.
#[derive(Debug)]
pub(super) struct HostedRegistry {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl HostedRegistry {
    pub(super) async fn start() -> Result<HostedRegistry, KitError> {
        let failed = |error: std::io::Error| KitError::new("cannot start the registry's thread", error);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, starting) = oneshot::channel();
        let run = move || {
            runtime.block_on(async move {
                match Server::start("127.0.0.1:0").await {
                    Ok(server) => {
                        // Nobody waits any more: then the stop comes at once, too.
                        let _gone = started.send(Ok(server.url()));
                        let _dropped = stopped.await;
                    }
                    Err(error) => {
                        let _gone = started.send(Err(error));
                    }
                }
            });
        };
        let thread = std::thread::Builder::new().name("topika-registry".into()).spawn(run).map_err(failed)?;
        let url = starting
            .await
            .map_err(|error| KitError::new("the registry's thread has ended", error))?
            .map_err(|error| KitError::new("cannot start the registry", error))?;
        Ok(HostedRegistry { url, stop: Some(stop), thread: Some(thread) })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for HostedRegistry {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends at once; a panic in it has been printed already.
            let _ended = thread.join();
        }
    }
}
