//! What lies within a branch that is no longer taken.
//!
//! Of alternatives and of what must hold together the registry says only that one of them is lost. The user needs the property: the
//! branch is compared with the one that is meant for it, and what is found there stands beside the finding as notes.

use std::collections::HashSet;
use std::sync::Arc;

use super::branches::{branches, meant};
use super::context::{Context, Spot};
use super::say::say;
use super::values::parts;
use crate::compat::json::diff::{At, Change, Compared, Found};
use crate::compat::json::loaded::{Criterion, NodeId};
use crate::report::Finding;

/// How many causes are told.
const MOST_TOLD: usize = 5;
/// How many are counted.
const MOST_COUNTED: usize = 100;
/// How deep branches are followed into each other.
const DEEPEST: usize = 8;
/// How many branches, their properties, and pairs of branches are looked at for one pair of schemas.
const MOST_LOOKED_AT: usize = 2_000_000;

/// How many findings are explained: nobody reads more.
const MOST_EXPLAINED: usize = 500;
/// What it costs to say that a branch is lost, for each branch beside it: all of them are printed.
const COST_OF_A_BRANCH: usize = 100;

/// Says what lies within branches, as long as it takes no longer than its bounds.
pub(in crate::compat::json) struct Explainer<'s> {
    compared: Compared<'s>,
    /// Two nodes at a path have several findings about the same branches.
    explained: HashSet<(At, At, Arc<str>)>,
    left: usize,
}

/// A difference within a branch.
struct Cause {
    found: Found,
    branch: String,
}

/// The causes of one finding.
#[derive(Default)]
struct Causes {
    list: Vec<Cause>,
    seen: HashSet<(At, At)>,
}

impl<'s> Explainer<'s> {
    pub(in crate::compat::json) fn new(compared: Compared<'s>) -> Self {
        Self { compared, explained: HashSet::new(), left: MOST_LOOKED_AT }
    }

    /// Adds the causes of a difference to its finding.
    pub(in crate::compat::json) fn explain(
        &mut self,
        context: &Context<'s>,
        found: &Found,
        mut finding: Finding,
    ) -> Finding {
        let key = (found.original, found.update, Arc::clone(&found.path));
        if !is_about_branches(context, found) || self.explained.len() >= MOST_EXPLAINED || !self.explained.insert(key) {
            return finding;
        }
        let mut causes = Causes::default();
        self.gather(context, found, "", 0, &mut causes);
        let mut told = HashSet::new();
        let mut left = causes.list.len();
        for Cause { found, branch } in &causes.list {
            if told.len() == MOST_TOLD || !self.affords(context, found) {
                break;
            }
            left -= 1;
            let message = say(context, found, context.spot(found.original), context.spot(found.update)).message;
            let note = if branch.is_empty() { message.clone() } else { format!("within {branch}: {message}") };
            if message != finding.message && told.insert(note.clone()) {
                finding = finding.note(note);
            }
        }
        match left {
            0 => finding,
            _ if told.is_empty() => finding,
            left if causes.list.len() < MOST_COUNTED => finding.note(format!("and {left} more")),
            _ => finding.note("and many more"),
        }
    }

    /// Whether there is work left to say a difference.
    fn affords(&mut self, context: &Context<'s>, found: &Found) -> bool {
        if !is_about_branches(context, found) {
            return true;
        }
        let beside = branches(context.spot(found.original)).len() + branches(context.spot(found.update)).len();
        let left = self.left.checked_sub(beside.saturating_mul(COST_OF_A_BRANCH));
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    /// Puts what hinders the branches of two nodes on a list; whether there is something, or was before.
    fn gather(
        &mut self,
        context: &Context<'s>,
        found: &Found,
        within: &str,
        depth: usize,
        causes: &mut Causes,
    ) -> bool {
        if !causes.seen.insert((found.original, found.update)) {
            return true;
        }
        let before = causes.list.len();
        let (original, update) = (context.spot(found.original), context.spot(found.update));
        for one in meant(original, update, &mut self.left) {
            if self.is_settled(found.change, (original, update), (one.original, one.update)) {
                continue;
            }
            let most = MOST_COUNTED.saturating_sub(causes.list.len());
            let branch = if within.is_empty() { one.name.as_str() } else { within };
            for mut cause in self.compared.causes(one.original, one.update, most) {
                cause.path = joined(&found.path, &cause.path);
                let deeper = depth < DEEPEST && is_about_branches(context, &cause);
                if !deeper || !self.gather(context, &cause, branch, depth + 1, causes) {
                    causes.list.push(Cause { found: cause, branch: branch.to_owned() });
                }
                if causes.list.len() >= MOST_COUNTED {
                    return true;
                }
            }
        }
        causes.list.len() > before
    }

    /// Whether another branch takes what one has: then that one is not the cause.
    fn is_settled(&mut self, change: Change, (o, u): (Spot<'s>, Spot<'s>), (one, other): (NodeId, NodeId)) -> bool {
        if matches!(change, Change::CombinedTypeChanged | Change::TypeChanged) {
            return false; // The branches were not compared with each other.
        }
        let all = |spot: Spot<'_>| parts(spot).is_some_and(|parts| parts.criterion == Criterion::All);
        let settled = |compared: &Compared<'_>, original: NodeId, update: NodeId| !compared.refused(original, update);
        let rivals = if all(o) && all(u) { branches(o) } else { branches(u) };
        let Some(left) = self.left.checked_sub(rivals.len()) else { return true };
        self.left = left;
        rivals.into_iter().any(|rival| {
            if all(o) && all(u) { settled(&self.compared, rival, other) } else { settled(&self.compared, one, rival) }
        })
    }
}

/// Whether a difference is one of branches and no more is said of them.
fn is_about_branches(context: &Context<'_>, found: &Found) -> bool {
    match found.change {
        Change::SumTypeNarrowed
        | Change::ProductTypeExtended
        | Change::CombinedTypeSubschemasChanged
        | Change::CombinedTypeChanged => true,
        Change::TypeChanged => {
            parts(context.spot(found.original)).is_some() || parts(context.spot(found.update)).is_some()
        }
        _ => false,
    }
}

fn joined(path: &str, below: &str) -> Arc<str> {
    match (path.is_empty(), below.is_empty()) {
        (true, _) => below.into(),
        (_, true) => path.into(),
        _ => format!("{path}/{below}").into(),
    }
}
