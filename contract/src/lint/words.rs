/// The words of a name, in lower case: `customer_email`, `customerEmail`, `CustomerEMail` and `customer-email` hold `customer` and
/// `email` (or `e` and `mail`). Digits end a word and belong to none.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = name.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        // `orderId`: a small letter before; `IPAddress`: a capital before and a small letter after.
        let begins = !c.is_ascii_lowercase()
            && c.is_uppercase()
            && (before.is_lowercase()
                || (before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase())));
        if (begins || !c.is_alphabetic()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_lowercase() {
            word.push(c);
        } else if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A name with its words in another style: `OrderPlaced`.
pub(super) fn upper_camel(name: &str) -> String {
    parts(name).iter().map(|part| capital(part)).collect()
}

/// `orderPlaced`
pub(super) fn lower_camel(name: &str) -> String {
    let parts = parts(name);
    let rest = parts.iter().skip(1).map(|part| capital(part));
    parts.first().cloned().into_iter().chain(rest).collect()
}

/// `order_placed`
pub(super) fn snake(name: &str) -> String {
    parts(name).join("_")
}

/// The words with their digits.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for piece in name.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        let mut start = 0;
        for (at, word) in bounds(piece) {
            if at > start {
                parts.push(piece.get(start..at).unwrap_or_default().to_lowercase());
                start = at;
            }
            let _ = word;
        }
        parts.push(piece.get(start..).unwrap_or_default().to_lowercase());
    }
    parts
}

/// Where the words of a piece without separators begin.
fn bounds(piece: &str) -> Vec<(usize, char)> {
    let chars: Vec<(usize, char)> = piece.char_indices().collect();
    let begins = |window: &[(usize, char)]| match window {
        [(_, before), (at, c), rest @ ..] => {
            let small_after = rest.first().is_some_and(|(_, next)| next.is_lowercase());
            let starts = c.is_uppercase() && (!before.is_uppercase() || small_after);
            starts.then_some((*at, *c))
        }
        _ => None,
    };
    (0..chars.len()).filter_map(|at| begins(chars.get(at..).unwrap_or_default())).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_style() {
        for (name, expected) in [
            ("customer_email", "customer email"),
            ("customerEmail", "customer email"),
            ("CUSTOMER_EMAIL", "customer email"),
            ("IPAddress", "ip address"),
            ("ipAddressV4", "ip address v"),
            ("address2", "address"),
            ("", ""),
            ("__", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn a_name_is_written_in_another_style() {
        assert_eq!(upper_camel("order_placed"), "OrderPlaced");
        assert_eq!(upper_camel("orderPlaced2"), "OrderPlaced2");
        assert_eq!(lower_camel("order_placed"), "orderPlaced");
        assert_eq!(snake("orderID"), "order_id");
        assert_eq!(snake("IPAddress"), "ip_address");
        assert_eq!(snake("line2Text"), "line2_text");
    }
}
