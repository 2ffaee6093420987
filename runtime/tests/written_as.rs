//! Fields whose types are not ours: `#[event(as = ...)]`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "what fails fails the test")]

mod written_as_support;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use topika::codec::{self, AvroValue, Resolution};
use topika::types::{
    Date, Decimal, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, NullLast, TimeMicros, TimeMillis,
    TimestampMicros, TimestampMillis, TimestampNanos, Uuid, VecMap, WireError, WireOf,
};
use written_as_support::{bytes, read, schema, text};

#[derive(Clone, Copy, Debug, PartialEq)]
struct Cents(i64);

impl WireOf<Cents> for Decimal<4, 2> {
    fn to_wire(value: &Cents) -> Result<Self, WireError> {
        Self::from_unscaled(value.0.into()).map_err(WireError::new)
    }

    fn from_wire(wire: Self) -> Result<Cents, WireError> {
        match i64::try_from(wire.unscaled()) {
            Ok(cents) if cents >= 0 => Ok(Cents(cents)),
            _ => Err(WireError::of("money below zero")),
        }
    }
}

type Price = Decimal<4, 2>;

// Every place in which a value can stand.
#[derive(Clone, Debug, PartialEq, topika::Record)]
#[event(name = "shop.Places")]
struct Places {
    #[event(as = Price)]
    plain: Cents,
    #[event(as = Option<Price>, default)]
    maybe: Option<Cents>,
    #[event(as = Option<Price>, null_last)]
    maybe_last: Option<Cents>,
    #[event(as = Vec<Option<Price>>)]
    list: Vec<Option<Cents>>,
    #[event(as = HashMap<String, Vec<Price>>)]
    table: HashMap<String, Vec<Cents>>,
    #[event(as = BTreeMap<String, NullLast<Price>>)]
    tree: BTreeMap<String, Option<Cents>>,
    #[event(as = VecMap<String, Price>)]
    entries: VecMap<String, Cents>,
    #[event(as = Vec<NullLast<_>>)]
    names: Vec<Option<String>>,
    either: Either,
}

// The same, as it is on the wire.
#[derive(Clone, Debug, PartialEq, topika::Record)]
#[event(name = "shop.Places")]
struct OnTheWire {
    plain: Price,
    #[event(default)]
    maybe: Option<Price>,
    #[event(null_last)]
    maybe_last: Option<Price>,
    list: Vec<Option<Price>>,
    table: HashMap<String, Vec<Price>>,
    tree: BTreeMap<String, PriceOrNull>,
    entries: VecMap<String, Price>,
    names: Vec<TextOrNull>,
    either: PriceOrText,
}

#[derive(Clone, Debug, PartialEq, topika::Union)]
enum Either {
    #[event(as = Price)]
    Cents(Cents),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, topika::Union)]
enum PriceOrText {
    Price(Price),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, topika::Union)]
enum PriceOrNull {
    Price(Price),
    Null,
}

#[derive(Clone, Debug, PartialEq, topika::Union)]
enum TextOrNull {
    Text(String),
    Null,
}

fn places() -> Places {
    Places {
        plain: Cents(1),
        maybe: Some(Cents(2)),
        maybe_last: None,
        list: vec![None, Some(Cents(3))],
        table: HashMap::from([("a".to_owned(), vec![Cents(4), Cents(5)])]),
        tree: BTreeMap::from([("b".to_owned(), Some(Cents(6))), ("c".to_owned(), None)]),
        entries: VecMap::from([("d".to_owned(), Cents(9_999))]),
        names: vec![Some("e".to_owned()), None],
        either: Either::Cents(Cents(7)),
    }
}

#[test]
fn a_value_may_stand_in_every_place() {
    let (places, price) = (places(), |cents| Price::from_unscaled(cents).unwrap());
    let wire = OnTheWire {
        plain: price(1),
        maybe: Some(price(2)),
        maybe_last: None,
        list: vec![None, Some(price(3))],
        table: HashMap::from([("a".to_owned(), vec![price(4), price(5)])]),
        tree: BTreeMap::from([("b".to_owned(), PriceOrNull::Price(price(6))), ("c".to_owned(), PriceOrNull::Null)]),
        entries: VecMap::from([("d".to_owned(), price(9_999))]),
        names: vec![TextOrNull::Text("e".to_owned()), TextOrNull::Null],
        either: PriceOrText::Price(price(7)),
    };
    assert_eq!(bytes(&places), bytes(&wire));
    assert_eq!(text::<Places>(), text::<OnTheWire>(), "the schema has what is on the wire");
    assert_eq!(read::<Places>(&bytes(&wire)), places);
    assert_eq!(<Places as AvroValue>::MIN_SIZE, <OnTheWire as AvroValue>::MIN_SIZE);
}

