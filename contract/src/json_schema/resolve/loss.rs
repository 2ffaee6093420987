use std::mem;

use super::arena::Link;
use crate::json_schema::parse::empty;
use crate::json_schema::parsed::Parsed;
use crate::rules::TYPES_FALLBACK;
use crate::syntax::Sink;

/// Makes subschemas that say nothing of those of which something was left out: half of what one asks would refuse values that the whole
/// takes.
pub(super) fn say_nothing(files: &mut [Parsed], links: &mut Vec<Link>, report: &mut Sink<'_>) {
    for file in files.iter_mut() {
        for number in &file.refused {
            let Some(node) = file.nodes.get_mut(*number) else { continue };
            let mut blank = empty(node.at.clone(), &node.pointer);
            mem::swap(&mut blank.title, &mut node.title);
            mem::swap(&mut blank.description, &mut node.description);
            *node = blank;
            let message = "a part of this schema could not be read, so any value is taken here";
            report.push(
                TYPES_FALLBACK
                    .at(node.at.clone(), message)
                    .pointer(node.pointer.clone())
                    .help("mend what is told of it"),
            );
        }
    }
    links.retain(|link| files.get(link.file).is_some_and(|file| !file.refused.contains(&link.node)));
}
