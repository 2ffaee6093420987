//! Events in the registry's frame, against the embedded registry.
#![cfg(feature = "registry")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking, as tests do")]

mod answers;
mod contracts;
mod events;
mod guids;
mod untitled;
mod written;

use events::{CANCELLED, FoodOrders, ID, OrderCancelled, OrderPlaced, PLACED, PLACED_FILE, TicketReady, Tickets};
use topika::wire::{
    SerdeConfig, SerdeErrorKind, SubjectStrategy, TopicDeserializer, TopicSerializer, UndecodableKind, unframe,
};
use topika_contract::compat::Level;
use topika_registry::api::{Guid, NewSchema};
use topika_registry::client::Client;
use topika_registry::server::Server;
use topika_registry::store::Deleted;

async fn registry() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).retries(0).build().unwrap();
    (server, client)
}

fn registering() -> SerdeConfig {
    SerdeConfig { auto_register: true, ..SerdeConfig::default() }
}

fn placed() -> OrderPlaced {
    OrderPlaced { id: 7, note: "no onions".to_owned() }
}

/// An event of an older schema: `note` was not there, or everything was called otherwise.
async fn old_message(client: &Client, subject: &str, text: &str) -> Vec<u8> {
    client.register("types.Id", &NewSchema::avro(ID)).await.unwrap();
    let schema = NewSchema::avro(text).reference("types.Id", "types.Id", 1);
    let id = client.register(subject, &schema).await.unwrap().id;
    let mut message = Vec::new();
    topika::wire::frame(id, &mut message);
    message.push(9);
    message
}

#[tokio::test]
async fn events_of_a_topic_come_back_as_what_they_were() {
    let (server, client) = registry().await;
    let serializer = TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap();
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    let mut message = Vec::new();
    serializer.serialize(&placed(), &mut message).unwrap();
    assert!(deserializer.try_deserialize(&message).is_none(), "its schema is not known yet");
    assert_eq!(deserializer.deserialize(&message).await.unwrap(), FoodOrders::Placed(placed()));
    assert_eq!(deserializer.try_deserialize(&message).unwrap().unwrap(), FoodOrders::Placed(placed()));

    let cancelled = OrderCancelled { why: "too late".to_owned() };
    message.clear();
    serializer.serialize(&cancelled, &mut message).unwrap();
    assert_eq!(deserializer.deserialize(&message).await.unwrap(), FoodOrders::Cancelled(cancelled));
    let subjects = server.store().read(|store| store.subjects("", Deleted::Hidden));
    assert_eq!(subjects, ["food-orders-orders.OrderCancelled", "food-orders-orders.OrderPlaced", "types.Id"]);
    assert!(format!("{serializer:?} {deserializer:?}").contains("food-orders"));
}

