use std::collections::HashSet;
use std::sync::Arc;

use super::error::{Error, ErrorKind};
use super::handle::Client;
use super::request::Call;
use crate::api::{Reference, SubjectVersion, subject_within};

/// More texts than this behind one schema are refused.
const MOST_TEXTS: usize = 1_000;

/// A text behind a reference.
#[derive(Clone, Debug)]
pub struct Referenced {
    /// The name by which it is referred to.
    pub name: String,
    /// The version that it is.
    pub version: Arc<SubjectVersion>,
}

impl Client {
    /// The texts that the references of a schema in the client's context lead to, each once, a text before what refers to it. A reference
    /// without a context is meant in that of the text which holds it. All of them together have one deadline.
    ///
    /// # Errors
    /// When one of them is not there; [`ErrorKind::InvalidSchema`] when there are too many, or one can be no version of any subject.
    pub async fn referenced(&self, references: &[Reference]) -> Result<Vec<Referenced>, Error> {
        self.behind("", references).await
    }

    /// As [`Self::referenced`], of a version, which may be of another context than the client's.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// let order = client.latest(":.shop:orders-value").await?;
    /// for text in client.referenced_of(&order).await? {
    ///     println!("{} is version {} of {}", text.name, text.version.version, text.version.subject);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Self::referenced`].
    pub async fn referenced_of(&self, version: &SubjectVersion) -> Result<Vec<Referenced>, Error> {
        self.behind(&version.subject, &version.references).await
    }

    async fn behind(&self, parent: &str, references: &[Reference]) -> Result<Vec<Referenced>, Error> {
        let deadline = self.inner().transport.deadline();
        let mut texts = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<(Reference, bool)> = meant(references, parent).collect();
        while let Some((reference, children_done)) = open.pop() {
            if !children_done && !seen.insert(reference.name.clone()) {
                continue;
            }
            if seen.len() > MOST_TEXTS {
                let message = format!("a schema refers to more than {MOST_TEXTS} others, which no sound schema does");
                return Err(Error::new(ErrorKind::InvalidSchema, message));
            }
            let number = u32::try_from(reference.version).map_err(|_| {
                let Reference { name, subject, version } = &reference;
                let message =
                    format!("reference \"{name}\" points at version {version} of subject \"{subject}\", which is none");
                Error::new(ErrorKind::InvalidSchema, message)
            })?;
            if let Err(error) = Call::get(&["subjects", &reference.subject]) {
                let message = format!("reference \"{}\" leads nowhere: {error}", reference.name);
                return Err(Error::new(ErrorKind::InvalidSchema, message));
            }
            let version = self.version_by(&reference.subject, number, deadline).await?;
            if children_done {
                texts.push(Referenced { name: reference.name, version });
                continue;
            }
            let children: Vec<_> = meant(&version.references, &reference.subject).collect();
            open.push((reference, true));
            open.extend(children);
        }
        Ok(texts)
    }
}

/// The references of a text, the last one first, with the subjects that they mean.
fn meant<'a>(references: &'a [Reference], parent: &'a str) -> impl Iterator<Item = (Reference, bool)> + 'a {
    references.iter().rev().map(move |reference| {
        let subject = subject_within(&reference.subject, parent).into_owned();
        (Reference { subject, ..reference.clone() }, false)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;
    use crate::client::script::{Script, Turn, say};

    /// A registry whose every version refers to the next one, each after a while.
    fn endless(pause: Duration) -> Arc<Script> {
        Script::new(move |_, n| {
            let refers = format!(r#"[{{"name":"n{n}","subject":"s{n}","version":1}}]"#);
            let body = format!(r#"{{"subject":"s","id":1,"version":1,"schema":"\"int\"","references":{refers}}}"#);
            Turn::After(pause, Box::new(say(200, body)))
        })
    }

    async fn follow(script: &Arc<Script>) -> Error {
        let client = script.client(Client::builder().url("http://r"));
        let first = Reference { name: "n".into(), subject: "s".into(), version: 1 };
        client.referenced(&[first]).await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_chain_of_references_without_end_is_left() {
        let script = endless(Duration::ZERO);
        let error = follow(&script).await;
        assert_eq!((error.kind(), script.count()), (ErrorKind::InvalidSchema, MOST_TEXTS));
    }

    #[tokio::test(start_paused = true)]
    async fn all_texts_together_have_one_deadline() {
        let script = endless(Duration::from_secs(1));
        let begun = Instant::now();
        assert_eq!(follow(&script).await.kind(), ErrorKind::Timeout);
        assert_eq!(begun.elapsed(), Duration::from_secs(30));
    }
}
