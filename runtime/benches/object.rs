//! `#[derive(Object)]` beside serde's own derives, on the same order of five items: `cargo bench -p topika --bench object`.
//! Results, with the command that gave them: `benches/README.md`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that fails stops")]

use divan::{Bencher, black_box};
use topika::serde::Serialize;
use topika::serde::de::DeserializeOwned;
use topika::serde_json;

/// The same structs, with one derive and with the other.
macro_rules! order {
    ($module:ident: $($derive:path),+) => {
        mod $module {
            #[derive(Clone, Debug, PartialEq, $($derive),+)]
            #[serde(crate = "::topika::serde", rename_all = "camelCase", deny_unknown_fields)]
            pub(super) struct OrderPlaced {
                order_id: String,
                customer_id: String,
                customer_name: String,
                customer_email: String,
                items: Vec<OrderItem>,
                total_amount: f64,
                paid: bool,
                #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
                note: Option<String>,
                #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
                voucher: Option<String>,
                created_at: i64,
            }

            #[derive(Clone, Debug, PartialEq, $($derive),+)]
            #[serde(crate = "::topika::serde", rename_all = "camelCase", deny_unknown_fields)]
            pub(super) struct OrderItem {
                item_id: String,
                name: String,
                quantity: i64,
                price: f64,
                subtotal: f64,
            }
        }
    };
}

order!(ours: topika::Object);
order!(serdes: topika::serde::Serialize, topika::serde::Deserialize);

/// As it is mostly written: in the order of the schema.
fn in_order() -> String {
    let items: Vec<_> = (1..=5)
        .map(|n| format!(r#"{{"itemId":"ITEM-{n:03}","name":"Dish number {n} of the menu","quantity":{n},"price":12.5,"subtotal":{n}2.5}}"#))
        .collect();
    format!(
        r#"{{"orderId":"ORD-20261121-00042","customerId":"CUST-00007","customerName":"Ada Berger","customerEmail":"ada.berger@example.com","items":[{}],"totalAmount":187.5,"paid":true,"note":"no onions, please","createdAt":1795000000000000}}"#,
        items.join(",")
    )
}

/// By the names, as a program writes it that keeps objects sorted.
fn sorted() -> String {
    fn sort(value: &serde_json::Value) -> String {
        match value {
            serde_json::Value::Object(object) => {
                let mut entries: Vec<_> =
                    object.iter().map(|(key, value)| format!("\"{key}\":{}", sort(value))).collect();
                entries.sort();
                format!("{{{}}}", entries.join(","))
            }
            serde_json::Value::Array(items) => format!("[{}]", items.iter().map(sort).collect::<Vec<_>>().join(",")),
            other => other.to_string(),
        }
    }
    sort(&serde_json::from_str(&in_order()).unwrap())
}

fn main() {
    divan::main();
}

#[divan::bench(types = [ours::OrderPlaced, serdes::OrderPlaced])]
fn read_in_order<T: DeserializeOwned>(bencher: Bencher<'_, '_>) {
    let text = in_order();
    bencher.bench(|| topika::json::from_str::<T>(black_box(&text)).unwrap());
}

#[divan::bench(types = [ours::OrderPlaced, serdes::OrderPlaced])]
fn read_sorted<T: DeserializeOwned>(bencher: Bencher<'_, '_>) {
    let text = sorted();
    bencher.bench(|| topika::json::from_str::<T>(black_box(&text)).unwrap());
}

#[divan::bench(types = [ours::OrderPlaced, serdes::OrderPlaced])]
fn write<T: DeserializeOwned + Serialize + Sync>(bencher: Bencher<'_, '_>) {
    let order: T = topika::json::from_str(&in_order()).unwrap();
    let mut out = Vec::with_capacity(4096);
    bencher.bench_local(|| {
        out.clear();
        serde_json::to_writer(&mut out, black_box(&order)).unwrap();
    });
}
