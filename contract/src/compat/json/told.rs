use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::diff::{Compared, Found, GaveUp, MOST_WORK};
use super::findings::{Context, Explainer};
use super::loaded::{Refusal, load};
use super::{Prepared, own};
use crate::compat::{Difference, Direction, Policy};
use crate::json_schema::Schema;
use crate::report::Finding;
use crate::rules::JSON_SCHEMA_NOT_JUDGED;
use crate::text::Location;
use crate::threads::on_a_large_stack;

/// What one direction between a new schema and version `number` gives.
pub(in crate::compat) struct Told {
    /// What Confluent's comparison says, in its order, harmless differences too.
    pub(in crate::compat) differences: Vec<Difference>,
    /// A finding for each that breaks something.
    pub(in crate::compat) findings: Vec<Finding>,
    /// What the registry does not see.
    pub(in crate::compat) own: Vec<Finding>,
    /// Why the comparison was given up, where it was.
    pub(in crate::compat) gave_up: Option<String>,
}

/// What hinders one direction between a new schema and version `number`, as findings at places of the new schema.
pub(in crate::compat) fn findings(
    new: &Prepared<'_>,
    old: &Prepared<'_>,
    number: u32,
    direction: Direction,
    policy: Policy,
) -> Vec<Finding> {
    let told = told(new, old, number, direction, policy);
    once(told.findings).into_iter().chain(told.own).collect()
}

/// Each cause once, by its shortest path: the comparison tells what stands in a definition at every place that uses it.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    type Cause = (&'static str, Option<String>, Option<(String, usize, usize)>, Option<(String, usize, usize)>);
    let place = |at: Option<&Location>| at.map(|at| (at.source.path().to_owned(), at.span.start, at.span.end));
    let length = |finding: &Finding| finding.reference.as_ref().map_or(0, |reference| reference.location.len());
    let mut causes: HashMap<Cause, usize> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let kind = finding.reference.as_ref().map_or("", |reference| reference.kind);
        // What is missing on one side stands at the whole object there; then its name tells it apart.
        let name =
            finding.reference.as_ref().and_then(|reference| reference.location.rsplit('/').next().map(str::to_owned));
        let old = finding.related.first().map(|related| &related.at);
        match causes.entry((kind, name, place(finding.at.as_ref()), place(old))) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(finding);
            }
            Entry::Occupied(entry) => {
                if let Some(before) = kept.get_mut(*entry.get()).filter(|before| length(before) > length(&finding)) {
                    *before = finding;
                }
            }
        }
    }
    kept
}

/// The same, apart, with every difference.
pub(in crate::compat) fn told(
    new: &Prepared<'_>,
    old: &Prepared<'_>,
    number: u32,
    direction: Direction,
    policy: Policy,
) -> Told {
    let told = on_a_large_stack(|| compared(new, old, number, direction, policy));
    let reason = match told {
        Some(Ok(told)) => return told,
        Some(Err(reason)) => reason,
        None => "the system gives no stack for the comparison".to_owned(),
    };
    let finding = JSON_SCHEMA_NOT_JUDGED.finding(reason.clone());
    let new = new.schema();
    let finding = Finding { at: new.node(new.root()).map(|node| node.at.clone()), ..finding }
        .label(format!("not judged against version {number}"))
        .help("write that part in another way, or set the rule to \"warn\" when you judged it yourself");
    Told { differences: Vec::new(), findings: vec![finding], own: Vec::new(), gave_up: Some(reason) }
}

/// Why registries do not load a schema; `None` where they do.
pub(in crate::compat) fn refusal(schema: &Schema) -> Option<String> {
    on_a_large_stack(|| load(schema).err().filter(|refusal| !refusal.ours).map(|refusal| refusal.message)).flatten()
}

/// The comparison, or why it was given up.
fn compared(
    new: &Prepared<'_>,
    old: &Prepared<'_>,
    number: u32,
    direction: Direction,
    policy: Policy,
) -> Result<Told, String> {
    let new = new.loaded().map_err(|refusal| refused("this schema", refusal))?;
    let old = old.loaded().map_err(|refusal| refused(&format!("version {number}"), refusal))?;
    let context = Context { new, old, number, direction, policy };
    let (original, update) = context.sides();
    let compared = Compared::of(original, update, policy).map_err(|gave_up| reason(&gave_up))?;
    let found = compared.differences();
    let mut explainer = Explainer::new(compared);
    let harmful = found.iter().filter(|found| !found.change.is_compatible(policy));
    let findings = harmful.map(|found| explainer.explain(&context, found, context.finding(found))).collect();
    drop(explainer);
    Ok(Told {
        differences: found.iter().map(|found| difference(found, policy)).collect(),
        findings,
        own: own::findings(&context),
        gave_up: None,
    })
}

fn difference(found: &Found, policy: Policy) -> Difference {
    Difference {
        kind: found.change.as_str(),
        location: found.location(),
        compatible: found.change.is_compatible(policy),
    }
}

fn refused(what: &str, refusal: &Refusal) -> String {
    if refusal.ours {
        return format!("{what} is not judged: {}", refusal.message);
    }
    format!("registries do not load {what}: {}", refusal.message)
}

fn reason(gave_up: &GaveUp) -> String {
    match gave_up {
        GaveUp::Size => {
            format!("the comparison takes more than {MOST_WORK} steps, which is this judge's own limit")
        }
        GaveUp::Unresolved(reference) => format!("the `$ref` {reference} points at nothing"),
        GaveUp::Pattern(pattern, why) => {
            format!("the name `{pattern}` of `patternProperties` is not understood: {why}")
        }
    }
}
