use std::fmt;

use reqwest::RequestBuilder;

/// How the client says who it is.
#[derive(Clone, Debug, Default)]
pub(super) enum Auth {
    #[default]
    None,
    Basic {
        user: String,
        password: Secret,
    },
    Bearer(Secret),
}

/// Text that no log may show.
#[derive(Clone)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Auth {
    pub(super) fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::Basic { user, password } => request.basic_auth(user, Some(&password.0)),
            Self::Bearer(token) => request.bearer_auth(&token.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let basic = Auth::Basic { user: "me".into(), password: Secret("hunter2".into()) };
        assert_eq!(format!("{basic:?}"), r#"Basic { user: "me", password: *** }"#);
        assert_eq!(format!("{:?}", Auth::Bearer(Secret("hunter2".into()))), "Bearer(***)");
    }
}
