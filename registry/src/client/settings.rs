use reqwest::Method;
use topika_contract::compat::Level;

use super::error::{Error, ErrorKind};
use super::handle::Client;
use super::request::Call;
use crate::api::{Config, ConfigUpdate, Mode, ModeBody, level_name, parse_level};

impl Client {
    /// The compatibility level that holds for a subject, or with `None` for the registry.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn level(&self, subject: Option<&str>) -> Result<Level, Error> {
        let call = Call::get(&path("config", subject))?.flag("defaultToGlobal", subject.is_some());
        let config: Config = self.inner().transport.send(&call).await?;
        let name = config.compatibility_level.unwrap_or_default();
        parse_level(&name).ok_or_else(|| {
            Error::new(
                ErrorKind::Protocol,
                format!("the registry says the level \"{name}\", which the protocol does not have"),
            )
        })
    }

    /// Sets the compatibility level of a subject, or with `None` of the registry.
    ///
    /// # Errors
    /// As [`Self::level`].
    pub async fn set_level(&self, subject: Option<&str>, level: Level) -> Result<(), Error> {
        let update = ConfigUpdate { compatibility: Some(level_name(level).to_owned()), ..ConfigUpdate::default() };
        let call = Call::new(Method::PUT, &path("config", subject))?.json(&update)?;
        self.inner().transport.send::<ConfigUpdate>(&call).await.map(drop)
    }

    /// The mode that holds for a subject, or with `None` for the registry.
    ///
    /// # Errors
    /// As [`Self::level`].
    pub async fn mode(&self, subject: Option<&str>) -> Result<Mode, Error> {
        let call = Call::get(&path("mode", subject))?.flag("defaultToGlobal", subject.is_some());
        let ModeBody { mode } = self.inner().transport.send(&call).await?;
        Mode::parse(&mode).ok_or_else(|| {
            Error::new(
                ErrorKind::Protocol,
                format!("the registry says the mode \"{mode}\", which the protocol does not have"),
            )
        })
    }

    /// Sets the mode of a subject, or with `None` of the registry.
    ///
    /// # Errors
    /// As [`Self::level`].
    pub async fn set_mode(&self, subject: Option<&str>, mode: Mode) -> Result<(), Error> {
        let call = Call::new(Method::PUT, &path("mode", subject))?.json(&ModeBody { mode: mode.name().to_owned() })?;
        self.inner().transport.send::<ModeBody>(&call).await.map(drop)
    }
}

fn path<'a>(route: &'a str, subject: Option<&'a str>) -> Vec<&'a str> {
    std::iter::once(route).chain(subject).collect()
}
