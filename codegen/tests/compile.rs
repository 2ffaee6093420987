//! The golden modules as a compiler sees them, and their values on the wire.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "what fails fails the test")]

pub mod copied;
mod drawn;
#[allow(missing_docs, reason = "a test's types")]
pub mod hand_written;
mod shapes;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use topika::event::{Event, On, Topic};
use topika::types::{Bytes, Date, Decimal, TimestampMicros, TimestampMillis};

/// The module of a golden case. Each names itself as `[project] module`, so that its tables are found.
macro_rules! golden {
    ($case:ident) => {
        // What `include_events!` allows, and no more.
        #[allow(missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
        pub mod $case {
            include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/", stringify!($case), "/expected.rs"));
        }
    };
}

golden!(builders);
golden!(enums);
golden!(envelope);
golden!(framing);
golden!(frozen);
golden!(frozen_json);
golden!(hostile);
golden!(imports);
golden!(inventory);
golden!(json);
golden!(json_checks);
golden!(json_roots);
golden!(json_shapes);
golden!(key_schemas);
golden!(keys);
golden!(logical);
golden!(maps);
golden!(names);
golden!(names_json);
golden!(names_parts);
golden!(open_enums);
golden!(options);
golden!(plain);
golden!(properties);
golden!(recursion);
golden!(references);
golden!(roots);
golden!(rust_row);
golden!(topic);
golden!(uncommon);
golden!(unions);
golden!(written_as);

fn round_trip<E: Event + PartialEq + Debug>(event: &E) -> Vec<u8> {
    let mut bytes = Vec::new();
    event.encode(&mut bytes).unwrap();
    assert_eq!(&E::decode(&bytes).unwrap(), event);
    bytes
}

/// The key of an event on a topic, without a frame.
fn key_of<T: Topic>(event: &impl On<T>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    event.write_key(&mut out).unwrap().then_some(out)
}

#[test]
fn keys_are_made_of_the_fields_that_the_manifest_names() {
    use keys::topics::{
        Baskets, BasketsKey2, BasketsKeyKey, Customers, Days, PageViews, Payments, Prices, Segments, Stock,
    };
    use topika::event::{Key, Keyed};
    use topika::types::{Date, Uuid};

    let filled = keys::shop::BasketFilled { tenant_id: "T".to_owned(), customer: keys::shop::Customer { id: 3 } };
    let paid = keys::shop::BasketPaid { customer: keys::shop::Payer { id: 3 }, tenant_id: "T".to_owned(), total: 1.5 };
    let mut key = Vec::new();
    BasketsKey2 { tenant_id: "T".to_owned(), customer_id: 3 }.write_key(&mut key).unwrap();
    assert_eq!(key, [2, b'T', 6]);
    assert_eq!(key_of::<Baskets>(&filled), Some(key.clone()));
    assert_eq!(key_of::<Baskets>(&Baskets::from(paid)), Some(key));
    // The topic `baskets-key` took the Rust name, and renames nothing that is registered.
    assert_eq!(BasketsKey2::SCHEMA.unwrap().record, "BasketsKey");
    let text = (BasketsKeyKey::SCHEMA.unwrap().text)();
    assert!(text.contains("\"self\"") && text.contains("BasketsKeyKey"), "{text}");
    let text = (BasketsKey2::SCHEMA.unwrap().text)();
    assert!(text.contains("\"tenantId\"") && text.contains("\"customer_id\""), "{text}");

    let id = Uuid::from_bytes([7; 16]);
    let taken = keys::shop::PaymentTaken { payment_id: keys::shop::PaymentId(id) };
    assert_eq!(key_of::<Payments>(&taken), Some(id.to_string().into_bytes()));
    let counted = keys::shop::StockCounted { shelf: keys::shop::Shelf::Right, count: 1 };
    assert_eq!(key_of::<Stock>(&counted), Some(b"RIGHT".to_vec()));
    let viewed = keys::web::PageViewed { page: "/".to_owned() };
    assert_eq!(key_of::<PageViews>(&Keyed { key: &id, event: &viewed }), Some(id.to_string().into_bytes()));

    // The next day is chrono's; the day of the key has the bytes that its schema says.
    let next = topika::chrono::NaiveDate::from_ymd_opt(1970, 1, 3).unwrap();
    let closed = keys::shop::DayClosed { shop: "S".to_owned(), day: Date::new(1), next };
    assert_eq!(key_of::<Days>(&closed), Some(vec![2, b'S', 2]));

    // What rust_decimal was asked for stays ours in a key, and an enum of JSON is its text.
    let set = keys::shop::PriceSet { price: keys::shop::Price("12.50".parse().unwrap()), items: 1 };
    assert_eq!(key_of::<Prices>(&set), Some(b"12.50".to_vec()));
    let segment = keys::crm::SegmentRenamedSegment::WonBack;
    let renamed = keys::crm::SegmentRenamed { segment, name: "Back".to_owned() };
    assert_eq!(key_of::<Segments>(&renamed), Some(b"won-back".to_vec()));

    // The name of the variant was taken.
    let gone = Customers::Tombstone2(topika::Tombstone::of(9));
    assert_eq!((key_of::<Customers>(&gone), gone.index()), (Some(9_i64.to_be_bytes().to_vec()), 2));
    assert_eq!(Customers::tombstone(9), Some(gone));
    assert!(Customers::TOPIC.compact && !Baskets::TOPIC.compact);
    assert_eq!((Customers::TOPIC.key_type, Baskets::TOPIC.key_type), ("long", "BasketsKey2"));
}

