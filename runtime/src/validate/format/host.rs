//! Names of hosts: RFC 1034, and the labels of international names (RFC 5891, 5892, 3492).

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// Letters, digits and hyphens: labels of 63 at most, 253 in all.
pub(super) fn is_ascii_hostname(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

pub(super) fn is_hostname(text: &str) -> bool {
    is_ascii_hostname(text) && text.split('.').all(is_label)
}

/// Two hyphens at the third place mark an encoded label, of which only `xn--` is one.
fn is_label(label: &str) -> bool {
    if label.get(2..4) != Some("--") {
        return true;
    }
    label.strip_prefix("xn--").and_then(punycode).is_some_and(|label| is_unicode_label(&label))
}

/// RFC 3492, section 6.2.
fn punycode(text: &str) -> Option<Vec<char>> {
    let (basic, encoded) = match text.rsplit_once('-') {
        Some((basic, encoded)) if !basic.is_empty() => (basic, encoded),
        _ => ("", text),
    };
    let mut out: Vec<char> = basic.chars().collect();
    let (mut code, mut at, mut bias) = (128_u32, 0_u32, 72_u32);
    let digits = encoded.chars().map(|c| {
        let digit = c.to_digit(36)?;
        // a-z are 0 to 25, the digits follow.
        Some(if digit >= 10 { digit - 10 } else { digit + 26 })
    });
    let mut digits = digits.peekable();
    while digits.peek().is_some() {
        let (start, mut weight, mut k) = (at, 1_u32, 36_u32);
        loop {
            let digit = digits.next()??;
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let count = u32::try_from(out.len()).ok()? + 1;
        bias = adapted(at - start, count, start == 0);
        code = code.checked_add(at / count)?;
        at %= count;
        out.insert(usize::try_from(at).ok()?, char::from_u32(code)?);
        at += 1;
    }
    Some(out)
}

/// RFC 3492, section 6.1.
fn adapted(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

/// The signs that end a half letter (canonical combining class Virama) of the scripts in use: a joiner stands behind one.
const VIRAMAS: &[char] = &[
    '\u{94d}',
    '\u{9cd}',
    '\u{a4d}',
    '\u{acd}',
    '\u{b4d}',
    '\u{bcd}',
    '\u{c4d}',
    '\u{ccd}',
    '\u{d4d}',
    '\u{dca}',
    '\u{e3a}',
    '\u{f84}',
    '\u{1039}',
    '\u{1714}',
    '\u{1734}',
    '\u{17d2}',
    '\u{1a60}',
    '\u{1b44}',
    '\u{1baa}',
    '\u{1bf2}',
    '\u{1bf3}',
    '\u{2d7f}',
    '\u{a806}',
    '\u{a8c4}',
    '\u{a953}',
    '\u{abed}',
    '\u{10a3f}',
    '\u{11046}',
    '\u{1107f}',
    '\u{110b9}',
    '\u{11133}',
    '\u{111c0}',
    '\u{11235}',
    '\u{112ea}',
    '\u{1134d}',
    '\u{11442}',
    '\u{114c2}',
    '\u{115bf}',
    '\u{1163f}',
    '\u{116b6}',
    '\u{1172b}',
    '\u{11839}',
    '\u{119e0}',
    '\u{11a34}',
    '\u{11a47}',
    '\u{11a99}',
    '\u{11c3f}',
    '\u{11d44}',
    '\u{11d45}',
    '\u{11d97}',
];

/// RFC 5892: what may stand in a label, and beside what.
fn is_unicode_label(label: &[char]) -> bool {
    use Category::{EnclosingMark, NonspacingMark, SpacingMark};
    let first = label.first().map(|c| get_general_category(*c));
    if matches!(first, Some(SpacingMark | NonspacingMark | EnclosingMark)) {
        return false;
    }
    let has = |test: &dyn Fn(char) -> bool| label.iter().any(|c| test(*c));
    let japanese = has(&|c| matches!(c, '\u{3040}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'));
    let digits = has(&|c| matches!(c, '\u{660}'..='\u{669}')) && has(&|c| matches!(c, '\u{6f0}'..='\u{6f9}'));
    !digits
        && label.iter().enumerate().all(|(at, c)| {
            let before = at.checked_sub(1).and_then(|at| label.get(at)).copied();
            let after = label.get(at + 1).copied();
            stands(*c, before, after, japanese)
        })
}

fn stands(c: char, before: Option<char>, after: Option<char>, japanese: bool) -> bool {
    match c {
        '\u{200d}' => before.is_some_and(|before| VIRAMAS.contains(&before)),
        '\u{b7}' => before == Some('l') && after == Some('l'),
        '\u{375}' => after.is_some_and(|after| ('\u{370}'..='\u{3ff}').contains(&after)),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|before| ('\u{590}'..='\u{5ff}').contains(&before)),
        '\u{30fb}' => japanese,
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => false,
        '\u{200c}' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => true,
        // These blocks are taken as a whole.
        '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => true,
        c if c.is_ascii() => true,
        c => matches!(
            get_general_category(c),
            Category::UppercaseLetter
                | Category::LowercaseLetter
                | Category::TitlecaseLetter
                | Category::ModifierLetter
                | Category::OtherLetter
                | Category::NonspacingMark
                | Category::SpacingMark
                | Category::DecimalNumber
        ),
    }
}
