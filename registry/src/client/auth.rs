use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use super::exchange::Exchange;
use super::oauth::OAuth;
use super::secret::Secret;
use super::signature::{Basic, Signature};
use super::tokens::Tokens;

/// How the client says who it is, as it was set.
#[derive(Clone, Debug, Default)]
pub(super) enum Auth {
    #[default]
    None,
    Basic(Basic),
    Bearer(Secret),
    OAuth(OAuth),
}

/// What makes the header `Authorization` of each request.
pub(super) enum Signer {
    /// What stands in a server's URL, where something does.
    Url,
    Fixed(Signature),
    Tokens(Box<Tokens>),
}

impl Signer {
    /// The signature for a server; `in_url` is what stood in the server's own URL.
    pub(super) async fn sign(
        &self,
        in_url: Option<&Basic>,
        exchange: &dyn Exchange,
        deadline: Deadline,
    ) -> Result<Option<Signature>, Error> {
        match self {
            Self::Url => in_url.map(Basic::sign).transpose(),
            Self::Fixed(signature) => Ok(Some(signature.clone())),
            // The endpoint gave it, so that no setting is wrong, and the next one may be better.
            Self::Tokens(tokens) => {
                let signed = tokens.token(exchange, deadline).await?.sign();
                signed.map(Some).map_err(|error| error.turned(ErrorKind::Protocol, error.message().to_owned()))
            }
        }
    }

    /// The server did not take a signature. Whether another one can be had.
    pub(super) fn refused(&self, signature: Option<&Signature>) -> bool {
        match (self, signature.and_then(|signature| signature.token.as_ref())) {
            (Self::Tokens(tokens), Some(token)) => {
                tokens.refused(token);
                true
            }
            _ => false,
        }
    }
}
