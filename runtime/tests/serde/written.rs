//! What a producer chooses: how messages name their schemas, and which.

use std::collections::BTreeMap;

use topika::wire::{
    Framing, SchemaChoice, SchemaKey, SerdeConfig, SerdeErrorKind, SubjectStrategy, TopicDeserializer, TopicSerializer,
    key_in_header, unframe,
};
use topika_registry::api::NewSchema;

use crate::events::{FoodOrders, PLACED, PLACED_FILE, TicketReady, Tickets};
use crate::{placed, registering, registry};

#[tokio::test]
async fn every_framing_is_written_by_choice_and_read_without_being_told() {
    let (_server, client) = registry().await;
    for framing in [Framing::Id, Framing::Guid, Framing::IdHeader, Framing::GuidHeader] {
        let config = SerdeConfig { framing, ..registering() };
        let serializer = TopicSerializer::<FoodOrders>::prepare(&client, &config).await.unwrap();
        let latest = client.latest("food-orders-orders.OrderPlaced").await.unwrap();
        let mut message = Vec::new();
        serializer.serialize(&placed(), &mut message).unwrap();
        let header = serializer.value_header(&placed());
        assert_eq!(header.is_some(), framing.in_header());
        let key = match &header {
            Some(header) => key_in_header(header).unwrap(),
            None => unframe(&message).unwrap().0,
        };
        match key {
            SchemaKey::Id(id) => assert!(!framing.by_guid() && id == latest.id),
            SchemaKey::Guid(guid) => assert!(framing.by_guid() && Some(guid.to_string()) == latest.guid),
        }
        if framing.in_header() {
            assert_eq!(message.first(), Some(&7), "the payload is bare");
        }
        let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &SerdeConfig::default());
        let read = deserializer.deserialize_with(header.as_deref(), &message).await.unwrap();
        assert_eq!(read, FoodOrders::Placed(placed()));
    }
}

#[tokio::test]
async fn the_latest_version_is_named_where_its_messages_are_the_same_bytes() {
    let (server, client) = registry().await;
    TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap();
    let latest = SchemaChoice { latest: true, ..SchemaChoice::default() };
    let config = SerdeConfig { schema: latest, ..SerdeConfig::default() };
    let documented = PLACED_FILE.text.replace(r#""name": "note","#, r#""name": "note", "doc": "For the kitchen.","#);
    let schema = NewSchema::avro(documented).reference("types.Id", "types.Id", 1);
    let subject = "food-orders-orders.OrderPlaced";
    let id = client.register(subject, &schema).await.unwrap().id;
    let serializer = TopicSerializer::<FoodOrders>::prepare(&client, &config).await.unwrap();
    assert_eq!(serializer.id(&PLACED), Some(id), "a doc makes no other bytes");

    let more =
        PLACED_FILE.text.replace(r#""fields": ["#, r#""fields": [{ "name": "n", "type": "int", "default": 0 },"#);
    let schema = NewSchema::avro(more).reference("types.Id", "types.Id", 1);
    let other = client.register(subject, &schema).await.unwrap().id;
    // What a producer saw a moment ago is what the next one sees, until the cache forgets it.
    let fresh = topika_registry::client::Client::builder().url(server.url()).build().unwrap();
    let error = TopicSerializer::<FoodOrders>::prepare(&fresh, &config).await.unwrap_err();
    assert_eq!(error.kind(), SerdeErrorKind::OtherSchema);
    let said = error.to_string();
    let told = "cannot produce on \"food-orders\": version 3 of subject \"food-orders-orders.OrderPlaced\", the latest, is not what \
                `OrderPlaced` writes";
    assert!(said.starts_with(told) && said.contains("  help: "), "{said}");

    // An id that is given goes before.
    let ids = |id: u32| SchemaChoice { latest: true, ids: BTreeMap::from([("orders.OrderPlaced".to_owned(), id)]) };
    let config = |id| SerdeConfig { schema: ids(id), ..SerdeConfig::default() };
    let serializer = TopicSerializer::<FoodOrders>::prepare(&fresh, &config(id)).await.unwrap();
    assert_eq!(serializer.id(&PLACED), Some(id));
    let error = TopicSerializer::<FoodOrders>::prepare(&fresh, &config(other)).await.unwrap_err();
    assert!(error.to_string().contains(&format!("schema {other} is not what `OrderPlaced` writes")), "{error}");
    let ticket = client.register("t", &NewSchema::json("{}")).await.unwrap().id;
    let error = TopicSerializer::<FoodOrders>::prepare(&fresh, &config(ticket)).await.unwrap_err();
    assert!(error.to_string().contains("it is JSON, and the event is Avro"), "{error}");
    let error = TopicSerializer::<FoodOrders>::prepare(&fresh, &config(9_999)).await.unwrap_err();
    assert!(error.to_string().contains("asking for schema 9999"), "{error}");
}

#[tokio::test]
async fn messages_of_json_may_name_the_latest_version_whatever_it_says() {
    let (_server, client) = registry().await;
    let schema = NewSchema::json(r#"{ "title": "TicketReady", "type": "object" }"#);
    let id = client.register("tickets-value", &schema).await.unwrap().id;
    let choice = SchemaChoice { latest: true, ..SchemaChoice::default() };
    let config = SerdeConfig { schema: choice, ..SerdeConfig::default() };
    let serializer = TopicSerializer::<Tickets>::prepare(&client, &config).await.unwrap();
    let mut message = Vec::new();
    serializer.serialize(&TicketReady { id: "T-1".to_owned() }, &mut message).unwrap();
    assert_eq!(unframe(&message).unwrap().0, SchemaKey::Id(id));
}

#[tokio::test]
async fn a_strategy_of_ones_own_says_the_subject() {
    let (_server, client) = registry().await;
    let strategy = SubjectStrategy::Custom(|of| format!("team.{}", of.schema.record));
    TopicSerializer::<FoodOrders>::prepare(&client, &SerdeConfig { strategy, ..registering() }).await.unwrap();
    let subjects = client.subjects().await.unwrap();
    assert!(subjects.contains(&"team.orders.OrderPlaced".to_owned()), "{subjects:?}");
}
