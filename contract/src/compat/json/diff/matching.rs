//! Which alternatives of two combined schemas belong together, and in which order Java tells it.
//!
//! Confluent keeps the edges of its graph in hash sets, so the hashes decide which of several largest matchings is found, and in
//! which order. An edge without differences has the same hash in every run; one with differences has the hash of an enum constant in
//! it, which is another in every run of Java: it is given the middle of the usual table, so that the answer is one that Java gives
//! and, of these, a likely one.

use super::hash::{java_order, mixed};

/// The hash of an empty list.
const EMPTY: i32 = 1;
/// The hash of an edge with differences: the middle of a table of 16.
const ANY: i32 = 8;

/// An edge: an old part, a new one, and whether it has differences.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) differs: bool,
}

/// The edges of a largest matching, by their numbers, in Java's order. `old` and `new` are the hashes of the parts; the edges come by
/// old parts, then by new ones.
pub(super) fn matching(old: &[i32], new: &[i32], edges: &[Edge]) -> Vec<usize> {
    let hashes: Vec<i32> = edges
        .iter()
        .map(|edge| {
            let ends = [old.get(edge.old), new.get(edge.new)].map(|hash| hash.copied().unwrap_or_default());
            if edge.differs { ANY } else { mixed([ends[0], ends[1], EMPTY]) }
        })
        .collect();
    let hash = |edge: usize| hashes.get(edge).copied().unwrap_or_default();
    // The side with fewer parts comes first; its parts have the numbers from 1, those of the other follow, and 0 is nobody.
    let turned = old.len() > new.len();
    let (small, large) = if turned { (new.len(), old.len()) } else { (old.len(), new.len()) };
    let ends = |edge: &Edge| {
        let (first, second) = if turned { (edge.new, edge.old) } else { (edge.old, edge.new) };
        (first + 1, small + second + 1)
    };
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); small + large + 1];
    for number in java_order(&(0..edges.len()).collect::<Vec<_>>(), hash) {
        let Some(edge) = edges.get(number) else { continue };
        let (first, second) = ends(edge);
        for end in [first, second] {
            if let Some(numbers) = around.get_mut(end) {
                numbers.push(number);
            }
        }
    }
    let around: Vec<Vec<usize>> = around.iter().map(|numbers| java_order(numbers, hash)).collect();
    let neighbours: Vec<Vec<usize>> = around
        .iter()
        .take(small + 1)
        .map(|numbers| numbers.iter().filter_map(|number| edges.get(*number)).map(|edge| ends(edge).1).collect())
        .collect();
    let mut graph = Graph { neighbours, small, partner: vec![0; small + large + 1], distance: vec![0; small + 1] };
    graph.grow();
    let matched: Vec<usize> = (1..=small)
        .filter(|first| graph.partner(*first) != 0)
        .filter_map(|first| {
            let of = |number: &&usize| edges.get(**number).is_some_and(|edge| ends(edge).1 == graph.partner(first));
            around.get(first).and_then(|numbers| numbers.iter().find(of)).copied()
        })
        .collect();
    java_order(&matched, hash)
}

const NOBODY: usize = 0;
const FAR: usize = usize::MAX;

/// The algorithm of Hopcroft and Karp, in the order in which Confluent's code goes.
struct Graph {
    /// Of each part of the small side: the parts of the other that it may be matched with.
    neighbours: Vec<Vec<usize>>,
    small: usize,
    partner: Vec<usize>,
    distance: Vec<usize>,
}

impl Graph {
    fn partner(&self, part: usize) -> usize {
        self.partner.get(part).copied().unwrap_or(NOBODY)
    }

    fn distance(&self, part: usize) -> usize {
        self.distance.get(part).copied().unwrap_or(FAR)
    }

    fn neighbour(&self, first: usize, index: usize) -> Option<usize> {
        self.neighbours.get(first).and_then(|all| all.get(index)).copied()
    }

