//! What texts look like, by the names of their fields.

use super::random::Random;

const FIRST: &[&str] = &["Ada", "Noor", "Jun", "Olga", "Mateo", "Kwame", "Ines", "Tove"];
const LAST: &[&str] = &["Berger", "Haddad", "Sato", "Petrova", "Lind", "Mensah", "Rocha", "Novak"];
const CITIES: &[(&str, &str, &str)] = &[
    ("Berlin", "10969", "DE"),
    ("Porto", "4050-262", "PT"),
    ("Lund", "222 22", "SE"),
    ("Cambridge", "CB2 1RX", "GB"),
    ("Osaka", "530-0001", "JP"),
];
const STREETS: &[&str] = &["Linden Street", "Mill Lane", "Harbour Road", "Market Square", "Station Avenue"];
const CURRENCIES: &[&str] = &["EUR", "USD", "GBP", "SEK", "JPY"];
const WORDS: &[&str] = &[
    "amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "harbour", "indigo", "juniper", "kelp", "lantern",
    "maple", "nectar", "olive", "pepper",
];

/// A text for a field of that name.
pub(super) fn text(field: &str, random: &mut Random) -> String {
    let name = field.to_ascii_lowercase();
    let has = |part: &str| name.contains(part);
    let words: Vec<&str> =
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let last = words.last().copied().unwrap_or_default();
    let is = |word: &str| last == word || name == word;
    let city = random.one(CITIES).copied().unwrap_or_default();
    if has("email") || is("mail") {
        return email(random);
    }
    if has("phone") {
        return format!("+49 30 {}", random.between(1_000_000, 9_999_999));
    }
    if is("id") || is("number") || is("code") || name.ends_with("id") && field.ends_with("Id") {
        return id(&words, field, random);
    }
    if has("city") {
        return city.0.to_owned();
    }
    if has("postal") || has("zip") {
        return city.1.to_owned();
    }
    if has("country") {
        return city.2.to_owned();
    }
    if has("street") || is("address") {
        return format!("{} {}", word(STREETS, random), random.between(1, 99));
    }
    if has("currency") {
        return word(CURRENCIES, random).to_owned();
    }
    if has("url") || has("uri") || is("link") {
        return format!("https://example.com/{}", word(WORDS, random));
    }
    if is("first") || has("first_name") || has("firstname") {
        return word(FIRST, random).to_owned();
    }
    if has("last_name") || has("lastname") || has("surname") {
        return word(LAST, random).to_owned();
    }
    if has("customer_name") || has("user_name") || has("full_name") || is("customer") || is("author") {
        return format!("{} {}", word(FIRST, random), word(LAST, random));
    }
    format!("{} {}", word(WORDS, random), word(WORDS, random))
}

pub(super) fn email(random: &mut Random) -> String {
    let (first, last) = (word(FIRST, random), word(LAST, random));
    format!("{}.{}@example.com", first.to_ascii_lowercase(), last.to_ascii_lowercase())
}

/// One plain word.
pub(super) fn plain(random: &mut Random) -> &'static str {
    word(WORDS, random)
}

/// `CUST-00042` of `customer_id`.
fn id(words: &[&str], field: &str, random: &mut Random) -> String {
    let of = words.iter().find(|word| !matches!(**word, "id" | "number" | "code")).copied().unwrap_or("id");
    // `customerId` is one word here.
    let of = of.strip_suffix("id").filter(|of| !of.is_empty() && field.ends_with("Id")).unwrap_or(of);
    let head: String = of.chars().take(4).collect::<String>().to_ascii_uppercase();
    format!("{head}-{:05}", random.between(1, 99_999))
}

fn word(list: &[&'static str], random: &mut Random) -> &'static str {
    random.one(list).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_look_as_their_fields_are_called() {
        let mut random = Random::new(1);
        let mut of = |field: &str| text(field, &mut random);
        assert!(of("customer_id").starts_with("CUST-") && of("orderId").starts_with("ORDE-"), "{}", of("orderId"));
        assert!(of("contact_email").ends_with("@example.com"));
        assert!(of("id").starts_with("ID-"));
        assert!(FIRST.contains(&of("first_name").as_str()));
        assert!(of("note").split(' ').all(|word| WORDS.contains(&word)));
    }
}
