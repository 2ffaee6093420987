//! The settings of a topic, by their Kafka names. All are kept and told; those that change what the broker does say so.

use std::collections::BTreeMap;

use crate::broker::settings::LONGEST_NAME;

/// A setting that a topic may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Config {
    pub(crate) name: &'static str,
    pub(crate) default: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Boolean,
    /// A whole number.
    Number {
        min: i64,
        max: i64,
    },
    /// A part of something, from 0 to 1.
    Ratio,
    OneOf(&'static [&'static str]),
    /// Any of these, separated by commas.
    Some(&'static [&'static str]),
    Text,
}

impl Config {
    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::Some(_)) || self.name.ends_with(".throttled.replicas")
    }
}

const NUMBER: Kind = Kind::Number { min: 0, max: i64::MAX };
const NUMBER_OR_NONE: Kind = Kind::Number { min: -1, max: i64::MAX };
/// Of bytes in memory, which Kafka counts with 32 bits.
const SHORT_NUMBER: Kind = short_from(0);

const fn short_from(min: i64) -> Kind {
    Kind::Number { min, max: 0x7fff_ffff }
}

const fn config(name: &'static str, default: &'static str, kind: Kind) -> Config {
    Config { name, default, kind }
}

/// `max.message.bytes` bounds a batch, the `message.timestamp...` decide about times, `retention.ms` and `retention.bytes` about what is deleted
/// where `cleanup.policy` says `delete`, `min.compaction.lag.ms` and `delete.retention.ms` about what is left where it says `compact`; the others are
/// kept only.
pub(crate) const CONFIGS: &[Config] = &[
    config("cleanup.policy", "delete", Kind::Some(&["delete", "compact"])),
    config("compression.type", "producer", Kind::OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"])),
    config("delete.retention.ms", "86400000", NUMBER),
    config("file.delete.delay.ms", "60000", NUMBER),
    config("flush.messages", "9223372036854775807", NUMBER),
    config("flush.ms", "9223372036854775807", NUMBER),
    config("follower.replication.throttled.replicas", "", Kind::Text),
    config("index.interval.bytes", "4096", SHORT_NUMBER),
    config("leader.replication.throttled.replicas", "", Kind::Text),
    config("max.compaction.lag.ms", "9223372036854775807", NUMBER),
    config("max.message.bytes", "1048588", SHORT_NUMBER),
    config("message.timestamp.after.max.ms", "3600000", NUMBER),
    config("message.timestamp.before.max.ms", "9223372036854775807", NUMBER),
    config("message.timestamp.type", "CreateTime", Kind::OneOf(&["CreateTime", "LogAppendTime"])),
    config("min.cleanable.dirty.ratio", "0.5", Kind::Ratio),
    config("min.compaction.lag.ms", "0", NUMBER),
    config("min.insync.replicas", "1", short_from(1)),
    config("preallocate", "false", Kind::Boolean),
    config("retention.bytes", "-1", NUMBER_OR_NONE),
    config("retention.ms", "604800000", NUMBER_OR_NONE),
    config("segment.bytes", "1073741824", short_from(14)),
    config("segment.index.bytes", "10485760", short_from(4)),
    config("segment.jitter.ms", "0", NUMBER),
    config("segment.ms", "604800000", Kind::Number { min: 1, max: i64::MAX }),
    config("unclean.leader.election.enable", "false", Kind::Boolean),
];

/// The setting of that name.
fn known(name: &str) -> Result<&'static Config, String> {
    CONFIGS.iter().find(|c| c.name == name).ok_or_else(|| format!("unknown topic config \"{name}\""))
}

/// Says whether there is such a setting.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    known(name).map(drop)
}

/// Says what is wrong with a setting.
pub(super) fn check(name: &str, value: &str) -> Result<(), String> {
    let config = known(name)?;
    if value.len() > LONGEST_NAME {
        return Err(format!(
            "a value of {} bytes for the topic config \"{name}\"; {LONGEST_NAME} are allowed",
            value.len()
        ));
    }
    let fits = match config.kind {
        Kind::Boolean => ["true", "false"].contains(&value),
        Kind::Number { min, max } => value.parse::<i64>().is_ok_and(|number| (min..=max).contains(&number)),
        Kind::Ratio => value.parse::<f64>().is_ok_and(|number| (0.0..=1.0).contains(&number)),
        Kind::OneOf(allowed) => allowed.contains(&value),
        Kind::Some(allowed) => value.split(',').all(|part| allowed.contains(&part.trim())),
        Kind::Text => true,
    };
    if fits { Ok(()) } else { Err(format!("\"{value}\" is no value of the topic config \"{name}\"")) }
}

/// The value that holds: the topic's own, or Kafka's default.
pub(super) fn effective<'a>(own: &'a BTreeMap<String, String>, config: &Config) -> &'a str {
    own.get(config.name).map_or(config.default, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_of_its_setting() {
        for config in CONFIGS {
            assert_eq!(check(config.name, config.default), Ok(()));
        }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        assert_eq!(check("retention", "1").unwrap_err(), "unknown topic config \"retention\"");
        for (name, value) in [("retention.ms", "a week"), ("cleanup.policy", "keep"), ("preallocate", "yes")] {
            assert!(check(name, value).unwrap_err().contains(value));
        }
        assert_eq!(check("cleanup.policy", "compact,delete"), Ok(()));
    }
}
