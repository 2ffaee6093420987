//! Settings from environment variables, and from a file that says the same.

use std::ffi::OsString;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use topika_contract::text::closest;

use super::builder::ClientBuilder;
use super::env_registry::{REGISTRY_VARIABLES, RegistryVars};
use super::file;
use super::provision::Provision;
use super::said::{BOOTSTRAP, PROPERTY, Said, Text};
use crate::envelope::EnvelopeHeaders;
use crate::error::{Error, ErrorKind};
use crate::wire::Framing;

/// Variables that say how the client is set up, those of the registry apart. A file takes these names too.
const VARIABLES: &[&str] = &[
    BOOTSTRAP,
    "SCHEMA_REGISTRY_URL",
    "TOPIKA_AUTO_REGISTER",
    "TOPIKA_CONNECT_DEADLINE_MS",
    "TOPIKA_DEVELOPMENT",
    "TOPIKA_ENV",
    "TOPIKA_ENVELOPE",
    "TOPIKA_FRAMING",
    "TOPIKA_NORMALIZE",
    "TOPIKA_PROVISION",
    "TOPIKA_QUEUE_BYTES",
    "TOPIKA_QUEUE_MESSAGES",
    "TOPIKA_QUEUE_WAIT_MS",
    "TOPIKA_SERVICE",
    "TOPIKA_TOPIC_PREFIX",
    "TOPIKA_USE_LATEST",
];

/// Names a file that says what the environment does not.
const FILE: &str = "TOPIKA_CLIENT_FILE";

/// Reads a builder from variables. The process's own are passed by [`super::Client::from_env`].
pub(super) fn from_vars(vars: impl IntoIterator<Item = (OsString, OsString)>) -> Result<ClientBuilder, Error> {
    let mut said = Said::default();
    for (name, value) in vars {
        // What is not Unicode is none of our names.
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => said.variable(name, value)?,
            Err(_) if name.starts_with(PROPERTY) || known().any(|ours| ours == name) => {
                return Err(Error::new(ErrorKind::Config, format!("the value of {name} is no text in UTF-8")));
            }
            Err(_) => {}
        }
    }
    slips(&said)?;
    match said.variables.remove(FILE) {
        None => set(said),
        Some(file) => set(of_file(Path::new(&file.value)).map_err(|error| error.at(FILE))?.under(said)),
    }
}

/// Every variable that is ours, but for librdkafka's properties.
fn known() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().chain(REGISTRY_VARIABLES).copied().chain([FILE])
}

/// That no variable is nearly one of ours, in place of that one: a slip in `TOPIKA_TOPIC_PREFIX` would write to other topics. What is less alike belongs
/// to somebody else.
fn slips(said: &Said) -> Result<(), Error> {
    for prefix in ["TOPIKA_", "SCHEMA_REGISTRY_"] {
        for name in said.variables.keys().filter(|name| known().all(|ours| ours != name.as_str())) {
            let Some(own) = name.strip_prefix(prefix) else { continue };
            let Some(meant) = closest(own, known().filter_map(|ours| ours.strip_prefix(prefix))) else { continue };
            let meant = format!("{prefix}{meant}");
            if !said.variables.contains_key(&meant) {
                let error = Error::new(ErrorKind::Config, format!("the variable {name} says nothing to a client"));
                return Err(error.help(format!("did you mean {meant}?")));
            }
        }
    }
    Ok(())
}

/// Reads a builder from a file alone.
pub(super) fn from_file(path: &Path) -> Result<ClientBuilder, Error> {
    set(of_file(path)?)
}

/// Nothing else stands in a file that is the client's own.
fn of_file(path: &Path) -> Result<Said, Error> {
    let said = file::read(path)?;
    for (name, text) in &said.variables {
        if known().all(|ours| ours != name || ours == FILE) {
            let error = Error::new(ErrorKind::Config, format!("{}: \"{name}\" is no setting of a client", text.place));
            return Err(match closest(name, known()) {
                Some(meant) => error.help(format!("did you mean \"{meant}\"?")),
                None => error.help("a file holds properties of librdkafka, and what `Client::from_env` reads"),
            });
        }
    }
    Ok(said)
}

