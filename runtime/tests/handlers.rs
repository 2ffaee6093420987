//! Handlers and the router that a topic derives.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)] // Helpers of tests are tests too.

mod fixture;

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Poll, Waker};

use fixture::events::orders::{OrderCancelled, v1};
use fixture::events::topics::{FoodOrders, KitchenTicketReady};
use topika::handler::{
    Call, Context, Extension, Extensions, Failure, FromRef, HandlerFuture, HandlerService, Headers, Key, Metadata,
    Outcome, Route, State, skip,
};
use tower::layer::{Layer, layer_fn};
use tower::{Service, service_fn};

#[derive(Clone, Default)]
struct Kitchen {
    heard: Arc<Mutex<Vec<String>>>,
    oven: Oven,
}

#[derive(Clone, Default)]
struct Oven(u32);

impl FromRef<Kitchen> for Oven {
    fn from_ref(state: &Kitchen) -> Self {
        state.oven.clone()
    }
}

fn context<K: topika::event::Key>(key: Option<&'static [u8]>) -> Context<K, Kitchen> {
    let metadata = Metadata {
        topic: "t".into(),
        partition: 1,
        offset: 2,
        timestamp_ms: None,
        group: "g".into(),
        attempt: 1,
        is_replay: false,
    };
    let key_bytes = key.map(Into::into);
    let key = key.map(K::read_key);
    Context {
        state: Kitchen::default(),
        key,
        key_bytes,
        headers: Headers::new().with_null("h"),
        metadata,
        extensions: Extensions::default(),
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("no handler here waits"),
    }
}

fn cancelled() -> FoodOrders {
    OrderCancelled { order: "a".into() }.into()
}

async fn stop(
    State(kitchen): State<Kitchen>,
    State(oven): State<Oven>,
    Key(order): Key<String>,
    at: Metadata,
    event: OrderCancelled,
) -> Result<(), String> {
    kitchen.heard.lock().unwrap().push(format!("{order} {} {} {}", event.order, at.offset, oven.0));
    if order == "fail" { Err("the oven is broken".to_owned()) } else { Ok(()) }
}

#[test]
fn an_event_goes_to_its_handler_with_what_it_asks_for() {
    let router = FoodOrders::router().order_placed(skip).order_cancelled(stop);
    let context = context::<String>(Some(b"k"));
    let heard = Arc::clone(&context.state.heard);
    assert!(now(router.call(cancelled(), context)).unwrap().is_empty());
    assert_eq!(*heard.lock().unwrap(), ["k a 2 0"]);
}

#[test]
fn a_failure_keeps_code_and_words() {
    let router = FoodOrders::router().order_cancelled(stop).otherwise(skip);
    let failure = now(router.call(cancelled(), context(Some(b"fail")))).unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.message.as_str(), failure.fatal),
        ("handler-failed", "the oven is broken", false)
    );
}

#[test]
fn a_message_without_the_key_is_not_handled() {
    let router = FoodOrders::router().order_cancelled(stop).otherwise(skip);
    let failure = now(router.call(cancelled(), context(None))).unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.message.as_str(), failure.unreadable),
        ("no-key", "the message has no key", true)
    );
    let failure = now(router.call(cancelled(), context(Some(&[255])))).unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.message.as_str(), failure.unreadable),
        ("key", "the key of 1 byte is no UTF-8 string", true)
    );
}

#[test]
fn otherwise_takes_the_topic_s_enum() {
    async fn rest(key: Option<Key<String>>, headers: Headers, event: FoodOrders) -> Result<(), String> {
        Err(format!("{:?} {} {}", key, headers.len(), topika::event::Topic::index(&event)))
    }
    let router = FoodOrders::router::<Kitchen>().otherwise(rest);
    assert_eq!(now(router.call(cancelled(), context(None))).unwrap_err().message, "None 1 1");
}

#[test]
fn a_router_without_a_handler_says_so() {
    let router = topika::handler::Router::<FoodOrders, Kitchen>::default().clone();
    assert!(format!("{router:?}").contains("rest: false"));
    let failure = now(router.call(cancelled(), context(None))).unwrap_err();
    assert!(failure.message.contains("no handler for an event of the topic \"food-orders\""));
}

#[test]
fn a_router_shows_its_topic_and_what_it_handles_whatever_its_state_is() {
    struct Hidden;
    let router = FoodOrders::router::<Hidden>().order_cancelled(skip);
    let topic = std::any::type_name::<FoodOrders>();
    let shown = format!("{router:?}");
    assert!(topic.ends_with("::FoodOrders"), "{topic}");
    assert_eq!(shown, format!("Router {{ topic: {topic}, of: [false, true], rest: false }}"));
    assert!(format!("{:?}", router.otherwise(skip)).ends_with("rest: true }"));
}

#[test]
fn a_topic_of_one_event_has_a_router_too() {
    let router = KitchenTicketReady::router::<Kitchen>().ticket_ready(skip);
    let ready = fixture::events::kitchen::TicketReady { order_id: "a".into(), minutes: None };
    assert!(now(router.call(ready.into(), context(None))).unwrap().is_empty());
    let _ = v1::OrderPlaced { order_id: String::new() };
}

