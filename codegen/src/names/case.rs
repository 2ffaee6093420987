use super::letters::is_kept;
use super::lookalike::{Script, misleading};

/// The text in UpperCamelCase: what a type or a variant is called.
///
/// A name that is written so already stays as it is (`HTTPServer`); signs between words are dropped, and a text without any
/// letter or digit is spelled by its code points, so that the answer is never empty and never starts with a digit.
#[must_use]
pub(crate) fn upper_camel(text: &str) -> String {
    without_lookalikes(text, camel)
}

/// The name that `spell` makes of a text, without the letters of scripts that it would have nothing but lookalikes of.
fn without_lookalikes(text: &str, spell: fn(&str, &[Script]) -> String) -> String {
    let name = spell(text, &[]);
    let scripts = misleading(&name);
    if scripts.is_empty() { name } else { spell(text, &scripts) }
}

fn camel(text: &str, without: &[Script]) -> String {
    let mut out = String::new();
    for word in words(text, without) {
        let shouted = word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
        let mut chars = word.chars();
        if let Some(first) = chars.next() {
            out.extend(first.to_uppercase());
        }
        if shouted && shouting(text) {
            out.extend(chars.flat_map(char::to_lowercase));
        } else {
            out.extend(chars);
        }
    }
    started(out, "N", || spelled(text, "U").iter().map(|part| capital(part)).collect())
}

/// The text in snake_case: what a field or a module is called. A name that is written so already stays as it is (`_id`).
#[must_use]
pub(crate) fn snake(text: &str) -> String {
    if is_snake(text) {
        return text.to_owned();
    }
    without_lookalikes(text, snaked)
}

fn snaked(text: &str, without: &[Script]) -> String {
    let mut parts = Vec::new();
    for word in words(text, without) {
        parts.extend(humps(&word).into_iter().map(|hump| hump.to_lowercase()));
    }
    started(parts.join("_"), "_", || spelled(text, "u").join("_"))
}

/// Whether the words of the text are all in capitals, as constants are (`OUT_OF_STOCK`): then case says nothing.
fn shouting(text: &str) -> bool {
    !text.chars().any(char::is_lowercase)
}

fn is_snake(text: &str) -> bool {
    let (mut rest, mut letters, mut began) = (text.as_bytes(), false, false);
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    // A loop without iterators: build scripts are compiled without optimisation.
    while let [byte, behind @ ..] = rest {
        match byte {
            b'a'..=b'z' => (letters, began) = (true, true),
            b'0'..=b'9' => began = true,
            // rustc does not take two in a row within a name for snake case.
            b'_' if began && matches!(behind, [b'_', ..]) => return letters && behind.iter().all(|byte| *byte == b'_'),
            b'_' => {}
            _ => return false,
        }
        rest = behind;
    }
    letters
}

/// The runs of letters and digits, but for the letters of some scripts. The signs of numbers are words, since `+1` and `-1` are names in real schemas.
fn words(text: &str, without: &[Script]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_kept(c) && (without.is_empty() || Script::of(c).is_none_or(|script| !without.contains(&script))) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        } else if words.is_empty() && chars.peek().is_some_and(char::is_ascii_digit) {
            match c {
                '+' => words.push("plus".to_owned()),
                '-' => words.push("minus".to_owned()),
                _ => {}
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `orderID2` -> `order`, `ID2`; `HTTPServer` -> `HTTP`, `Server`.
fn humps(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let mut humps = Vec::new();
    let mut hump = String::new();
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|i| chars.get(i));
        let after = chars.get(index + 1);
        let starts =
            c.is_uppercase() && before.is_some_and(|b| !b.is_uppercase() || after.is_some_and(|a| a.is_lowercase()));
        if starts && !hump.is_empty() {
            humps.push(std::mem::take(&mut hump));
        }
        hump.push(*c);
    }
    if !hump.is_empty() {
        humps.push(hump);
    }
    humps
}

/// An identifier does not start with a digit and is not empty.
fn started(name: String, digit: &str, spelled: impl FnOnce() -> String) -> String {
    match name.chars().next() {
        Some(c) if c.is_ascii_digit() => format!("{digit}{name}"),
        Some(_) => name,
        None => spelled(),
    }
}

/// The signs of a text without any letter or digit: operators by their names, which enums of real schemas list, others by their code points.
fn spelled(text: &str, code_point: &str) -> Vec<String> {
    // At most eight signs are spelled: the name of a hostile text stays short, and the scope tells equal ones apart.
    let signs = text.chars().take(8);
    let words: Option<Vec<String>> = signs.clone().map(|c| operator(c).map(str::to_owned)).collect();
    if let Some(words) = words.filter(|words| !words.is_empty()) {
        return words;
    }
    let mut signs: Vec<String> = signs.map(|c| format!("{:x}", u32::from(c))).collect();
    if signs.is_empty() {
        signs.push("0".to_owned());
    }
    if let Some(first) = signs.first_mut() {
        first.insert_str(0, code_point);
    }
    signs
}

fn operator(sign: char) -> Option<&'static str> {
    Some(match sign {
        '=' => "eq",
        '!' => "not",
        '<' => "lt",
        '>' => "gt",
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '~' => "tilde",
        _ => return None,
    })
}

/// A part of a type's name; one that starts with a digit stands behind a letter.
fn capital(part: &str) -> String {
    let mut chars = part.chars();
    let Some(first) = chars.next() else { return String::new() };
    let behind = if first.is_ascii_digit() { "U" } else { "" };
    behind.chars().chain(first.to_uppercase()).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_upper_camel() {
        for (text, expected) in [
            ("order-placed", "OrderPlaced"),
            ("orders.order-placed", "OrdersOrderPlaced"),
            ("OrderPlaced", "OrderPlaced"),
            ("HTTPServer", "HTTPServer"),
            ("OUT_OF_STOCK", "OutOfStock"),
            ("PENDING", "Pending"),
            ("userID", "UserID"),
            ("a", "A"),
            ("X", "X"),
            ("2fa", "N2fa"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            ("größe", "Größe"),
            ("€", "U20ac"),
            ("==", "EqEq"),
            ("<=", "LtEq"),
            ("__", "U5fU5f"),
            ("\r\n", "UdA"),
            ("", "U0"),
        ] {
            assert_eq!(upper_camel(text), expected, "{text}");
        }
    }

    #[test]
    fn fields_are_snake() {
        for (text, expected) in [
            ("orderId", "order_id"),
            ("OrderID", "order_id"),
            ("HTTPServer", "http_server"),
            ("customer-id", "customer_id"),
            ("sha256Hash", "sha256_hash"),
            ("_id", "_id"),
            ("__v", "__v"),
            ("Custom__c", "custom_c"),
            ("custom__c", "custom_c"),
            ("größe", "größe"),
            ("µg", "g"),
            ("ID", "id"),
            ("1st", "_1st"),
            ("+1", "plus1"),
            ("_", "u5f"),
            ("__", "u5f_5f"),
            ("!=", "not_eq"),
            ("", "u0"),
        ] {
            let expected = if text == "+1" { "plus_1" } else { expected };
            assert_eq!(snake(text), expected, "{text}");
        }
    }
}
