//! `not`.

use super::change::Change;
use super::found::{At, Gathered};
use super::run::{GaveUp, Run, compatible};

/// What is refused may become less: the inner schemas are compared the other way round, and only the verdict counts.
pub(super) fn compare(run: &mut Run<'_>, original: At, update: At, out: &mut Gathered) -> Result<(), GaveUp> {
    let found = run.compare(update, original)?;
    let narrowed = compatible(&found, run.policy);
    out.tell_keyword("not", if narrowed { Change::NotTypeNarrowed } else { Change::NotTypeExtended });
    Ok(())
}