fn set(said: Said) -> Result<ClientBuilder, Error> {
    let mut builder = ClientBuilder::new();
    let mut registry = RegistryVars::default();
    for (name, text) in said.variables {
        let Text { value, place } = text;
        match name.as_str() {
            BOOTSTRAP => builder = builder.bootstrap(value),
            "SCHEMA_REGISTRY_URL" if value.trim() == "none" => builder = builder.without_registry(),
            "SCHEMA_REGISTRY_URL" => builder = builder.registry(value),
            "TOPIKA_TOPIC_PREFIX" => builder = builder.topic_prefix(value),
            "TOPIKA_ENV" => builder = builder.environment(value.trim()),
            "TOPIKA_ENVELOPE" => builder = builder.envelope(envelope(&place, &value)?),
            "TOPIKA_SERVICE" => builder = builder.service(value.trim()),
            "TOPIKA_DEVELOPMENT" => builder = builder.development(yes_or_no(&place, &value)?),
            "TOPIKA_AUTO_REGISTER" => builder = builder.auto_register(yes_or_no(&place, &value)?),
            "TOPIKA_CONNECT_DEADLINE_MS" => {
                builder = builder.connect_deadline(Duration::from_millis(number(&place, &value)?));
            }
            "TOPIKA_QUEUE_BYTES" => builder = builder.queue_bytes(number(&place, &value)?),
            "TOPIKA_QUEUE_MESSAGES" => builder = builder.queue_messages(number(&place, &value)?),
            "TOPIKA_QUEUE_WAIT_MS" => {
                builder = builder.queue_wait(Duration::from_millis(number(&place, &value)?));
            }
            "TOPIKA_FRAMING" => builder = builder.framing(framing(&place, &value)?),
            "TOPIKA_USE_LATEST" => builder = builder.use_latest(yes_or_no(&place, &value)?),
            "TOPIKA_NORMALIZE" => {
                let normalize = yes_or_no(&place, &value)?;
                builder = builder.registry_with(|registry| registry.normalize(normalize));
            }
            "TOPIKA_PROVISION" => builder = builder.provision(provision(&place, &value)?),
            _ => registry.take(&name, &value),
        }
    }
    for (name, text) in said.properties {
        builder = builder.kafka_property(name, text.value);
    }
    registry.set(builder)
}

/// A whole number from 1 on.
fn number<T: FromStr + PartialOrd + From<u8>>(place: &str, value: &str) -> Result<T, Error> {
    value.trim().parse().ok().filter(|number| *number >= T::from(1)).ok_or_else(|| {
        Error::new(
            ErrorKind::Config,
            format!("{place}={value} is no whole number from 1 on, or a larger one than can be"),
        )
    })
}

fn yes_or_no(name: &str, value: &str) -> Result<bool, Error> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" | "" => Ok(false),
        _ => Err(Error::new(ErrorKind::Config, format!("{name}={value} is neither true nor false"))),
    }
}

fn provision(name: &str, value: &str) -> Result<Provision, Error> {
    match value.trim().to_ascii_lowercase().as_str() {
        "create" => Ok(Provision::Create),
        "verify" | "" => Ok(Provision::Verify),
        "exists" => Ok(Provision::Exists),
        _ => Err(Error::new(ErrorKind::Config, format!("{name}={value} is none of create, verify, exists"))),
    }
}

fn envelope(name: &str, value: &str) -> Result<EnvelopeHeaders, Error> {
    EnvelopeHeaders::of_words(value).map_err(|word| {
        let message = format!("{name}={value} has the word {word:?}");
        Error::new(ErrorKind::Config, message)
            .help("the words are id, correlation, causation, type, time, version, cloudevents and none")
    })
}

