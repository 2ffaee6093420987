//! One line of the log.

use crate::store::Change;

/// The first line of a log.
pub(super) const HEADER: &[u8] = b"topika registry log 1\n";

/// What a line holds.
#[derive(Debug, PartialEq)]
pub(super) struct Record {
    /// How many bytes of the log were known to be on disk when the line was written.
    pub(super) synced: u64,
    /// What changed.
    pub(super) changes: Vec<Change>,
}

/// Why a line is no record.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// It is not what was written.
    Damaged(&'static str),
    /// It is what was written, and nobody here knows what it means.
    Unknown(String),
}

/// Writes a line at the end of `out`.
pub(super) fn put(out: &mut Vec<u8>, synced: u64, changes: &[Change]) -> Result<(), serde_json::Error> {
    let mut line = format!("{synced} ").into_bytes();
    // JSON on one line: it escapes line breaks within texts.
    serde_json::to_writer(&mut line, changes)?;
    out.extend_from_slice(format!("{:08x} ", crc32c::crc32c(&line)).as_bytes());
    out.append(&mut line);
    out.push(b'\n');
    Ok(())
}

/// Reads a line without its line break.
pub(super) fn get(line: &[u8]) -> Result<Record, Fault> {
    let (checksum, rest) = split(line).ok_or(Fault::Damaged("it has no checksum"))?;
    let said = std::str::from_utf8(checksum).ok().and_then(|text| u32::from_str_radix(text, 16).ok());
    if said != Some(crc32c::crc32c(rest)) {
        return Err(Fault::Damaged("its checksum is another one"));
    }
    let (synced, json) = split(rest).ok_or(Fault::Damaged("it has no length"))?;
    let synced = std::str::from_utf8(synced).ok().and_then(|text| text.parse().ok());
    let synced = synced.ok_or(Fault::Damaged("its length is no number"))?;
    let changes = serde_json::from_slice(json).map_err(|error| Fault::Unknown(error.to_string()))?;
    Ok(Record { synced, changes })
}

fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.iter().position(|byte| *byte == b' ')?;
    Some((line.get(..at)?, line.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_and_any_changed_byte_is_seen() {
        let changes = vec![Change::Gone { subject: "a\nb".into(), version: 1 }];
        let mut line = Vec::new();
        put(&mut line, 7, &changes).unwrap();
        assert_eq!(line.pop(), Some(b'\n'));
        assert_eq!(get(&line), Ok(Record { synced: 7, changes }));
        for at in 0..line.len() {
            let mut other = line.clone();
            other[at] ^= 1;
            assert!(matches!(get(&other), Err(Fault::Damaged(_))), "byte {at}");
        }
        assert!(matches!(get(&line[..line.len() - 1]), Err(Fault::Damaged(_))));
        assert!(matches!(get(b""), Err(Fault::Damaged(_))));
    }

    #[test]
    fn what_a_newer_version_wrote_is_told_from_damage() {
        let body = br#"0 [{"change":"blessed"}]"#;
        let line = [format!("{:08x} ", crc32c::crc32c(body)).as_bytes(), body].concat();
        assert!(matches!(get(&line), Err(Fault::Unknown(said)) if said.contains("blessed")));
    }
}
