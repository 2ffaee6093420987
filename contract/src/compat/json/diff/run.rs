//! The walk over pairs of nodes.

use std::collections::HashMap;
use std::rc::Rc;

use super::change::Change;
use super::classes::compare_classes;
use super::combined::Alternative;
use super::found::{At, Found, Side};
use super::memo::{Memo, Pair, State};
use super::outcome::{Gathered, NOTHING, Outcome, Outcomes};
use super::properties::Names;
use crate::compat::Policy;
use crate::compat::json::loaded::{Kind, Loaded, Node, NodeId};
use crate::text::pattern::Pattern;

/// How much is looked at, over all passes: pairs of nodes, and the properties and patterns of each. Two schemas of a thousand nodes have
/// a million pairs, of which real ones meet few.
pub(in crate::compat::json) const MOST_WORK: usize = 5_000_000;
/// How deep pairs stand in each other: schemas that refer to each other nest as deep as they have pairs. What stands deeper is taken
/// for compatible there, as a pair inside itself is, and compared on its own; Java's stack ends before. A level takes less than 20 KiB
/// of ours without optimisation.
const DEEPEST: usize = 10_000;

/// Why a comparison was not brought to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compat::json) enum GaveUp {
    /// There is too much to compare.
    Size,
    /// A `$ref` that the loader left open.
    Unresolved(String),
    /// A name of `patternProperties` that is not understood, and why.
    Pattern(String, String),
}

/// Whether Confluent's comparison takes one node for another, with a bound for the work.
///
/// # Errors
/// Where the comparison is not brought to its end.
pub(in crate::compat::json) fn takes(
    original: (&Loaded, NodeId),
    update: (&Loaded, NodeId),
    policy: Policy,
    most_work: usize,
) -> Result<bool, GaveUp> {
    let mut run = Run::new(original.0, update.0, policy, most_work);
    Ok(run.passes(original.1, update.1)?.compatible)
}

/// A comparison, pass after pass.
pub(super) struct Run<'s> {
    original: &'s Loaded,
    update: &'s Loaded,
    /// The pairs that are being compared, and what came of others.
    known: Memo,
    /// The incompatible ones of the pass before.
    seed: Memo,
    outcomes: Outcomes<'s>,
    /// How many pairs stand in each other.
    depth: usize,
    /// The pairs that stand too deep, to be compared on their own.
    later: Vec<Pair>,
    /// Whether a pair was taken for compatible inside itself.
    assumed: bool,
    /// The alternatives of a combined schema that differ from each other.
    pub(super) distinct: HashMap<At, Rc<[Alternative]>>,
    /// The properties of an object in Java's order.
    pub(super) names: HashMap<At, Rc<Names<'s>>>,
    /// The patterns that were read.
    patterns: HashMap<String, Result<Pattern, String>>,
    most_work: usize,
    work: usize,
}

impl<'s> Run<'s> {
    pub(super) fn new(original: &'s Loaded, update: &'s Loaded, policy: Policy, most_work: usize) -> Self {
        Self {
            original,
            update,
            known: Memo::default(),
            seed: Memo::default(),
            outcomes: Outcomes::new(policy),
            depth: 0,
            later: Vec::new(),
            assumed: false,
            distinct: HashMap::new(),
            names: HashMap::new(),
            patterns: HashMap::new(),
            most_work,
            work: 0,
        }
    }

    /// A pair that is met again inside itself is taken for compatible; what came of it may then be wrong for another place. So the
    /// pairs that turned out incompatible are handed to a next pass, until none is new. Who takes too much for compatible says "no" too
    /// seldom and never too often: a "no" stands, even where there is no time for another pass.
    pub(super) fn passes(&mut self, original: NodeId, update: NodeId) -> Result<Outcome, GaveUp> {
        let original = At { side: Side::Original, node: original };
        let update = At { side: Side::Update, node: update };
        let mut before = NOTHING;
        loop {
            let outcome = match self.pass(original, update) {
                Err(GaveUp::Size) if !before.compatible => return Ok(before),
                outcome => outcome?,
            };
            let incompatible = self.known.take_incompatible();
            let settled = !self.assumed || incompatible.knows_the_pairs_of(&self.seed);
            self.seed = incompatible;
            if settled {
                return Ok(outcome);
            }
            self.assumed = false;
            before = outcome;
        }
    }