#[tokio::test]
async fn json_events_travel_in_the_same_frame() {
    let (_server, client) = registry().await;
    let serializer = TopicSerializer::<Tickets>::prepare(&client, &registering()).await.unwrap();
    let deserializer = TopicDeserializer::<Tickets>::new(&client, &registering());
    let ticket = TicketReady { id: "T-1".to_owned() };
    let mut message = b"before".to_vec();
    serializer.serialize(&ticket, &mut message).unwrap();
    assert_eq!(unframe(&message[6..]).unwrap().1, br#"{"id":"T-1"}"#);
    assert_eq!(deserializer.deserialize(&message[6..]).await.unwrap(), Tickets(ticket));

    // Other clients look for a reference by the text of `$ref`.
    let references = client.latest("tickets-value").await.unwrap().references.clone();
    let (name, subject) = (references[0].name.as_str(), references[0].subject.as_str());
    assert_eq!((name, subject), ("../types/station.schema.json", "types/station.schema.json"));

    message.truncate(6);
    let error = serializer.serialize(&TicketReady { id: "unwritable".to_owned() }, &mut message).unwrap_err();
    assert_eq!((error.kind(), message.as_slice()), (SerdeErrorKind::Encode, &b"before"[..]));
}

#[tokio::test]
async fn a_json_schema_without_title_is_known_by_its_subject() {
    let (_server, client) = registry().await;
    let id = client.register("prod.tickets-value", &NewSchema::json(r#"{ "type": "object" }"#)).await.unwrap().id;
    let config = SerdeConfig { topic_prefix: "prod.".to_owned(), ..SerdeConfig::default() };
    let mut message = Vec::new();
    topika::wire::frame(id, &mut message);
    message.extend_from_slice(br#"{"id":"T-2"}"#);
    let deserializer = TopicDeserializer::<Tickets>::new(&client, &config);
    assert_eq!(deserializer.deserialize(&message).await.unwrap(), Tickets(TicketReady { id: "T-2".to_owned() }));
}

#[tokio::test]
async fn a_schema_that_is_not_registered_is_said_with_topic_subject_file_and_next_step() {
    let (_server, client) = registry().await;
    let config = SerdeConfig { topic_prefix: "prod.".to_owned(), ..SerdeConfig::default() };
    client.register("types.Id", &NewSchema::avro(ID)).await.unwrap();
    let error = TopicSerializer::<FoodOrders>::prepare(&client, &config).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (SerdeErrorKind::NotRegistered, false));
    let said = error.to_string();
    assert!(
        said.starts_with(
            "cannot produce on \"prod.food-orders\": the registry has no version of subject \
             \"prod.food-orders-orders.OrderPlaced\" that equals schemas/orders/order-placed.avsc (sha256 "
        ),
        "{said}"
    );
    assert!(said.contains("\n  help: ") && error.help().unwrap().contains("auto_register(true)`"), "{said}");
}

#[tokio::test]
async fn a_reference_that_is_not_registered_is_named_as_such() {
    let (_server, client) = registry().await;
    let error = TopicSerializer::<FoodOrders>::prepare(&client, &SerdeConfig::default()).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains(
            "subject \"types.Id\" that equals \"types.Id\", to which schemas/orders/order-placed.avsc refers"
        ),
        "{said}"
    );
}

#[tokio::test]
async fn what_is_registered_is_found_without_registering_again() {
    let (server, client) = registry().await;
    TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap();
    let fresh = Client::builder().url(server.url()).build().unwrap();
    server.store().write(|store| store.set_mode(None, "READONLY", false)).unwrap().unwrap();
    let serializer = TopicSerializer::<FoodOrders>::prepare(&fresh, &SerdeConfig::default()).await.unwrap();
    assert!(serializer.id(&PLACED).is_some());
    serializer.prepare_event(&PLACED).await.unwrap();
    let one =
        TopicSerializer::<FoodOrders>::prepare_only(&fresh, &SerdeConfig::default(), &[&CANCELLED]).await.unwrap();
    let error = one.serialize(&placed(), &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), SerdeErrorKind::NotPrepared);
    one.prepare_event(&PLACED).await.unwrap();
    one.serialize(&placed(), &mut Vec::new()).unwrap();
}

#[tokio::test]
async fn a_schema_that_breaks_the_level_is_refused_with_the_reason() {
    let (_server, client) = registry().await;
    client.set_level(None, Level::Full).await.unwrap();
    let other = r#"{"type":"record","name":"orders.OrderPlaced","fields":[{"name":"id","type":"long"}]}"#;
    client.register(PLACED_FILE.subject, &NewSchema::avro(other)).await.unwrap();
    let error = TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap_err();
    assert_eq!(error.kind(), SerdeErrorKind::SchemaRefused);
    let said = error.to_string();
    assert!(
        said.contains("TYPE_MISMATCH") && said.contains(PLACED_FILE.path) && said.contains("cargo topika check"),
        "{said}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_registry_that_is_down_is_no_fault_of_the_message() {
    let client = Client::builder().url("http://127.0.0.1:1").retries(0).build().unwrap();
    let error = TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (SerdeErrorKind::RegistryUnavailable, true));
    assert!(error.to_string().contains("connection refused"), "{error}");
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    let error = deserializer.deserialize(&[0, 0, 0, 0, 1, 9]).await.unwrap_err();
    assert_eq!(
        (error.kind, error.is_retriable(), error.schema_id),
        (UndecodableKind::RegistryUnavailable, true, Some(1))
    );
    assert!(deserializer.try_deserialize(&[0, 0, 0, 0, 1, 9]).is_none(), "a passing error is not kept");
}

#[tokio::test]
async fn an_older_version_is_read_with_its_defaults() {
    let (_server, client) = registry().await;
    let old = r#"{"type":"record","name":"orders.OrderPlaced","fields":[{"name":"id","type":"types.Id"}]}"#;
    let message = old_message(&client, PLACED_FILE.subject, old).await;
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    let read = deserializer.deserialize(&message).await.unwrap();
    assert_eq!(read, FoodOrders::Placed(OrderPlaced { id: 9, note: String::new() }));
}

#[tokio::test]
async fn an_event_is_known_by_an_alias_too() {
    let (_server, client) = registry().await;
    let old = r#"{"type":"record","name":"orders.OrderMade","fields":[{"name":"id","type":"types.Id"}]}"#;
    let message = old_message(&client, "elsewhere", old).await;
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    assert!(matches!(deserializer.deserialize(&message).await, Ok(FoodOrders::Placed(OrderPlaced { id: 9, .. }))));
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let (_server, client) = registry().await;
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    let kind = async |message: &[u8]| deserializer.deserialize(message).await.unwrap_err();

    let error = kind(b"{}").await;
    assert_eq!((error.kind, error.schema_id), (UndecodableKind::NotFramed, None));
    assert_eq!(deserializer.try_deserialize(b"").unwrap().unwrap_err().kind, UndecodableKind::NotFramed);

    let error = kind(&[0, 0, 0, 1, 0, 9]).await;
    assert_eq!((error.kind, error.schema_id, error.is_retriable()), (UndecodableKind::UnknownSchema, Some(256), false));
    assert_eq!(
        deserializer.try_deserialize(&[0, 0, 0, 1, 0, 9]).unwrap().unwrap_err(),
        error,
        "it is believed briefly"
    );

    let other = old_message(
        &client,
        "a",
        r#"{"type":"record","name":"orders.Other","fields":[{"name":"id","type":"types.Id"}]}"#,
    )
    .await;
    let error = kind(&other).await;
    assert_eq!(error.kind, UndecodableKind::NotOnTopic);
    assert!(
        error.to_string().contains("\"orders.Other\"") && error.to_string().contains("orders.OrderCancelled"),
        "{error}"
    );

    let unreadable = old_message(
        &client,
        "b",
        r#"{"type":"record","name":"orders.OrderPlaced","fields":[{"name":"x","type":"types.Id"}]}"#,
    )
    .await;
    assert_eq!(kind(&unreadable).await.kind, UndecodableKind::NotOnTopic);
    let nameless = old_message(&client, "c", r#"{"type":"array","items":"types.Id"}"#).await;
    assert_eq!(kind(&nameless).await.kind, UndecodableKind::NotOnTopic);

    let serializer = TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap();
    let mut message = Vec::new();
    serializer.serialize(&placed(), &mut message).unwrap();
    message.push(0);
    let error = kind(&message).await;
    assert_eq!((error.kind, error.kind.name()), (UndecodableKind::Payload, "payload"));
    assert!(error.to_string().contains("`OrderPlaced`"), "{error}");
}

#[tokio::test]
async fn schemas_of_other_languages_are_on_no_topic() {
    let (_server, client) = registry().await;
    let proto = NewSchema::new(topika_registry::api::SchemaType::Protobuf, "message A {}");
    let ids = [
        client.register("p", &proto).await.unwrap().id,
        client.register("j", &NewSchema::json(r#"{"title":"orders.OrderPlaced"}"#)).await.unwrap().id,
        client.register("k", &NewSchema::json(r#"{"title":"nobody"}"#)).await.unwrap().id,
    ];
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    for id in ids {
        let mut message = Vec::new();
        topika::wire::frame(id, &mut message);
        let error = deserializer.deserialize(&message).await.unwrap_err();
        assert_eq!(error.kind, UndecodableKind::NotOnTopic, "{error}");
    }
}

#[tokio::test]
async fn a_guid_and_a_header_name_a_schema_too() {
    let (_server, client) = registry().await;
    let serializer = TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap();
    let id = serializer.id(&PLACED).unwrap();
    let guid = Guid::parse(client.schema(id).await.unwrap().guid.as_deref().unwrap()).unwrap();
    let mut message = Vec::new();
    serializer.serialize(&placed(), &mut message).unwrap();
    let bare = &message[5..];
    let mut header = vec![1];
    header.extend_from_slice(&guid.0);
    let by_guid = [&header, bare].concat();
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &registering());
    assert_eq!(deserializer.deserialize(&by_guid).await.unwrap(), FoodOrders::Placed(placed()));
    assert_eq!(deserializer.deserialize_with(Some(&header), bare).await.unwrap(), FoodOrders::Placed(placed()));
    assert_eq!(deserializer.try_deserialize_with(Some(&header), bare).unwrap().unwrap(), FoodOrders::Placed(placed()));
    let error = deserializer.deserialize_with(Some(b"x"), bare).await.unwrap_err();
    assert_eq!(error.kind, UndecodableKind::NotFramed);
}

#[tokio::test]
async fn the_strategies_of_other_clients_work() {
    let (server, client) = registry().await;
    let config = SerdeConfig { strategy: SubjectStrategy::RecordName, ..registering() };
    TopicSerializer::<FoodOrders>::prepare(&client, &config).await.unwrap();
    let subjects = server.store().read(|store| store.subjects("orders.", Deleted::Hidden));
    assert_eq!(subjects, ["orders.OrderCancelled", "orders.OrderPlaced"]);
}
