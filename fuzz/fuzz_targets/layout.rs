//! A text that is laid out is the same schema to the lock, and laying it out again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::layout::layout;
use topika_contract::lock::compare_text;
use topika_contract::report::Report;
use topika_contract::schema::Format;
use topika_contract::syntax::Comments;
use topika_contract::text::Source;

fuzz_target!(|text: &str| {
    let lay = |text: &str| layout(&Source::new("a.avsc", text), Comments::Allowed, &mut Report::default());
    let Some(laid) = lay(text) else { return };
    // The layout takes a byte order mark away, which a file is read without.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    assert_eq!(compare_text(Format::Avro, text), compare_text(Format::Avro, &laid));
    assert_eq!(lay(&laid).as_deref(), Some(laid.as_str()));
});
