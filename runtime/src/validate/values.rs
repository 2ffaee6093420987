use super::checks::Checks;
use super::place::Place;
use super::traits::Validate;
use super::violation::Violations;
use crate::types::text::{Format, Text};

macro_rules! numbers {
    ($($ty:ty),+) => { $(
        impl Validate for $ty {
            fn check(&self, _: &Place<'_>, _: &mut Violations) {}

            fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
                checks.number((*self).into(), at, found);
                checks.json(self, at, found);
            }
        }
    )+ };
}
numbers!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

impl Validate for serde_json::Number {
    fn check(&self, _: &Place<'_>, _: &mut Violations) {}

    fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
        checks.number(self.into(), at, found);
        checks.json(self, at, found);
    }
}

macro_rules! texts {
    ($([$($generics:tt)*] $ty:ty),+) => { $(
        impl<$($generics)*> Validate for $ty {
            fn check(&self, _: &Place<'_>, _: &mut Violations) {}

            fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
                checks.text(self, at, found);
                checks.json(self, at, found);
            }
        }
    )+ };
}
texts!([] str, [] String, [F: Format] Text<F>);

macro_rules! plain {
    ($($ty:ty),+ $(,)?) => { $(
        impl Validate for $ty {
            fn check(&self, _: &Place<'_>, _: &mut Violations) {}
        }
    )+ };
}
// What they are, their type says; a rule of a place looks at them as JSON.
plain!(
    (),
    bool,
    char,
    crate::types::Bytes,
    crate::types::Uuid,
    crate::types::Date,
    crate::types::TimeMillis,
    crate::types::TimeMicros,
    crate::types::TimestampMillis,
    crate::types::TimestampMicros,
    crate::types::TimestampNanos,
    crate::types::LocalTimestampMillis,
    crate::types::LocalTimestampMicros,
    crate::types::LocalTimestampNanos,
);

impl<const P: u32, const S: u32> Validate for crate::types::Decimal<P, S> {
    fn check(&self, _: &Place<'_>, _: &mut Violations) {}
}