    /// Compares two nodes as a comparison of their own, with a bound for the work; says how much of it was done.
    pub(super) fn further(
        &mut self,
        original: NodeId,
        update: NodeId,
        most_work: usize,
    ) -> (Result<Outcome, GaveUp>, usize) {
        // Where the one before was given up, its pairs still stand open.
        self.known = Memo::default();
        self.seed = Memo::default();
        self.later.clear();
        (self.depth, self.assumed) = (0, false);
        let before = self.work;
        self.most_work = before.saturating_add(most_work);
        let outcome = self.passes(original, update);
        (outcome, self.work - before)
    }

    /// The pairs that the last comparison found incompatible.
    pub(super) fn take_incompatible(&mut self) -> Memo {
        std::mem::take(&mut self.seed)
    }

    /// The differences of a pair.
    pub(super) fn list(&self, outcome: Outcome) -> Vec<Found> {
        self.outcomes.list(outcome)
    }

    /// Those that are not harmless.
    pub(super) fn causes(&self, outcome: Outcome, most: usize, looks: &mut usize) -> Vec<Found> {
        self.outcomes.causes(outcome, most, looks)
    }

    fn pass(&mut self, original: At, update: At) -> Result<Outcome, GaveUp> {
        let outcome = self.compare(original, update)?;
        while let Some(pair) = self.later.pop() {
            self.meet(pair)?;
        }
        Ok(outcome)
    }

    pub(super) fn schema(&self, side: Side) -> &'s Loaded {
        match side {
            Side::Original => self.original,
            Side::Update => self.update,
        }
    }

    pub(super) fn node(&self, at: At) -> &'s Node {
        self.schema(at.side).node(at.node).expect("a node's id comes from its own schema")
    }

    /// Compares two nodes, behind a `$ref` each.
    pub(super) fn compare(&mut self, original: At, update: At) -> Result<Outcome, GaveUp> {
        self.spend(1)?;
        let pair = (self.target(original)?, self.target(update)?);
        self.meet(pair)
    }

    fn meet(&mut self, pair: Pair) -> Result<Outcome, GaveUp> {
        match self.known.ask(&pair) {
            State::Known(outcome) => return Ok(outcome),
            State::Open => return Ok(self.assume(&pair)),
            State::New if self.depth >= DEEPEST => {
                self.known.forget(&pair);
                self.later.push(pair);
                return Ok(self.assume(&pair));
            }
            State::New => {}
        }
        self.depth += 1;
        let mut gathered = Gathered::new();
        compare_classes(self, pair.0, pair.1, &mut gathered)?;
        let outcome = self.outcomes.keep(pair, gathered.finish());
        self.depth -= 1;
        self.known.settle(&pair, outcome);
        Ok(outcome)
    }

    /// What is taken for the outcome of a pair that is not known yet.
    fn assume(&mut self, pair: &Pair) -> Outcome {
        let seeded = self.seed.get(pair);
        self.assumed |= seeded.is_none();
        seeded.unwrap_or(NOTHING)
    }

    /// Compares two nodes that may be absent.
    pub(super) fn compare_optional(
        &mut self,
        original: Option<At>,
        update: Option<At>,
        out: &mut Gathered<'s>,
    ) -> Result<(), GaveUp> {
        match (original, update) {
            (None, None) => {}
            (None, Some(_)) => out.tell(Change::SchemaAdded),
            (Some(_), None) => out.tell(Change::SchemaRemoved),
            (Some(original), Some(update)) => out.add(self.compare(original, update)?),
        }
        Ok(())
    }

    /// Counts work before it is done.
    pub(super) fn spend(&mut self, work: usize) -> Result<(), GaveUp> {
        self.work = self.work.saturating_add(work);
        if self.work > self.most_work { Err(GaveUp::Size) } else { Ok(()) }
    }

    /// Whether a name of `patternProperties` is found in the name of a property.
    pub(super) fn is_found(&mut self, pattern: &str, name: &str) -> Result<bool, GaveUp> {
        self.spend(1)?;
        if !self.patterns.contains_key(pattern) {
            self.patterns.insert(pattern.to_owned(), Pattern::parse(pattern).map_err(|why| why.to_string()));
        }
        let found = match self.patterns.get(pattern) {
            Some(Ok(known)) => known.is_found_in(name).ok_or_else(|| "the search takes too long".to_owned()),
            Some(Err(why)) => Err(why.clone()),
            None => Ok(false),
        };
        found.map_err(|why| GaveUp::Pattern(pattern.to_owned(), why))
    }

    pub(super) fn target(&self, at: At) -> Result<At, GaveUp> {
        match &self.node(at).kind {
            Kind::Reference(reference) => match reference.target {
                Some(node) => Ok(At { node, ..at }),
                None => Err(GaveUp::Unresolved(reference.value.clone())),
            },
            _ => Ok(at),
        }
    }
}
