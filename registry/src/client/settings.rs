//! Configuration and mode, of the registry and of subjects.

use reqwest::Method;
use serde::de::DeserializeOwned;
use topika_contract::compat::Level;

use super::error::{Error, ErrorKind};
use super::handle::Client;
use super::request::Call;
use crate::api::{Config, ConfigUpdate, Mode, ModeBody, level_name, parse_level};

/// `None` stands for the whole registry, or for the client's context where it has one.
impl Client {
    /// The settings of a subject alone, or with `None` of the registry. Settings that this crate does not know are kept in
    /// [`others`](Config::others).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the subject has none of its own; else when the registry cannot be reached or refuses.
    pub async fn config(&self, subject: Option<&str>) -> Result<Config, Error> {
        self.get("config", subject, false).await
    }

    /// The settings that hold for a subject: its own, and where it has none the registry's.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses.
    pub async fn effective_config(&self, subject: &str) -> Result<Config, Error> {
        self.get("config", Some(subject), true).await
    }

    /// Changes the settings that the update names, of a subject or with `None` of the registry. Answers what the registry took.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::api::ConfigUpdate;
    ///
    /// let update = ConfigUpdate { compatibility: Some("FULL".into()), normalize: Some(true), ..ConfigUpdate::default() };
    /// client.set_config(Some("orders-value"), &update).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Self::effective_config`].
    pub async fn set_config(&self, subject: Option<&str>, update: &ConfigUpdate) -> Result<ConfigUpdate, Error> {
        let call = self.at(Method::PUT, "config", subject)?.json(update)?;
        self.inner().transport.send(&call).await
    }

    /// Takes back the settings of a subject, or with `None` of the registry. Answers what they were.
    ///
    /// # Errors
    /// As [`Self::config`].
    pub async fn delete_config(&self, subject: Option<&str>) -> Result<Config, Error> {
        self.inner().transport.send(&self.at(Method::DELETE, "config", subject)?).await
    }

    /// The compatibility level that holds for a subject, or with `None` for the registry: where that has none of its own, the protocol's
    /// default, `BACKWARD`.
    ///
    /// # Errors
    /// As [`Self::effective_config`]; also when the level is none of the protocol's.
    pub async fn level(&self, subject: Option<&str>) -> Result<Level, Error> {
        let config: Config = self.get("config", subject, true).await?;
        // A registry that has other settings alone says them alone.
        let Some(name) = config.compatibility_level else { return Ok(Level::Backward) };
        parse_level(&name).ok_or_else(|| unknown("level", &name))
    }

    /// Sets the compatibility level of a subject, or with `None` of the registry.
    ///
    /// # Errors
    /// As [`Self::effective_config`].
    pub async fn set_level(&self, subject: Option<&str>, level: Level) -> Result<(), Error> {
        let update = ConfigUpdate { compatibility: Some(level_name(level).to_owned()), ..ConfigUpdate::default() };
        self.set_config(subject, &update).await.map(drop)
    }

    /// The mode that holds for a subject, or with `None` for the registry. A registry that knows no modes, and answers with nothing
    /// (Apicurio), takes everything: [`Mode::Readwrite`].
    ///
    /// # Errors
    /// As [`Self::level`].
    pub async fn mode(&self, subject: Option<&str>) -> Result<Mode, Error> {
        self.get_mode(subject, subject.is_some() || self.inner().context.hint().is_some()).await
    }

    /// The mode of a subject alone, or with `None` of the registry.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the subject has none of its own; else as [`Self::level`].
    pub async fn own_mode(&self, subject: Option<&str>) -> Result<Mode, Error> {
        self.get_mode(subject, false).await
    }

    /// Sets the mode of a subject, or with `None` of the registry.
    ///
    /// # Errors
    /// As [`Self::effective_config`]; [`Mode::Import`] also where there are schemas already.
    pub async fn set_mode(&self, subject: Option<&str>, mode: Mode) -> Result<(), Error> {
        self.put_mode(subject, mode, false).await
    }

    /// As [`Self::set_mode`], also [`Mode::Import`] where there are schemas already.
    ///
    /// # Errors
    /// As [`Self::effective_config`].
    pub async fn force_mode(&self, subject: Option<&str>, mode: Mode) -> Result<(), Error> {
        self.put_mode(subject, mode, true).await
    }

    /// Takes back the mode of a subject, or with `None` of the registry; with `recursive` also those of the subjects below. Answers
    /// what it was: `None` where only the subjects below a context had one.
    ///
    /// # Errors
    /// As [`Self::own_mode`].
    pub async fn delete_mode(&self, subject: Option<&str>, recursive: bool) -> Result<Option<Mode>, Error> {
        let call = self.at(Method::DELETE, "mode", subject)?.flag("recursive", recursive);
        let before: ModeBody = self.inner().transport.send(&call).await?;
        if before.mode.is_empty() { Ok(None) } else { mode_of(before).map(Some) }
    }

    async fn get_mode(&self, subject: Option<&str>, or_global: bool) -> Result<Mode, Error> {
        let transport = &self.inner().transport;
        let call = self.at(Method::GET, "mode", subject)?.flag("defaultToGlobal", or_global);
        let read = |body: &[u8]| match body {
            [] => Ok(ModeBody { mode: Mode::Readwrite.name().to_owned() }),
            body => serde_json::from_slice(body).map_err(|error| error.to_string()),
        };
        mode_of(transport.deliver(&call, transport.deadline(), read).await?)
    }

    async fn put_mode(&self, subject: Option<&str>, mode: Mode, force: bool) -> Result<(), Error> {
        let call = self.at(Method::PUT, "mode", subject)?.flag("force", force);
        self.inner().transport.send::<ModeBody>(&call.json(&ModeBody { mode: mode.name().to_owned() })?).await.map(drop)
    }

    async fn get<T: DeserializeOwned>(&self, route: &str, subject: Option<&str>, or_global: bool) -> Result<T, Error> {
        let call = self.at(Method::GET, route, subject)?.flag("defaultToGlobal", or_global);
        self.inner().transport.send(&call).await
    }

    fn at(&self, method: Method, route: &str, subject: Option<&str>) -> Result<Call, Error> {
        let context = &self.inner().context;
        let subject = subject.map(|subject| context.qualify(subject).into_owned());
        let subject = subject.or_else(|| context.hint().map(str::to_owned));
        Call::new(method, &std::iter::once(route).chain(subject.as_deref()).collect::<Vec<_>>())
    }
}

fn mode_of(ModeBody { mode }: ModeBody) -> Result<Mode, Error> {
    Mode::parse(&mode).ok_or_else(|| unknown("mode", &mode))
}

fn unknown(what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("the registry says the {what} {name:?}, which the protocol does not have"))
}
