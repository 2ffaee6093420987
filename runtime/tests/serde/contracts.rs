//! Versions with data contracts: whoever writes an older text still finds it when the newest version has other metadata.

use serde_json::json;
use topika::wire::{SerdeConfig, TopicSerializer};
use topika_registry::api::NewSchema;

use super::events::{FoodOrders, ID, OrderPlaced, PLACED, PLACED_FILE};
use super::{registering, registry};

#[tokio::test]
async fn an_older_text_is_found_beside_newer_metadata_and_not_registered_again() {
    let (_server, client) = registry().await;
    TopicSerializer::<FoodOrders>::prepare(&client, &registering()).await.unwrap();
    for permanent in [false, true] {
        client.delete_subject(PLACED_FILE.subject, permanent).await.unwrap();
    }
    client.register("types.Id", &NewSchema::avro(ID)).await.unwrap();
    let owned = |text: String, owner: &str| {
        let metadata = Some(json!({ "properties": { "owner": owner } }));
        NewSchema { metadata, ..NewSchema::avro(text).reference("types.Id", "types.Id", 1) }
    };
    let newer = PLACED_FILE
        .text
        .replace(r#""default": "" }"#, r#""default": "" }, { "name": "more", "type": "int", "default": 0 }"#);
    let ours = client.register(PLACED_FILE.subject, &owned(PLACED_FILE.text.to_owned(), "shop")).await.unwrap();
    client.register(PLACED_FILE.subject, &owned(newer, "crm")).await.unwrap();
    for config in [SerdeConfig::default(), registering()] {
        let serializer = TopicSerializer::<FoodOrders>::prepare(&client, &config).await.unwrap();
        assert_eq!(serializer.id(&PLACED), Some(ours.id));
        serializer.serialize(&OrderPlaced { id: 1, note: String::new() }, &mut Vec::new()).unwrap();
    }
    assert_eq!(client.versions(PLACED_FILE.subject).await.unwrap(), [1, 2]);
}
