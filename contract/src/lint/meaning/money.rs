/// Words that mean an amount of money, wherever they stand in a name.
const MONEY: &[&str] = &[
    "amount",
    "balance",
    "budget",
    "commission",
    "cost",
    "costs",
    "fare",
    "fee",
    "fees",
    "payment",
    "payout",
    "price",
    "prices",
    "refund",
    "revenue",
    "salary",
    "subtotal",
    "tax",
    "taxes",
    "vat",
    "wage",
    "wages",
];

/// Words before `total` that make it money.
const OF_MONEY: &[&str] = &["bill", "cart", "grand", "gross", "invoice", "net", "order", "price", "sub"];

/// Words that make something else of the whole: a rate, a number of things, a name.
const ELSE: &[&str] = &[
    "at",
    "class",
    "code",
    "count",
    "currency",
    "date",
    "days",
    "distance",
    "duration",
    "factor",
    "hours",
    "id",
    "ids",
    "index",
    "kind",
    "method",
    "name",
    "number",
    "percent",
    "percentage",
    "quantity",
    "rate",
    "ratio",
    "score",
    "share",
    "size",
    "state",
    "status",
    "time",
    "type",
    "volume",
    "weight",
];

/// Whether a field of these words holds money.
pub(in crate::lint) fn is_money(words: &[String]) -> bool {
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    if words.iter().any(|word| is(ELSE, word)) {
        return false;
    }
    let total = match words {
        [only] => only == "total",
        [.., before, last] => last == "total" && is(OF_MONEY, before),
        [] => false,
    };
    total || words.iter().any(|word| is(MONEY, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::words::words;

    #[test]
    fn money_is_known_by_its_name() {
        for name in ["price", "unitPrice", "total", "order_total", "total_amount", "shipping_fee", "tax", "balance"] {
            assert!(is_money(&words(name)), "{name}");
        }
        for name in ["total_weight", "total_distance", "tax_rate", "price_index", "payment_type", "score", "ratio", ""]
        {
            assert!(!is_money(&words(name)), "{name}");
        }
    }
}
