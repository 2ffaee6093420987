//! A store in a directory: it survives, is damaged, is locked.

use std::fs;
use std::path::{Path, PathBuf};

use topika_registry::api::{ConfigUpdate, NewSchema};
use topika_registry::server::StoreHandle;
use topika_registry::store::{Deleted, VersionSpec};

use super::schema;

/// A directory of its own for each test, gone with it.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("topika-registry-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&dir));
        Self(dir)
    }

    fn log(&self) -> PathBuf {
        self.0.join("registry.log")
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn fixed(size: usize) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"fixed","name":"F{size}","size":{size}}}"#))
}

fn register(store: &StoreHandle, subject: &str, schema: &NewSchema) {
    store.write(|s| s.register(subject, schema, false)).unwrap().unwrap();
}

fn subjects(store: &StoreHandle) -> Vec<String> {
    store.read(|s| s.subjects(":*:", Deleted::Shown))
}

/// Registers three subjects, each by a write of its own, and gives the length of the log after each.
fn three(dir: &Dir) -> Vec<u64> {
    let store = StoreHandle::open(&dir.0).unwrap();
    let registered = ["a", "b", "c"].into_iter().zip(1..).map(|(subject, size)| {
        register(&store, subject, &fixed(size));
        fs::metadata(dir.log()).unwrap().len()
    });
    registered.collect()
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn everything_is_there_again() {
    let dir = Dir::new("again");
    let store = StoreHandle::open(&dir.0).unwrap();
    register(&store, "s", &schema());
    register(&store, ":.a:t", &schema());
    let full = ConfigUpdate { compatibility: Some("FULL".into()), ..ConfigUpdate::default() };
    store.write(|s| s.set_config(Some("s"), &full)).unwrap().unwrap();
    store.write(|s| s.set_mode(None, "READONLY", false)).unwrap().unwrap();
    let before = store.read(|s| s.snapshot());
    drop(store);
    let store = StoreHandle::open(&dir.0).unwrap();
    assert_eq!(store.read(|s| s.snapshot()), before);
    assert_eq!(store.read(|s| s.version("s", VersionSpec::Latest, false)).unwrap().id, 1);
    // A write that changes nothing writes nothing.
    let length = fs::metadata(dir.log()).unwrap().len();
    store.write(|s| s.register("s", &schema(), false)).unwrap().unwrap();
    assert_eq!(fs::metadata(dir.log()).unwrap().len(), length);
}

#[test]
fn a_second_process_is_kept_out() {
    let dir = Dir::new("locked");
    let store = StoreHandle::open(&dir.0).unwrap();
    let error = StoreHandle::open(&dir.0).unwrap_err();
    assert!(error.is_locked() && error.to_string().contains(&dir.0.display().to_string()), "{error}");
    drop(store);
    StoreHandle::open(&dir.0).unwrap();
}

#[test]
fn a_torn_end_is_cut_off_and_put_aside_wherever_it_tore() {
    let dir = Dir::new("torn");
    let lengths = three(&dir);
    let whole = fs::read(dir.log()).unwrap();
    let (begin, end) = (usize::try_from(lengths[1]).unwrap(), usize::try_from(lengths[2]).unwrap());
    for cut in begin + 1..end {
        fs::write(dir.log(), &whole[..cut]).unwrap();
        let store = StoreHandle::open(&dir.0).unwrap();
        assert_eq!(subjects(&store), ["a", "b"], "cut at {cut}");
        let torn = store.torn().unwrap().clone();
        drop(store);
        assert!(fs::read(dir.log()).unwrap().starts_with(&whole[..begin]));
        assert_eq!((torn.offset(), torn.aside()), (lengths[1], dir.0.join(format!("registry.torn-{begin}")).as_path()));
        assert_eq!(fs::read(torn.aside()).unwrap(), &whole[begin..cut]);
        assert!(torn.to_string().contains(&format!("cut at byte {begin}, and the {} bytes", cut - begin)), "{torn}");
        assert!(StoreHandle::open(&dir.0).unwrap().torn().is_none());
    }
    // What is written afterwards stands where the torn end stood.
    let store = StoreHandle::open(&dir.0).unwrap();
    register(&store, "d", &schema());
    drop(store);
    assert_eq!(subjects(&StoreHandle::open(&dir.0).unwrap()), ["a", "b", "d"]);
}

#[test]
fn a_log_that_ends_within_its_first_line_is_begun_anew() {
    let dir = Dir::new("begun");
    drop(three(&dir));
    let whole = fs::read(dir.log()).unwrap();
    for cut in 0..22 {
        fs::write(dir.log(), &whole[..cut]).unwrap();
        let store = StoreHandle::open(&dir.0).unwrap();
        register(&store, "a", &schema());
        drop(store);
        assert_eq!(subjects(&StoreHandle::open(&dir.0).unwrap()), ["a"], "{cut}");
    }
}

#[test]
fn damage_before_acknowledged_writes_is_named_with_its_place_and_nothing_is_touched() {
    let dir = Dir::new("damaged");
    let lengths = three(&dir);
    let at = usize::try_from(lengths[0]).unwrap();
    change(&dir.log(), |log| log[at + 20] ^= 1);
    let damaged = fs::read(dir.log()).unwrap();
    let error = StoreHandle::open(&dir.0).unwrap_err();
    assert_eq!(error.offset(), Some(lengths[0]));
    let said = error.to_string();
    for part in [&dir.log().display().to_string(), &format!("byte {at}"), "backup", &format!("truncate -s {at}")] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(fs::read(dir.log()).unwrap(), damaged);
}

#[test]
fn damage_of_the_last_write_is_known_for_damage_after_a_stop_and_after_a_start() {
    let dir = Dir::new("last");
    let lengths = three(&dir);
    let stopped = fs::read(dir.log()).unwrap();
    // As the log stood while it was served, and as the next start leaves it although it comes to no write.
    let (begin, end) = (usize::try_from(lengths[1]).unwrap(), usize::try_from(lengths[2]).unwrap());
    fs::write(dir.log(), &stopped[..end]).unwrap();
    let started = StoreHandle::open(&dir.0).unwrap();
    let marked = fs::read(dir.log()).unwrap();
    drop(started);
    assert_eq!(fs::read(dir.log()).unwrap(), marked);
    for log in [stopped, marked] {
        for at in begin..end {
            let mut damaged = log.clone();
            damaged[at] ^= 1;
            fs::write(dir.log(), &damaged).unwrap();
            assert_eq!(StoreHandle::open(&dir.0).unwrap_err().offset(), Some(lengths[1]), "{at}");
        }
        // Damage of the mark itself loses nothing.
        for at in end..log.len() {
            let mut damaged = log.clone();
            damaged[at] ^= 1;
            fs::write(dir.log(), &damaged).unwrap();
            assert_eq!(subjects(&StoreHandle::open(&dir.0).unwrap()), ["a", "b", "c"], "{at}");
        }
    }
}

#[test]
fn stops_and_starts_without_a_write_leave_the_log_as_it_is() {
    let dir = Dir::new("rest");
    // An empty directory too: nothing was torn there.
    let store = StoreHandle::open(&dir.0).unwrap();
    assert!(store.torn().is_none());
    drop(store);
    drop(three(&dir));
    let before = fs::read(dir.log()).unwrap();
    drop(StoreHandle::open(&dir.0).unwrap());
    assert_eq!(fs::read(dir.log()).unwrap(), before);
    let names: Vec<_> = fs::read_dir(&dir.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name == "registry.log" || name == "registry.lock"), "{names:?}");
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let dir = Dir::new("foreign");
    fs::create_dir_all(&dir.0).unwrap();
    fs::write(dir.log(), "something else entirely\n").unwrap();
    let said = StoreHandle::open(&dir.0).unwrap_err().to_string();
    assert!(said.contains("is no log of this registry"), "{said}");
    assert_eq!(fs::read(dir.log()).unwrap(), b"something else entirely\n");
    let said = StoreHandle::open(dir.log()).unwrap_err().to_string();
    assert!(said.contains("registry.log"), "{said}");
}

