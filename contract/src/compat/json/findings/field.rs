//! Paths as people say them.

/// The field that a path of the comparison means: `#/properties/dish/properties/tags/items` is `dish.tags[]`. Alternatives have no name
/// and leave no trace; empty at the root.
pub(in crate::compat::json) fn field(path: &str) -> String {
    let mut field = String::new();
    let mut steps = path.split('/').peekable();
    while let Some(step) = steps.next() {
        match step {
            "properties" | "required" | "dependencies" => {
                if let Some(name) = steps.next() {
                    push(&mut field, name);
                }
            }
            "items" => {
                let number = steps.next_if(|next| next.bytes().all(|c| c.is_ascii_digit()) && !next.is_empty());
                field.push_str(&format!("[{}]", number.unwrap_or_default()));
            }
            "additionalProperties" | "unevaluatedProperties" => push(&mut field, "*"),
            "additionalItems" | "unevaluatedItems" => field.push_str("[*]"),
            "allOf" | "anyOf" | "oneOf" => {
                steps.next();
            }
            "not" | "" => {}
            keyword => push(&mut field, keyword),
        }
    }
    field
}

fn push(field: &mut String, name: &str) {
    if !field.is_empty() {
        field.push('.');
    }
    field.push_str(name);
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_path_becomes_a_field() {
        assert_eq!(field(""), "");
        assert_eq!(field("properties/dish/properties/tags/items"), "dish.tags[]");
        assert_eq!(field("items/1/properties/a/oneOf/0/maxLength"), "[1].a.maxLength");
        assert_eq!(field("properties/a/additionalProperties"), "a.*");
    }
}
