//! Several JSON events on one topic whose schemas have no title: what tells them apart is the subject that their schema stands under.

use topika::codec::resolution::Resolution;
use topika::codec::{DecodeError, EncodeError};
use topika::event::{On, Payload, Topic};
use topika::schema::{Descriptor, Format, SchemaFile, TopicDescriptor, TopicSettings};
use topika::wire::{Framing, SerdeConfig, SubjectStrategy, TopicDeserializer, TopicSerializer};
use topika_registry::bundle::Bundle;
use topika_registry::client::Client;

use crate::{registering, registry};

const fn file(event: &'static str, record: &'static str, subject: &'static str, text: &'static str) -> SchemaFile {
    SchemaFile {
        path: "schemas/web/event.schema.json",
        format: Format::Json,
        event,
        record,
        text,
        references: &[],
        version: None,
        topic: "web",
        subject,
        types: &[],
    }
}

static VIEWED_FILE: SchemaFile =
    file("web.viewed", "viewed", "web-viewed", r#"{"type":"object","properties":{"page":{"type":"string"}}}"#);
static CLICKED_FILE: SchemaFile =
    file("web.clicked", "clicked", "web-clicked", r#"{"type":"object","properties":{"button":{"type":"string"}}}"#);

const fn descriptor(file: &'static SchemaFile, text: fn() -> &'static str) -> Descriptor {
    Descriptor {
        event: file.event,
        record: file.record,
        format: Format::Json,
        file: Some(file),
        rust: file.record,
        fields: None,
        text,
    }
}

static VIEWED: Descriptor = descriptor(&VIEWED_FILE, || VIEWED_FILE.text);
static CLICKED: Descriptor = descriptor(&CLICKED_FILE, || CLICKED_FILE.text);

#[derive(Clone, Debug, PartialEq)]
enum Web {
    Viewed(String),
    Clicked(String),
}

impl Topic for Web {
    type Key = topika::event::NoKey;
    const TOPIC: &'static TopicDescriptor = &TopicDescriptor {
        name: "web",
        events: &[&VIEWED, &CLICKED],
        key: &[],
        key_type: "none",
        compact: false,
        settings: TopicSettings::NONE,
        environments: &[],
        dead_letters: None,
        plain: false,
        mixed: false,
        rust: "Web",
    };

    fn index(&self) -> usize {
        usize::from(matches!(self, Self::Clicked(_)))
    }

    fn decode_event(index: usize, payload: &[u8], _: Option<&Resolution>) -> Result<Self, DecodeError> {
        let text = String::from_utf8_lossy(payload).into_owned();
        Ok(if index == 0 { Self::Viewed(text) } else { Self::Clicked(text) })
    }
}

impl Payload for Web {
    fn descriptor(&self) -> &'static Descriptor {
        if self.index() == 0 { &VIEWED } else { &CLICKED }
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let (Self::Viewed(text) | Self::Clicked(text)) = self;
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl On<Web> for Web {
    fn payload(&self) -> Option<&dyn Payload> {
        Some(self)
    }
}

fn events() -> [Web; 2] {
    [Web::Viewed(r#"{"page":"/"}"#.to_owned()), Web::Clicked(r#"{"button":"buy"}"#.to_owned())]
}

/// What is written with the settings is read with them, by a client that has seen none of it.
async fn comes_back(writer: &Client, reader: &Client, config: &SerdeConfig) {
    let serializer = TopicSerializer::<Web>::prepare(writer, config).await.unwrap();
    let deserializer = TopicDeserializer::<Web>::new(reader, config);
    for event in events() {
        let mut message = Vec::new();
        serializer.serialize(&event, &mut message).unwrap();
        let header = serializer.value_header(&event);
        let read = deserializer.deserialize_with(header.as_deref(), &message).await;
        assert_eq!(read.unwrap(), event, "{:?} {:?}", config.framing, config.strategy);
    }
}

#[tokio::test]
async fn events_without_a_title_come_back_however_messages_name_their_schemas() {
    for framing in [Framing::Id, Framing::IdHeader, Framing::Guid, Framing::GuidHeader] {
        for context in ["", "staging"] {
            let (server, _) = registry().await;
            let client = || Client::builder().url(server.url()).context(context).retries(0).build().unwrap();
            comes_back(
                &client(),
                &client(),
                &SerdeConfig { framing, topic_prefix: "prod.".to_owned(), ..registering() },
            )
            .await;
        }
    }
}

#[tokio::test]
async fn they_come_back_under_the_subjects_that_were_chosen_for_them() {
    let custom = SubjectStrategy::Custom(|of| format!("{}my-{}", of.prefix, of.schema.event));
    for strategy in [SubjectStrategy::RecordName, SubjectStrategy::TopicRecordName, custom] {
        for framing in [Framing::Id, Framing::Guid] {
            let (_server, client) = registry().await;
            comes_back(&client, &client, &SerdeConfig { strategy, framing, ..registering() }).await;
        }
    }
}

#[tokio::test]
async fn a_bundle_tells_them_apart_while_the_registry_is_down() {
    let (server, client) = registry().await;
    let config = SerdeConfig { framing: Framing::Guid, ..registering() };
    TopicSerializer::<Web>::prepare(&client, &config).await.unwrap();
    let mut versions = Vec::new();
    for subject in ["web-viewed", "web-clicked"] {
        versions.push((*client.version(subject, 1).await.unwrap()).clone());
    }
    let url = server.url();
    drop(server);
    let bundle = Bundle::new("prod", versions).unwrap();
    let offline = Client::builder().url(url).bundle_of(bundle).retries(0).build().unwrap();
    comes_back(&offline, &offline, &config).await;
}