#[test]
fn a_log_that_has_grown_is_written_anew_at_the_next_start() {
    let dir = Dir::new("grown");
    let store = StoreHandle::open(&dir.0).unwrap();
    register(&store, "s", &schema());
    for round in 0..600 {
        let mode = if round % 2 == 0 { "READONLY" } else { "READWRITE" };
        store.write(|s| s.set_mode(Some("t"), mode, false)).unwrap().unwrap();
        store.write(|s| s.set_mode(Some("u"), mode, false)).unwrap().unwrap();
    }
    let (before, long) = (store.read(|s| s.snapshot()), fs::metadata(dir.log()).unwrap().len());
    drop(store);
    let store = StoreHandle::open(&dir.0).unwrap();
    assert!(fs::metadata(dir.log()).unwrap().len() < long / 10);
    register(&store, "v", &fixed(3));
    drop(store);
    let store = StoreHandle::open(&dir.0).unwrap();
    assert_eq!(store.read(|s| s.snapshot().len()), before.len() + 1);
    assert_eq!(subjects(&store), ["s", "v"]);
}

#[test]
fn many_writers_at_once_all_reach_the_disk() {
    let dir = Dir::new("many");
    let store = StoreHandle::open(&dir.0).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let store = store.clone();
            scope.spawn(move || (0..20).for_each(|n| register(&store, &format!("{writer}-{n}"), &fixed(n + 1))));
        }
    });
    let before = store.read(|s| s.snapshot());
    drop(store);
    let store = StoreHandle::open(&dir.0).unwrap();
    assert_eq!(store.read(|s| s.snapshot()), before);
    assert_eq!(subjects(&store).len(), 160);
}