#[test]
fn another_schema_s_bytes_become_the_values_too() {
    // The writer had one more field, and not yet the second: the default stands for it.
    let older = text::<Places>()
        .replacen("\"fields\":[", "\"fields\":[{\"name\":\"gone\",\"type\":\"string\"},", 1)
        .replacen("{\"name\":\"maybe\",", "{\"name\":\"other\",", 1);
    let resolution = Resolution::compile(&schema(&older), &schema(&text::<Places>())).unwrap();
    let mut written = vec![2, b'x'];
    written.extend(bytes(&places()));
    let read: Places = codec::decode_resolved(&written, &resolution).unwrap();
    assert_eq!(read, Places { maybe: None, ..places() });
}

#[test]
fn what_does_not_fit_names_the_field() {
    let refused = |places: Places| codec::encode(&places, &mut Vec::new()).unwrap_err().to_string();
    let many = "the number has more digits than a decimal(4,2)";
    let dear = Cents(10_000);
    assert_eq!(refused(Places { plain: dear, ..places() }), format!("{many}, in shop.Places.plain"));
    assert_eq!(refused(Places { list: vec![Some(dear)], ..places() }), format!("{many}, in shop.Places.list"));
    assert_eq!(refused(Places { either: Either::Cents(dear), ..places() }), format!("{many}, in shop.Places.either"));
    let mut out = vec![7];
    codec::encode(&Places { plain: dear, ..places() }, &mut out).unwrap_err();
    assert_eq!(out, [7], "the buffer is as it was");

    let wire = bytes(&places());
    // -1 in place of 1.
    let below = [&[2, 255], &wire[2..]].concat();
    let error = codec::decode::<Places>(&below).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value is outside the logical type, in shop.Places.plain, at byte 2: money below zero"
    );
}

#[derive(Clone, Debug, PartialEq, topika::Record)]
#[event(name = "shop.Cart")]
struct Cart {
    note: String,
    places: Vec<Places>,
}

#[test]
fn an_error_of_writing_names_all_fields_on_the_way() {
    let wrong = Places { plain: Cents(-10_000), ..places() };
    let cart = Cart { note: "n".to_owned(), places: vec![places(), wrong, places()] };
    let error = codec::encode(&cart, &mut Vec::new()).unwrap_err().to_string();
    assert_eq!(error, "the number has more digits than a decimal(4,2), in shop.Cart.places > shop.Places.plain");
}

#[derive(Clone, Debug, PartialEq, topika::Record)]
#[event(name = "shop.Clock")]
struct Clock {
    #[event(as = TimestampMillis)]
    millis: SystemTime,
    #[event(as = TimestampNanos)]
    nanos: SystemTime,
    #[event(as = LocalTimestampMicros)]
    raw: i64,
    #[event(as = Date)]
    day: i32,
}

#[test]
fn the_clock_s_time_and_bare_numbers_need_no_crate() {
    let before = UNIX_EPOCH - Duration::from_nanos(1_500_000);
    let clock = Clock { millis: before, nanos: before, raw: i64::MIN, day: i32::MAX };
    let back: Clock = read(&bytes(&clock));
    assert_eq!(back, Clock { millis: UNIX_EPOCH - Duration::from_millis(2), ..clock });
}

