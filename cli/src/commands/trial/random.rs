//! Draws that the trials of both formats make.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use fastrand::Rng;

/// The draws for one type of one file: what other files there are changes nothing for it.
pub(super) fn rng(seed: u64, file: &str, ty: &str) -> Rng {
    let mut hasher = DefaultHasher::new();
    (seed, file, ty).hash(&mut hasher);
    Rng::with_seed(hasher.finish())
}

/// One of some; `None` where there is none.
pub(super) fn one_of<'t, T>(rng: &mut Rng, of: &'t [T]) -> Option<&'t T> {
    rng.choice(of)
}

/// Whether one of `many` came up.
pub(super) fn once_in(rng: &mut Rng, many: usize) -> bool {
    rng.usize(0..many.max(1)) == 0
}

/// A text as messages have it, and now and then as nobody expects it.
pub(super) fn text(rng: &mut Rng) -> String {
    const ODD: [&str; 12] = [
        "",
        " ",
        "null",
        "\u{0}",
        "a\nb\r\n\tc",
        "\"\\/'`${x}",
        "Grüße, 世界, привет",
        "e\u{301}\u{200d}\u{feff}",
        "\u{202e}abc",
        "👩‍👩‍👧‍👦🇨🇭",
        "\u{10ffff}\u{e000}",
        "-0.0",
    ];
    match rng.usize(0..40) {
        0 => ascii(rng, 300),
        1 => "ß".repeat(rng.usize(1..5_000)),
        2..12 => one_of(rng, &ODD).copied().unwrap_or_default().to_owned(),
        _ => ascii(rng, 12),
    }
}

/// Up to `most` letters and digits.
pub(super) fn ascii(rng: &mut Rng, most: usize) -> String {
    let length = rng.usize(0..=most);
    (0..length).map(|_| rng.alphanumeric()).collect()
}

/// A whole number between two bounds; the bounds themselves more often than others, and small ones more often than large.
pub(super) fn between(rng: &mut Rng, least: i64, most: i64) -> i64 {
    if least >= most {
        return least;
    }
    match rng.usize(0..8) {
        0 => least,
        1 => most,
        2 => 0.clamp(least, most),
        3..6 => rng.i64(-100..=1_000).clamp(least, most),
        _ => rng.i64(least..=most),
    }
}

/// A double, extremes among them, without those that are no numbers.
pub(super) fn finite(rng: &mut Rng) -> f64 {
    const ODD: [f64; 10] = [0.0, -0.0, 1.0, -1.0, 0.1, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, f64::EPSILON];
    match rng.usize(0..3) {
        0 => one_of(rng, &ODD).copied().unwrap_or_default(),
        1 => (rng.f64() - 0.5) * 2_000.0,
        _ => {
            let drawn = f64::from_bits(rng.u64(..));
            if drawn.is_finite() { drawn } else { 2.5 }
        }
    }
}
