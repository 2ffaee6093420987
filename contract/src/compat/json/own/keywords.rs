//! Keywords that are compared as they are written.

use super::pairs::{Pair, Walk};
use crate::rules::{JSON_SCHEMA_CONDITION_CHANGED, JSON_SCHEMA_FORMAT_CHANGED};

const FORMATS: [&str; 3] = ["format", "contentEncoding", "contentMediaType"];
const CONDITIONS: [&str; 3] = ["if", "then", "else"];

pub(super) fn look<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>) {
    let (Some(writer), Some(reader)) = (pair.writer.json(), pair.reader.json()) else { return };
    for keyword in FORMATS {
        let Some(wanted) = reader.get(keyword) else { continue };
        if writer.get(keyword).is_some_and(|written| written.same(wanted)) {
            continue;
        }
        let (new, old) = walk.written(pair, keyword);
        let message = format!("{} was {old} and is now {new}", walk.named(pair, keyword));
        let help = "validators that assert formats refuse what they took; keep it, or add a property beside it";
        walk.tell(&JSON_SCHEMA_FORMAT_CHANGED, pair, keyword, &message, help);
    }
    // A condition that only the reader has is a part that the registry sees.
    if writer.get("if").is_none() || reader.get("if").is_none() {
        return;
    }
    let changed = CONDITIONS.into_iter().find(|keyword| match (writer.get(keyword), reader.get(keyword)) {
        (Some(one), Some(other)) => !one.same(other),
        (None, None) => false,
        _ => true,
    });
    if let Some(keyword) = changed {
        let (new, old) = walk.written(pair, keyword);
        let message = format!("{} was {old} and is now {new}", walk.named(pair, keyword));
        let help = "check by hand which values the condition refuses now";
        walk.tell(&JSON_SCHEMA_CONDITION_CHANGED, pair, keyword, &message, help);
    }
}