#[test]
fn a_plain_record_round_trips() {
    round_trip(&plain::weather::ReadingTaken {
        station: "S1".to_owned(),
        online: true,
        sequence: -1,
        uptime: i64::MAX,
        temperature: 1.5,
        pressure: -0.0,
        picture: Bytes::from(vec![0, 255]),
        checksum: plain::weather::Checksum([1; 8]),
        gusts: vec![1.0, 2.0],
        labels: HashMap::from([("a".to_owned(), "b".to_owned())]),
        nothing: (),
        remark: Some("cold".to_owned()),
        channel: "radio".to_owned(),
        gain: 1,
        tags: Vec::new(),
    });
}

#[test]
fn unions_keep_the_order_of_their_branches() {
    use unions::pay::*;
    let event = PaymentTaken {
        method: PaymentTakenMethod::Card(Card { number: "1".to_owned() }),
        note: None,
        last_null: Some("x".to_owned()),
        many: vec![PaymentTakenMany::Long(1), PaymentTakenMany::Array(vec![2])],
        holes: vec![None, Some(1)],
        holes_last: vec![None, Some(3)],
        single: PaymentTakenSingle::String("s".to_owned()),
        cause: PaymentTakenCause::UserV1Created(unions::com::user::v1::Created { id: "u".to_owned() }),
        when: PaymentTakenWhen::Date(Date::default()),
    };
    let bytes = round_trip(&event);
    // Branch 1, the card's number; then branch 1 of [string, null]; then branch 0 of it, with its text.
    assert_eq!(bytes.get(..6), Some(&[2, 2, b'1', 2, 0, 2][..]));
    round_trip(&PaymentTaken {
        method: PaymentTakenMethod::Null,
        when: PaymentTakenWhen::TimestampMillis(TimestampMillis::default()),
        cause: PaymentTakenCause::OrderV1Created(unions::com::order::v1::Created { id: 1 }),
        ..event
    });
}

#[test]
fn types_that_hold_themselves_round_trip() {
    use recursion::tree::*;
    let leaf = |value| Node { value, left: None, right: None, children: Vec::new(), owner: None };
    let owner = Owner { house: OwnerHouse::Node(Box::new(leaf(7))), name: "o".to_owned() };
    let root = Node {
        left: Some(Box::new(leaf(1))),
        children: vec![leaf(2)],
        owner: Some(Box::new(owner.clone())),
        ..leaf(0)
    };
    round_trip(&TreeGrown { root, other: owner });
}

