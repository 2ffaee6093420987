//! What a name of an event stands for.

use crate::words::words;

/// The name of a new event, taken apart.
pub(super) struct EventName {
    /// The folders below the schema folder.
    pub(super) folders: Vec<String>,
    /// The file's name without its ending.
    pub(super) stem: String,
}

impl EventName {
    /// Takes `orders.order-shipped` apart.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let mut parts: Vec<String> = name.split('.').map(str::to_owned).collect();
        for part in &parts {
            let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if part.is_empty() || !part.chars().all(legal) || !part.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Err(format!(
                    "{part:?} in {name:?} is no part of a name: letters, digits, `-` and `_`, a letter first"
                ));
            }
            if part == "types" {
                return Err("what stands below a folder `types` is shared and no event".to_owned());
            }
        }
        match parts.pop() {
            Some(stem) if !parts.is_empty() => Ok(Self { folders: parts, stem }),
            _ => Err(format!("{name:?} names no folder")),
        }
    }

    /// `orders/order-shipped`
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.folders.join("/"), self.stem)
    }

    /// The record's name: `OrderShipped`.
    pub(super) fn record(&self) -> String {
        upper_camel(&self.stem)
    }

    /// The namespace: `orders`.
    pub(super) fn namespace(&self) -> String {
        self.folders.join(".").replace('-', "_")
    }

    /// What happened, for the doc: `Order shipped.`
    pub(super) fn doc(&self) -> String {
        let words = words(&self.stem).join(" ");
        let mut letters = words.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}.", letters.as_str())
    }
}

/// A name in UpperCamelCase, of letters and digits alone.
pub(super) fn upper_camel(name: &str) -> String {
    let camel: String = words(name)
        .iter()
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect();
    if camel.starts_with(|c: char| c.is_ascii_digit()) || camel.is_empty() { format!("N{camel}") } else { camel }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_folders_and_a_file() {
        let name = EventName::parse("shop.web-orders.order-shipped").unwrap();
        assert_eq!((name.path().as_str(), name.record().as_str()), ("shop/web-orders/order-shipped", "OrderShipped"));
        assert_eq!((name.namespace().as_str(), name.doc().as_str()), ("shop.web_orders", "Order shipped."));
        for wrong in ["order", "", "orders.", ".orders.x", "a/b.c", "../x.y", "orders.types.x", "orders.1st", "a.b c"] {
            assert!(EventName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_of_keys_become_names_of_types() {
        for (key, name) in [
            ("shipping_address", "ShippingAddress"),
            ("lineItems", "LineItems"),
            ("x-y", "XY"),
            ("2nd", "N2nd"),
            ("\u{e9}", "N"),
        ] {
            assert_eq!(upper_camel(key), name);
        }
    }
}
