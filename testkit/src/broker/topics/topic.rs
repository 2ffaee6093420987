use std::collections::BTreeMap;

use super::config::{self, CONFIGS, Config};
use crate::broker::log::Partition;

/// A topic's partitions and settings.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(super) partitions: Vec<Partition>,
    pub(super) configs: BTreeMap<String, String>,
}

impl Topic {
    pub(super) fn new(partitions: usize, configs: BTreeMap<String, String>) -> Topic {
        Topic { partitions: std::iter::repeat_with(Partition::default).take(partitions).collect(), configs }
    }

    pub(crate) fn partition(&self, index: i32) -> Option<&Partition> {
        self.partitions.get(usize::try_from(index).ok()?)
    }

    /// Indexes of all partitions.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = i32> + use<> {
        0..i32::try_from(self.partitions.len()).unwrap_or(i32::MAX)
    }

    pub(crate) fn partitions(&self) -> impl Iterator<Item = (i32, &Partition)> {
        self.indexes().zip(&self.partitions)
    }

    /// Each setting with the value that holds, and whether it is the topic's own.
    pub(crate) fn configs(&self) -> impl Iterator<Item = (&'static Config, &str, bool)> {
        CONFIGS.iter().map(|c| (c, config::effective(&self.configs, c), self.configs.contains_key(c.name)))
    }

    pub(super) fn value(&self, name: &str) -> &str {
        CONFIGS.iter().find(|c| c.name == name).map_or("", |c| config::effective(&self.configs, c))
    }
}
