//! `not`.

use super::change::Change;
use super::found::At;
use super::outcome::Gathered;
use super::run::{GaveUp, Run};

/// What is refused may become less: the inner schemas are compared the other way round, and only the verdict counts.
pub(super) fn compare(run: &mut Run<'_>, original: At, update: At, out: &mut Gathered<'_>) -> Result<(), GaveUp> {
    let narrowed = run.compare(update, original)?.compatible;
    out.tell_keyword("not", if narrowed { Change::NotTypeNarrowed } else { Change::NotTypeExtended });
    Ok(())
}
