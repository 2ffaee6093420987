use serde_json::Value;
use topika_build::PartType;
use topika_contract::json_schema::Draft;
use topika_contract::project::{Contract, EventSchema, Format};
use topika_contract::text::Source;

use super::made::Made;
use super::random::rng;
use super::row::{Difference, Row, shortened};
use super::talk::{Answer, Talk, Verdict};
use super::{avro, json};

/// How values are drawn.
pub(super) struct Draws {
    pub(super) seed: u64,
    pub(super) values: usize,
}

/// Sends drawn values through the types of a file; `first` is the number of the first of them in the program.
///
/// # Errors
/// The program cannot be run.
pub(super) fn trips(made: &mut Made, first: u32, draws: &Draws, talk: &mut Talk) -> Result<(), String> {
    let (Some(contract), Some(part)) = (&made.contract, &made.part) else { return Ok(()) };
    let Some((format, main)) = main(contract) else { return Ok(()) };
    let row = &mut made.row;
    match format {
        Format::Avro => match avro::Opinion::of(main, references(contract)) {
            Ok(opinion) => {
                for (number, ty) in (first..).zip(&part.types) {
                    avro_trips(&opinion, ty, number, draws, talk, row)?;
                }
            }
            Err(why) => row.unasked.push(why),
        },
        Format::Json => match opinion(contract) {
            Ok(opinion) => {
                for (number, ty) in (first..).zip(&part.types) {
                    match &ty.name {
                        None => json_trips(&opinion, ty, number, draws, talk, row)?,
                        Some(pointer) => match opinion.below(pointer) {
                            Ok(below) => json_trips(&below, ty, number, draws, talk, row)?,
                            Err(why) => row.unasked.push(format!("{}: {why}", ty.rust)),
                        },
                    }
                }
            }
            Err(why) => row.unasked.push(why),
        },
    }
    Ok(())
}

/// The validator of a JSON Schema.
///
/// # Errors
/// Why there is none.
pub(super) fn opinion(contract: &Contract) -> Result<json::Opinion, String> {
    let (_, main) = main(contract).ok_or("there is no text")?;
    json::Opinion::of(draft(contract), std::iter::once(main).chain(others(contract)))
}

/// What apache-avro makes of an Avro schema; `None` where it takes it not, or the file is none.
pub(super) fn avro_opinion(contract: &Contract) -> Option<avro::Opinion> {
    let (_, main) = main(contract).filter(|(format, _)| *format == Format::Avro)?;
    avro::Opinion::of(main, references(contract)).ok()
}

/// The text of the file itself.
fn main(contract: &Contract) -> Option<(Format, &Source)> {
    let event = contract.events.first().map(|event| (event.format, &event.source));
    event.or_else(|| contract.shared.first().map(|shared| (shared.format, &shared.source)))
}

/// What the file refers to, each before what uses it: apache-avro looks names up in this order.
fn references(contract: &Contract) -> impl Iterator<Item = &Source> {
    let event = contract.events.first().map(|event| &event.references);
    let references = event.or_else(|| contract.shared.first().map(|shared| &shared.references));
    references.into_iter().flatten().map(|reference| &reference.source)
}

fn others(contract: &Contract) -> impl Iterator<Item = &Source> {
    contract.shared.iter().skip(usize::from(contract.events.is_empty())).map(|shared| &shared.source)
}

fn draft(contract: &Contract) -> Draft {
    let event = contract.events.first().map(|event| &event.schema);
    match event.or_else(|| contract.shared.first().map(|shared| &shared.schema)) {
        Some(EventSchema::Json(schema)) => schema.draft(),
        _ => Draft::Draft7,
    }
}

fn avro_trips(
    opinion: &avro::Opinion,
    ty: &PartType,
    number: u32,
    draws: &Draws,
    talk: &mut Talk,
    row: &mut Row,
) -> Result<(), String> {
    let name = ty.name.as_deref();
    let mut rng = rng(draws.seed, &row.file, &ty.rust);
    for _ in 0..draws.values {
        let (bytes, shown) = match opinion.draw(name, &mut rng) {
            Ok(drawn) => drawn,
            Err(why) => {
                let why = format!("{}: {why}", ty.rust);
                if !row.unasked.contains(&why) {
                    row.unasked.push(why);
                }
                continue;
            }
        };
        avro_trip(opinion, ty, number, (&bytes, &shown), talk, row)?;
    }
    Ok(())
}

