use serde_json::{Number, Value};

/// What is different between two documents, as JSON values: the order of members says nothing, and a number is its value (1.0 is 1).
pub(in super::super) fn difference(sent: &Value, back: &Value) -> Option<String> {
    let (path, how) = compare(sent, back)?;
    let pointer: String = path.iter().rev().map(|step| format!("/{step}")).collect();
    Some(format!("{} {how}", if pointer.is_empty() { "the document".to_owned() } else { format!("`{pointer}`") }))
}

type Differs = (Vec<String>, String);

fn compare(sent: &Value, back: &Value) -> Option<Differs> {
    let within = |step: &str, differs: Option<Differs>| {
        differs.map(|(mut path, how)| {
            path.push(step.replace('~', "~0").replace('/', "~1"));
            (path, how)
        })
    };
    let here = |how: String| Some((Vec::new(), how));
    match (sent, back) {
        (Value::Number(a), Value::Number(b)) if same_number(a, b) => None,
        (Value::Array(sent), Value::Array(back)) if sent.len() == back.len() => {
            let mut pairs = sent.iter().zip(back).enumerate();
            pairs.find_map(|(index, (sent, back))| within(&index.to_string(), compare(sent, back)))
        }
        (Value::Object(sent), Value::Object(back)) => {
            let lost = sent.iter().find_map(|(name, sent)| match back.get(name) {
                Some(back) => within(name, compare(sent, back)),
                None => within(name, here(format!("was {} and did not come back", shown(sent)))),
            });
            lost.or_else(|| {
                let (name, back) = back.iter().find(|(name, _)| !sent.contains_key(*name))?;
                within(name, here(format!("came back as {} and was not sent", shown(back))))
            })
        }
        _ if sent == back => None,
        _ => here(format!("was {} and came back as {}", shown(sent), shown(back))),
    }
}

fn same_number(a: &Number, b: &Number) -> bool {
    let whole = |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a == b,
        (Some(whole), None) => b.as_f64().is_some_and(|float| is_exactly(float, whole)),
        (None, Some(whole)) => a.as_f64().is_some_and(|float| is_exactly(float, whole)),
        (None, None) => a.as_f64() == b.as_f64(),
    }
}

/// Whether a double is a whole number; a conversion the other way would round it to its neighbours.
#[expect(clippy::cast_possible_truncation, reason = "a double within i64 and u64 is within i128")]
fn is_exactly(float: f64, whole: i128) -> bool {
    float.fract() == 0.0 && float.abs() < 1e20 && float as i128 == whole
}

fn shown(value: &Value) -> String {
    super::super::row::shortened(&value.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::difference;

    #[test]
    fn numbers_are_their_values_and_members_have_no_order() {
        assert_eq!(difference(&json!({ "a": 1.0, "b": [2] }), &json!({ "b": [2.0], "a": 1 })), None);
        assert!(difference(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992.0)).is_some());
        assert_eq!(difference(&json!(1e18), &json!(1_000_000_000_000_000_000_i64)), None);
        let told = difference(&json!({ "a": { "b/c": null } }), &json!({ "a": {} })).unwrap();
        assert_eq!(told, "`/a/b~1c` was null and did not come back");
    }
}
