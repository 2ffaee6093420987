use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::{Call, Failure, HandlerFuture, Outcome};

/// The handlers of an app as a service of tower, with the layers that are around them so far: what [`App::layer`](crate::App::layer) gives to
/// a layer.
///
/// A layer sees each try of each message as a [`Call`], before the handler and behind it. What it fails with is the failure of that try: tried
/// again, or given up, as the handler's own would be. An error that is no [`Failure`] has the code `handler-failed` and may be tried again. So
/// the layers of the crate tower fit: `TimeoutLayer`, `ConcurrencyLimitLayer`, `LoadShedLayer`, and a function by `layer_fn`.
///
/// ```
/// use std::task::{Context, Poll};
///
/// use topika::handler::{Call, Failure, HandlerFuture, HandlerService, Outcome};
/// use tower::{Layer, Service, ServiceBuilder, layer::layer_fn};
///
/// /// Refuses what no tenant sent, and tells the handlers which it was.
/// #[derive(Clone)]
/// struct OfTenant(HandlerService);
///
/// #[derive(Clone)]
/// struct Tenant(String);
///
/// impl Service<Call> for OfTenant {
///     type Response = Outcome;
///     type Error = Failure;
///     type Future = HandlerFuture;
///
///     fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
///         self.0.poll_ready(context)
///     }
///
///     fn call(&mut self, mut call: Call) -> HandlerFuture {
///         let tenant = call.headers().last("tenant").and_then(|bytes| std::str::from_utf8(bytes).ok());
///         let Some(tenant) = tenant.map(|name| Tenant(name.to_owned())) else {
///             return Box::pin(std::future::ready(Err(Failure::fatal("no-tenant", &"no tenant sent it"))));
///         };
///         call.extensions_mut().insert(tenant);
///         self.0.call(call)
///     }
/// }
///
/// let app = topika::App::new("kitchen").layer(layer_fn(OfTenant)); // handlers take `Extension(tenant): Extension<Tenant>`
/// ```
#[derive(Clone, Default)]
pub struct HandlerService(Option<Arc<dyn Serve>>);

/// A service whose type nobody needs to know.
trait Serve: Send + Sync {
    fn serve(&self, call: Call) -> HandlerFuture;
}

struct Layered<V>(V);

impl<V> Serve for Layered<V>
where
    V: Service<Call, Response = Outcome> + Clone + Send + Sync + 'static,
    V::Error: Into<Box<dyn StdError + Send + Sync>>,
    V::Future: Send,
{
    fn serve(&self, call: Call) -> HandlerFuture {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(failure)?;
            service.call(call).await.map_err(failure)
        })
    }
}

/// A layer hands on what the handler failed with, or fails itself.
fn failure(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Failure {
    match error.into().downcast::<Failure>() {
        Ok(failure) => *failure,
        Err(other) => Failure::from(other),
    }
}

impl HandlerService {
    /// Puts a layer around what is there.
    #[must_use]
    pub fn layer<L>(self, layer: &L) -> Self
    where
        L: Layer<Self>,
        L::Service: Service<Call, Response = Outcome> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: Into<Box<dyn StdError + Send + Sync>>,
        <L::Service as Service<Call>>::Future: Send,
    {
        Self(Some(Arc::new(Layered(layer.layer(self)))))
    }

    /// Whether there is no layer.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.is_none()
    }

    /// Goes through the layers to the handler.
    pub fn handle(&self, call: Call) -> HandlerFuture {
        match &self.0 {
            None => call.handle(),
            Some(layered) => layered.serve(call),
        }
    }
}

impl Service<Call> for HandlerService {
    type Response = Outcome;
    type Error = Failure;
    type Future = HandlerFuture;

    /// At once: each layer waits within its call.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> HandlerFuture {
        self.handle(call)
    }
}

impl fmt::Debug for HandlerService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HandlerService").field(&if self.is_plain() { "handlers" } else { "layers" }).finish()
    }
}