    fn join(&mut self, first: usize, second: usize) {
        for (part, other) in [(first, second), (second, first)] {
            if let Some(partner) = self.partner.get_mut(part) {
                *partner = other;
            }
        }
    }

    fn set_distance(&mut self, part: usize, distance: usize) {
        if let Some(place) = self.distance.get_mut(part) {
            *place = distance;
        }
    }

    fn grow(&mut self) {
        let mut matched = 0;
        for first in 1..=self.small {
            let free = self.neighbours.get(first).and_then(|all| all.iter().find(|one| self.partner(**one) == NOBODY));
            if let Some(free) = free.copied() {
                self.join(first, free);
                matched += 1;
            }
        }
        while matched < self.small && self.measure() {
            for first in 1..=self.small {
                if matched < self.small && self.partner(first) == NOBODY && self.augment(first) {
                    matched += 1;
                }
            }
        }
    }

    /// How far each part of the small side is from one without a partner; whether a path leads to a free part of the other side.
    fn measure(&mut self) -> bool {
        let mut waiting = std::collections::VecDeque::new();
        for first in 1..=self.small {
            if self.partner(first) == NOBODY {
                self.set_distance(first, 0);
                waiting.push_back(first);
            } else {
                self.set_distance(first, FAR);
            }
        }
        self.set_distance(NOBODY, FAR);
        while let Some(first) = waiting.pop_front() {
            if self.distance(first) >= self.distance(NOBODY) {
                continue;
            }
            let mut index = 0;
            while let Some(second) = self.neighbour(first, index) {
                index += 1;
                let next = self.partner(second);
                if self.distance(next) == FAR {
                    self.set_distance(next, self.distance(first) + 1);
                    waiting.push_back(next);
                }
            }
        }
        self.distance(NOBODY) != FAR
    }

    /// Turns over a path from a part without a partner to a free one, where one is left.
    fn augment(&mut self, from: usize) -> bool {
        let mut path = vec![(from, 0)];
        while let Some((first, index)) = path.last_mut() {
            let (at, tried) = (*first, *index);
            *index += 1;
            let Some(second) = self.neighbour(at, tried) else {
                self.set_distance(at, FAR);
                path.pop();
                continue;
            };
            let next = self.partner(second);
            if self.distance(at).checked_add(1) != Some(self.distance(next)) {
                continue;
            }
            if next != NOBODY {
                path.push((next, 0));
                continue;
            }
            for (first, index) in path.into_iter().rev() {
                if let Some(second) = self.neighbour(first, index - 1) {
                    self.join(first, second);
                }
            }
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, matching};

    fn edges(pairs: &[(usize, usize)]) -> Vec<Edge> {
        pairs.iter().map(|(old, new)| Edge { old: *old, new: *new, differs: false }).collect()
    }

    #[test]
    fn a_greedy_choice_is_taken_back_where_another_covers_more() {
        let all = edges(&[(0, 0), (0, 1), (1, 0), (2, 1), (2, 2)]);
        let found = matching(&[1, 2, 3], &[4, 5, 6], &all);
        assert_eq!(found.len(), 3);
        // A chain as long as the side: every part moves by one.
        let count = 2_000;
        let mut chain: Vec<(usize, usize)> = (0..count).flat_map(|a| [(a, a), (a, a + 1)]).collect();
        chain.push((count, 0));
        let hashes: Vec<i32> = (0..=i32::try_from(count).unwrap()).collect();
        assert_eq!(matching(&hashes, &hashes, &edges(&chain)).len(), count + 1);
    }

    #[test]
    fn the_hashes_decide_which_partner_comes_first() {
        let all = edges(&[(0, 0), (0, 1), (1, 0), (1, 1)]);
        let met = |old: &[i32], new: &[i32]| {
            let mut found = matching(old, new, &all);
            found.sort_unstable();
            found
        };
        assert_eq!(met(&[0, 0], &[0, 31]), [0, 3]);
        assert_eq!(met(&[0, 0], &[1, 0]), [1, 2]);
    }
}
