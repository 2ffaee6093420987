use crate::json_schema::schema::Draft;
use crate::report::Report;
use crate::rules::{JSON_SCHEMA_DRAFT, JSON_SCHEMA_SHAPE};
use crate::text::json::Json;
use crate::text::{Source, shortened};

/// The draft that a document says; draft 7 where it says none, and, with a finding, where it says an unknown one.
pub(super) fn draft(json: &Json, source: &Source, report: &mut Report) -> Draft {
    let Some(value) = json.get("$schema") else { return Draft::Draft7 };
    let Some(uri) = value.as_str() else {
        let message = format!("`$schema` is a string, not {}", value.kind());
        report.push(JSON_SCHEMA_SHAPE.at(source.at(value.span), message).help(KNOWN));
        return Draft::Draft7;
    };
    let plain = uri.trim_end_matches('#').trim_start_matches("https://").trim_start_matches("http://");
    match plain {
        "json-schema.org/draft-04/schema" => Draft::Draft4,
        "json-schema.org/draft-06/schema" => Draft::Draft6,
        "json-schema.org/draft-07/schema" => Draft::Draft7,
        "json-schema.org/draft/2019-09/schema" => Draft::Draft2019,
        "json-schema.org/draft/2020-12/schema" => Draft::Draft2020,
        // Iglu describes its schemas by a schema of its own, which is draft 4 and the place where the schema's own name stands.
        plain if plain.starts_with("iglucentral.com/schemas/com.snowplowanalytics.self-desc/") => Draft::Draft4,
        // "The latest one", of which nobody knows which it was.
        "json-schema.org/schema" => Draft::Draft2020,
        _ => {
            let message = format!("`{}` is no draft that is known; read as draft 7", shortened(uri));
            report.push(JSON_SCHEMA_DRAFT.at(source.at(value.span), message).help(KNOWN));
            Draft::Draft7
        }
    }
}

const KNOWN: &str =
    "write `\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"`, or the URI of draft 4, 6, 7 or 2019-09";
