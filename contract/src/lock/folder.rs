//! The folder below `.history` that a subject has its texts in.

use super::history::stays_below;
use super::{Lock, sha256_hex};
use crate::schema::Format;

/// No file system takes a longer name of a folder than 255 bytes, and some count what encrypts it too.
const LONGEST: usize = 140;

/// Names of devices, which Windows takes for no file and no folder, whatever ending they have.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The folder that a subject's name gives where nothing is in the way, for a subject without a working file: what is no letter, digit, `.`, `_`,
/// `-` or `/` stands as `%` and two hexadecimal digits for each byte.
pub(super) fn folder_of(subject: &str) -> String {
    let is_path = stays_below(subject);
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (is_path && matches!(byte, b'.' | b'/'))
    };
    escaped(subject, is_plain)
}

impl Lock {
    /// The folder that a new subject gets below `.history`, where `usual` will not do: it leads out of the history, no file system takes it, or it is a
    /// file's or another subject's, also for those that know no capital letters.
    pub(super) fn folder_beside(&self, usual: &str) -> Option<String> {
        beside(usual, |folder| self.has_room(folder))
    }

    /// The same below `.imports`.
    pub(super) fn import_folder_beside(&self, usual: &str) -> Option<String> {
        beside(usual, |folder| {
            let small = folder.to_lowercase();
            self.imports.iter().all(|subject| is_other(&small, &subject.folder()))
        })
    }

    /// Whether a folder is nobody's yet: no other subject's, no file's of another one, and none of its own files is a folder of another one.
    fn has_room(&self, folder: &str) -> bool {
        let small = folder.to_lowercase();
        self.subjects.iter().all(|subject| is_other(&small, subject.folder()))
            && self.carried.iter().all(|subject| is_other(&small, &subject.folder()))
    }
}

/// A folder that has room, where the usual one has none.
fn beside(usual: &str, has_room: impl Fn(&str) -> bool) -> Option<String> {
    if is_portable(usual) && has_room(usual) {
        return None;
    }
    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    let small = escaped(usual, is_small);
    let mut letters = small.chars();
    // A name may be taken, or mean something, without any letter that is escaped.
    let first: String = letters.next().into_iter().collect();
    let candidates = [escaped(&first, |_| false) + letters.as_str(), small.clone()];
    let good = candidates.into_iter().rev().find(|folder| is_portable(folder) && has_room(folder));
    Some(good.unwrap_or_else(|| format!("%{}", sha256_hex(usual))))
}

/// Whether two folders, the first in small letters, stand in nobody's way.
fn is_other(small: &str, other: &str) -> bool {
    // Most are told apart by this, and every new subject is held against all of them.
    let is_plain = |one: &str| one.is_ascii() && !one.contains('/');
    if is_plain(small) && is_plain(other) && small.len() != other.len() {
        return true;
    }
    let other = other.to_lowercase();
    !(other == small || is_in_a_file(small, &other) || is_in_a_file(&other, small))
}

/// Whether a folder would have to stand where a text of the other folder stands, or below it.
fn is_in_a_file(folder: &str, other: &str) -> bool {
    let rest = folder.strip_prefix(other).and_then(|rest| rest.strip_prefix('/'));
    rest.and_then(|rest| rest.split('/').next()).is_some_and(is_a_text)
}

/// Whether a name is that of a frozen text: `3.avsc`.
fn is_a_text(name: &str) -> bool {
    let Some((number, ending)) = name.split_once('.') else { return false };
    let endings = [Format::Avro.ending(), Format::Json.ending(), Format::CONTRACT.trim_start_matches('.'), "proto"];
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && endings.contains(&ending)
}

