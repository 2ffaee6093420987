use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;

use super::error::{Error, ErrorKind};
use super::secret::Secret;

/// A user and a password.
#[derive(Clone, Debug)]
pub(super) struct Basic {
    pub(super) user: String,
    pub(super) password: Secret,
}

/// A bearer token.
#[derive(Clone, PartialEq)]
pub(super) struct Token {
    pub(super) value: Secret,
}

/// The header `Authorization` of one request.
#[derive(Clone)]
pub(super) struct Signature {
    pub(super) header: HeaderValue,
    /// What the header gives away to whoever sends it back.
    pub(super) secrets: Vec<Secret>,
    /// The token, where it is one that can be had anew.
    pub(super) token: Option<Token>,
}

impl Basic {
    pub(super) fn sign(&self) -> Result<Signature, Error> {
        let coded = Secret::new(STANDARD.encode(format!("{}:{}", self.user, self.password.reveal())));
        let header = secret_header(&format!("Basic {}", coded.reveal()), "the user or the password")?;
        Ok(Signature { header, secrets: vec![coded, self.password.clone()], token: None })
    }
}

impl Token {
    pub(super) fn sign(&self) -> Result<Signature, Error> {
        let header = secret_header(&format!("Bearer {}", self.value.reveal()), "the bearer token")?;
        Ok(Signature { header, secrets: vec![self.value.clone()], token: Some(self.clone()) })
    }
}

fn secret_header(text: &str, what: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::from_str(text).map_err(|_| {
        let message = format!("{what} holds a line break or another character that no header can carry");
        Error::new(ErrorKind::Settings, message)
    })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic() -> Basic {
        Basic { user: "Aladdin".into(), password: Secret::new("open sesame") }
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", basic()), r#"Basic { user: "Aladdin", password: *** }"#);
        assert_eq!(format!("{:?}", basic().sign().unwrap().header), "Sensitive");
    }

    #[test]
    fn the_header_is_that_of_the_rfcs() {
        // The example of RFC 7617, section 2.
        assert_eq!(basic().sign().unwrap().header, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(Token { value: Secret::new("tok3n") }.sign().unwrap().header, "Bearer tok3n");
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused_without_being_shown() {
        let error = Token { value: Secret::new("tok3n\n") }.sign().err().unwrap();
        assert!(error.to_string().contains("line break") && !error.to_string().contains("tok3n"), "{error}");
    }
}
