//! Who is to read what: the two assignors that Kafka's broker has.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::member::Partitions;

/// A way to share out partitions, by its name in `group.remote.assignor`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Assignor {
    /// As many for each as for the others, and what a member had stays with it.
    #[default]
    Uniform,
    /// Of each topic a run of partitions for each, so that partitions of the same number meet.
    Range,
}

/// A member, as an assignor knows it.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    pub(super) id: &'a str,
    pub(super) instance_id: Option<&'a str>,
    /// The topics that it reads.
    pub(super) topics: BTreeSet<Uuid>,
    /// What it had before.
    pub(super) before: Option<&'a Partitions>,
}

impl Assignor {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Assignor::Uniform => "uniform",
            Assignor::Range => "range",
        }
    }

    pub(super) fn of(name: &str) -> Option<Assignor> {
        [Assignor::Uniform, Assignor::Range].into_iter().find(|one| one.name() == name)
    }

    /// What each reader is to read, of topics with so many partitions.
    pub(super) fn assign(self, readers: &[Reader<'_>], topics: &BTreeMap<Uuid, i32>) -> BTreeMap<String, Partitions> {
        match self {
            Assignor::Uniform => uniform(readers, topics),
            Assignor::Range => range(readers, topics),
        }
    }
}

fn range(readers: &[Reader<'_>], topics: &BTreeMap<Uuid, i32>) -> BTreeMap<String, Partitions> {
    let mut sorted: Vec<&Reader<'_>> = readers.iter().collect();
    // A static member keeps its place under another id.
    sorted.sort_by_key(|one| (one.instance_id.is_none(), one.instance_id.unwrap_or(one.id)));
    let mut found: BTreeMap<String, Partitions> =
        readers.iter().map(|one| (one.id.to_owned(), Partitions::new())).collect();
    for (topic, count) in topics {
        let of: Vec<&&Reader<'_>> = sorted.iter().filter(|one| one.topics.contains(topic)).collect();
        let Ok(all) = i32::try_from(of.len()) else { continue };
        let mut next = 0;
        for (place, reader) in (0..all).zip(of) {
            // The first ones take one more where it does not come out even.
            let some = count.checked_div(all).unwrap_or_default()
                + i32::from(place < count.checked_rem(all).unwrap_or_default());
            if some > 0
                && let Some(of) = found.get_mut(reader.id)
            {
                of.insert(*topic, (next..next + some).collect());
            }
            next += some;
        }
    }
    found
}

fn uniform(readers: &[Reader<'_>], topics: &BTreeMap<Uuid, i32>) -> BTreeMap<String, Partitions> {
    let mut shares: Vec<BTreeSet<(Uuid, i32)>> = vec![BTreeSet::new(); readers.len()];
    let mut owned = BTreeSet::new();
    for (reader, share) in readers.iter().zip(&mut shares) {
        for (topic, before) in reader.before.into_iter().flatten().filter(|(topic, _)| reader.topics.contains(*topic)) {
            let there = topics.get(topic).copied().unwrap_or_default();
            let kept = before.iter().filter(|index| **index < there).map(|index| (*topic, *index));
            share.extend(kept.filter(|one| owned.insert(*one)));
        }
    }
    let all = topics.iter().flat_map(|(topic, count)| (0..*count).map(|index| (*topic, index)));
    for one in all.filter(|one| !owned.contains(one)).collect::<Vec<_>>() {
        if let Some(at) = least(readers, &shares, one.0)
            && let Some(share) = shares.get_mut(at)
        {
            share.insert(one);
        }
    }
    // Each move makes the shares more alike, so it ends.
    while let Some((from, to, one)) = uneven(readers, &shares) {
        if let Some(share) = shares.get_mut(from) {
            share.remove(&one);
        }
        if let Some(share) = shares.get_mut(to) {
            share.insert(one);
        }
    }
    let listed = |share: BTreeSet<(Uuid, i32)>| {
        let mut of = Partitions::new();
        for (topic, index) in share {
            of.entry(topic).or_default().insert(index);
        }
        of
    };
    readers.iter().map(|one| one.id.to_owned()).zip(shares.into_iter().map(listed)).collect()
}

/// The reader of a topic with the smallest share.
fn least(readers: &[Reader<'_>], shares: &[BTreeSet<(Uuid, i32)>], topic: Uuid) -> Option<usize> {
    let of = readers.iter().zip(shares).enumerate().filter(|(_, (reader, _))| reader.topics.contains(&topic));
    of.min_by_key(|(_, (_, share))| share.len()).map(|(at, _)| at)
}

/// A partition that another reader could take, who has two less than the one that has it.
fn uneven(readers: &[Reader<'_>], shares: &[BTreeSet<(Uuid, i32)>]) -> Option<(usize, usize, (Uuid, i32))> {
    let mut fullest: Vec<usize> = (0..shares.len()).collect();
    let size = |at: &usize| shares.get(*at).map_or(0, BTreeSet::len);
    fullest.sort_by_key(|at| std::cmp::Reverse(size(at)));
    for from in fullest {
        let mut topics = BTreeSet::new();
        for one in shares.get(from).into_iter().flatten().rev() {
            // One of a topic says what all of it do.
            if !topics.insert(one.0) {
                continue;
            }
            if let Some(to) = least(readers, shares, one.0)
                && size(&to) + 1 < size(&from)
            {
                return Some((from, to, *one));
            }
        }
    }
    None
}
