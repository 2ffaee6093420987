//! What can be written can be read: a value deeper than readers go is refused where it is written.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may fail at any line")]

use topika::{Event, Record};

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "a.nested", project = "tests/code-first")]
struct Nested {
    inner: Option<Box<Link>>,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[event(name = "a.Link")]
struct Link {
    inner: Option<Box<Link>>,
}

/// An event whose innermost record is the `depth`th.
fn nested(depth: usize) -> Nested {
    let mut inner = None;
    for _ in 1..depth {
        inner = Some(Box::new(Link { inner }));
    }
    Nested { inner }
}

#[test]
fn the_deepest_value_that_can_be_written_can_be_read() {
    let mut out = Vec::new();
    nested(64).encode(&mut out).unwrap();
    assert_eq!(Nested::decode(&out).unwrap(), nested(64));
}

#[test]
fn a_value_deeper_than_readers_go_is_an_error_that_leaves_the_buffer_as_it_was() {
    for depth in [65, 1_000] {
        let mut out = vec![7];
        let error = nested(depth).encode(&mut out).unwrap_err();
        assert_eq!(out, [7]);
        assert!(error.to_string().contains("`a.Nested` holds records within records more than 64 deep"), "{error}");
    }
}