#[test]
fn references_are_one_type_wherever_they_are_used() {
    use references::types::{Currency, Money};
    let money = Money { cents: 5, currency: Currency::Chf };
    let line = references::other::place::Line { price: money.clone() };
    round_trip(&references::a::OrderPaid {
        amount: money.clone(),
        fees: vec![money],
        shop: Some(references::types::deep::Shop { name: "s".to_owned() }),
        inline: line.clone(),
        again: line,
    });
}

#[test]
fn json_keeps_what_its_schema_does_not_name() {
    let text = br#"{"ticket_id":"T","station":{"name":"grill"},"dishes":[{"name":"a","count":1}],"table":{"number":null,"x":[1]},
        "readyAt":"now","status":"in-progress","course":{"next":{"rank":1}},"names":{"en":"a","de":"b"}}"#;
    let event = <json::kitchen::TicketReady as Event>::decode(text).unwrap();
    assert_eq!(event.status, Some(json::kitchen::TicketReadyStatus::InProgress));
    assert_eq!(event.names.as_ref().unwrap().additional, BTreeMap::from([("de".to_owned(), "b".to_owned())]));
    let bytes = round_trip(&event);
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    assert_eq!(value(&bytes), value(text));
    let closed = br#"{"ticket_id":"T","station":{"name":"grill"},"dishes":[],"unknown":1}"#;
    assert!(<json::kitchen::TicketReady as Event>::decode(closed).is_err());
}