/// Sends a value that apache-avro wrote through a type, and counts what comes of it.
///
/// # Errors
/// The program cannot be run.
pub(super) fn avro_trip(
    opinion: &avro::Opinion,
    ty: &PartType,
    number: u32,
    (bytes, shown): (&[u8], &str),
    talk: &mut Talk,
    row: &mut Row,
) -> Result<(), String> {
    let message = match talk.ask(number, bytes)? {
        Answer::Back { bytes: back, .. } => match opinion.difference(ty.name.as_deref(), bytes, &back) {
            Ok(difference) => difference,
            Err(why) => {
                row.unasked.push(why);
                return Ok(());
            }
        },
        Answer::Refused(why) => Some(format!("refused: {why}")),
        Answer::Failed(why) => Some(why),
    };
    tell(row, ty, message, shown);
    Ok(())
}

fn json_trips(
    opinion: &json::Opinion,
    ty: &PartType,
    number: u32,
    draws: &Draws,
    talk: &mut Talk,
    row: &mut Row,
) -> Result<(), String> {
    let mut rng = rng(draws.seed, &row.file, &ty.rust);
    let is_root = ty.name.is_none();
    let mut drawn = 0;
    for _ in 0..draws.values {
        let Some(document) = opinion.draw(&mut rng) else { continue };
        drawn += 1;
        if !is_root && document.is_null() {
            // Whoever holds the type has an `Option` of it.
            continue;
        }
        json_trip(&document, ty, number, talk, row)?;
        // What is asked of a value within another one is partly asked by the outer type.
        if let Some(spoilt) = opinion.spoilt(&document, &mut rng).filter(|_| is_root) {
            spoilt_trip(&spoilt, ty, number, talk, row)?;
        }
    }
    if drawn < draws.values {
        row.unasked.push(format!(
            "{}: of {} documents that were to be drawn, {drawn} were accepted by jsonschema",
            ty.rust, draws.values
        ));
    }
    Ok(())
}

/// Sends a document that the validator accepts through a type, and counts what comes of it.
///
/// # Errors
/// The program cannot be run.
pub(super) fn json_trip(
    document: &Value,
    ty: &PartType,
    number: u32,
    talk: &mut Talk,
    row: &mut Row,
) -> Result<(), String> {
    let text = document.to_string();
    let message = match talk.ask(number, text.as_bytes())? {
        Answer::Back { bytes, verdict } => match serde_json::from_slice(&bytes) {
            Ok(back) => json::difference(document, &back).or(match verdict {
                Verdict::Violated(why) => Some(format!("jsonschema accepts it, and validate() says: {why}")),
                Verdict::None | Verdict::Valid => None,
            }),
            Err(error) => Some(format!("what came back is no JSON: {error}")),
        },
        Answer::Refused(why) => Some(format!("refused: {why}")),
        Answer::Failed(why) => Some(why),
    };
    tell(row, ty, message, &text);
    Ok(())
}

/// Sends a document that the validator refuses: the type, or its `validate()`, refuses it too.
fn spoilt_trip(document: &Value, ty: &PartType, number: u32, talk: &mut Talk, row: &mut Row) -> Result<(), String> {
    let text = document.to_string();
    let taken = match talk.ask(number, text.as_bytes())? {
        Answer::Refused(_) | Answer::Back { verdict: Verdict::Violated(_), .. } => {
            row.refused += 1;
            return Ok(());
        }
        Answer::Failed(why) => why,
        Answer::Back { verdict: Verdict::Valid, .. } => "jsonschema refuses it, and validate() does not".to_owned(),
        // Without `validate()` a type takes what has its shape.
        Answer::Back { verdict: Verdict::None, .. } => return Ok(()),
    };
    // What is not checked was said.
    if !row.said.iter().any(|said| matches!(said.rule.as_str(), "types/unchecked" | "types/fallback")) {
        tell(row, ty, Some(taken), &text);
    }
    Ok(())
}

fn tell(row: &mut Row, ty: &PartType, message: Option<String>, value: &str) {
    match message {
        None => row.passed += 1,
        Some(message) => row.fail(Difference { r#type: ty.rust.clone(), message, value: shortened(value) }),
    }
}