fn framing(name: &str, value: &str) -> Result<Framing, Error> {
    match value.trim().to_ascii_lowercase().as_str() {
        "id" | "" => Ok(Framing::Id),
        "guid" => Ok(Framing::Guid),
        "id-header" => Ok(Framing::IdHeader),
        "guid-header" => Ok(Framing::GuidHeader),
        _ => Err(Error::new(ErrorKind::Config, format!("{name}={value} is none of id, guid, id-header, guid-header"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<ClientBuilder, Error> {
        from_vars(vars.iter().map(|(k, v)| (OsString::from(k), OsString::from(v))))
    }

    #[test]
    fn every_variable_reaches_its_setting() {
        let builder = read(&[
            ("KAFKA_BOOTSTRAP_SERVERS", "a:9092,b:9092"),
            ("SCHEMA_REGISTRY_URL", "http://r1:8081,http://r2:8081"),
            ("SCHEMA_REGISTRY_USER", "ada"),
            ("SCHEMA_REGISTRY_PASSWORD", "hunter2"),
            ("TOPIKA_TOPIC_PREFIX", "prod."),
            ("TOPIKA_ENV", "prod"),
            ("TOPIKA_ENVELOPE", "id, causation"),
            ("TOPIKA_SERVICE", "orders"),
            ("TOPIKA_DEVELOPMENT", "yes"),
            ("TOPIKA_AUTO_REGISTER", "true"),
            ("TOPIKA_PROVISION", "create"),
            ("TOPIKA_FRAMING", "guid-header"),
            ("TOPIKA_USE_LATEST", "yes"),
            ("TOPIKA_NORMALIZE", "1"),
            ("TOPIKA_KAFKA_CLIENT_RACK", "eu-1"),
            ("PATH", "/bin"),
        ])
        .unwrap();
        let settings = builder.settings();
        assert_eq!(settings.bootstrap, "a:9092,b:9092");
        assert_eq!(settings.registry.0, ["http://r1:8081", "http://r2:8081"]);
        assert_eq!(settings.topic_prefix, "prod.");
        assert_eq!((settings.environment.as_deref(), settings.development), (Some("prod"), true));
        assert_eq!(*settings.envelope, EnvelopeHeaders::of_words("id,causation").unwrap().service("orders"));
        assert!(settings.auto_register);
        assert_eq!(settings.provision, Provision::Create);
        assert_eq!(settings.framing, Framing::GuidHeader);
        assert!(settings.schema.latest);
        assert_eq!(settings.properties.0.get("client.rack").map(String::as_str), Some("eu-1"));
        assert!(!settings.properties.0.contains_key("path"));
        let shown = format!("{builder:?}");
        assert!(!shown.contains("hunter2") && shown.contains("ada"), "{shown}");
    }

    #[test]
    fn a_kafka_property_is_checked_where_it_is_read_and_the_variable_is_named() {
        for (name, value, says) in [
            ("TOPIKA_KAFKA_LINGER_MS", "soon", "TOPIKA_KAFKA_LINGER_MS: linger.ms=soon is not a value"),
            ("TOPIKA_KAFKA_LINGER_MSS", "1", "did you mean \"linger.ms\"?"),
            ("TOPIKA_KAFKA_GROUP_ID", "x", "TOPIKA_KAFKA_GROUP_ID: the Kafka property \"group.id\" cannot be set"),
            ("TOPIKA_QUEUE_MESSAGES", "0", "TOPIKA_QUEUE_MESSAGES=0 is no whole number from 1 on"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(says), "{error}");
        }
        let both = [("TOPIKA_KAFKA_LINGER_MS", "1"), ("TOPIKA_KAFKA_QUEUE_BUFFERING_MAX_MS", "2")];
        assert!(read(&both).unwrap_err().to_string().contains("is set already, by TOPIKA_KAFKA_LINGER_MS"));
        let builder = read(&[("TOPIKA_KAFKA_LOG_LEVEL", "3"), ("TOPIKA_KAFKA_METADATA_MAX_AGE_MS", "9000")]).unwrap();
        let properties = &builder.settings().properties.0;
        assert_eq!(properties.keys().collect::<Vec<_>>(), ["log_level", "metadata.max.age.ms"]);
    }

    #[test]
    fn a_file_says_what_the_environment_does_not() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text =
            "bootstrap.servers=a:1\nlinger.ms=7\nacks=all\nSCHEMA_REGISTRY_URL=http://r\nTOPIKA_TOPIC_PREFIX=dev.\n";
        std::fs::write(file.path(), text).unwrap();
        let path = file.path().to_str().unwrap();
        let alone = from_file(file.path()).unwrap();
        let property = |builder: &ClientBuilder, name: &str| builder.settings().properties.0.get(name).cloned();
        assert_eq!((alone.settings().bootstrap.as_str(), alone.settings().topic_prefix.as_str()), ("a:1", "dev."));
        assert_eq!(property(&alone, "linger.ms").as_deref(), Some("7"));
        let vars = [(FILE, path), (BOOTSTRAP, "b:1"), ("TOPIKA_KAFKA_QUEUE_BUFFERING_MAX_MS", "9")];
        let over = read(&vars).unwrap();
        assert_eq!((over.settings().bootstrap.as_str(), over.settings().topic_prefix.as_str()), ("b:1", "dev."));
        assert_eq!(property(&over, "linger.ms").as_deref(), Some("9"));
        assert_eq!(property(&over, "acks").as_deref(), Some("all"));
        std::fs::write(file.path(), "TOPIKA_TOPIC_PREFX=dev.").unwrap();
        let error = from_file(file.path()).unwrap_err();
        assert!(error.to_string().contains("did you mean \"TOPIKA_TOPIC_PREFIX\"?"), "{error}");
        let error = read(&[(FILE, "/nowhere")]).unwrap_err();
        assert!(error.to_string().contains("TOPIKA_CLIENT_FILE: the client's file \"/nowhere\""), "{error}");
    }

    #[tokio::test]
    async fn that_there_is_no_registry_is_a_value_too() {
        let builder = read(&[("KAFKA_BOOTSTRAP_SERVERS", "a:1"), ("SCHEMA_REGISTRY_URL", "none")]).unwrap();
        assert!(builder.settings().without_registry && builder.settings().registry.0.is_empty());
        builder.build().unwrap();
    }

    #[test]
    fn half_of_a_credential_is_an_error() {
        let error = read(&[("SCHEMA_REGISTRY_USER", "ada")]).unwrap_err();
        assert!(error.to_string().contains("SCHEMA_REGISTRY_PASSWORD is not"), "{error}");
        assert!(read(&[("SCHEMA_REGISTRY_PASSWORD", "x")]).is_err());
        for (alone, missing) in [
            ("SCHEMA_REGISTRY_KEY_FILE", "SCHEMA_REGISTRY_CERTIFICATE_FILE"),
            ("SCHEMA_REGISTRY_OAUTH_URL", "SCHEMA_REGISTRY_OAUTH_CLIENT_ID"),
            ("SCHEMA_REGISTRY_OAUTH_CLIENT_ID", "SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET"),
        ] {
            let error = read(&[(alone, "x")]).unwrap_err();
            assert!(error.to_string().contains(&format!("{alone} is set, and {missing} is not")), "{error}");
        }
        let error = read(&[("SCHEMA_REGISTRY_OAUTH_CLIENT_ID", "x"), ("SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET", "x")]);
        assert!(error.unwrap_err().to_string().contains("SCHEMA_REGISTRY_OAUTH_URL is not"));
    }

    #[test]
    fn the_registry_is_told_who_the_client_is_in_one_way_and_nothing_of_it_is_shown() {
        let basic = [("SCHEMA_REGISTRY_USER", "ada"), ("SCHEMA_REGISTRY_PASSWORD", "hunter2")];
        let oauth = [
            ("SCHEMA_REGISTRY_OAUTH_URL", "https://idp/token"),
            ("SCHEMA_REGISTRY_OAUTH_CLIENT_ID", "me"),
            ("SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET", "hunter2"),
            ("SCHEMA_REGISTRY_OAUTH_SCOPE", "registry"),
            ("SCHEMA_REGISTRY_TARGET_CLUSTER", "lsrc-1"),
            ("SCHEMA_REGISTRY_IDENTITY_POOL", "pool-1"),
        ];
        let token = [("SCHEMA_REGISTRY_TOKEN", "hunter2")];
        let shown = format!("{:?}", read(&oauth).unwrap());
        for word in ["client_id: \"me\"", "registry", "target-sr-cluster", "Confluent-Identity-Pool-Id"] {
            assert!(shown.contains(word), "{word} in {shown}");
        }
        assert!(!shown.contains("hunter2") && !format!("{:?}", read(&token).unwrap()).contains("hunter2"), "{shown}");
        for two in
            [[&basic[..], &token[..]].concat(), [&oauth[..], &token[..]].concat(), [&basic[..], &oauth[..]].concat()]
        {
            let error = read(&two).unwrap_err();
            assert!(error.to_string().contains("each says who the client is"), "{error}");
        }
    }

    #[test]
    fn files_of_the_registry_are_read_when_the_client_is_made_and_named_where_they_are_missing() {
        let there = [("KAFKA_BOOTSTRAP_SERVERS", "a:1"), ("SCHEMA_REGISTRY_URL", "https://r")];
        for (name, with) in [
            ("SCHEMA_REGISTRY_CA_FILE", vec![]),
            ("TOPIKA_BUNDLE", vec![]),
            ("SCHEMA_REGISTRY_CERTIFICATE_FILE", vec![("SCHEMA_REGISTRY_KEY_FILE", "/nowhere")]),
        ] {
            let error = read(&[&there[..], &[(name, "/nowhere/at/all")], &with].concat()).unwrap().build().unwrap_err();
            assert!(error.to_string().contains("/nowhere"), "{name}: {error}");
        }
        let context = read(&[&there[..], &[("SCHEMA_REGISTRY_CONTEXT", "a:b")]].concat()).unwrap().build().unwrap_err();
        assert!(context.to_string().contains("a:b"), "{context}");
    }

    #[test]
    fn a_slip_in_the_name_of_a_variable_is_an_error_with_the_one_that_was_meant() {
        for (name, meant) in [
            ("TOPIKA_TOPIC_PREFX", "TOPIKA_TOPIC_PREFIX"),
            ("TOPIKA_PROVISON", "TOPIKA_PROVISION"),
            ("SCHEMA_REGISTRY_URLS", "SCHEMA_REGISTRY_URL"),
        ] {
            let error = read(&[(name, "hunter2")]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(&format!("did you mean {meant}?")), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
            drop(read(&[(name, "x"), (meant, "create")]).unwrap());
        }
        for of_others in
            ["TOPIKA_UPDATE", "TOPIKA_REQUIRE", "TOPIKA_OUTSIDE", "TOPIKA_ROUNDS", "SCHEMA_REGISTRY_HOST_NAME"]
        {
            drop(read(&[(of_others, "1")]).unwrap());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_an_error_where_the_variable_is_ours() {
        use std::os::unix::ffi::OsStringExt as _;
        let broken = |name: &str| from_vars([(OsString::from(name), OsString::from_vec(vec![0xe9]))]);
        for ours in ["TOPIKA_KAFKA_SASL_PASSWORD", "TOPIKA_TOPIC_PREFIX", "SCHEMA_REGISTRY_PASSWORD"] {
            assert!(broken(ours).unwrap_err().to_string().contains(ours));
        }
        drop(broken("LESSOPEN").unwrap());
    }

    #[test]
    fn a_value_that_means_nothing_is_an_error_that_names_it() {
        for (name, value) in
            [("TOPIKA_AUTO_REGISTER", "maybe"), ("TOPIKA_PROVISION", "all"), ("TOPIKA_FRAMING", "both")]
        {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(&format!("{name}={value}")), "{error}");
        }
        for (value, meaning) in [("no", false), ("YES", true), ("0", false)] {
            assert_eq!(read(&[("TOPIKA_AUTO_REGISTER", value)]).unwrap().settings().auto_register, meaning);
        }
        assert_eq!(read(&[("TOPIKA_PROVISION", "exists")]).unwrap().settings().provision, Provision::Exists);
    }
}
