//! What holds for the verdict on any pair of Avro schemas, drawn at random; and what is judged compatible is decoded by another
//! implementation, the crate apache-avro.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail at any line")]
#![allow(dead_code, reason = "the drawing of schemas is shared with the test against Java")]

#[path = "against_java/change.rs"]
mod change;
#[path = "against_java/draw.rs"]
mod draw;
#[path = "against_java/random.rs"]
mod random;

use apache_avro::Schema as Theirs;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{NamesRef, ResolvedSchema};
use apache_avro::types::Value as Datum;
use apache_avro::writer::datum::GenericDatumWriter;
use random::Random;
use serde_json::Value;
use topika_contract::compat::{Judgement, Level, Mode, Terms, Verdict, compare};
use topika_contract::rules::Severity;
use topika_contract::schema::{EventSchema, Format};
use topika_contract::text::Source;

const PAIRS: u64 = 800;

fn read(name: &str, text: &Value) -> Option<EventSchema> {
    EventSchema::from_text(Format::Avro, &Source::new(name, text.to_string())).ok()
}

/// The pairs of which both sides are schemas.
fn pairs() -> impl Iterator<Item = (u64, [Value; 2], EventSchema, EventSchema)> {
    (0..PAIRS).filter_map(|seed| {
        let mut random = Random::new(seed.wrapping_mul(7_919));
        let old = draw::schema(&mut random);
        let new = change::changed(&mut random, &old);
        let (was, is) = (read("old.avsc", &old)?, read("new.avsc", &new)?);
        Some((seed, [old, new], was, is))
    })
}

fn judged(new: &EventSchema, old: &EventSchema, level: Level, mode: Mode) -> Judgement {
    compare(new, &[(1, old.clone())], &Terms { level, mode, ..Terms::default() })
}

#[test]
fn the_verdicts_of_modes_and_levels_hang_together() {
    let mut counted = 0;
    for (seed, texts, old, new) in pairs() {
        let verdict = |level, mode| judged(&new, &old, level, mode).verdict;
        for level in [Level::Backward, Level::Forward, Level::Full] {
            let reference = judged(&new, &old, level, Mode::Confluent);
            let sound = judged(&new, &old, level, Mode::Sound);
            assert_eq!(verdict(level, Mode::Both), reference.verdict.and(sound.verdict), "{seed} {texts:?}");
            assert!(sound.verdict != Verdict::Compatible || reference.verdict == Verdict::Compatible, "{seed}");
            let told = reference.findings.iter().filter(|finding| finding.reference.is_some()).count();
            assert_eq!(told, reference.differences.len(), "{seed}: a finding for each difference");
            let denied = sound.findings.iter().any(|finding| finding.severity == Severity::Deny);
            assert_eq!(sound.verdict == Verdict::Incompatible, denied, "{seed}: what is at deny decides: {texts:?}");
        }
        for mode in Mode::ALL {
            let (backward, forward) = (verdict(Level::Backward, mode), verdict(Level::Forward, mode));
            assert_eq!(verdict(Level::Full, mode), backward.and(forward), "{seed} {texts:?}");
            assert_eq!(judged(&old, &new, Level::Forward, mode).verdict, backward, "{seed}: the other way round");
            assert_eq!(verdict(Level::None, mode), Verdict::Compatible);
        }
        counted += 1;
    }
    assert!(counted > 500, "{counted} pairs");
}

#[test]
fn a_schema_reads_its_own_data() {
    for (seed, texts, old, _) in pairs() {
        let judgement = judged(&old, &old, Level::Full, Mode::Both);
        // A field that has another one's name as its alias is the one thing that Java fails at in a schema by itself.
        let ambiguous = judgement.findings.iter().any(|finding| finding.rule.id == "avro/field-ambiguous");
        let said: Vec<&str> = judgement.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert!(judgement.verdict == Verdict::Compatible || ambiguous, "{seed} {said:?} {}", texts[0]);
    }
}

