//! A tree as steps.

use super::class::Class;
use super::syntax::{Place, Tree};

/// How many steps an expression may have: `(a{1000}){1000}` would have a million.
const MOST_STEPS: usize = 20_000;

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Takes a character, goes on to the next step.
    One(Class),
    At(Place),
    /// Goes on at both.
    Split(usize, usize),
    Go(usize),
    /// Goes on after the inner steps, where these succeed or fail as wanted.
    Ahead {
        inner: Vec<Step>,
        wanted: bool,
    },
    Done,
}

/// The steps of a tree; `None` where they are too many.
pub(super) fn steps(tree: &Tree) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut room = MOST_STEPS;
    put(tree, &mut steps, &mut room)?;
    steps.push(Step::Done);
    Some(steps)
}

fn put(tree: &Tree, steps: &mut Vec<Step>, room: &mut usize) -> Option<()> {
    *room = room.checked_sub(1)?;
    match tree {
        Tree::One(class) => steps.push(Step::One(class.clone())),
        Tree::At(place) => steps.push(Step::At(*place)),
        Tree::All(parts) => {
            for part in parts {
                put(part, steps, room)?;
            }
        }
        Tree::Any(parts) => any(parts, steps, room)?,
        Tree::Repeat { what, least, most } => repeat(what, *least, *most, steps, room)?,
        Tree::Ahead { what, wanted } => {
            let mut inner = Vec::new();
            put(what, &mut inner, room)?;
            inner.push(Step::Done);
            steps.push(Step::Ahead { inner, wanted: *wanted });
        }
    }
    Some(())
}

fn any(parts: &[Tree], steps: &mut Vec<Step>, room: &mut usize) -> Option<()> {
    let mut ends = Vec::new();
    let Some((last, others)) = parts.split_last() else { return Some(()) };
    for part in others {
        let split = steps.len();
        steps.push(Step::Split(split + 1, 0));
        put(part, steps, room)?;
        ends.push(steps.len());
        steps.push(Step::Go(0));
        let next = steps.len();
        set(steps, split, Step::Split(split + 1, next));
    }
    put(last, steps, room)?;
    let end = steps.len();
    for go in ends {
        set(steps, go, Step::Go(end));
    }
    Some(())
}

fn repeat(what: &Tree, least: u32, most: Option<u32>, steps: &mut Vec<Step>, room: &mut usize) -> Option<()> {
    for _ in 0..least {
        put(what, steps, room)?;
    }
    let Some(most) = most else {
        let split = steps.len();
        steps.push(Step::Split(split + 1, 0));
        put(what, steps, room)?;
        steps.push(Step::Go(split));
        let end = steps.len();
        set(steps, split, Step::Split(split + 1, end));
        return Some(());
    };
    let mut splits = Vec::new();
    for _ in least..most {
        splits.push(steps.len());
        steps.push(Step::Split(0, 0));
        put(what, steps, room)?;
    }
    let end = steps.len();
    for split in splits {
        set(steps, split, Step::Split(split + 1, end));
    }
    Some(())
}

fn set(steps: &mut [Step], at: usize, step: Step) {
    if let Some(place) = steps.get_mut(at) {
        *place = step;
    }
}
