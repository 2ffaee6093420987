use std::collections::HashSet;
use std::sync::Arc;

use super::error::{Error, ErrorKind};
use super::handle::Client;
use crate::api::{Reference, SubjectVersion};

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
    /// The texts that references lead to, each once, a text before what refers to it. All of them together have one deadline.
    ///
    /// # Errors
    /// When one of them is not there, or there are too many.
    pub async fn referenced(&self, references: &[Reference]) -> Result<Vec<Referenced>, Error> {
        let deadline = self.inner().transport.deadline();
        let mut texts = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<(Reference, bool)> = references.iter().rev().map(|r| (r.clone(), false)).collect();
        while let Some((reference, children_done)) = open.pop() {
            if !children_done && !seen.insert(reference.name.clone()) {
                continue;
            }
            if seen.len() > MOST_TEXTS {
                let message = format!("a schema refers to more than {MOST_TEXTS} others, which no sound schema does");
                return Err(Error::new(ErrorKind::Protocol, message));
            }
            let number = u32::try_from(reference.version).map_err(|_| {
                let Reference { name, subject, version } = &reference;
                let message =
                    format!("reference \"{name}\" points at version {version} of subject \"{subject}\", which is none");
                Error::new(ErrorKind::Protocol, message)
            })?;
            let version = self.version_by(&reference.subject, number, deadline).await?;
            if children_done {
                texts.push(Referenced { name: reference.name, version });
                continue;
            }
            let children: Vec<_> = version.references.iter().rev().map(|r| (r.clone(), false)).collect();
            open.push((reference, true));
            open.extend(children);
        }
        Ok(texts)
    }
}
