/// The media type that requests and answers carry.
pub const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

// Registries also take bodies of no particular type, which clients without a type of their own send.
const OTHERS: [&str; 3] = ["application/vnd.schemaregistry+json", "application/json", "application/octet-stream"];

/// Whether a request body of this media type is read as JSON. Parameters (`; charset=utf-8`) do not matter, nor does case.
#[must_use]
pub fn accepts_body(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(CONTENT_TYPE) || OTHERS.iter().any(|other| essence.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_media_types_are_read_with_and_without_parameters() {
        assert!(accepts_body("application/vnd.schemaregistry.v1+json"));
        assert!(accepts_body("application/vnd.schemaregistry+json"));
        assert!(accepts_body("Application/JSON; charset=utf-8"));
        assert!(!accepts_body("text/plain"));
        assert!(!accepts_body(""));
    }
}
