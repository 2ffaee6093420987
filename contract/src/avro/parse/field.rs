use super::attributes::{Attribute, properties};
use super::name::is_name;
use super::reader::Reader;
use crate::avro::schema::{Field, Order};
use crate::rules::{AVRO_LOGICAL_TYPE, AVRO_NAME_UNCOMMON, AVRO_SHAPE};
use crate::text::json::Json;
use crate::text::{Span, shortened};

impl Reader<'_> {
    pub(super) fn field(&mut self, json: &Json, namespace: &str) -> Option<Field> {
        if json.as_object().is_none() {
            let finding = self.finding(&AVRO_SHAPE, json.span, format!("a field is an object, not {}", json.kind()));
            self.refuse(finding.help("write `{ \"name\": ..., \"type\": ... }`"));
            return None;
        }
        let name =
            self.required_text(json, "name", "a field").filter(|(name, at)| self.name(name, "field name", at.span));
        if let Some((name, at)) = name {
            self.uncommon(name, "the name of a field", at.span);
        }
        let of = name.map_or_else(|| "a field".to_owned(), |(name, _)| format!("field `{}`", shortened(name)));
        let ty = match json.get("type") {
            Some(ty) => self.ty(ty, namespace),
            None => {
                self.missing(json, "type", &of);
                None
            }
        };
        let mut aliases = Vec::new();
        for (alias, at) in self.texts(json, "aliases").value().unwrap_or_default() {
            if is_name(alias) {
                self.uncommon(alias, "alias of a field", at.span);
                aliases.push(alias.to_owned());
            } else {
                self.no_alias(alias, at.span);
            }
        }
        let doc = self.doc(json);
        let order = self.order(json);
        self.misplaced_logical(json, &of);
        self.misspelt(json, &["aliases", "doc", "order", "default"]);
        let (name, name_json) = name?;
        Some(Field {
            name: name.to_owned(),
            aliases,
            doc,
            ty: ty?,
            default: json.get("default").cloned(),
            left_out: None,
            order,
            properties: properties(json, &["name", "type", "aliases", "doc", "order", "default"], &[]),
            at: self.at(json.span),
            name_at: self.at(name_json.span),
        })
    }

    /// An alias that is no name is the name of no field: it does nothing, and Java reads it.
    fn no_alias(&mut self, alias: &str, span: Span) {
        let message = format!("no field can be called `{}`, so this alias does nothing", shortened(alias));
        let finding = self.finding(&AVRO_NAME_UNCOMMON, span, message);
        self.tell(finding.help("leave it out; a property of your own keeps a text that is not for Avro"));
    }

    fn order(&mut self, json: &Json) -> Order {
        match self.text(json, "order") {
            Attribute::Is((order, at)) => match order {
                "ascending" => Order::Ascending,
                "descending" => Order::Descending,
                "ignore" => Order::Ignore,
                _ => {
                    let finding = self.finding(&AVRO_SHAPE, at.span, format!("`{}` is no order", shortened(order)));
                    self.refuse(finding.help("write `ascending`, `descending` or `ignore`"));
                    Order::default()
                }
            },
            Attribute::Absent | Attribute::Broken => Order::default(),
        }
    }

    /// A logical type written beside the type of a field means nothing; it belongs into the type.
    fn misplaced_logical(&mut self, json: &Json, of: &str) {
        let Some(member) = json.member("logicalType") else { return };
        let Some(base) = json.get("type").and_then(Json::as_str) else { return };
        let Some(logical) = member.value.as_str() else { return };
        let finding = self.finding(
            &AVRO_LOGICAL_TYPE,
            member.name_span,
            format!("the logical type of {of} stands beside its type, where Avro does not read it"),
        );
        let (base, logical) = (shortened(base), shortened(logical));
        self.tell(
            finding.help(format!("write `\"type\": {{ \"type\": \"{base}\", \"logicalType\": \"{logical}\" }}`")),
        );
    }
}
