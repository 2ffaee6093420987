use super::reader::Reader;
use crate::avro::schema::Logical;
use crate::rules::AVRO_LOGICAL_TYPE;
use crate::text::json::Json;
use crate::text::shortened;

/// What a logical type stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Int,
    Long,
    Bytes,
    String,
    Fixed(usize),
    Other,
}

/// The logical type of a use, if it is valid there.
pub(super) struct Found {
    pub(super) value: Option<Logical>,
}

impl Found {
    /// The attributes that the logical type stands for; they are no properties any more.
    pub(super) fn consumed(&self) -> &'static [&'static str] {
        match self.value {
            Some(Logical::Decimal { .. }) => &["logicalType", "precision", "scale"],
            Some(_) => &["logicalType"],
            None => &[],
        }
    }
}

impl Reader<'_> {
    /// Avro 1.12, Logical Types: an unknown or unfitting one is ignored by readers; here it is told and kept as a property.
    pub(super) fn logical(&mut self, json: &Json, base: Base, on: &str) -> Found {
        let Some(value) = json.get("logicalType") else { return Found { value: None } };
        let Some(name) = value.as_str() else {
            let finding = self.finding(
                &AVRO_LOGICAL_TYPE,
                value.span,
                format!("`logicalType` is a string, not {}", value.kind()),
            );
            self.tell(finding.help("values are read as the plain type"));
            return Found { value: None };
        };
        if name == "decimal" && matches!(base, Base::Bytes | Base::Fixed(_)) {
            return Found { value: self.decimal(json, base) };
        }
        let (logical, wants) = match known(name) {
            Some(known) => known,
            None => {
                let message = format!("`{}` is no logical type of Avro", shortened(name));
                let finding = self.finding(&AVRO_LOGICAL_TYPE, value.span, message);
                let help = match crate::text::closest(name, NAMES) {
                    Some(meant) => format!("did you mean `{meant}`? values are read as plain {on}"),
                    None => format!("values are read as plain {on}"),
                };
                self.tell(finding.help(help));
                return Found { value: None };
            }
        };
        let fits = match base {
            Base::Int => wants == "int",
            Base::Long => wants == "long",
            Base::String => wants == "string" || wants == "string or fixed of 16 bytes",
            Base::Fixed(16) => wants == "string or fixed of 16 bytes",
            Base::Fixed(12) => wants == "fixed of 12 bytes",
            Base::Bytes | Base::Fixed(_) | Base::Other => false,
        };
        if !fits {
            let finding =
                self.finding(&AVRO_LOGICAL_TYPE, value.span, format!("`{name}` stands on {on}, and fits only {wants}"));
            self.tell(finding.help(format!("change the type; as it is, values are read as plain {on}")));
        }
        Found { value: logical.filter(|_| fits) }
    }

    /// Tells a logical type on what can have none.
    pub(super) fn unfit_logical(&mut self, json: &Json, on: &str) {
        self.logical(json, Base::Other, on);
    }

    fn decimal(&mut self, json: &Json, base: Base) -> Option<Logical> {
        // A `scale` that is not seen makes every amount a hundred times too large, and nothing else would tell.
        self.misspelt(json, &["precision", "scale"]);
        let bad = |reader: &mut Self, at: &Json, message: String| {
            let finding = reader.finding(&AVRO_LOGICAL_TYPE, at.span, message);
            reader.tell(finding.help("mend it; as it is, values are read as plain bytes"));
            None
        };
        let Some(precision) = json.get("precision") else {
            return bad(self, json, "a decimal without `precision`".to_owned());
        };
        let Some(digits) = precision.as_i64().and_then(|p| u32::try_from(p).ok()).filter(|p| *p > 0) else {
            return bad(self, precision, "the precision of a decimal is a whole number above 0".to_owned());
        };
        if let Base::Fixed(size) = base
            && u64::from(digits) > most_digits(size)
        {
            let most = most_digits(size);
            return bad(self, precision, format!("a fixed of {size} bytes holds {most} decimal digits, not {digits}"));
        }
        let Some(places) = json.get("scale") else { return Some(Logical::Decimal { precision: digits, scale: 0 }) };
        match places.as_i64().and_then(|s| u32::try_from(s).ok()) {
            Some(scale) if scale <= digits => Some(Logical::Decimal { precision: digits, scale }),
            _ => {
                bad(self, places, format!("the scale of a decimal is a whole number from 0 to its precision {digits}"))
            }
        }
    }
}

const NAMES: [&str; 12] = [
    "decimal",
    "uuid",
    "date",
    "time-millis",
    "time-micros",
    "timestamp-millis",
    "timestamp-micros",
    "timestamp-nanos",
    "local-timestamp-millis",
    "local-timestamp-micros",
    "local-timestamp-nanos",
    "duration",
];

/// The logical type of a name and what it wants to stand on; a decimal carries its numbers and is made elsewhere.
fn known(name: &str) -> Option<(Option<Logical>, &'static str)> {
    Some(match name {
        "decimal" => (None, "bytes or fixed"),
        "uuid" => (Some(Logical::Uuid), "string or fixed of 16 bytes"),
        "date" => (Some(Logical::Date), "int"),
        "time-millis" => (Some(Logical::TimeMillis), "int"),
        "time-micros" => (Some(Logical::TimeMicros), "long"),
        "timestamp-millis" => (Some(Logical::TimestampMillis), "long"),
        "timestamp-micros" => (Some(Logical::TimestampMicros), "long"),
        "timestamp-nanos" => (Some(Logical::TimestampNanos), "long"),
        "local-timestamp-millis" => (Some(Logical::LocalTimestampMillis), "long"),
        "local-timestamp-micros" => (Some(Logical::LocalTimestampMicros), "long"),
        "local-timestamp-nanos" => (Some(Logical::LocalTimestampNanos), "long"),
        "duration" => (Some(Logical::Duration), "fixed of 12 bytes"),
        _ => return None,
    })
}

/// The decimal digits that a two's complement number of `size` bytes always holds: floor((8 * size - 1) * log10(2)).
fn most_digits(size: usize) -> u64 {
    let bits = u64::try_from(size).unwrap_or(u64::MAX).saturating_mul(8).saturating_sub(1);
    (u128::from(bits) * 301_029_995_663 / 1_000_000_000_000).try_into().unwrap_or(u64::MAX)
}
