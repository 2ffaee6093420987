#![allow(clippy::indexing_slicing)] // Constant functions have no other way into an array; every index is checked before.

use super::Ty;

const ROOM: usize = 1024;

/// Text that is put together while compiling. What does not fit is left out.
#[derive(Clone, Copy)]
pub(super) struct Message {
    bytes: [u8; ROOM],
    used: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; ROOM], used: 0 }
    }

    pub(super) const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        if bytes.len() > ROOM - self.used {
            return self;
        }
        let mut at = 0;
        while at < bytes.len() {
            self.bytes[self.used] = bytes[at];
            self.used += 1;
            at += 1;
        }
        self
    }

    pub(super) const fn code(self, text: &str) -> Self {
        self.text("`").text(text).text("`")
    }

    pub(super) const fn option(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.code(text),
            None => self.text("nothing"),
        }
    }

    pub(super) const fn number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let before = if number >= 10 { self.number(number / 10) } else { self };
        before.text(DIGITS[number % 10])
    }

    /// ` in schemas/a.avsc:7:5`
    pub(super) const fn at(self, path: &str, line: u32, column: u32) -> Self {
        self.text(" in ").text(path).text(":").number(line as usize).text(":").number(column as usize)
    }

    pub(super) const fn ty(self, ty: &Ty) -> Self {
        match ty {
            Ty::Null => self.text("null"),
            Ty::Boolean => self.text("boolean"),
            Ty::Int => self.text("int"),
            Ty::Long => self.text("long"),
            Ty::Float => self.text("float"),
            Ty::Double => self.text("double"),
            Ty::Bytes => self.text("bytes"),
            Ty::String => self.text("string"),
            Ty::Array(items) => self.text("array of ").ty(items),
            // Of JSON, as Avro says what its maps hold.
            Ty::Map(Ty::Any) => self.text("object"),
            Ty::Map(values) => self.text("map of ").ty(values),
            Ty::Union(branches) => self.branches(branches),
            Ty::Named(name) => self.text(name),
            Ty::Decimal { precision, scale } => self.decimal(*precision, *scale),
            Ty::DecimalFixed { precision, scale, name } => self.decimal(*precision, *scale).text(" on ").text(name),
            Ty::Uuid => self.text("uuid"),
            Ty::Date => self.text("date"),
            Ty::TimeMillis => self.text("time-millis"),
            Ty::TimeMicros => self.text("time-micros"),
            Ty::TimestampMillis => self.text("timestamp-millis"),
            Ty::TimestampMicros => self.text("timestamp-micros"),
            Ty::TimestampNanos => self.text("timestamp-nanos"),
            Ty::LocalTimestampMillis => self.text("local-timestamp-millis"),
            Ty::LocalTimestampMicros => self.text("local-timestamp-micros"),
            Ty::LocalTimestampNanos => self.text("local-timestamp-nanos"),
            Ty::Duration(name) => self.text("duration on ").text(name),
            Ty::Any => self.text("any"),
        }
    }

    const fn decimal(self, precision: u32, scale: u32) -> Self {
        self.text("decimal(").number(precision as usize).text(",").number(scale as usize).text(")")
    }

    const fn branches(self, branches: &[Ty]) -> Self {
        let mut this = self.text("[");
        let mut at = 0;
        while at < branches.len() {
            if at > 0 {
                this = this.text(", ");
            }
            this = this.ty(&branches[at]);
            at += 1;
        }
        this.text("]")
    }

    pub(super) const fn as_str(&self) -> &str {
        // Only whole strings are ever put in.
        match std::str::from_utf8(self.bytes.split_at(self.used).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

pub(super) const fn equal(a: &str, b: &str) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // Eight at a time: each step of a constant costs the compiler far more than it would cost the program.
    let ((mut a, mut a_rest), (mut b, mut b_rest)) = (a.as_bytes().as_chunks::<8>(), b.as_bytes().as_chunks::<8>());
    while let ([x, xs @ ..], [y, ys @ ..]) = (a, b) {
        if u64::from_ne_bytes(*x) != u64::from_ne_bytes(*y) {
            return false;
        }
        (a, b) = (xs, ys);
    }
    while let ([x, xs @ ..], [y, ys @ ..]) = (a_rest, b_rest) {
        if *x != *y {
            return false;
        }
        (a_rest, b_rest) = (xs, ys);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_name() {
        let text = |ty: Ty| Message::new().ty(&ty).as_str().to_owned();
        assert_eq!(text(Ty::Union(&[Ty::Null, Ty::Array(&Ty::Double)])), "[null, array of double]");
        assert_eq!(text(Ty::Map(&Ty::Date)), "map of date");
        assert_eq!(text(Ty::DecimalFixed { precision: 12, scale: 3, name: "a.F" }), "decimal(12,3) on a.F");
        assert_eq!(text(Ty::Duration("a.D")), "duration on a.D");
        for (ty, name) in [
            (Ty::Boolean, "boolean"),
            (Ty::Float, "float"),
            (Ty::Uuid, "uuid"),
            (Ty::TimeMillis, "time-millis"),
            (Ty::TimeMicros, "time-micros"),
            (Ty::TimestampMillis, "timestamp-millis"),
            (Ty::TimestampMicros, "timestamp-micros"),
            (Ty::TimestampNanos, "timestamp-nanos"),
            (Ty::LocalTimestampMillis, "local-timestamp-millis"),
            (Ty::LocalTimestampMicros, "local-timestamp-micros"),
            (Ty::LocalTimestampNanos, "local-timestamp-nanos"),
            (Ty::Long, "long"),
            (Ty::Any, "any"),
            (Ty::Map(&Ty::Any), "object"),
        ] {
            assert_eq!(text(ty), name);
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let long = "x".repeat(ROOM + 1);
        assert_eq!(Message::new().text(&long).text("y").as_str(), "y");
    }
}