#[derive(Clone, Debug, PartialEq, topika::Fixed)]
#[event(name = "shop.Amount", size = 4)]
struct Amount(#[event(as = Decimal<4, 2>)] Cents);

#[derive(Clone, Debug, PartialEq, topika::Fixed)]
#[event(name = "shop.Id", size = 16)]
struct Id(#[event(as = Uuid)] uuid::Uuid);

#[test]
fn a_fixed_may_hold_a_value_of_another_type() {
    assert_eq!(bytes(&Amount(Cents(1))), [0, 0, 0, 1]);
    assert_eq!(read::<Amount>(&[0, 0, 0, 1]), Amount(Cents(1)));
    let id = Id(uuid::Uuid::from_u128(1));
    assert_eq!(bytes(&id), id.0.into_bytes());
    assert_eq!(read::<Id>(&bytes(&id)), id);
    assert!(codec::encode(&Amount(Cents(10_000)), &mut Vec::new()).is_err());
    assert!(codec::decode::<Amount>(&[255; 4]).unwrap_err().to_string().contains("money below zero"));
    assert!(text::<Id>().contains(r#""logicalType":"uuid""#));
}

#[derive(Clone, Debug, PartialEq, topika::Record, topika::Borrowed)]
#[event(name = "shop.Seen")]
struct Seen {
    who: String,
    #[event(as = TimestampMillis)]
    at: SystemTime,
    #[event(as = Vec<NullLast<_>>)]
    tags: Vec<Option<String>>,
}

#[derive(Clone, Debug, PartialEq, topika::Record, topika::Borrowed)]
#[event(name = "shop.Tick")]
struct Tick {
    #[event(as = TimestampMillis)]
    at: SystemTime,
}

#[test]
fn a_twin_that_borrows_has_the_values_themselves() {
    let seen = Seen { who: "Ada".to_owned(), at: UNIX_EPOCH, tags: vec![Some("x".to_owned()), None] };
    let payload = bytes(&seen);
    let twin = SeenRef::decode(&payload).unwrap();
    assert_eq!((twin.who, twin.at), ("Ada", UNIX_EPOCH));
    assert_eq!(twin.to_owned(), seen);
    assert_eq!(TickRef::decode(&[2]).unwrap().at, UNIX_EPOCH + Duration::from_millis(1));
}

/// A fixed that would not fit the stack of a thread.
#[derive(Clone, PartialEq, topika::Fixed)]
#[event(name = "shop.Scan")]
struct Scan(Box<[u8; 4_194_304]>);

#[test]
fn a_large_fixed_does_not_need_the_stack() {
    let work = || {
        let payload = vec![3; 4_194_304];
        let scan: Scan = read(&payload);
        assert!(bytes(&scan.clone()) == payload);
        assert!(codec::decode::<Scan>(&payload[1..]).is_err());
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}

/// Writes one of a crate's values through ours, and reads it again.
fn through<W: codec::ValueAs<T>, T>(value: &T) -> Result<T, String> {
    let mut out = Vec::new();
    let mut sink = codec::Sink::new(&mut out);
    W::encode(value, &mut sink);
    if sink.is_stopped() {
        return Err("not written".to_owned());
    }
    W::decode(&mut codec::Reader::new(&out)).map_err(|fault| fault.message().to_owned())
}

/// What the type makes of what is on the wire.
fn from<W: WireOf<T>, T>(wire: W::Wire) -> Option<T> {
    W::from_wire(wire).ok()
}

mod of_chrono {
    use super::*;
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

    #[test]
    fn moments_come_back_from_the_first_to_the_last() {
        for text in
            ["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59.123Z", "0001-01-01T00:00:00Z"]
        {
            let at: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(through::<TimestampMillis, _>(&at), Ok(at));
            assert_eq!(through::<TimestampMicros, _>(&at), Ok(at));
            let local = at.naive_utc();
            assert_eq!(through::<LocalTimestampMillis, _>(&local), Ok(local));
            assert_eq!(through::<LocalTimestampMicros, _>(&local), Ok(local));
        }
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        assert_eq!(through::<TimestampMillis, _>(&first), Ok(first));
        assert_eq!(through::<TimestampMicros, _>(&last), Ok(last - chrono::TimeDelta::nanoseconds(999)));
        assert!(through::<TimestampNanos, _>(&last).is_err(), "nanoseconds end in 2262");
        let end = DateTime::from_timestamp_nanos(i64::MAX);
        assert_eq!(through::<TimestampNanos, _>(&end), Ok(end));
        assert_eq!(through::<LocalTimestampNanos, _>(&end.naive_utc()), Ok(end.naive_utc()));
        for wire in [i64::MIN, i64::MAX] {
            assert_eq!(from::<TimestampMillis, DateTime<Utc>>(TimestampMillis::new(wire)), None);
            assert_eq!(from::<LocalTimestampMicros, NaiveDateTime>(LocalTimestampMicros::new(wire)), None);
            assert!(from::<TimestampNanos, DateTime<Utc>>(TimestampNanos::new(wire)).is_some());
        }
    }

    #[test]
    fn what_is_finer_than_the_wire_is_cut_off_towards_the_past() {
        let at = DateTime::from_timestamp_nanos(-1);
        assert_eq!(through::<TimestampMicros, _>(&at), Ok(DateTime::from_timestamp_nanos(-1_000)));
    }

    #[test]
    fn dates_and_times_of_day() {
        for day in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(), NaiveDate::default()]
        {
            assert_eq!(through::<Date, _>(&day), Ok(day));
        }
        assert_eq!(from::<Date, NaiveDate>(Date::new(-1)), NaiveDate::from_ymd_opt(1969, 12, 31));
        assert_eq!(from::<Date, NaiveDate>(Date::new(i32::MAX)), None);
        assert_eq!(from::<Date, NaiveDate>(Date::new(i32::MIN)), None);
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_000).unwrap();
        for time in [NaiveTime::MIN, last] {
            assert_eq!(through::<TimeMillis, _>(&time), Ok(time));
            assert_eq!(through::<TimeMicros, _>(&time), Ok(time));
        }
        assert_eq!(from::<TimeMillis, NaiveTime>(TimeMillis::new(86_400_000)), None);
        assert_eq!(from::<TimeMicros, NaiveTime>(TimeMicros::new(-1)), None);
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        assert!(through::<TimeMillis, _>(&leap).is_err());
    }
}

mod of_jiff {
    use super::*;
    use jiff::Timestamp;
    use jiff::civil;

    #[test]
    fn moments_come_back_from_the_first_to_the_last() {
        for text in ["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59.123Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(through::<TimestampMillis, _>(&at), Ok(at));
            assert_eq!(through::<TimestampMicros, _>(&at), Ok(at));
            assert_eq!(through::<TimestampNanos, _>(&at), Ok(at));
        }
        assert_eq!(through::<TimestampMillis, _>(&Timestamp::MIN), Ok(Timestamp::MIN));
        assert!(through::<TimestampMicros, _>(&Timestamp::MAX).is_ok());
        assert!(through::<TimestampNanos, _>(&Timestamp::MAX).is_err());
        assert_eq!(from::<TimestampMillis, Timestamp>(TimestampMillis::new(i64::MAX)), None);
        assert_eq!(from::<TimestampMicros, Timestamp>(TimestampMicros::new(i64::MIN)), None);
    }

    #[test]
    fn what_has_no_zone() {
        for local in
            [civil::DateTime::MIN, civil::date(2024, 2, 29).at(23, 59, 59, 0), civil::date(-1, 1, 1).at(0, 0, 0, 0)]
        {
            assert_eq!(through::<LocalTimestampMillis, _>(&local), Ok(local));
            assert_eq!(through::<LocalTimestampMicros, _>(&local), Ok(local));
            assert_eq!(through::<Date, _>(&local.date()), Ok(local.date()));
            assert_eq!(through::<TimeMillis, _>(&local.time()), Ok(local.time()));
            assert_eq!(through::<TimeMicros, _>(&local.time()), Ok(local.time()));
        }
        assert_eq!(through::<Date, _>(&civil::Date::MAX), Ok(civil::Date::MAX));
        assert!(through::<LocalTimestampNanos, _>(&civil::DateTime::MAX).is_err());
        assert_eq!(from::<Date, civil::Date>(Date::new(i32::MIN)), None);
        assert_eq!(from::<TimeMicros, civil::Time>(TimeMicros::new(86_400_000_000)), None);
        assert_eq!(from::<TimeMillis, civil::Time>(TimeMillis::new(-1)), None);
    }
}

mod of_time {
    use super::*;
    use time::{OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset};

    #[test]
    fn moments_come_back_from_the_first_to_the_last() {
        for millis in [-1, 0, 1_709_251_199_123, -62_135_596_800_000] {
            let at = OffsetDateTime::from_unix_timestamp_nanos(millis * 1_000_000).unwrap();
            assert_eq!(through::<TimestampMillis, _>(&at), Ok(at));
            assert_eq!(through::<TimestampMicros, _>(&at), Ok(at));
            let utc = UtcDateTime::from(at);
            assert_eq!(through::<TimestampMillis, _>(&utc), Ok(utc));
        }
        let east = OffsetDateTime::UNIX_EPOCH.to_offset(UtcOffset::from_hms(2, 0, 0).unwrap());
        let back = through::<TimestampNanos, _>(&east).unwrap();
        assert_eq!(
            (back, back.offset()),
            (east, UtcOffset::UTC),
            "the moment is the same, the offset is not on the wire"
        );
        assert_eq!(through::<TimestampMillis, _>(&UtcDateTime::MIN), Ok(UtcDateTime::MIN));
        assert!(through::<TimestampNanos, _>(&UtcDateTime::MAX).is_err());
        assert_eq!(from::<TimestampMillis, OffsetDateTime>(TimestampMillis::new(i64::MIN)), None);
        assert_eq!(from::<TimestampMicros, UtcDateTime>(TimestampMicros::new(i64::MAX)), None);
    }

    #[test]
    fn what_has_no_zone() {
        let leap = time::Date::from_calendar_date(2024, time::Month::February, 29).unwrap();
        for local in [PrimitiveDateTime::MIN, PrimitiveDateTime::new(leap, Time::from_hms(23, 59, 59).unwrap())] {
            assert_eq!(through::<LocalTimestampMillis, _>(&local), Ok(local));
            assert_eq!(through::<LocalTimestampMicros, _>(&local), Ok(local));
            assert_eq!(through::<Date, _>(&local.date()), Ok(local.date()));
            assert_eq!(through::<TimeMillis, _>(&local.time()), Ok(local.time()));
            assert_eq!(through::<TimeMicros, _>(&local.time()), Ok(local.time()));
        }
        assert!(through::<LocalTimestampNanos, _>(&PrimitiveDateTime::MAX).is_err());
        assert_eq!(through::<Date, _>(&time::Date::MAX), Ok(time::Date::MAX));
        assert_eq!(from::<Date, time::Date>(Date::new(i32::MAX)), None);
        assert_eq!(from::<TimeMillis, Time>(TimeMillis::new(i32::MAX)), None);
        assert_eq!(from::<TimeMicros, Time>(TimeMicros::new(-1)), None);
    }
}

mod of_rust_decimal {
    use super::*;
    use rust_decimal::Decimal as Foreign;

    #[test]
    fn a_number_keeps_its_value_and_takes_the_scale_of_the_wire() {
        for (value, back) in
            [("12.5", "12.50"), ("-0.01", "-0.01"), ("0", "0.00"), ("12.5000", "12.50"), ("99.99", "99.99")]
        {
            let read = through::<Decimal<4, 2>, Foreign>(&value.parse().unwrap()).unwrap();
            assert_eq!(read.to_string(), back);
        }
        for value in [Foreign::MAX, Foreign::MIN, Foreign::ZERO] {
            assert_eq!(through::<Decimal<29, 0>, _>(&value), Ok(value));
        }
        let small: Foreign = "0.0000000000000000000000000001".parse().unwrap();
        assert_eq!(through::<Decimal<28, 28>, _>(&small), Ok(small));
    }

    #[test]
    fn what_one_of_the_two_cannot_hold_is_refused() {
        for value in ["12.505", "100", "-100.00"] {
            assert!(through::<Decimal<4, 2>, Foreign>(&value.parse().unwrap()).is_err(), "{value}");
        }
        assert_eq!(from::<Decimal<38, 0>, Foreign>(Decimal::MAX), None);
        assert_eq!(from::<Decimal<38, 38>, Foreign>(Decimal::from_unscaled(1).unwrap()), None);
        let half = Decimal::<38, 30>::from_unscaled(5 * 10_i128.pow(29)).unwrap();
        assert_eq!(from::<Decimal<38, 30>, Foreign>(half), Some("0.5".parse().unwrap()));
        assert!(through::<Decimal<38, 38>, Foreign>(&Foreign::MAX).is_err());
        let zero = Foreign::from_i128_with_scale(0, 28);
        assert_eq!(through::<Decimal<1, 0>, _>(&zero), Ok(Foreign::ZERO));
    }
}

#[test]
fn a_uuid_of_the_crate_is_the_same_text() {
    let id = uuid::Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    assert_eq!(through::<Uuid, _>(&id), Ok(id));
    for id in [uuid::Uuid::nil(), uuid::Uuid::max()] {
        assert_eq!(through::<Uuid, _>(&id), Ok(id));
        assert_eq!(Uuid::from(id).to_string(), id.to_string());
    }
    use topika::event::Key;
    assert_eq!(<uuid::Uuid as Key>::read_key(id.to_string().as_bytes()), Ok(id));
}
