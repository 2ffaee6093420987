use hmac_sha256::Hash;

use super::schema::Schema;

/// Avro 1.12, Schema Fingerprints: the fingerprint of the empty text, and the polynomial.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

const TABLE: [u64; 256] = table();

#[allow(clippy::indexing_slicing)] // The index stays below the length of the array, and a const is checked while compiling.
const fn table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut fingerprint = 0_u64;
    let mut index = 0;
    while index < table.len() {
        let mut value = fingerprint;
        let mut bit = 0;
        while bit < 8 {
            value = (value >> 1) ^ (EMPTY & 0_u64.wrapping_sub(value & 1));
            bit += 1;
        }
        table[index] = value;
        fingerprint += 1;
        index += 1;
    }
    table
}

/// CRC-64-AVRO (a Rabin fingerprint) of bytes, as the specification's pseudo-code has it.
///
/// ```
/// assert_eq!(topika_contract::avro::crc64(b"\"null\""), 7_195_948_357_588_979_594);
/// ```
#[must_use]
pub fn crc64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |fingerprint, byte| {
        let [low, ..] = fingerprint.to_le_bytes();
        (fingerprint >> 8) ^ TABLE.get(usize::from(low ^ byte)).copied().unwrap_or_default()
    })
}

impl Schema {
    /// CRC-64-AVRO of the canonical form. The single-object encoding writes it in little-endian order.
    ///
    /// ```
    /// use topika_contract::{avro::Schema, text::Source};
    ///
    /// let schema = Schema::from_texts(&Source::new("a.avsc", "\"int\""), &[]).unwrap();
    /// assert_eq!(schema.rabin(), 8_247_732_601_305_521_295);
    /// ```
    #[must_use]
    pub fn rabin(&self) -> u64 {
        crc64(self.canonical().as_bytes())
    }

    /// SHA-256 of the canonical form.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Hash::hash(self.canonical().as_bytes())
    }

    /// MD5 of the canonical form; for those who compare with systems that keep it, not for security.
    #[must_use]
    pub fn md5(&self) -> [u8; 16] {
        md5::compute(self.canonical()).0
    }
}
