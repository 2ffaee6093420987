//! Traces over topics, as OpenTelemetry gets them, on the embedded broker.

#![cfg(feature = "opentelemetry")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod kafka_support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kafka_support::{Cancelled, Orders, Placed, placed};
use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use topika::app::Publish;
use topika::envelope::Envelope;
use topika::handler::{Headers, State};
use topika::{App, Error, Retry};
use tracing::Instrument as _;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::Context;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

const PATIENCE: Duration = Duration::from_secs(60);

/// A message's number, and its traceparent.
type Handled = (u32, Option<String>);

/// The messages that were handled.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Handled>>>);

impl Seen {
    fn note(&self, number: u32, headers: &Headers) {
        self.0.lock().unwrap().push((number, headers.text("traceparent").map(str::to_owned)));
    }

    fn of(&self, number: u32) -> Option<String> {
        self.0.lock().unwrap().iter().find(|(n, _)| *n == number).unwrap().1.clone()
    }
}

/// Answers number 1 with a message of number 101.
async fn cook(State(seen): State<Seen>, headers: Headers, order: Placed) -> Result<Option<Publish<Orders>>, String> {
    seen.note(order.number, &headers);
    let answer = Cancelled { customer: order.customer, number: order.number + 100, reason: "late".to_owned() };
    match order.number {
        1 => Ok(Some(Publish::one(answer))),
        3 => Err("the oven is broken".to_owned()),
        _ => Ok(None),
    }
}

async fn stop(State(seen): State<Seen>, headers: Headers, order: Cancelled) -> Result<(), Error> {
    seen.note(order.number, &headers);
    Ok(())
}

fn attribute(span: &SpanData, name: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name);
    found.map(|attribute| attribute.value.as_str().into_owned()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_through_topics_and_handlers_and_costs_no_header_outside_of_a_span() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    tracing_subscriber::registry().with(layer).init();
    let kit = topika_testkit::start().await;
    let client = kit.client();
    let orders = client.producer::<Orders>().await.unwrap();
    let checkout = tracing::info_span!("checkout");
    let at = orders.send(&placed("CUST-1", 1)).instrument(checkout.clone()).await.unwrap();
    drop(checkout);
    orders.send(&placed("CUST-2", 2)).await.unwrap();
    orders.send(&placed("CUST-3", 3)).await.unwrap();
    let seen = Seen::default();
    let app = App::new("kitchen")
        .with_state(seen.clone())
        .retry(Retry::never())
        .dead_letters()
        .topic(Orders::router().placed(cook).cancelled(stop))
        .spawn(client);
    let all = async {
        while seen.0.lock().unwrap().len() < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap();
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    provider.force_flush().unwrap();

    let spans = exporter.get_finished_spans().unwrap();
    let origin = spans.iter().find(|span| span.name == "checkout").unwrap();
    let handled = |offset: i64, partition: i32| {
        let place = (offset.to_string(), partition.to_string());
        let stood = |span: &&SpanData| {
            (attribute(span, "messaging.kafka.offset"), attribute(span, "messaging.destination.partition.id")) == place
        };
        spans.iter().find(stood).unwrap()
    };
    let first = handled(at.offset, at.partition);
    let of = |span: &SpanData| (span.span_context.trace_id(), span.parent_span_id);
    assert_eq!(of(first), (origin.span_context.trace_id(), origin.span_context.span_id()));
    assert_eq!(
        (&*first.name, &first.span_kind, &first.status),
        ("process orders", &SpanKind::Consumer, &Status::Unset)
    );
    for (name, value) in [
        ("messaging.system", "kafka"),
        ("messaging.operation.name", "process"),
        ("messaging.operation.type", "process"),
        ("messaging.destination.name", "orders"),
        ("messaging.consumer.group.name", "kitchen"),
        ("topika.attempt", "1"),
    ] {
        assert_eq!(attribute(first, name), value, "{name}");
    }
    // What the handler published is its child.
    let parent =
        |span: &SpanData| Some(format!("00-{}-{}-01", span.span_context.trace_id(), span.span_context.span_id()));
    assert_eq!((seen.of(1), seen.of(101)), (parent(origin), parent(first)));
    assert!(spans.iter().any(|span| of(span) == (origin.span_context.trace_id(), first.span_context.span_id())));
    assert_eq!(seen.of(2), None, "headers cost: none outside of a span");
    let failed = spans.iter().find(|span| matches!(span.status, Status::Error { .. })).unwrap();
    assert_eq!((&*failed.name, &*attribute(failed, "error.type")), ("process orders", "handler-failed"));
}

/// The lines of a log, each with the fields of the spans around it, as what writes logs has them.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!(" {}={value:?}", field.name());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        values.record(span.extensions_mut().get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Fields::default();
        event.record(&mut line);
        for span in context.event_scope(event).into_iter().flatten() {
            line.0 += &span.extensions().get::<Fields>().unwrap().0;
        }
        self.0.lock().unwrap().push(line.0);
    }
}

// One thread, since another test of this process says where all others log.
#[tokio::test]
async fn each_line_that_a_handler_logs_says_what_its_message_belongs_to_whatever_of_ours_is_shown() {
    let lines = Lines::default();
    let ours = Targets::new().with_target(module_path!(), Level::INFO).with_default(LevelFilter::ERROR);
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(lines.clone().with_filter(ours)));
    let kit = topika_testkit::start().await;
    let client = kit.client();
    let orders = client.producer::<Orders>().await.unwrap();
    let visit = Envelope::integration("visit-7").with_id("order-1");
    let order = placed("CUST-1", 1);
    orders.message(&order).envelope(&visit).send().await.unwrap();
    let hear = |_: Placed| async {
        tracing::info!("the order is in the kitchen");
        tokio::time::sleep(Duration::from_millis(20)).await;
        tracing::info!("the order is done");
        Ok::<(), Error>(())
    };
    let app = App::new("kitchen").topic(Orders::router().placed(hear).cancelled(topika::handler::skip)).spawn(client);
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    drop(guard);
    let lines = lines.0.lock().unwrap();
    let of = |what: &str| lines.iter().find(|line| line.contains(what)).unwrap();
    for line in [of("in the kitchen"), of("is done")] {
        assert!(line.contains("correlation_id=\"visit-7\"") && line.contains("causation_id=\"order-1\""), "{line}");
    }
}
