//! The file of a bundle: written, read, and found to be whole.

use std::path::Path;

use serde::{Deserialize, Serialize};
use topika_contract::lock::sha256_hex;

use super::contents::Bundle;
use super::error::BundleError;
use crate::api::SubjectVersion;

/// The version of the form that this crate writes and reads.
const FORM: u32 = 1;

/// What to do about a file that cannot be used.
const NEXT: &str = "write the bundle anew";

#[derive(Serialize)]
struct Written<'b> {
    #[serde(rename = "topika-bundle")]
    form: u32,
    env: &'b str,
    sha256: String,
    versions: Vec<&'b SubjectVersion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "topika-bundle")]
    _form: u32,
    env: String,
    sha256: String,
    versions: Vec<SubjectVersion>,
}

/// What every form has.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "topika-bundle")]
    form: Option<u32>,
}

impl Bundle {
    /// The text of the file. Equal contents give equal bytes.
    #[must_use]
    pub fn print(&self) -> String {
        let versions: Vec<&SubjectVersion> = self.iter().map(AsRef::as_ref).collect();
        let written = Written { form: FORM, env: &self.env, sha256: hash(&self.env, &versions), versions };
        let mut text = serde_json::to_string_pretty(&written).expect("strings, numbers and JSON values can be written");
        text.push('\n');
        text
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// When it is no bundle, of a newer form, not whole, changed since it was written, or its contents cannot be
    /// ([`Bundle::new`]).
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let head: Head = serde_json::from_str(text).map_err(|error| {
            if error.is_eof() {
                let bytes = text.len();
                BundleError::new(format!("it ends in the middle, after {bytes} bytes; copy it whole, or {NEXT}"))
            } else {
                BundleError::new(format!("it is no bundle of topika: {error}; {NEXT}"))
            }
        })?;
        match head.form {
            Some(FORM) => {}
            Some(form) => {
                let message = format!(
                    "its form is version {form}, and this topika reads version {FORM}; use the topika that wrote it, or {NEXT}"
                );
                return Err(BundleError::new(message));
            }
            None => {
                let message = format!("it is no bundle of topika: it has no \"topika-bundle\"; {NEXT}");
                return Err(BundleError::new(message));
            }
        }
        let read: Read = serde_json::from_str(text)
            .map_err(|error| BundleError::new(format!("its contents are not a bundle's: {error}; {NEXT}")))?;
        if hash(&read.env, &read.versions.iter().collect::<Vec<_>>()) != read.sha256 {
            let message = format!("it is not as it was written: its contents do not have its \"sha256\"; {NEXT}");
            return Err(BundleError::new(message));
        }
        Self::new(read.env, read.versions)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or as [`Self::parse`]; the error names it.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, BundleError> {
        let path = path.as_ref();
        let text = std::fs::read(path)
            .map_err(|error| BundleError::new(format!("it cannot be read: {error}")))
            .and_then(|bytes| {
                String::from_utf8(bytes).map_err(|_| BundleError::new(format!("it is no text in UTF-8; {NEXT}")))
            });
        text.and_then(|text| Self::parse(&text)).map_err(|error| error.within(path))
    }
}

fn hash(env: &str, versions: &[&SubjectVersion]) -> String {
    sha256_hex(&serde_json::to_string(&(env, versions)).expect("strings, numbers and JSON values can be written"))
}
