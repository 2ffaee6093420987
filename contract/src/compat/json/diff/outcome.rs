//! What came of each pair, kept once.
//!
//! A pair's differences hold those of the pairs below it, with longer paths. Definitions that hold each other would double them at each
//! level if each pair had a list of its own, so a pair keeps what it found itself and the numbers of the pairs below; the list is
//! written out once, for the pair that was asked for.

use std::collections::HashSet;
use std::ops::Range;

use super::change::Change;
use super::found::{At, Found};
use crate::compat::Policy;

/// How many differences are told in full, and how many bytes their paths have. Beyond either, definitions that hold each other multiply
/// them; then those of a pair are told at its first place only, which leaves the verdict as it is.
const MOST_TOLD: u64 = 20_000;
const MOST_TEXT: u64 = 32 << 20;
/// How long the path of a cause may be: nobody reads a longer one.
const LONGEST_PATH: usize = 10_000;

/// A step from a pair to one below it, or to a keyword.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step<'s> {
    /// Empty where the path stays where it is.
    pub(super) keyword: &'static str,
    pub(super) name: Name<'s>,
}

/// What of a keyword is meant.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Name<'s> {
    /// All of it.
    #[default]
    All,
    /// A property.
    Of(&'s str),
    /// An item, or a part of a combined schema.
    Number(usize),
}

/// What came of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    number: u32,
    /// Whether all differences are harmless.
    pub(super) compatible: bool,
}

/// No difference.
pub(super) const NOTHING: Outcome = Outcome { number: 0, compatible: true };

impl Outcome {
    pub(super) fn is_nothing(self) -> bool {
        self.number == NOTHING.number
    }
}

/// Something that a pair found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'s> {
    /// A difference; whether it is one of what the step names, and not of the whole node.
    Own { change: Change, step: Step<'s>, named: bool },
    /// What another pair found.
    Below { step: Step<'s>, outcome: Outcome },
}

/// What all pairs found.
pub(super) struct Outcomes<'s> {
    policy: Policy,
    parts: Vec<Part<'s>>,
    pairs: Vec<Told>,
}

/// What one pair found.
struct Told {
    original: At,
    update: At,
    parts: Range<usize>,
    /// How many differences there are with those below, and how long their paths are together.
    count: u64,
    text: u64,
}

impl<'s> Outcomes<'s> {
    pub(super) fn new(policy: Policy) -> Self {
        Self { policy, parts: Vec::new(), pairs: Vec::new() }
    }

    /// Keeps what a pair found.
    pub(super) fn keep(&mut self, (original, update): (At, At), parts: Vec<Part<'s>>) -> Outcome {
        if parts.is_empty() {
            return NOTHING;
        }
        let (mut compatible, mut count, mut text) = (true, 0_u64, 0_u64);
        for part in &parts {
            let (harmless, inside, below, step) = match part {
                Part::Own { change, step, .. } => (change.is_compatible(self.policy), 1, 0, step),
                Part::Below { step, outcome } => {
                    let (count, text) = self.told(*outcome).map_or((0, 0), |told| (told.count, told.text));
                    (outcome.compatible, count, text, step)
                }
            };
            compatible &= harmless;
            count = count.saturating_add(inside);
            text = text.saturating_add(below).saturating_add(step.length().saturating_mul(inside));
        }
        let start = self.parts.len();
        self.parts.extend(parts);
        self.pairs.push(Told { original, update, parts: start..self.parts.len(), count, text });
        // A run ends long before there are as many pairs.
        Outcome { number: u32::try_from(self.pairs.len()).unwrap_or(u32::MAX), compatible }
    }

    fn told(&self, outcome: Outcome) -> Option<&Told> {
        self.pairs.get(usize::try_from(outcome.number).ok()?.checked_sub(1)?)
    }

    /// The differences of a pair, with their paths from it.
    pub(super) fn list(&self, outcome: Outcome) -> Vec<Found> {
        let Some(told) = self.told(outcome) else { return Vec::new() };
        let whole = told.count <= MOST_TOLD && told.text <= MOST_TEXT;
        let mut list = Vec::new();
        let mut seen = HashSet::from([(told.original, told.update)]);
        let mut decided = false;
        let mut text = 0_u64;
        let mut descent = Descent::from(self, told);
        while let Some((told, part)) = descent.next() {
            match part {
                Part::Own { change, step, named } => {
                    step.write(&mut descent.path);
                    text = text.saturating_add(u64::try_from(descent.path.len()).unwrap_or(u64::MAX));
                    // Beyond all bounds only what decides is told, and of that at least one.
                    let decides = !change.is_compatible(self.policy);
                    if whole || text <= MOST_TEXT || (decides && !decided) {
                        decided |= decides;
                        list.push(told.found(*change, *step, *named, &descent.path));
                    }
                }
                Part::Below { step, outcome } => {
                    let Some(below) = self.told(*outcome) else { continue };
                    if whole || seen.insert((below.original, below.update)) {
                        descent.enter(*step, below);
                    }
                }
            }
        }
        list
    }

