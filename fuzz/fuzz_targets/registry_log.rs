//! Any bytes as the log of a registry on disk are an error or a store, and opening it again gives the same store. With a first byte that is
//! odd the lines get their checksums first, so that what they hold is read.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use topika_registry::server::StoreHandle;
use topika_registry::store::Store;

static DIR: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a directory can be made"));

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut log = b"topika registry log 1\n".to_vec();
    if first % 2 == 1 {
        for line in rest.split(|byte| *byte == b'\n') {
            log.extend(format!("{:08x} ", crc32c::crc32c(line)).into_bytes());
            log.extend([line, b"\n"].concat());
        }
    } else {
        log = rest.to_vec();
    }
    let dir = DIR.path().join("data");
    let _old = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory can be made");
    fs::write(dir.join("registry.log"), log).expect("a file can be written");
    let open = || StoreHandle::open(&dir).map(|handle| handle.read(Store::snapshot));
    if let Ok(first) = open() {
        assert_eq!(open().expect("what was opened can be opened again"), first);
    }
});