/// Whether every file system has such a folder, and nothing else means something by it.
fn is_portable(folder: &str) -> bool {
    let is_ids = folder.starts_with("ids.") && folder.split('/').next().is_some_and(|first| first.ends_with(".toml"));
    let is_good = |part: &str| {
        let is_strange = |letter: char| letter.is_control() || matches!(letter, '<' | '>' | '"' | '|' | '?' | '*');
        part.len() <= LONGEST
            && !part.starts_with('.')
            && !part.ends_with(['.', ' '])
            && !part.contains(is_strange)
            && !is_device(part)
    };
    // A subject of a name that begins like this one may come later, and its texts would stand here.
    let is_a_text_of_others = folder.split('/').skip(1).any(is_a_text);
    // Letters beyond ASCII have several spellings in Unicode, and some file systems take one for the other.
    folder.is_ascii() && stays_below(folder) && !is_ids && !is_a_text_of_others && folder.split('/').all(is_good)
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = || {
        let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        number.is_some_and(|number| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || is_port()
}

fn escaped(text: &str, is_plain: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match char::from_u32(u32::from(byte)).filter(|_| is_plain(byte)) {
            Some(letter) => out.push(letter),
            None => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{CarriedSubject, ImportedSubject, LockedSubject};

    fn locked(name: &str, lock: &Lock) -> LockedSubject {
        let path = "a.avsc".to_owned();
        LockedSubject {
            name: name.to_owned(),
            folder: LockedSubject::new_folder(lock, name),
            path,
            format: Format::Avro,
            versions: Vec::new(),
        }
    }

    fn carried(name: &str, lock: &Lock) -> CarriedSubject {
        let folder = CarriedSubject::new_folder(lock, name);
        CarriedSubject { name: name.to_owned(), folder, prefixed: false, level: None, versions: Vec::new() }
    }

    fn imported(name: &str, lock: &Lock) -> ImportedSubject {
        let (folder, env) = (ImportedSubject::new_folder(lock, name), "prod".to_owned());
        ImportedSubject { name: name.to_owned(), folder, env, format: Format::Avro, versions: Vec::new() }
    }

    #[test]
    fn the_usual_names_give_the_usual_folders() {
        let lock = Lock::default();
        for name in ["orders-value", "food-orders-orders.OrderPlaced", "types/station.schema.json", "a-v1.2", "1.avsc"]
        {
            assert_eq!(locked(name, &lock).folder(), name);
            assert_eq!(carried(name, &lock).folder(), name);
        }
        assert_eq!(locked("orders-Order Placed", &lock).folder(), "orders-Order Placed");
        assert_eq!(carried("an address", &lock).folder(), "an%20address");
    }

    #[test]
    fn no_folder_leads_out_of_the_history_or_is_none_somewhere() {
        let lock = Lock::default();
        let long = "x".repeat(300);
        for name in [
            "../a",
            "/etc",
            "a/../../b",
            "a//b",
            ".",
            "..",
            "c:\\x",
            "con",
            "AUX.value",
            "a/nul/b",
            "com1",
            "a.",
            "a/b./c",
            "a /b ",
            "a?b",
            "a\nb",
            ".git/config",
            "ids.prod.toml",
            "ids.prod.toml/a",
            "a/1.avsc",
            "a/2.schema.json/b",
            "a/3.contract.json",
            "orders-\u{e9}",
            &long,
        ] {
            let carried = carried(name, &lock).folder().into_owned();
            for folder in
                [locked(name, &lock).folder().to_owned(), carried, imported(name, &lock).folder().into_owned()]
            {
                assert!(is_portable(&folder), "{name}: {folder}");
            }
        }
        assert_eq!(locked("con", &lock).folder(), "%63on");
        assert_eq!(carried("con", &lock).folder(), "%63on");
        assert_eq!(locked("a/1.avsc", &lock).folder(), "a%2F1%2Eavsc");
    }

    #[test]
    fn no_two_subjects_have_one_folder_or_one_a_file_where_another_has_a_folder() {
        let mut lock = Lock::default();
        // Written before there was a rule for it.
        lock.carried.push(CarriedSubject { folder: None, ..carried("b/1.proto", &lock) });
        for name in [
            "orders-value",
            "Orders-value",
            "ORDERS-VALUE",
            "a",
            "a/1.avsc",
            "A/1.AVSC",
            "a%2F1%2Eavsc",
            "b",
            "é",
            "e\u{301}",
            "%C3%A9",
        ] {
            lock.subjects.push(locked(name, &lock));
            lock.carried.push(carried(name, &lock));
            lock.imports.push(imported(name, &lock));
        }
        let of_files = lock.subjects.iter().map(|subject| subject.folder().to_lowercase());
        let all: Vec<String> =
            of_files.chain(lock.carried.iter().map(|subject| subject.folder().to_lowercase())).collect();
        let imports: Vec<String> = lock.imports.iter().map(|subject| subject.folder().to_lowercase()).collect();
        for all in [all, imports] {
            for (at, folder) in all.iter().enumerate() {
                for other in all.iter().skip(at + 1) {
                    assert_ne!(folder, other);
                    assert!(!is_in_a_file(folder, other) && !is_in_a_file(other, folder), "{folder} {other}");
                }
            }
        }
        assert_eq!(lock.subjects.first().map(LockedSubject::folder), Some("orders-value"));
        assert_eq!(lock.carried.first().map(|subject| subject.folder().into_owned()).as_deref(), Some("b/1.proto"));
    }
}
