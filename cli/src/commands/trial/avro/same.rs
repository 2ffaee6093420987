use apache_avro::types::Value;

/// Whether two values are the same; numbers by their bits, so that NaN is itself and -0.0 is not 0.0.
///
/// # Errors
/// The first place where they differ, and how.
pub(super) fn same(sent: &Value, back: &Value) -> Result<(), String> {
    compare(sent, back).map_err(|(mut path, how)| {
        path.reverse();
        let place = if path.is_empty() { "the value".to_owned() } else { format!("`{}`", path.join("/")) };
        format!("{place} {how}")
    })
}

type Differs = (Vec<String>, String);

fn compare(sent: &Value, back: &Value) -> Result<(), Differs> {
    let within = |step: String| {
        move |(mut path, how): Differs| {
            path.push(step);
            (path, how)
        }
    };
    let differs = || Err((Vec::new(), format!("was {} and came back as {}", shown(sent), shown(back))));
    match (sent, back) {
        (Value::Float(a), Value::Float(b)) if a.to_bits() == b.to_bits() => Ok(()),
        (Value::Double(a), Value::Double(b)) if a.to_bits() == b.to_bits() => Ok(()),
        (Value::Float(_), Value::Float(_)) | (Value::Double(_), Value::Double(_)) => differs(),
        (Value::Union(a, sent), Value::Union(b, back)) if a == b => compare(sent, back),
        (Value::Array(sent), Value::Array(back)) if sent.len() == back.len() => {
            let mut pairs = sent.iter().zip(back).enumerate();
            pairs.try_for_each(|(index, (sent, back))| compare(sent, back).map_err(within(index.to_string())))
        }
        (Value::Map(sent), Value::Map(back)) if sent.len() == back.len() => {
            sent.iter().try_for_each(|(key, sent)| match back.get(key) {
                Some(back) => compare(sent, back).map_err(within(key.clone())),
                None => Err((vec![key.clone()], "did not come back".to_owned())),
            })
        }
        (Value::Record(sent), Value::Record(back)) if sent.len() == back.len() => {
            let mut pairs = sent.iter().zip(back);
            pairs.try_for_each(|((name, sent), (_, back))| compare(sent, back).map_err(within(name.clone())))
        }
        _ if sent == back => Ok(()),
        _ => differs(),
    }
}

fn shown(value: &Value) -> String {
    super::super::row::shortened(&format!("{value:?}"))
}