    /// At most `most` differences of a pair that are not harmless, those of each pair at its first place. `looks` bounds how many parts are
    /// looked at.
    pub(super) fn causes(&self, outcome: Outcome, most: usize, looks: &mut usize) -> Vec<Found> {
        let mut list = Vec::new();
        let Some(told) = self.told(outcome).filter(|_| !outcome.compatible) else { return list };
        let mut seen = HashSet::from([(told.original, told.update)]);
        let mut descent = Descent::from(self, told);
        while let Some((told, part)) = descent.next() {
            if list.len() >= most || *looks == 0 {
                break;
            }
            *looks -= 1;
            match part {
                Part::Own { change, step, named } if !change.is_compatible(self.policy) => {
                    step.write(&mut descent.path);
                    list.push(told.found(*change, *step, *named, &descent.path));
                }
                Part::Below { step, outcome } if !outcome.compatible => {
                    let Some(below) = self.told(*outcome) else { continue };
                    if descent.path.len() < LONGEST_PATH && seen.insert((below.original, below.update)) {
                        descent.enter(*step, below);
                    }
                }
                _ => {}
            }
        }
        list
    }
}

impl Told {
    /// A difference that the pair found itself, at a path.
    fn found(&self, change: Change, step: Step<'_>, named: bool, path: &str) -> Found {
        let part = step.text().filter(|_| named).map(Into::into);
        Found { change, path: path.into(), original: self.original, update: self.update, part }
    }
}

/// The way down from a pair, part by part, in the order in which they were found.
struct Descent<'o, 's> {
    outcomes: &'o Outcomes<'s>,
    /// The pairs on the way: what is left of each, and how long the path to it is.
    open: Vec<(&'o Told, Range<usize>, usize)>,
    path: String,
}

impl<'o, 's> Descent<'o, 's> {
    fn from(outcomes: &'o Outcomes<'s>, told: &'o Told) -> Self {
        Self { outcomes, open: vec![(told, told.parts.clone(), 0)], path: String::new() }
    }

    /// The next part with its pair, whose path is then the present one.
    fn next(&mut self) -> Option<(&'o Told, &'o Part<'s>)> {
        while let Some((told, left, length)) = self.open.last_mut() {
            if let Some(part) = left.next().and_then(|at| self.outcomes.parts.get(at)) {
                self.path.truncate(*length);
                return Some((*told, part));
            }
            self.open.pop();
        }
        None
    }

    /// Goes on with the parts of a pair below.
    fn enter(&mut self, step: Step<'_>, below: &'o Told) {
        step.write(&mut self.path);
        self.open.push((below, below.parts.clone(), self.path.len()));
    }
}

impl<'s> Step<'s> {
    /// What the step names beside its keyword.
    fn text(&self) -> Option<String> {
        match self.name {
            Name::All => None,
            Name::Of(name) => Some(name.to_owned()),
            Name::Number(number) => Some(number.to_string()),
        }
    }

    /// At most so many bytes are written.
    fn length(&self) -> u64 {
        let name = match self.name {
            Name::All => 0,
            Name::Of(name) => name.len() + 1,
            Name::Number(_) => 21,
        };
        u64::try_from(self.keyword.len() + name + 1).unwrap_or(u64::MAX)
    }

    /// Goes on with a path.
    fn write(&self, path: &mut String) {
        if self.keyword.is_empty() {
            return;
        }
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(self.keyword);
        if let Some(name) = self.text() {
            path.push('/');
            path.push_str(&name);
        }
    }
}

/// The differences of a pair while it is compared.
pub(super) struct Gathered<'s> {
    step: Step<'s>,
    parts: Vec<Part<'s>>,
}

impl<'s> Gathered<'s> {
    pub(super) fn new() -> Self {
        Self { step: Step::default(), parts: Vec::new() }
    }

    /// What follows is found there.
    pub(super) fn at(&mut self, keyword: &'static str, name: Name<'s>) {
        self.step = Step { keyword, name };
    }

    /// What follows is found in the nodes themselves.
    pub(super) fn here(&mut self) {
        self.step = Step::default();
    }

    /// A difference at the present step.
    pub(super) fn tell(&mut self, change: Change) {
        self.parts.push(Part::Own { change, step: self.step, named: false });
    }

    /// A difference in the property or item that the present step names.
    pub(super) fn tell_part(&mut self, change: Change) {
        self.parts.push(Part::Own { change, step: self.step, named: true });
    }

    /// A difference in a keyword of the nodes themselves.
    pub(super) fn tell_keyword(&mut self, keyword: &'static str, change: Change) {
        let step = Step { keyword, name: Name::All };
        self.parts.push(Part::Own { change, step, named: false });
    }

    /// The differences of a pair below.
    pub(super) fn add(&mut self, outcome: Outcome) {
        if !outcome.is_nothing() {
            self.parts.push(Part::Below { step: self.step, outcome });
        }
    }

    pub(super) fn finish(self) -> Vec<Part<'s>> {
        self.parts
    }
}
