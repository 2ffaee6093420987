use super::hazard::HazardKind;
use super::time;
use crate::avro::{Kind, Logical, Schema, Type};
use crate::schema::{describe_logical, logical_of};

/// What becomes of a value where the logical types of both sides differ, with a value that shows it.
pub(super) fn judge(
    (reader, r): (&Schema, &Type),
    (writer, w): (&Schema, &Type),
) -> Option<(HazardKind, Option<String>)> {
    match (logical_of(reader, r), logical_of(writer, w)) {
        (None, None) => None,
        (
            Some(Logical::Decimal { precision, scale }),
            Some(Logical::Decimal { precision: written, scale: written_scale }),
        ) => decimal((*precision, *scale), (*written, *written_scale))
            .map(|witness| (HazardKind::LogicalChanged, Some(witness))),
        (Some(r), Some(w)) => (r != w).then(|| (HazardKind::LogicalChanged, time::witness(r, w))),
        // Every UUID is a string.
        (None, Some(Logical::Uuid)) if matches!(r.kind, Kind::String) => None,
        (None, Some(_)) => Some((HazardKind::LogicalIgnored, None)),
        (Some(Logical::Uuid), None) if matches!(w.kind, Kind::String) => {
            Some((HazardKind::LogicalAssumed, Some("\"x\" is a string and no UUID".to_owned())))
        }
        (Some(assumed), None) => {
            let witness = format!("any {} is read as {}", w.kind.name(), describe_logical(assumed));
            Some((HazardKind::LogicalAssumed, Some(witness)))
        }
    }
}

/// A decimal keeps its scale and does not lose digits.
fn decimal((precision, scale): (u32, u32), (written, written_scale): (u32, u32)) -> Option<String> {
    if scale != written_scale {
        let digits: String = "1234".chars().take(usize::try_from(written).unwrap_or(usize::MAX)).collect();
        return Some(format!("{} is read as {}", with_scale(&digits, written_scale), with_scale(&digits, scale)));
    }
    (precision < written).then(|| {
        // A bound for the eye: nobody counts more nines.
        if written > 38 {
            return format!("a number of {written} digits is read where {precision} fit");
        }
        let nines = "9".repeat(usize::try_from(written).unwrap_or(38));
        format!("{} is read, which has more than {precision} digits", with_scale(&nines, scale))
    })
}

/// Digits with a point `scale` places from the right.
fn with_scale(digits: &str, scale: u32) -> String {
    let scale = usize::try_from(scale).unwrap_or(usize::MAX);
    if scale == 0 {
        return digits.to_owned();
    }
    if scale > 40 {
        return format!("{digits}e-{scale}");
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len().saturating_sub(scale)).unwrap_or((digits, ""));
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_shows_what_its_digits_become() {
        assert_eq!(decimal((10, 1), (10, 2)).as_deref(), Some("12.34 is read as 123.4"));
        assert_eq!(decimal((10, 6), (10, 0)).as_deref(), Some("1234 is read as 0.001234"));
        assert_eq!(decimal((4, 2), (6, 2)).as_deref(), Some("9999.99 is read, which has more than 4 digits"));
        assert_eq!(decimal((6, 2), (4, 2)), None);
        assert!(decimal((4, 0), (100_000, 0)).is_some_and(|witness| witness.len() < 100));
    }
}
