//! Settings from environment variables.

use super::builder::ClientBuilder;
use super::env_registry::RegistryVars;
use super::provision::Provision;
use crate::error::{Error, ErrorKind};
use crate::wire::Framing;

/// Every variable of this prefix is a Kafka property: `TOPIKA_KAFKA_CLIENT_RACK=eu-1` is `client.rack`.
const PROPERTY: &str = "TOPIKA_KAFKA_";

/// Reads a builder from variables. The process's own are passed by [`super::Client::from_env`].
pub(super) fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Result<ClientBuilder, Error> {
    let mut builder = ClientBuilder::new();
    let mut registry = RegistryVars::default();
    for (name, value) in vars {
        match name.as_str() {
            "KAFKA_BOOTSTRAP_SERVERS" => builder = builder.bootstrap(value),
            "SCHEMA_REGISTRY_URL" if value.trim() == "none" => builder = builder.without_registry(),
            "SCHEMA_REGISTRY_URL" => builder = builder.registry(value),
            "TOPIKA_TOPIC_PREFIX" => builder = builder.topic_prefix(value),
            "TOPIKA_AUTO_REGISTER" => builder = builder.auto_register(yes_or_no(&name, &value)?),
            "TOPIKA_FRAMING" => builder = builder.framing(framing(&name, &value)?),
            "TOPIKA_USE_LATEST" => builder = builder.use_latest(yes_or_no(&name, &value)?),
            "TOPIKA_NORMALIZE" => {
                let normalize = yes_or_no(&name, &value)?;
                builder = builder.registry_with(|registry| registry.normalize(normalize));
            }
            "TOPIKA_PROVISION" => builder = builder.provision(provision(&name, &value)?),
            _ => {
                if let Some(property) = name.strip_prefix(PROPERTY) {
                    builder = builder.kafka_property(property.to_lowercase().replace('_', "."), value);
                } else {
                    registry.take(&name, &value);
                }
            }
        }
    }
    registry.set(builder)
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
        from_vars(vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn every_variable_reaches_its_setting() {
        let builder = read(&[
            ("KAFKA_BOOTSTRAP_SERVERS", "a:9092,b:9092"),
            ("SCHEMA_REGISTRY_URL", "http://r1:8081,http://r2:8081"),
            ("SCHEMA_REGISTRY_USER", "ada"),
            ("SCHEMA_REGISTRY_PASSWORD", "hunter2"),
            ("TOPIKA_TOPIC_PREFIX", "prod."),
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
        assert_eq!(settings.registry, ["http://r1:8081", "http://r2:8081"]);
        assert_eq!(settings.topic_prefix, "prod.");
        assert!(settings.auto_register);
        assert_eq!(settings.provision, Provision::Create);
        assert_eq!(settings.framing, Framing::GuidHeader);
        assert!(settings.schema.latest);
        assert_eq!(settings.properties.0.get("client.rack").map(String::as_str), Some("eu-1"));
        assert!(!settings.properties.0.contains_key("path"));
        let shown = format!("{builder:?}");
        assert!(!shown.contains("hunter2") && shown.contains("ada"), "{shown}");
    }

    #[tokio::test]
    async fn that_there_is_no_registry_is_a_value_too() {
        let builder = read(&[("KAFKA_BOOTSTRAP_SERVERS", "a:1"), ("SCHEMA_REGISTRY_URL", "none")]).unwrap();
        assert!(builder.settings().without_registry && builder.settings().registry.is_empty());
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
