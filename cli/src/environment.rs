//! The environments that the manifest names: where their registries are, and who asks.

use std::path::Path;

use topika_contract::manifest::{EnvRow, Manifest, Marked, Setting};
use topika_contract::project::Project;
use topika_contract::text::closest;
use topika_registry::client::{Client, ClientBuilder, Error, ErrorKind, OAuth};

use crate::problem::Problem;

/// The registry of an environment, which can be asked.
pub(crate) struct Registry {
    pub(crate) client: Client,
    /// The name of its row.
    pub(crate) env: String,
    pub(crate) url: String,
    /// What stands before the names of topics.
    pub(crate) prefix: String,
    /// Whether it is one context of the registry.
    pub(crate) has_context: bool,
}

/// The registry of the row `[env.NAME]`.
pub(crate) fn registry(env: &str, project: &Project) -> Result<Registry, Problem> {
    registry_of(env, &project.manifest, &project.root)
}

/// The same of a manifest in a folder.
pub(crate) fn registry_of(env: &str, manifest: &Manifest, root: &Path) -> Result<Registry, Problem> {
    let row = row(env, manifest)?;
    let Some(url) = row.registry.as_ref().map(|url| url.value.clone()) else {
        let help = format!("add `registry = \"https://...\"` to the row [env.{env}]");
        return Err(Problem::new(format!("[env.{env}] in topika.toml names no registry"), help));
    };
    let builder = reached(row, root, identified(row, Client::builder().url(&url))?)?;
    let client =
        builder.build().map_err(|error| Problem::new(error.to_string(), format!("mend [env.{env}] in topika.toml")))?;
    let (prefix, has_context) = (prefix(env, manifest)?, has_context(env, manifest)?);
    Ok(Registry { client, env: env.to_owned(), url, prefix, has_context })
}

/// What stands before the names of topics in the environment `[env.NAME]`.
pub(crate) fn prefix(env: &str, manifest: &Manifest) -> Result<String, Problem> {
    Ok(row(env, manifest)?.topic_prefix.as_ref().map(|prefix| prefix.value.clone()).unwrap_or_default())
}

/// Whether the environment is one context of its registry.
pub(crate) fn has_context(env: &str, manifest: &Manifest) -> Result<bool, Problem> {
    Ok(row(env, manifest)?.context.is_some())
}

/// The other environment of the same registry that has a subject of a topic: the one whose prefix, longer than that of `env`, stands before it. What
/// is no topic's has no prefix, and no `-` in its name.
pub(crate) fn other_env<'m>(env: &str, manifest: &'m Manifest, there: &str) -> Option<&'m str> {
    let own = manifest.env_row(env)?;
    let prefix_of = |row: &'m EnvRow| row.topic_prefix.as_ref().map_or("", |prefix| prefix.value.as_str());
    let place = |row: &'m EnvRow| {
        let url = row.registry.as_ref().map(|url| url.value.trim_end_matches('/'));
        (url, row.context.as_ref().map(|context| context.value.as_str()))
    };
    let has = |prefix: &str| {
        prefix.len() > prefix_of(own).len()
            && prefix.starts_with(prefix_of(own))
            && there.strip_prefix(prefix).is_some_and(|name| name.contains('-'))
    };
    let others = manifest.envs.iter().filter(|row| place(row) == place(own) && has(prefix_of(row)));
    others.max_by_key(|row| prefix_of(row).len()).map(|row| row.name.value.as_str())
}

pub(crate) fn row<'m>(env: &str, manifest: &'m Manifest) -> Result<&'m EnvRow, Problem> {
    manifest.env_row(env).ok_or_else(|| unknown(env, manifest))
}

impl Registry {
    /// How it is called on the command line and in findings: `registry:prod`.
    pub(crate) fn id(&self) -> String {
        format!("registry:{}", self.env)
    }

    /// An error of the client with its next step; `otherwise` is what goes without the registry.
    pub(crate) fn problem(&self, error: &Error, otherwise: Option<&str>) -> Problem {
        let help = match error.kind() {
            ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::Unavailable => {
                let otherwise = otherwise.map(|otherwise| format!(", or {otherwise}")).unwrap_or_default();
                format!("see that {} is up and can be reached from here{otherwise}", self.url)
            }
            ErrorKind::Unauthorized => {
                format!(
                    "say who asks in [env.{}]: `user` and `password`, `token` or `oauth`, and set the variables to what the registry knows",
                    self.env
                )
            }
            ErrorKind::Incompatible | ErrorKind::InvalidSchema | ErrorKind::Refused => {
                "see what the registry says, and mend that".to_owned()
            }
            _ => format!("see that `registry` of [env.{}] is the URL of a schema registry", self.env),
        };
        Problem::new(format!("{} cannot be read: {error}", self.id()), help)
    }
}

fn unknown(env: &str, manifest: &Manifest) -> Problem {
    let known: Vec<&str> = manifest.envs.iter().map(|row| row.name.value.as_str()).collect();
    let help = match (closest(env, known.iter().copied()), known.as_slice()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, []) => format!("add a row [env.{env}] with `registry = \"https://...\"`"),
        (None, known) => format!("known: {}", known.join(", ")),
    };
    Problem::new(format!("there is no [env.{env}] in topika.toml"), help)
}

/// Says who asks, where the row does.
fn identified(row: &EnvRow, mut builder: ClientBuilder) -> Result<ClientBuilder, Problem> {
    if let Some(user) = &row.user {
        let password = row.password.as_ref().map(|password| value(&password.value)).transpose()?.unwrap_or_default();
        builder = builder.basic_auth(value(&user.value)?, password);
    }
    if let Some(token) = &row.token {
        builder = builder.bearer_auth(value(&token.value)?);
    }
    if let Some(oauth) = &row.oauth {
        let (id, secret) = (value(&oauth.client_id.value)?, value(&oauth.client_secret.value)?);
        let credentials = OAuth::client_credentials(&oauth.url.value, id, secret);
        builder = builder.oauth(match &oauth.scope {
            Some(scope) => credentials.scope(&scope.value),
            None => credentials,
        });
    }
    if let Some(cluster) = &row.target_cluster {
        builder = builder.target_sr_cluster(value(&cluster.value)?);
    }
    if let Some(pool) = &row.identity_pool {
        builder = builder.identity_pool(value(&pool.value)?);
    }
    Ok(builder)
}

/// Says how the registry is reached: its context, and whom both sides trust. Files are meant from the project's root on.
fn reached(row: &EnvRow, root: &Path, mut builder: ClientBuilder) -> Result<ClientBuilder, Problem> {
    let file = |setting: &Marked<Setting>| Ok::<_, Problem>(root.join(value(&setting.value)?));
    if let Some(context) = &row.context {
        builder = builder.context(&context.value);
    }
    if let Some(authorities) = &row.ca_file {
        builder = builder.ca_file(file(authorities)?);
    }
    if let (Some(certificate), Some(key)) = (&row.certificate_file, &row.key_file) {
        builder = builder.identity_files(file(certificate)?, file(key)?);
    }
    Ok(builder)
}

pub(crate) fn value(setting: &Setting) -> Result<String, Problem> {
    match setting {
        Setting::Text(text) => Ok(text.clone()),
        Setting::Variable(name) => std::env::var(name).map_err(|_| {
            Problem::new(format!("the variable {name} is not set"), "set it to what topika.toml names it for")
        }),
    }
}
