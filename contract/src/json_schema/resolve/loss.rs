use std::mem;

use super::arena::Link;
use crate::json_schema::parse::empty;
use crate::json_schema::parsed::Parsed;

/// Makes subschemas that say nothing of those of which something was left out: half of what one asks would refuse values that the whole
/// takes.
pub(super) fn say_nothing(files: &mut [Parsed], links: &mut Vec<Link>) {
    for file in files.iter_mut() {
        for number in &file.refused {
            let Some(node) = file.nodes.get_mut(*number) else { continue };
            let mut blank = empty(node.at.clone(), &node.pointer);
            mem::swap(&mut blank.title, &mut node.title);
            mem::swap(&mut blank.description, &mut node.description);
            *node = blank;
        }
    }
    links.retain(|link| files.get(link.file).is_some_and(|file| !file.refused.contains(&link.node)));
}
