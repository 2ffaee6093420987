//! Variables that say how the Schema Registry is spoken to.

use topika_registry::client::OAuth;

use super::builder::ClientBuilder;
use crate::error::{Error, ErrorKind};

/// What the variables said so far. Some of them mean something only together.
#[derive(Default)]
pub(super) struct RegistryVars {
    user: Option<String>,
    password: Option<String>,
    token: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
    oauth_url: Option<String>,
    oauth_id: Option<String>,
    oauth_secret: Option<String>,
    oauth_scope: Option<String>,
    authority: Option<String>,
    context: Option<String>,
    cluster: Option<String>,
    pool: Option<String>,
    bundle: Option<String>,
}

const USER: &str = "SCHEMA_REGISTRY_USER";
const PASSWORD: &str = "SCHEMA_REGISTRY_PASSWORD";
const TOKEN: &str = "SCHEMA_REGISTRY_TOKEN";
const CERTIFICATE: &str = "SCHEMA_REGISTRY_CERTIFICATE_FILE";
const KEY: &str = "SCHEMA_REGISTRY_KEY_FILE";
const OAUTH_URL: &str = "SCHEMA_REGISTRY_OAUTH_URL";
const OAUTH_ID: &str = "SCHEMA_REGISTRY_OAUTH_CLIENT_ID";
const OAUTH_SECRET: &str = "SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET";

/// All of these variables.
pub(super) const REGISTRY_VARIABLES: &[&str] = &[
    USER,
    PASSWORD,
    TOKEN,
    CERTIFICATE,
    KEY,
    OAUTH_URL,
    OAUTH_ID,
    OAUTH_SECRET,
    "SCHEMA_REGISTRY_OAUTH_SCOPE",
    "SCHEMA_REGISTRY_CA_FILE",
    "SCHEMA_REGISTRY_CONTEXT",
    "SCHEMA_REGISTRY_TARGET_CLUSTER",
    "SCHEMA_REGISTRY_IDENTITY_POOL",
    "TOPIKA_BUNDLE",
];

impl RegistryVars {
    /// Takes a variable that is one of these.
    pub(super) fn take(&mut self, name: &str, value: &str) {
        let place = match name {
            USER => &mut self.user,
            PASSWORD => &mut self.password,
            TOKEN => &mut self.token,
            CERTIFICATE => &mut self.certificate,
            KEY => &mut self.key,
            OAUTH_URL => &mut self.oauth_url,
            OAUTH_ID => &mut self.oauth_id,
            OAUTH_SECRET => &mut self.oauth_secret,
            "SCHEMA_REGISTRY_OAUTH_SCOPE" => &mut self.oauth_scope,
            "SCHEMA_REGISTRY_CA_FILE" => &mut self.authority,
            "SCHEMA_REGISTRY_CONTEXT" => &mut self.context,
            "SCHEMA_REGISTRY_TARGET_CLUSTER" => &mut self.cluster,
            "SCHEMA_REGISTRY_IDENTITY_POOL" => &mut self.pool,
            "TOPIKA_BUNDLE" => &mut self.bundle,
            _ => return,
        };
        *place = Some(value.to_owned());
    }

    /// Sets what was said.
    pub(super) fn set(self, mut builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        let user = both((USER, self.user), (PASSWORD, self.password))?;
        let oauth = both((OAUTH_ID, self.oauth_id), (OAUTH_SECRET, self.oauth_secret))?;
        let oauth = match (self.oauth_url, oauth) {
            (Some(url), Some((id, secret))) => Some(OAuth::client_credentials(url, id, secret)),
            (None, None) => None,
            (Some(_), None) => return Err(alone(OAUTH_URL, OAUTH_ID)),
            (None, Some(_)) => return Err(alone(OAUTH_ID, OAUTH_URL)),
        };
        let said = [(USER, user.is_some()), (TOKEN, self.token.is_some()), (OAUTH_URL, oauth.is_some())];
        if let [(one, _), (other, _), ..] =
            said.into_iter().filter(|(_, is_set)| *is_set).collect::<Vec<_>>().as_slice()
        {
            let message = format!("{one} and {other} are set, and each says who the client is");
            return Err(Error::new(ErrorKind::Config, message).help("set one of them"));
        }
        if let Some((user, password)) = user {
            builder = builder.registry_auth(user, password);
        }
        let identity = both((CERTIFICATE, self.certificate), (KEY, self.key))?;
        Ok(builder.registry_with(|mut registry| {
            if let Some(token) = self.token {
                registry = registry.bearer_auth(token);
            }
            if let Some(oauth) = oauth {
                registry = registry.oauth(oauth.scope(self.oauth_scope.unwrap_or_default()));
            }
            if let Some((certificate, key)) = identity {
                registry = registry.identity_files(certificate, key);
            }
            if let Some(file) = self.authority {
                registry = registry.ca_file(file);
            }
            if let Some(context) = self.context {
                registry = registry.context(context);
            }
            if let Some(id) = self.cluster {
                registry = registry.target_sr_cluster(id);
            }
            if let Some(id) = self.pool {
                registry = registry.identity_pool(id);
            }
            if let Some(file) = self.bundle {
                registry = registry.bundle(file);
            }
            registry
        }))
    }
}

type Variable = (&'static str, Option<String>);

/// Two variables that mean something only together.
fn both((first, a): Variable, (second, b): Variable) -> Result<Option<(String, String)>, Error> {
    match (a, b) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(alone(first, second)),
        (None, Some(_)) => Err(alone(second, first)),
    }
}

fn alone(there: &str, missing: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{there} is set, and {missing} is not")).help("set both or none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_of_the_list_is_taken() {
        for name in REGISTRY_VARIABLES {
            let mut vars = RegistryVars::default();
            vars.take(name, "x");
            let RegistryVars { user, password, token, certificate, key, oauth_url, oauth_id, oauth_secret, .. } = &vars;
            let RegistryVars { oauth_scope, authority, context, cluster, pool, bundle, .. } = &vars;
            let all = [user, password, token, certificate, key, oauth_url, oauth_id, oauth_secret];
            let taken = all.into_iter().chain([oauth_scope, authority, context, cluster, pool, bundle]).flatten();
            assert_eq!(taken.count(), 1, "{name}");
        }
    }
}
