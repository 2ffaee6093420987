/// Bytes as people write them: a number, or one with a unit of 1024: `KiB`, `MiB`, `GiB` or `TiB`. `None` for anything else, zero included.
pub(super) fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let unit: u64 = match unit.trim_start() {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    // Kafka keeps retention.bytes in a signed 64-bit number.
    number.parse::<u64>().ok()?.checked_mul(unit).filter(|bytes| *bytes > 0 && i64::try_from(*bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_a_number_and_perhaps_a_unit() {
        assert_eq!(size("10 GiB"), Some(10 << 30));
        assert_eq!(size("512MiB"), Some(512 << 20));
        assert_eq!(size("1000"), Some(1000));
        for text in ["", "GiB", "0", "1GB", "-1", "99999999999999999999", "9999999TiB", "ä"] {
            assert_eq!(size(text), None, "{text}");
        }
    }
}