/// Types of a user, with names that derived code could have given to something of its own.
mod names {
    use topika::Topic;

    pub(crate) use crate::fixture::events::orders::{OrderCancelled as OrderState, OrderPlaced as Order};

    #[derive(Clone, Debug, PartialEq, Topic)]
    #[topic(name = "desk")]
    pub(crate) enum Desk {
        Order(Order),
        OrderState(OrderState),
    }
}

#[test]
fn an_event_may_be_called_like_the_state_of_another() {
    async fn order(_: names::Order) -> Result<(), String> {
        Err("the other event came".to_owned())
    }
    async fn state(State(kitchen): State<Kitchen>, state: names::OrderState) -> Result<(), String> {
        kitchen.heard.lock().unwrap().push(state.order);
        Ok(())
    }
    let router = names::Desk::router().order(order).order_state(state);
    let context = context(None);
    let heard = context.state.heard.clone();
    now(router.call(names::Desk::OrderState(OrderCancelled { order: "a".into() }), context)).unwrap();
    assert_eq!(*heard.lock().unwrap(), ["a"]);
}

type Log = Arc<Mutex<Vec<&'static str>>>;

/// Notes that a message came by.
#[derive(Clone)]
struct Noting {
    name: &'static str,
    log: Log,
    inner: HandlerService,
}

impl Service<Call> for Noting {
    type Response = Outcome;
    type Error = Failure;
    type Future = HandlerFuture;

    fn poll_ready(&mut self, context: &mut Task<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut call: Call) -> HandlerFuture {
        self.log.lock().unwrap().push(self.name);
        let before = call.extensions().get::<Seen>().map_or(0, |seen| seen.0);
        call.extensions_mut().insert(Seen(before + 1));
        self.inner.call(call)
    }
}

fn noting(name: &'static str, log: &Log) -> impl Layer<HandlerService, Service = Noting> + use<> {
    let log = Arc::clone(log);
    layer_fn(move |inner| Noting { name, log: Arc::clone(&log), inner })
}

/// How many layers a message came by.
#[derive(Clone, Debug, PartialEq)]
struct Seen(u32);

async fn see(
    State(kitchen): State<Kitchen>,
    Extension(seen): Extension<Seen>,
    _: OrderCancelled,
) -> Result<(), String> {
    kitchen.heard.lock().unwrap().push(format!("{seen:?}"));
    Ok(())
}

#[test]
fn the_layer_that_came_last_sees_a_message_first_and_the_handler_what_they_put_beside_it() {
    let (log, router) = (Log::default(), Arc::new(FoodOrders::router().order_placed(skip).order_cancelled(see)));
    let service = HandlerService::default().layer(&noting("inner", &log)).layer(&noting("outer", &log));
    let context = context::<String>(Some(b"k"));
    let heard = Arc::clone(&context.state.heard);
    let call = Call::of(Arc::clone(&router), cancelled(), context);
    assert_eq!((call.event(), call.messages(), call.key_bytes()), (Some("orders.order-cancelled"), 1, Some(&b"k"[..])));
    assert!(now(service.handle(call)).unwrap().is_empty());
    assert_eq!(*log.lock().unwrap(), ["outer", "inner"]);
    assert_eq!(*heard.lock().unwrap(), ["Seen(2)"]);

    let alone = Call::of(router, cancelled(), self::context::<String>(Some(b"k")));
    let failure = now(HandlerService::default().handle(alone)).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.fatal), ("extension", true));
}

#[test]
fn what_a_handler_fails_with_comes_through_layers_that_know_boxes_alone() {
    type Boxed = Box<dyn std::error::Error + Send + Sync>;
    async fn refuse(_: OrderCancelled) -> Result<(), topika::Error> {
        Err(topika::Error::new(topika::ErrorKind::Decode, "no"))
    }
    let boxing = layer_fn(|inner: HandlerService| {
        service_fn(move |call: Call| {
            let handled = inner.handle(call);
            async move { handled.await.map_err(Boxed::from) }
        })
    });
    let service = HandlerService::default().layer(&boxing);
    let router = Arc::new(FoodOrders::router().order_placed(skip).order_cancelled(refuse));
    let failure = now(service.handle(Call::of(router, cancelled(), context::<String>(Some(b"k"))))).unwrap_err();
    assert!(failure.fatal, "{failure:?}");

    let shedding = layer_fn(|_: HandlerService| {
        service_fn(|_: Call| std::future::ready(Err::<Outcome, _>(Boxed::from("too much"))))
    });
    let router = Arc::new(FoodOrders::router().order_placed(skip).order_cancelled(skip));
    let call = Call::of(router, cancelled(), context::<String>(Some(b"k")));
    let failure = now(HandlerService::default().layer(&shedding).handle(call)).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.message.as_str(), failure.fatal), ("handler-failed", "too much", false));
}
