//! Each kind of misuse is a compile error at its place, in words that help. `TRYBUILD=overwrite cargo test -p topika-derive` writes the
//! expectations anew.

#[test]
fn misuse_is_said_where_it_stands() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