/// A value of a schema, small and always the same for a seed; none where it would not come to an end.
fn datum(schema: &Theirs, names: &NamesRef<'_>, random: &mut Random, depth: usize) -> Option<Datum> {
    let depth = depth.checked_sub(1)?;
    Some(match schema {
        Theirs::Null => Datum::Null,
        Theirs::Boolean => Datum::Boolean(random.chance(50)),
        Theirs::Int | Theirs::Date | Theirs::TimeMillis => Datum::Int(7),
        Theirs::Long => Datum::Long(1 << 20),
        Theirs::Float => Datum::Float(1.5),
        Theirs::Double => Datum::Double(2.5),
        Theirs::Bytes => Datum::Bytes(b"text".to_vec()),
        Theirs::String => Datum::String("text".to_owned()),
        Theirs::Array(array) if random.chance(60) => Datum::Array(vec![datum(&array.items, names, random, depth)?]),
        Theirs::Array(_) => Datum::Array(Vec::new()),
        Theirs::Map(map) => match datum(&map.types, names, random, depth).filter(|_| random.chance(60)) {
            Some(value) => Datum::Map([("k".to_owned(), value)].into()),
            None => Datum::Map([].into()),
        },
        Theirs::Union(union) => {
            let count = union.variants().len();
            let first = random.below(count.max(1));
            let branch = |step: usize| (first + step) % count;
            (0..count).map(branch).find_map(|index| {
                let value = datum(&union.variants()[index], names, random, depth)?;
                Some(Datum::Union(u32::try_from(index).unwrap(), Box::new(value)))
            })?
        }
        Theirs::Record(record) => Datum::Record(
            record
                .fields
                .iter()
                .map(|field| Some((field.name.clone(), datum(&field.schema, names, random, depth)?)))
                .collect::<Option<_>>()?,
        ),
        Theirs::Enum(enumeration) => {
            let index = random.below(enumeration.symbols.len().max(1));
            Datum::Enum(u32::try_from(index).unwrap(), enumeration.symbols.get(index)?.clone())
        }
        Theirs::Fixed(fixed) => Datum::Fixed(fixed.size, vec![1; fixed.size]),
        Theirs::Ref { name } => datum(names.get(name)?, names, random, depth)?,
        // Logical types have values of their own in that crate; they are on the wire what is below them.
        _ => return None,
    })
}

/// A schema without logical types: values of the crate are then what stands on the wire.
fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| *name != "logicalType");
            kept.map(|(name, value)| (name.clone(), bare(value))).collect()
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}

#[test]
fn what_is_judged_compatible_is_decoded() {
    let (mut decoded, mut failed) = (0, Vec::new());
    for (seed, [old_text, new_text], old, new) in pairs() {
        if judged(&new, &old, Level::Backward, Mode::Both).verdict != Verdict::Compatible {
            continue;
        }
        let parse = |text: &Value| Theirs::parse_str(&bare(text).to_string()).ok();
        let (Some(written), Some(reader)) = (parse(&old_text), parse(&new_text)) else { continue };
        let Ok(resolved) = ResolvedSchema::try_from(&written) else { continue };
        let mut random = Random::new(seed);
        let Some(value) = datum(&written, resolved.get_names(), &mut random, 12) else { continue };
        let bytes = GenericDatumWriter::builder(&written).build().unwrap().write_value_to_vec(value).unwrap();
        let decoder = GenericDatumReader::builder(&written).reader_schema(&reader).build().unwrap();
        match decoder.read_value(&mut bytes.as_slice()) {
            Ok(_) => decoded += 1,
            // The crate does not look at the aliases of fields; Java does, see `avro_against_java`.
            Err(error)
                if error.to_string().starts_with("Missing field") && new_text.to_string().contains("aliases") => {}
            Err(error) => failed.push(format!("{seed}: {old_text} -> {new_text}: {error}")),
        }
    }
    assert!(failed.is_empty(), "{decoded} decoded, {} not:\n{}", failed.len(), failed.join("\n"));
    assert!(decoded > 150, "{decoded} decoded");
}
