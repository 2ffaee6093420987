use std::ffi::OsString;

/// Cargo runs `cargo-topika topika check` for `cargo topika check`; the first word is its own.
pub(crate) fn without_cargo(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    if args.get(1).is_some_and(|word| word == "topika") {
        args.remove(1);
    }
    args
}
