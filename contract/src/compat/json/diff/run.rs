//! The walk over pairs of nodes.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::change::Change;
use super::classes::compare_classes;
use super::combined::Part;
use super::found::{At, Found, Gathered, Side};
use crate::compat::Policy;
use crate::compat::json::loaded::{Kind, Loaded, Node, NodeId};
use crate::text::pattern::Pattern;

/// How much is looked at, over all passes: pairs of nodes, and the properties and patterns of each. Two schemas of a thousand nodes have
/// a million pairs, of which real ones meet few.
const MOST_WORK: usize = 2_000_000;
/// How many differences are gathered, over all passes: one of a definition is told again at each place that uses it.
const MOST_DIFFERENCES: usize = 300_000;
/// How many differences of a pair are told in full. Where there are more, definitions that hold each other multiply them; then each is told at
/// its first place only, which leaves the verdict as it is.
const MOST_OF_A_PAIR: usize = 1_000;
/// How deep pairs stand in each other: schemas that refer to each other nest as deep as they have pairs. A level takes less than 20 KiB
/// of the stack without optimisation.
const DEEPEST: usize = 10_000;

/// Why a comparison was not brought to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compat::json) enum GaveUp {
    /// The pairs stand too deep in each other.
    Depth,
    /// There is too much to compare.
    Size,
    /// A `$ref` that the loader left open.
    Unresolved(String),
    /// A name of `patternProperties` that is not understood, and why.
    Pattern(String, String),
}

/// What Confluent's comparison says of two schemas, in its order.
///
/// # Errors
/// Where the comparison is not brought to its end.
pub(in crate::compat::json) fn differences(
    original: &Loaded,
    update: &Loaded,
    policy: Policy,
) -> Result<Vec<Found>, GaveUp> {
    between((original, original.root()), (update, update.root()), policy, MOST_WORK)
}

/// The same of two nodes, with a bound for the work.
///
/// # Errors
/// Where the comparison is not brought to its end.
pub(in crate::compat::json) fn between(
    original: (&Loaded, NodeId),
    update: (&Loaded, NodeId),
    policy: Policy,
    most_work: usize,
) -> Result<Vec<Found>, GaveUp> {
    let mut run = Run::new(original.0, update.0, policy, most_work);
    let original = At { side: Side::Original, node: original.1 };
    let update = At { side: Side::Update, node: update.1 };
    // A pair that is met again inside itself is taken for compatible; what came of it may then be wrong for another place. So the
    // pairs that turned out incompatible are handed to a next pass, until none is new.
    loop {
        let found = run.compare(original, update)?;
        let incompatible: HashMap<Pair, Rc<[Found]>> =
            run.known.drain().filter(|(_, found)| !compatible(found, policy)).collect();
        let known = incompatible.len() == run.seed.len() && incompatible.keys().all(|pair| run.seed.contains_key(pair));
        if !run.assumed || known {
            return Ok(found.to_vec());
        }
        run.seed = incompatible;
        run.assumed = false;
    }
}

/// Without what is told at several places, where that is much.
fn shortened(found: Vec<Found>) -> Rc<[Found]> {
    if found.len() <= MOST_OF_A_PAIR {
        return found.into();
    }
    let mut told = HashSet::new();
    found.into_iter().filter(|one| told.insert((one.change, one.original, one.update, one.part.clone()))).collect()
}

/// Whether all differences are harmless.
pub(super) fn compatible(found: &[Found], policy: Policy) -> bool {
    found.iter().all(|found| found.change.is_compatible(policy))
}

type Pair = (At, At);

/// A pass.
pub(super) struct Run<'s> {
    original: &'s Loaded,
    update: &'s Loaded,
    pub(super) policy: Policy,
    /// The pairs that are being compared.
    open: HashSet<Pair>,
    /// What came of the others.
    known: HashMap<Pair, Rc<[Found]>>,
    /// The incompatible ones of the pass before.
    seed: HashMap<Pair, Rc<[Found]>>,
    /// Whether a pair was taken for compatible inside itself.
    assumed: bool,
    /// The alternatives of a combined schema that differ from each other.
    pub(super) distinct: HashMap<At, Rc<[Part]>>,
    /// The patterns that were read.
    patterns: HashMap<String, Result<Pattern, String>>,
    most_work: usize,
    work: usize,
    gathered: usize,
}

impl<'s> Run<'s> {
    fn new(original: &'s Loaded, update: &'s Loaded, policy: Policy, most_work: usize) -> Self {
        Self {
            original,
            update,
            policy,
            open: HashSet::new(),
            known: HashMap::new(),
            seed: HashMap::new(),
            assumed: false,
            distinct: HashMap::new(),
            patterns: HashMap::new(),
            most_work,
            work: 0,
            gathered: 0,
        }
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
    pub(super) fn compare(&mut self, original: At, update: At) -> Result<Rc<[Found]>, GaveUp> {
        let pair = (self.target(original)?, self.target(update)?);
        if let Some(known) = self.known.get(&pair) {
            return Ok(Rc::clone(known));
        }
        if !self.open.insert(pair) {
            if let Some(known) = self.seed.get(&pair) {
                return Ok(Rc::clone(known));
            }
            self.assumed = true;
            return Ok(Rc::new([]));
        }
        if self.open.len() > DEEPEST {
            return Err(GaveUp::Depth);
        }
        self.spend(1)?;
        let mut gathered = Gathered::new(pair.0, pair.1);
        compare_classes(self, pair.0, pair.1, &mut gathered)?;
        let found = shortened(gathered.finish());
        self.gathered = self.gathered.saturating_add(found.len());
        if self.gathered > MOST_DIFFERENCES {
            return Err(GaveUp::Size);
        }
        self.open.remove(&pair);
        self.known.insert(pair, Rc::clone(&found));
        Ok(found)
    }

    /// Compares two nodes that may be absent.
    pub(super) fn compare_optional(
        &mut self,
        original: Option<At>,
        update: Option<At>,
        out: &mut Gathered,
    ) -> Result<(), GaveUp> {
        match (original, update) {
            (None, None) => {}
            (None, Some(_)) => out.tell(Change::SchemaAdded),
            (Some(_), None) => out.tell(Change::SchemaRemoved),
            (Some(original), Some(update)) => out.add(&self.compare(original, update)?),
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

    fn target(&self, at: At) -> Result<At, GaveUp> {
        match &self.node(at).kind {
            Kind::Reference(reference) => match reference.target {
                Some(node) => Ok(At { node, ..at }),
                None => Err(GaveUp::Unresolved(reference.value.clone())),
            },
            _ => Ok(at),
        }
    }
}
