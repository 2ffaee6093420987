//! Headers as JSON, so that a person reads them in the table: `[["ce_id","0198..."],["part",{"hex":"00ff"}],["gone",null]]`.

use serde_json::{Value, json};

use crate::error::{Error, ErrorKind};

pub(super) type Headers = Vec<(String, Option<Vec<u8>>)>;

pub(super) fn to_text(headers: &[(&str, Option<&[u8]>)]) -> String {
    let value = |bytes: &Option<&[u8]>| match bytes.map(|bytes| (bytes, std::str::from_utf8(bytes))) {
        None => Value::Null,
        // PostgreSQL's texts hold no zero; within JSON it would be escaped, and is no text to a person.
        Some((_, Ok(text))) if !text.contains('\0') => Value::from(text),
        Some((bytes, _)) => json!({ "hex": hex(bytes) }),
    };
    Value::from(headers.iter().map(|(name, bytes)| json!([name, value(bytes)])).collect::<Vec<_>>()).to_string()
}

/// `row` is told where it is none of ours.
pub(super) fn from_text(text: &str, row: i64) -> Result<Headers, Error> {
    read(text).ok_or_else(|| {
        Error::new(
            ErrorKind::Decode,
            format!("the headers of row {row} of the table topika_outbox are not as topika writes them"),
        )
        .help("mend the column `headers`, a JSON list of [name, value], or discard the row")
    })
}

fn read(text: &str) -> Option<Headers> {
    let Value::Array(headers) = serde_json::from_str(text).ok()? else { return None };
    let header = |header: Value| {
        let Value::Array(pair) = header else { return None };
        let [Value::String(name), value] = <[Value; 2]>::try_from(pair).ok()? else { return None };
        let bytes = match value {
            Value::Null => None,
            Value::String(text) => Some(text.into_bytes()),
            Value::Object(object) => Some(unhex(object.get("hex")?.as_str()?)?),
            _ => return None,
        };
        Some((name, bytes))
    };
    headers.into_iter().map(header).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_as_they_were_in_their_order() {
        let headers: [(&str, Option<&[u8]>); 5] =
            [("a", Some(b"1")), ("a", Some(&[0, 255])), ("", Some(b"")), ("gone", None), ("zero", Some(b"a\0"))];
        let text = to_text(&headers);
        assert_eq!(text, r#"[["a","1"],["a",{"hex":"00ff"}],["",""],["gone",null],["zero",{"hex":"6100"}]]"#);
        let back = from_text(&text, 1).unwrap();
        let back: Vec<_> = back.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(back, headers);
    }

    #[test]
    fn what_is_none_of_ours_names_the_row() {
        for text in ["", "{}", "[1]", r#"[["a"]]"#, r#"[["a",1]]"#, r#"[["a",{"hex":"0"}]]"#, r#"[["a",{"hex":"zz"}]]"#]
        {
            let error = from_text(text, 42).unwrap_err();
            assert!(error.message().contains("row 42"), "{text}: {error}");
        }
    }
}