#[test]
fn json_events_of_any_type_round_trip() {
    fn both_ways<E: Event + PartialEq + Debug>(text: &str) -> E {
        let event = E::decode(text.as_bytes()).unwrap();
        assert_eq!(round_trip(&event), text.as_bytes());
        event
    }
    use json_roots::roots::*;
    use topika::Validate;
    assert_eq!(both_ways::<LinesWritten>(r#"["a"]"#), LinesWritten(vec!["a".to_owned()]));
    assert!(LinesWritten(Vec::new()).validate().is_err());
    assert_eq!(both_ways::<TextSaid>(r#""abc""#).0, "abc");
    assert_eq!(both_ways::<EitherMade>(r#""abc""#), EitherMade::String("abc".to_owned()));
    assert!(matches!(both_ways::<EitherMade>(r#"{"by":"Ada"}"#), EitherMade::Made(_)));
    both_ways::<AnyThing>(r#"[{"a":null},1.5]"#);
    assert_eq!(both_ways::<CountsTaken>(r#"{"a":1}"#).additional, BTreeMap::from([("a".to_owned(), 1)]));
    assert!(<CountsTaken as Event>::decode(b"[]").is_err());
    assert_eq!(both_ways::<PlaceTaken>("[1.5,2.0]").0, (1.5, 2.0));
    both_ways::<RowAdded>(r#"["a",1,2]"#);
    assert_eq!(both_ways::<CodeSet>("404"), CodeSet::N404);
    assert!(both_ways::<CodeSet>(r#""gone""#).validate().is_err());
    assert_eq!((both_ways::<MaybeSaid>("null").0, both_ways::<MaybeSaid>(r#""a""#).0), (None, Some("a".to_owned())));
    assert_eq!(both_ways::<LightTurned>(r#""red""#), LightTurned::Red);
    assert!(<LightTurned as Event>::decode(br#"{"red":null}"#).is_err());
    assert_eq!(json_roots::topics::RootsTextSaid::TOPIC.events[0].record, "TextSaid");
}

#[test]
fn a_frozen_version_goes_on_the_topic_of_its_event() {
    use frozen::topics::FoodOrders;
    let old = frozen::orders::v1::OrderPlaced {
        customer_id: "C".to_owned(),
        to: frozen::orders::v1::Address { city: "B".to_owned() },
        total: frozen::types::Money { cents: 1 },
        status: frozen::orders::v1::OrderStatus::Paid,
    };
    round_trip(&old);
    assert_eq!(key_of::<FoodOrders>(&old), Some(b"C".to_vec()));
    assert_ne!(
        On::<FoodOrders>::payload(&old).unwrap().descriptor().file.unwrap().text,
        FoodOrders::TOPIC.events[0].file.unwrap().text
    );
    assert_eq!(FoodOrders::TOPIC.settings.partitions, Some(3));
}

#[test]
fn a_frozen_json_version_reads_what_was_said_then() {
    use frozen_json::kitchen::v1;
    let text = br#"{"ticketId":"T","station":{"name":"fry"},"dish":{"n":1}}"#;
    let old = v1::TicketReady::decode(text).unwrap();
    assert_eq!(old.station.name, v1::StationName::Fry);
    assert_eq!(round_trip(&old), text);
    assert_eq!(key_of::<frozen_json::topics::KitchenTicketReady>(&old), Some(b"T".to_vec()));
    assert!(
        v1::TicketReady::decode(br#"{"ticketId":"T","station":{"name":"fry","cook":"c"},"dish":{"n":1}}"#).is_err()
    );
}

#[test]
fn a_hand_written_type_stands_in_the_topic() {
    let home = rust_row::user::Address { street: "S".to_owned(), mover: None };
    let created = hand_written::UserCreated { user_id: "U".to_owned(), kind: hand_written::Kind::A, home };
    round_trip(&created);
    let home = rust_row::user::Address { street: "S".to_owned(), mover: Some(Box::new(created.clone())) };
    let created = hand_written::UserCreated { home, ..created };
    round_trip(&created);
    let topic = rust_row::topics::UserEvents::UserCreated(created);
    assert_eq!(key_of::<rust_row::topics::UserEvents>(&topic), Some(b"U".to_vec()));
}

#[test]
fn a_type_within_is_the_users_wherever_it_stands() {
    use hand_written::{Coins, Place};
    use rust_row::user::{PriceSet, PriceSetOld, Unit, UserMoved, Zip};
    let price = Coins { cents: 5, unit: Unit::Eur };
    let others = HashMap::from([("a".to_owned(), price.clone())]);
    let old = PriceSetOld::Money(price.clone());
    round_trip(&PriceSet { user_id: "U".to_owned(), price, others, old });
    let to = Place { city: "C".to_owned(), zip: Some(Zip::A1) };
    let moved = UserMoved { user_id: "U".to_owned(), from: Some(vec![to.clone()]), to };
    assert_eq!(round_trip(&moved), br#"{"user_id":"U","to":{"city":"C","zip":"A1"},"from":[{"city":"C","zip":"A1"}]}"#);
}

#[test]
fn logical_types_are_exact() {
    assert_eq!(logical::time::MomentNoted::DESCRIPTOR.record, "time.MomentNoted");
    let _: fn(&logical::time::MomentNoted) -> (&Decimal<10, 2>, &Option<TimestampMicros>) = |m| (&m.price, &m.maybe);
}

#[test]
fn a_key_of_several_fields_may_have_keywords_and_other_names() {
    use topic::topics::FoodOrders;
    let placed = topic::orders::OrderPlaced { r#type: "t".to_owned(), customer_id: "c".to_owned() };
    let mut key = Vec::new();
    assert!(On::<FoodOrders>::write_key(&placed, &mut key).unwrap());
    // Avro: two strings, in the order of the fields.
    assert_eq!(key, [2, b't', 2, b'c']);
    assert_eq!(FoodOrders::TOPIC.key, ["type", "customerId"]);
}

#[test]
fn values_drawn_from_the_schemas_come_back_as_apache_avro_reads_them() {
    drawn::agree::<logical::time::MomentNoted>();
    drawn::agree::<logical::time::MoneyMoved>();
    drawn::agree::<plain::weather::ReadingTaken>();
    drawn::agree::<recursion::tree::TreeGrown>();
    drawn::agree::<references::a::OrderPaid>();
    drawn::agree::<unions::pay::PaymentTaken>();
    drawn::agree::<maps::maps::LabelSet>();
    drawn::agree::<roots::roots::LightTurned>();
    drawn::agree::<roots::roots::DigestMade>();
    drawn::agree::<roots::roots::PriceSet>();
    drawn::agree::<roots::roots::LinesWritten>();
    drawn::agree::<roots::roots::CountsTaken>();
    drawn::agree::<roots::roots::MoneyEvent>();
    drawn::agree::<roots::roots::DoorEvent>();
    drawn::agree::<roots::roots::MaybePaid>();
    drawn::agree::<roots::roots::TextSaid>();
    drawn::agree::<roots::roots::BellRung>();
    drawn::agree::<written_as::shop::NamesSaid>();
    drawn::agree::<written_as::shop::LastSaid>();
}

/// Every construct of the specification, a file for each kind: Avro 1.12 from "Primitive Types" to "Logical Types" and "Aliases".
#[test]
fn every_construct_of_avro_comes_back_as_apache_avro_reads_it() {
    use inventory::inventory::*;
    drawn::agree::<EveryPrimitive>();
    drawn::agree::<EveryDefault>();
    drawn::agree::<EveryEnum>();
    drawn::agree::<EveryContainer>();
    drawn::agree::<EveryNull>();
    drawn::agree::<EveryUnion>();
    drawn::agree::<EveryRecursion>();
    drawn::agree::<EveryLogical>();
    drawn::agree::<deep::EveryName>();
    drawn::agree::<EverySize>();
    // An error is a record by another word, which apache-avro does not know.
    let cause = Some(Box::new(ProblemMet { message: "b".to_owned(), cause: None }));
    round_trip(&ProblemMet { message: "a".to_owned(), cause });
}

/// The compiler compares each with its file by a number, not field by field: or every build would be slower and nobody would know.
#[test]
fn generated_records_have_the_mark_of_their_file() {
    fn is_marked<T: Event + topika::codec::fields::OfFields>() -> bool {
        let file = T::DESCRIPTOR.file.expect("a generated type has a file");
        topika::__private::is_marked::<T>(&file.types[0])
    }
    use inventory::inventory::*;
    let marked = [
        is_marked::<EveryPrimitive>(),
        is_marked::<EveryDefault>(),
        is_marked::<EveryEnum>(),
        is_marked::<EveryContainer>(),
        is_marked::<EveryNull>(),
        is_marked::<EveryUnion>(),
        is_marked::<EveryRecursion>(),
        is_marked::<EveryLogical>(),
        is_marked::<deep::EveryName>(),
        is_marked::<EverySize>(),
    ];
    assert_eq!(marked, [true; 10]);
}

/// Null is an option wherever one other branch stands beside it.
#[test]
fn null_beside_one_other_branch_is_an_option_everywhere() {
    use inventory::inventory::{EveryNull, EveryNullInUnion, Part};
    let event = EveryNull {
        first: None,
        last: Some("x".to_owned()),
        middle: inventory::inventory::EveryNullMiddle::Null,
        only: inventory::inventory::EveryNullOnly::Null,
        one: inventory::inventory::EveryNullOne::String("x".to_owned()),
        in_list: vec![None, Some(1)],
        last_in_list: vec![None, Some(1)],
        in_map: HashMap::from([("a".to_owned(), None)]),
        last_in_map: HashMap::from([("a".to_owned(), Some(1))]),
        in_lists: vec![vec![Some("x".to_owned()), None]],
        list_or_null: Some(vec![Some(1), None]),
        null_or_map: Some(HashMap::from([("a".to_owned(), None)])),
        record_or_null: Some(Part { last: None }),
        in_union: EveryNullInUnion::Array(vec![None]),
        moment_or_null: Some(TimestampMillis::new(1)),
    };
    round_trip(&event);
}

#[test]
fn an_open_enum_keeps_what_it_does_not_know() {
    use open_enums::doors::{BellRung, Closed, DoorMoved, DoorMovedRef, Full, Kind, LockTurned, LockTurnedTo, State};
    let moved = DoorMoved {
        state: State::Open,
        before: Some(State::Unknown),
        kind: Kind::Self_,
        closed: Closed::Yes,
        full: Full::Unknown2,
    };
    let bytes = round_trip(&moved);
    assert_eq!(DoorMovedRef::decode(&bytes).unwrap().to_owned(), moved);
    assert!(Event::encode(&BellRung::Unknown("THRICE".to_owned()), &mut Vec::new()).is_err());
    assert_eq!(round_trip(&BellRung::Twice), [2]);
    let turned = <LockTurned as Event>::decode(br#"{"to":"ajar"}"#).unwrap();
    assert_eq!(turned.to, LockTurnedTo::Unknown("ajar".to_owned()));
    assert_eq!(round_trip(&turned), br#"{"to":"ajar"}"#);
    assert_eq!(<LockTurned as Event>::decode(br#"{"to":"shut"}"#).unwrap().to, LockTurnedTo::Shut);
}

#[test]
fn types_of_other_crates_and_of_the_user_s_own_are_written_as_the_schema_says() {
    use hand_written::{Buyer, Digits, Money, Note};
    use topika::chrono::{DateTime, NaiveDate, Utc};
    use written_as::shop::{BillPaid, ItemSold, ItemSoldRef, Rate, Receipt, Scan};
    let sold = ItemSold::builder()
        .id(topika::uuid::Uuid::from_u128(1))
        .receipt(Receipt(topika::uuid::Uuid::nil()))
        .price(Money(1250))
        .parts(vec![Money(-1)])
        .rate(Rate("1.5".parse().unwrap()))
        .huge(Decimal::MAX)
        .lease(std::time::Duration::from_secs(60))
        .notes(Note("n".to_owned()))
        .buyer(Buyer { name: "Ada".to_owned() })
        .scan(Scan(vec![0; 65_536].into_boxed_slice().try_into().unwrap()))
        .build();
    let bytes = round_trip(&sold);
    assert_eq!(ItemSoldRef::decode(&bytes).unwrap().to_owned(), sold);
    let dear = ItemSold { price: Money(i64::MAX), ..sold };
    let error = Event::encode(&dear, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.ends_with("decimal(10,2), in shop.ItemSold.price"), "{error}");

    let paid = br#"{"total":"12","tip":null,"note":"x"}"#;
    let bill = <BillPaid as Event>::decode(paid).unwrap();
    assert_eq!((&bill.total, &bill.tip), (&Digits("12".to_owned()), &Some(None)));
    assert_eq!(round_trip(&bill), paid);

    let _: fn(&written_as::clock::ChronoNoted) -> &Vec<Option<DateTime<Utc>>> = |noted| &noted.list;
    let _: fn(&written_as::clock::ChronoNoted) -> &Option<NaiveDate> = |noted| &noted.maybe_last;
    let _: fn(&written_as::clock::JiffNoted) -> &topika::jiff::Timestamp = |noted| &noted.ts_millis;
    let _: fn(&written_as::clock::TimeNoted) -> (&topika::time::OffsetDateTime, &topika::types::LocalTimestampNanos) =
        |noted| (&noted.ts_millis, &noted.local_nanos);
}

#[test]
fn a_union_of_two_files_reads_what_one_of_them_wrote() {
    let text = roots::roots::MoneyEvent::DESCRIPTOR.file.unwrap();
    let source = |text: &str| topika_contract::text::Source::new("a.avsc", text);
    let references: Vec<_> = text.references.iter().map(|reference| source(reference.text)).collect();
    let reader = topika_contract::avro::Schema::from_texts(&source(text.text), &references).unwrap();
    let writer = topika_contract::avro::Schema::from_texts(&references[0], &[]).unwrap();
    let resolution = topika::codec::Resolution::compile(&writer, &reader).unwrap();
    let read = roots::roots::MoneyEvent::decode_resolved(&[10], &resolution).unwrap();
    assert_eq!(read, roots::roots::MoneyEvent::Paid(roots::types::Paid { cents: 5 }));
}

#[test]
fn options_give_builders_names_of_fields_hidden_values_and_borrowed_twins() {
    use options::orders::{Line, OrderPlaced, OrderPlacedRef, OrderStatus};
    let order = OrderPlaced::builder()
        .customer("Ada")
        .phone("555")
        .order_id("O-1")
        .line(Line::builder().name("soup").count(2).build())
        .status(OrderStatus::Paid)
        .build();
    assert_eq!((order.note.as_ref(), order.rank, OrderPlaced::FIELDS.order_id), (None, 1, "orderId"));
    let shown = format!("{order:?}");
    assert!(shown.starts_with("OrderPlaced { customer: [redacted], phone: \"555\","), "{shown}");
    let bytes = round_trip(&order);
    let borrowed = OrderPlacedRef::decode(&bytes).unwrap();
    assert_eq!((borrowed.customer, borrowed.line.name), ("Ada", "soup"));
    assert!(format!("{borrowed:?}").contains("customer: [redacted]"));
    assert_eq!(borrowed.to_owned(), order);
    let cook = options::kitchen::TicketReadyCook::builder().name("Bo".to_owned()).build();
    assert_eq!(format!("{cook:?}"), "TicketReadyCook { name: [redacted] }");
    assert_eq!(options::kitchen::TicketReady::FIELDS.cook, "cook");
}

#[test]
fn a_builder_stands_beside_a_type_that_is_called_as_it_is() {
    use builders::w::{House, HouseBuilder, HouseRef, Rest, Str, StrBuilder};
    let rest = Rest::builder().maybe_next(None).build();
    let builder = HouseBuilder::builder().name("Bob").build();
    let house = House::builder().builder(builder).r#ref(HouseRef::builder().id("1").build()).rest(rest).build();
    let text = br#"{"builder":{"name":"Bob"},"ref":{"id":"1"},"rest":{"next":null}}"#;
    assert_eq!(round_trip(&house), text);
    let labels = HashMap::from([("a".to_owned(), 1)]);
    round_trip(&Str::builder().builder(StrBuilder::Int(1)).builders(labels).build());
}

/// What nobody sets is what a reader takes where an older writer did not know the field.
#[test]
fn a_builder_takes_the_defaults_of_the_schema() {
    use builders::w::Home;
    let text = Home::DESCRIPTOR.file.unwrap().text;
    let source = |text: &str| topika_contract::text::Source::new("a.avsc", text);
    let reader = topika_contract::avro::Schema::from_texts(&source(text), &[]).unwrap();
    let old = r#"{"type":"record","name":"w.Home","fields":[{"name":"id","type":"string"}]}"#;
    let writer = topika_contract::avro::Schema::from_texts(&source(old), &[]).unwrap();
    let resolution = topika::codec::Resolution::compile(&writer, &reader).unwrap();
    let read = Home::decode_resolved(&[2, b'H'], &resolution).unwrap();
    assert_eq!(Home::builder().id("H").build(), read);
}

#[test]
fn what_another_repository_owns_is_an_event_and_a_topic_like_ours() {
    use imports::food::orders::{self, OrderCancelled, OrderKey, OrderPlaced};
    use imports::topics::{FoodOrders, KitchenTicket, Shop};
    use topika::event::Keyed;
    let key = OrderKey { customer: "C".to_owned(), shop: 7 };
    fn is_on<'e, E: Event>(event: &'e E, key: &'e OrderKey) -> &'e E
    where
        Keyed<'e, OrderKey, E>: On<FoodOrders>,
    {
        assert!(On::<FoodOrders>::payload(&Keyed { key, event }).is_some());
        event
    }
    let to = Some(imports::food::types::Address { street: "Agora".to_owned() });
    let placed = OrderPlaced { id: "a".to_owned(), total: imports::types::Money { cents: 300 }, to };
    round_trip(is_on(&placed, &key));
    // Each event has the version of a type that was frozen with it.
    let paid_back = orders::Money { cents: 1, currency: "EUR".to_owned() };
    round_trip(is_on(&OrderCancelled { id: "a".to_owned(), paid_back }, &key));
    let old = orders::v1::OrderPlaced { id: "a".to_owned(), total: imports::types::Money { cents: 2 } };
    round_trip(is_on(&old, &key));
    assert_eq!(
        [FoodOrders::TOPIC.name, KitchenTicket::TOPIC.name, Shop::TOPIC.name],
        ["food-orders", "kitchen.ticket", "shop"]
    );
    let file = OrderPlaced::DESCRIPTOR.file.unwrap();
    assert_eq!((file.version, file.subject), (Some(3), "food-orders-food.orders.OrderPlaced"));
    round_trip(&imports::shop::Opened { name: "Stoa".to_owned() });
    let at = imports::orders::Station { name: "grill".to_owned(), additional: BTreeMap::new() };
    assert_eq!(round_trip(&imports::orders::Ticket { at }), br#"{"at":{"name":"grill"}}"#);
}
