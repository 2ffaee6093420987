//! Values as lines of JSON, each behind its checksum.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::DiskError;

/// A checksum in hexadecimal digits and a space.
const PREFIX: usize = 9;
/// So many bytes are gone over at most to tell damage from a torn write; what takes more is taken for damage, which loses nothing.
const MOST_SEARCHED: usize = 64 << 20;

/// What a file of lines holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lines<T> {
    /// Each with the place where it begins.
    pub(crate) values: Vec<(u64, T)>,
    /// Where a write that was never acknowledged ends the file, if one does.
    pub(crate) torn: Option<usize>,
}

/// Why a line is none.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Damaged(&'static str),
    Unknown(String),
}

/// Writes a line at the end of `out`.
pub(crate) fn put_line<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<(), serde_json::Error> {
    // JSON on one line: it escapes line breaks within texts.
    let line = serde_json::to_vec(value)?;
    out.extend_from_slice(format!("{:08x} ", crc32c::crc32c(&line)).as_bytes());
    out.extend_from_slice(&line);
    out.push(b'\n');
    Ok(())
}

/// Reads a file that is one line.
pub(crate) fn read_line<T: DeserializeOwned>(path: &Path, file: &[u8]) -> Result<T, DiskError> {
    let line = file.strip_suffix(b"\n").ok_or(Fault::Damaged("it has no end"));
    line.and_then(get).map_err(|fault| told(path, 0, fault))
}

/// Reads a file of lines behind a first one, which says what the file is.
pub(crate) fn read_lines<T: DeserializeOwned>(path: &Path, file: &[u8], header: &[u8]) -> Result<Lines<T>, DiskError> {
    let mut lines = Lines { values: Vec::new(), torn: None };
    if header.starts_with(file) && file.len() < header.len() {
        // Less than the first line: the process ended while it made the file.
        lines.torn = (!file.is_empty()).then_some(0);
        return Ok(lines);
    }
    if !file.starts_with(header) {
        return Err(DiskError::foreign(path));
    }
    let mut at = header.len();
    while let Some((line, next)) = line_at(file, at) {
        let read = if next.is_some() { get(line) } else { Err(Fault::Damaged("it has no end")) };
        match read {
            Ok(value) => lines.values.push((offset(at), value)),
            Err(Fault::Damaged(_)) if !is_sound_behind(file, at) => {
                lines.torn = Some(at);
                break;
            }
            Err(fault) => return Err(told(path, at, fault)),
        }
        at = next.unwrap_or(file.len());
    }
    Ok(lines)
}

fn told(path: &Path, at: usize, fault: Fault) -> DiskError {
    match fault {
        Fault::Damaged(reason) => DiskError::damaged(path, offset(at), reason),
        Fault::Unknown(reason) => DiskError::unknown(path, offset(at), reason),
    }
}

/// The line at a place, and where the next one begins; no next one where the line has no end.
fn line_at(file: &[u8], at: usize) -> Option<(&[u8], Option<usize>)> {
    let rest = file.get(at..).filter(|rest| !rest.is_empty())?;
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(length) => Some((rest.get(..length)?, Some(at + length + 1))),
        None => Some((rest, None)),
    }
}

fn get<T: DeserializeOwned>(line: &[u8]) -> Result<T, Fault> {
    let json = sound(line).ok_or(Fault::Damaged("its checksum is another one"))?;
    serde_json::from_slice(json).map_err(|error| Fault::Unknown(error.to_string()))
}

/// What stands behind the checksum, if that fits.
fn sound(line: &[u8]) -> Option<&[u8]> {
    let (prefix, json) = line.split_at_checked(PREFIX)?;
    let said = prefix.strip_suffix(b" ").filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    let said = u32::from_str_radix(std::str::from_utf8(said).ok()?, 16).ok()?;
    (said == crc32c::crc32c(json)).then_some(json)
}

/// Whether a line that was written behind a bad one is whole: then the bad one was written whole, too. One is looked for at every byte, since
/// a line break may be what is damaged.
fn is_sound_behind(file: &[u8], bad: usize) -> bool {
    let mut left = MOST_SEARCHED;
    for at in bad + 1..file.len() {
        let begins = file.get(at..).and_then(|rest| rest.get(..PREFIX)).is_some_and(|prefix| {
            prefix.strip_suffix(b" ").is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        });
        if !begins {
            continue;
        }
        let Some((line, Some(_))) = line_at(file, at) else { continue };
        match left.checked_sub(line.len()) {
            Some(rest) => left = rest,
            None => return true,
        }
        if sound(line).is_some() {
            return true;
        }
    }
    false
}

fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"a file\n";

    fn file() -> (Vec<u8>, Vec<usize>) {
        let (mut file, mut begins) = (HEADER.to_vec(), Vec::new());
        for text in ["one", "t\nwo", "three"] {
            begins.push(file.len());
            put_line(&mut file, text).unwrap();
        }
        (file, begins)
    }

    fn read(file: &[u8]) -> Result<Lines<String>, String> {
        read_lines(Path::new("f"), file, HEADER).map_err(|error| error.to_string())
    }

    #[test]
    fn whatever_a_file_is_cut_to_its_whole_lines_are_read() {
        let (file, begins) = file();
        assert_eq!(
            read(&file).unwrap().values.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(),
            ["one", "t\nwo", "three"]
        );
        for length in 0..file.len() {
            let read = read(&file[..length]).unwrap();
            let whole = begins.iter().skip(1).chain([&file.len()]).filter(|end| **end <= length).count();
            assert_eq!(read.values.len(), whole, "cut to {length}");
            let is_whole = length == 0 || length == HEADER.len() || begins.contains(&length);
            assert_eq!(read.torn.is_none(), is_whole, "cut to {length}");
        }
    }

    #[test]
    fn whichever_byte_is_damaged_before_a_whole_line_is_named() {
        let (whole, begins) = file();
        for at in HEADER.len()..begins[2] {
            let mut file = whole.clone();
            file[at] ^= 1;
            let begins = if at < begins[1] { begins[0] } else { begins[1] };
            let said = read(&file).unwrap_err();
            assert!(said.contains(&format!("damaged at byte {begins} ")), "byte {at}: {said}");
        }
        assert!(read(b"something else").unwrap_err().contains("no journal"));
    }

    #[test]
    fn what_another_version_wrote_is_told_from_damage() {
        let mut file = HEADER.to_vec();
        put_line(&mut file, &[1]).unwrap();
        assert!(read(&file).unwrap_err().contains("does not know"));
    }
}
