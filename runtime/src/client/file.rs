//! Settings from a file in the format of Java's properties, as Kafka's own tools read them.

use std::fs;
use std::path::Path;

use super::said::Said;
use crate::error::{Error, ErrorKind};

/// Reads all settings of a file.
pub(super) fn read(path: &Path) -> Result<Said, Error> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| {
        Error::new(ErrorKind::Config, format!("the client's file \"{shown}\" cannot be read: {error}")).caused_by(error)
    })?;
    // Editors of Windows put a mark of the byte order in front, which is no part of the first name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut said = Said::default();
    for (number, line) in logical_lines(text) {
        let place = format!("{shown}:{number}");
        let (name, value) = pair(&line).map_err(|why| Error::new(ErrorKind::Config, format!("{place}: {why}")))?;
        said.line(&name, value, place)?;
    }
    Ok(said)
}

/// Lines without comments and empty ones, each with its number; a `\` at the end goes on with the next one.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let (number, mut whole) = match open.take() {
            None if line.is_empty() || line.starts_with(['#', '!']) => continue,
            None => (at + 1, String::new()),
            Some(begun) => begun,
        };
        let backslashes = line.chars().rev().take_while(|letter| *letter == '\\').count();
        if backslashes % 2 == 1 {
            whole.push_str(line.get(..line.len() - 1).unwrap_or_default());
            open = Some((number, whole));
        } else {
            whole.push_str(line);
            found.push((number, whole));
        }
    }
    found.extend(open);
    found
}

/// Name and value: up to the first `=`, `:` or blank that no `\` stands before, and what follows it.
fn pair(line: &str) -> Result<(String, String), String> {
    let mut escaped = false;
    let end = line.char_indices().find(|(_, letter)| {
        let ends = !escaped && (matches!(letter, '=' | ':') || letter.is_whitespace());
        escaped = !escaped && *letter == '\\';
        ends
    });
    let (name, rest) = line.split_at(end.map_or(line.len(), |(at, _)| at));
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start();
    Ok((plain(name)?, plain(rest)?))
}

/// The text without its escapes.
fn plain(text: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        plain.push(match letters.next() {
            None => break,
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('f') => '\u{c}',
            Some('u') => {
                let code: String = letters.by_ref().take(4).collect();
                let code = Some(code).filter(|code| code.len() == 4);
                let code = code.and_then(|code| u32::from_str_radix(&code, 16).ok()).and_then(char::from_u32);
                code.ok_or("behind `\\u` stand the four digits of a letter, as in `\\u00e9`")?
            }
            Some(other) => other,
        });
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(usize, String, String)> {
        logical_lines(text)
            .into_iter()
            .map(|(number, line)| {
                let (name, value) = pair(&line).unwrap();
                (number, name, value)
            })
            .collect()
    }

    #[test]
    fn the_format_is_that_of_java_s_properties() {
        let text = "# a comment\n! another\n\n  linger.ms = 5\nclient.id:orders \nacks all\nssl.ca.pem=one\\n\\\n   two\\\\\na\\ b\\=c=\\u00e9=\\:\nempty\n";
        let of = |number: usize, name: &str, value: &str| (number, name.to_owned(), value.to_owned());
        let expected = [
            of(4, "linger.ms", "5"),
            of(5, "client.id", "orders "),
            of(6, "acks", "all"),
            of(7, "ssl.ca.pem", "one\ntwo\\"),
            of(9, "a b=c", "é=:"),
            of(10, "empty", ""),
        ];
        assert_eq!(pairs(text), expected);
        assert_eq!(pairs("a=b\\"), [of(1, "a", "b")]);
        assert!(pair("a=\\u12").unwrap_err().contains("four digits"));
    }

    fn said(text: &str) -> Result<Said, Error> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn a_file_of_windows_and_blanks_behind_a_number_are_read_as_they_are_meant() {
        let said =
            said("\u{feff}bootstrap.servers=a:1\r\nlinger.ms = 5 \r\nclient.rack=one\\\r\n  two\r\nacks=all\r\n")
                .unwrap();
        let value = |name: &str| said.properties.get(name).map(|text| text.value.as_str());
        assert_eq!(said.variables.get("KAFKA_BOOTSTRAP_SERVERS").map(|text| text.value.as_str()), Some("a:1"));
        assert_eq!((value("linger.ms"), value("client.rack"), value("acks")), (Some("5"), Some("onetwo"), Some("all")));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_its_line() {
        for (text, line, says) in [
            ("\nlinger.ms=soon", 2, "linger.ms=soon is not a value"),
            ("linger.mss=1", 1, "no property of librdkafka"),
            ("ssl.truststore.location=a.jks", 1, "\"ssl.truststore.location\" is no property"),
            ("group.id=x", 1, "cannot be set"),
            ("linger.ms=1\nqueue.buffering.max.ms=1", 2, "which is \"linger.ms\" too, is set already, by"),
            ("TOPIKA_TOPIC_PREFIX=a\nTOPIKA_TOPIC_PREFIX=b", 2, "is set already, by"),
            ("TOPIKA_KAFKA_LINGER_MS=1", 1, "is a variable's name"),
            ("a=\\uzzzz", 1, "four digits"),
        ] {
            let error = said(text).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Config);
            let message = error.to_string();
            assert!(message.contains(&format!(":{line}: ")) && message.contains(says), "{message}");
        }
        let error = read(Path::new("/nowhere/client.properties")).err().unwrap();
        assert!(error.to_string().contains("\"/nowhere/client.properties\" cannot be read"), "{error}");
    }
}
