//! Codes: what dead letters are filtered by and metrics counted under for years, so they have one form.

use proc_macro2::Ident;

/// The longest code in bytes.
pub(super) const LONGEST: usize = 64;

/// What is wrong with a code.
pub(super) fn fault(code: &str) -> Option<String> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    if code.is_empty() {
        Some("a code is not empty: it is what dead letters are filtered by".to_owned())
    } else if code.len() > LONGEST {
        Some(format!(
            "a code has at most {LONGEST} letters, and this has {}: say the rest in the error's message",
            code.len()
        ))
    } else if !code.split('-').all(is_word) || !code.starts_with(|first: char| first.is_ascii_lowercase()) {
        let meant = of_words(code);
        let meant = if fault_of_form(&meant) { "oven-broken".to_owned() } else { meant };
        Some(format!("a code is lower-case words with hyphens between them, as in \"{meant}\""))
    } else {
        None
    }
}

fn fault_of_form(code: &str) -> bool {
    code.is_empty() || !code.starts_with(|first: char| first.is_ascii_lowercase()) || code.len() > LONGEST
}

/// The code of a variant or a type that says none: its name in kebab-case.
pub(super) fn of_name(name: &Ident) -> String {
    let name = name.to_string();
    of_words(name.strip_prefix("r#").unwrap_or(&name))
}

/// `OvenBroken`, `oven_broken` and `Oven broken` -> `oven-broken`; `HTTPGone` -> `http-gone`. What no code may hold is left out.
fn of_words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut code = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let next = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || next.is_some_and(|next| next.is_ascii_lowercase())
            });
        if (begins || !letter.is_ascii_alphanumeric()) && !code.is_empty() && !code.ends_with('-') {
            code.push('-');
        }
        if letter.is_ascii_alphanumeric() {
            code.push(letter.to_ascii_lowercase());
        }
    }
    code.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_kebab_case_is_a_code() {
        for (name, code) in [
            ("OvenBroken", "oven-broken"),
            ("HTTPGone", "http-gone"),
            ("Http2Gone", "http2-gone"),
            ("NoIO", "no-io"),
            ("oven_broken", "oven-broken"),
            ("X", "x"),
        ] {
            assert_eq!(of_words(name), code);
            assert_eq!(fault(code), None, "{code}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_code_is_said_with_the_one_that_was_meant() {
        assert!(fault("").unwrap().contains("not empty"));
        assert!(fault(&"a".repeat(65)).unwrap().contains("at most 64 letters, and this has 65"));
        for (code, meant) in [
            ("OvenBroken", "oven-broken"),
            ("oven_broken", "oven-broken"),
            ("oven--broken", "oven-broken"),
            ("-oven", "oven"),
            ("oven-", "oven"),
            ("7up", "oven-broken"),
            ("Öfen", "fen"),
        ] {
            let fault = fault(code).unwrap();
            assert!(fault.ends_with(&format!("\"{meant}\"")), "{code}: {fault}");
        }
    }
}
