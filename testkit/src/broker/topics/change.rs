//! What of topics a broker with a data directory writes down, batches aside.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::config;
use super::store::{MAX_PARTITIONS, Topics, check_name};
use super::topic::Topic;
use crate::broker::disk::{DiskError, Files};
use crate::broker::log::{Leadership, Partition};
use crate::broker::settings::Limits;

/// Something that has changed: what holds from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Topic {
        name: String,
        id: Uuid,
        partitions: usize,
        configs: BTreeMap<String, String>,
    },
    /// The first offset that is kept.
    Start {
        topic: String,
        partition: usize,
        offset: i64,
    },
    /// Leadership that has moved.
    Leader {
        topic: String,
        partition: usize,
        leadership: Leadership,
    },
    Gone {
        topic: String,
    },
}

impl Change {
    pub(super) fn leader(topic: &str, index: usize, partition: &Partition) -> Change {
        Change::Leader { topic: topic.to_owned(), partition: index, leadership: partition.leadership().clone() }
    }
}

/// Where the batches of topics are.
#[derive(Clone, Debug)]
pub(super) struct Home {
    dir: PathBuf,
    files: Arc<Files>,
}

impl Home {
    /// The directory of a topic; one with the same name, made later, has another.
    pub(super) fn of(&self, name: &str, id: Uuid) -> PathBuf {
        self.dir.join(name).join(id.simple().to_string())
    }

    pub(super) fn partition(&self, name: &str, id: Uuid, index: usize) -> Partition {
        Partition::in_files(&self.of(name, id).join(index.to_string()), &self.files, 0)
    }
}

impl Topics {
    /// Topics whose batches are in files below a directory.
    pub(crate) fn in_files(max_bytes: u64, limits: Limits, dir: PathBuf, files: Arc<Files>) -> Topics {
        Topics { home: Some(Home { dir, files }), ..Topics::new(max_bytes, limits) }
    }

    /// Does what was written down. What makes no sense is answered.
    pub(crate) fn apply(&mut self, change: Change) -> Result<(), String> {
        match change {
            Change::Topic { name, id, partitions, configs } => {
                check_name(&name).map_err(|error| format!("{error:?}"))?;
                configs.iter().try_for_each(|(name, value)| config::check(name, value))?;
                let most = usize::try_from(MAX_PARTITIONS).unwrap_or_default();
                if !(1..=most).contains(&partitions) {
                    return Err(format!("a topic of {partitions} partitions"));
                }
                let topic = self.topics.entry(name.clone()).or_insert_with(|| Topic::empty(id));
                if topic.id != id || topic.partitions.len() > partitions {
                    return Err(String::from("a topic in the place of another"));
                }
                topic.configs = configs;
                topic.grow(&name, partitions, None, &self.nodes);
            }
            Change::Start { topic, partition, offset } => {
                let topic = self.topics.get_mut(&topic).ok_or("the start of no topic")?;
                let partition = topic.partitions.get_mut(partition).ok_or("the start of no partition")?;
                partition.starts_at(offset);
            }
            Change::Leader { topic, partition: index, leadership } => {
                let partitions = self.topics.get_mut(&topic).map(|topic| &mut topic.partitions);
                let partition = partitions.ok_or("the leader of no topic")?.get_mut(index);
                let partition = partition.ok_or("the leader of no partition")?;
                // There may be fewer nodes than there were.
                let node = Some(leadership.node()).filter(|node| self.nodes.is_running(*node));
                let node = node.unwrap_or_else(|| self.nodes.place(&topic, index));
                *partition = std::mem::take(partition).led(leadership.at(node));
            }
            Change::Gone { topic } => drop(self.topics.remove(&topic)),
        }
        Ok(())
    }

    /// Reads the batches of all topics, once all changes are done again, and removes what belongs to none.
    pub(crate) fn recover(&mut self) -> Result<(), DiskError> {
        let Some(home) = self.home.clone() else { return Ok(()) };
        for (name, topic) in &mut self.topics {
            let topic_dir = home.of(name, topic.id);
            // Also a directory that was being rewritten, with another ending.
            let there = directories(&topic_dir)?;
            let there: BTreeSet<usize> =
                there.iter().filter_map(|dir| dir.file_stem()?.to_str()?.parse().ok()).collect();
            for (index, partition) in topic.partitions.iter_mut().enumerate() {
                let dir = topic_dir.join(index.to_string());
                let leadership = partition.leadership().clone();
                let read = match there.contains(&index) {
                    true => Partition::recover(&dir, &home.files, partition.start())?,
                    false => Partition::in_files(&dir, &home.files, partition.start()),
                };
                *partition = read.led(leadership);
                self.bytes = self.bytes.saturating_add(partition.bytes());
            }
        }
        self.remove_forsaken(&home)
    }

    /// Directories of topics that were deleted, or never acknowledged.
    fn remove_forsaken(&self, home: &Home) -> Result<(), DiskError> {
        for of_name in directories(&home.dir)? {
            let name = of_name.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let topic = self.topics.get(name);
            for of_id in directories(&of_name)? {
                if topic.is_none_or(|topic| home.of(name, topic.id) != of_id) {
                    std::fs::remove_dir_all(&of_id).map_err(DiskError::io("remove", &of_id))?;
                }
            }
            if topic.is_none() {
                // It stays where somebody has put something else there.
                drop(std::fs::remove_dir(&of_name));
            }
        }
        Ok(())
    }

    /// All that holds, in as few changes as can be.
    pub(crate) fn snapshot(&self) -> Vec<Change> {
        let mut all = Vec::new();
        for (name, topic) in &self.topics {
            all.push(topic.change(name));
            for (partition, log) in topic.partitions.iter().enumerate().filter(|(_, log)| log.start() > 0) {
                all.push(Change::Start { topic: name.clone(), partition, offset: log.start() });
            }
            let moved = topic.partitions.iter().enumerate().filter(|(_, log)| log.leadership().epoch() > 0);
            all.extend(moved.map(|(index, log)| Change::leader(name, index, log)));
        }
        all
    }

    /// What has changed since this was last asked.
    pub(crate) fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Files and directories that may go, now that the changes are written down.
    pub(crate) fn forsaken(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.forsaken)
    }
}

fn directories(dir: &std::path::Path) -> Result<Vec<PathBuf>, DiskError> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(dir).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let paths = entries.map_err(DiskError::io("read", dir))?.into_iter().map(|entry| entry.path());
    Ok(paths.filter(|path| path.is_dir()).collect())
}
