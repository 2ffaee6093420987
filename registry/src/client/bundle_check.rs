//! Whether the bundle is one of this registry.

use reqwest::Method;

use super::error::{Error, ErrorKind};
use super::handle::{Client, Inner};
use super::lookup::PATIENCE;
use crate::api::SubjectVersion;

/// How many versions are compared: ids are counted over all subjects, so those of another registry differ soon.
const SAMPLES: usize = 8;

impl Client {
    /// Asks the registry for some versions of the bundle: whether it gave them the ids that the bundle says. `false` where it does not answer
    /// within three seconds, which is what a bundle is for; `true` without a bundle. Ids never change, so an older bundle of the same
    /// registry agrees with it, and one of another environment, or of a registry that was filled anew, does not: whoever reads or writes
    /// by it takes one schema for another.
    ///
    /// ```
    /// # async fn f() -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::client::Client;
    ///
    /// let client = Client::builder().url("http://registry:8081").bundle("schemas.prod.json").build()?;
    /// if !client.check_bundle().await? {
    ///     println!("the registry is away; the bundle stands in");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] where they differ; when the registry refuses, as [`Self::version`].
    pub async fn check_bundle(&self) -> Result<bool, Error> {
        let Inner { bundle, transport, .. } = self.inner();
        let Some(bundle) = bundle else { return Ok(true) };
        if transport.servers.in_order().is_empty() {
            return Ok(false);
        }
        let versions: Vec<&SubjectVersion> = bundle.iter().map(AsRef::as_ref).collect();
        let deadline = transport.deadline().at_most(PATIENCE);
        let (mut asked, mut there) = (0_usize, 0_usize);
        for ours in versions.iter().step_by(versions.len().div_ceil(SAMPLES).max(1)) {
            let SubjectVersion { subject, version, id, .. } = ours;
            let call = self.below(Method::GET, subject, &["versions", &version.to_string()])?.flag("deleted", true);
            asked += 1;
            match transport.send_by::<SubjectVersion>(&call, deadline).await {
                Ok(theirs) if theirs.id == *id => there += 1,
                Ok(theirs) => {
                    let said = format!(
                        "it gives version {version} of \"{subject}\" the id {id}, and the registry {}",
                        theirs.id
                    );
                    return Err(other(bundle.env(), &said));
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) if error.is_no_answer() => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        // Some may have been deleted for good; not all.
        if asked > 0 && there == 0 {
            return Err(other(
                bundle.env(),
                &format!("the registry has none of the {asked} versions that were asked for"),
            ));
        }
        Ok(true)
    }
}

fn other(env: &str, said: &str) -> Error {
    let message = format!(
        "the bundle of \"{env}\" is not of this registry: {said}; see whether both are of one environment (TOPIKA_BUNDLE, SCHEMA_REGISTRY_URL), or write it anew with `cargo topika bundle --env {env}`"
    );
    Error::new(ErrorKind::Settings, message)
}
