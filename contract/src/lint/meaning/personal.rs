/// People whose name is that of a person.
const PEOPLE: &[&str] = &[
    "buyer",
    "cardholder",
    "client",
    "contact",
    "customer",
    "driver",
    "employee",
    "guest",
    "holder",
    "member",
    "passenger",
    "patient",
    "payee",
    "payer",
    "person",
    "player",
    "recipient",
    "rider",
    "sender",
    "shopper",
    "student",
    "subscriber",
    "user",
];

/// Words before `name` that make it that of a person.
const OF_A_PERSON: &[&str] = &["birth", "family", "first", "full", "given", "last", "maiden", "middle", "sur"];

/// Words before `address` that make it that of a machine or a contract.
const OF_A_MACHINE: &[&str] = &[
    "bind",
    "broker",
    "contract",
    "host",
    "listen",
    "memory",
    "multicast",
    "node",
    "peer",
    "server",
    "token",
    "wallet",
    "web",
];

/// Words at the end that make a fact about it of the whole: `email_verified`, `phone_type`.
const ABOUT: &[&str] = &[
    "at", "code", "count", "domain", "enabled", "flag", "format", "hash", "hashed", "id", "ids", "kind", "language",
    "length", "opt", "provider", "quality", "sent", "state", "status", "template", "type", "valid", "verified",
    "version",
];

/// What a field of these words tells about a person; none for nothing. `owner` holds the words of the record that it stands in.
pub(in crate::lint) fn personal(words: &[String], owner: &[String]) -> Option<&'static str> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (last, before) = match words.as_slice() {
        [] => return None,
        [only] => (*only, None),
        [.., before, last] => (*last, Some(*before)),
    };
    let pair =
        |first: &str, second: &str| words.windows(2).any(|pair| matches!(pair, [a, b] if *a == first && *b == second));
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    // These two end with words that would make a fact about something of any other name.
    if pair("postal", "code")
        || pair("post", "code")
        || pair("zip", "code")
        || matches!(last, "zip" | "zipcode" | "postcode")
    {
        return Some("a postal code");
    }
    if pair("tax", "id") || pair("national", "id") || pair("passport", "id") {
        return Some("the number of a document");
    }
    if ABOUT.contains(&last) {
        return None;
    }
    if any(&["email", "mail"]) {
        return Some("an email address");
    }
    if any(&["phone", "telephone", "msisdn", "fax", "cellphone"]) || last == "mobile" || pair("mobile", "number") {
        return Some("a telephone number");
    }
    if any(&["ssn", "passport", "iban", "cvv", "cvc"])
        || pair("social", "security")
        || pair("credit", "card")
        || pair("card", "number")
        || pair("bank", "account")
        || words.windows(2).any(|pair| matches!(pair, ["driver" | "drivers" | "driving", "license" | "licence"]))
    {
        return Some("the number of a document or an account");
    }
    if any(&["birthday", "birthdate", "dob"]) || pair("birth", "date") || pair("of", "birth") {
        return Some("a date of birth");
    }
    if any(&["password", "passwd"]) {
        return Some("a password");
    }
    if matches!(last, "ip" | "ipaddress") || pair("ip", "address") || pair("ip", "addr") || pair("remote", "addr") {
        return Some("an address on the network");
    }
    if any(&["address", "street"]) && !any(OF_A_MACHINE) {
        return Some("an address");
    }
    let named = matches!(last, "firstname" | "lastname" | "fullname" | "surname" | "username")
        || (last == "name" && before.is_some_and(|before| OF_A_PERSON.contains(&before) || PEOPLE.contains(&before)));
    let of_owner = words.as_slice() == ["name"] && owner.last().is_some_and(|owner| PEOPLE.contains(&owner.as_str()));
    (named || of_owner).then_some("the name of a person")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::words::words;

    #[test]
    fn what_tells_about_a_person_is_known_by_its_name() {
        for name in [
            "email",
            "customerEmail",
            "e_mail",
            "phone",
            "mobile_number",
            "ssn",
            "date_of_birth",
            "birthDate",
            "dob",
            "ip",
            "ipAddress",
            "delivery_address",
            "street",
            "postal_code",
            "first_name",
            "lastName",
            "customer_name",
            "username",
            "credit_card_number",
            "iban",
            "password",
            "user_name",
            "tax_id",
            "passport_number",
        ] {
            assert!(personal(&words(name), &[]).is_some(), "{name}");
        }
        for name in [
            "email_verified",
            "phone_type",
            "server_address",
            "contractAddress",
            "name",
            "item_name",
            "customer_id",
            "address_id",
            "mailed",
            "street_count",
            "author",
            "email_template",
            "description",
            "zip_file",
            "",
        ] {
            assert_eq!(personal(&words(name), &[]), None, "{name}");
        }
    }

    #[test]
    fn a_bare_name_is_that_of_its_record() {
        assert!(personal(&words("name"), &words("Customer")).is_some());
        assert_eq!(personal(&words("name"), &words("Product")), None);
    }
}
