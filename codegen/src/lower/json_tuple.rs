use topika_contract::json_schema::Schema;

use super::job::JsonJob;
use super::json_array::{Rest, tuple};
use super::json_checks;
use super::json_docs;
use super::json_group::Group;
use super::json_names::{own_name, within};
use super::json_type::group_ty;
use super::types::Lowering;
use crate::ir::{Body, Checks, Tuple, TupleItem, Ty};
use crate::names::{Scope, snake};

/// How many items a Rust tuple has at most: beyond, it is neither compared nor printed.
const LONGEST: usize = 12;

/// The items of a tuple that has all of them and no more: a tuple of Rust.
pub(super) fn fixed(schema: &Schema, group: &Group) -> Option<Vec<Group>> {
    let tuple = tuple(schema, group);
    let is_fixed = matches!(tuple.rest, Rest::None) && tuple.least == tuple.items.len();
    (is_fixed && (1..=LONGEST).contains(&tuple.items.len())).then_some(tuple.items)
}

/// The struct of a tuple that may be shorter or longer.
pub(super) fn tuple_body<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, group: &Group) -> Body {
    let tuple = tuple(job.schema, group);
    let outer = lowering.type_name(job.id).to_owned();
    let mut scope = Scope::default();
    let mut items = Vec::with_capacity(tuple.items.len());
    for (place, group) in tuple.items.iter().enumerate() {
        let called = job.schema.node(group.head).and_then(|node| own_name(job.schema, node)).map(|name| snake(&name));
        let name = scope.claim(&called.unwrap_or_else(|| format!("item_{place}"))).0;
        let ty = group_ty(lowering, job.user(), group, &within(&outer, name.text()), &mut Vec::new());
        let optional = place >= tuple.least;
        let said = json_docs::of_place(job.schema, group.head, name.text());
        let origin = job.schema.node(group.head).map(|node| node.at.source.path());
        let origin = said.map(|(_, path)| path).or(origin).unwrap_or_default().to_owned();
        let doc = said.map(|(text, _)| text.to_owned());
        let checks = json_checks::of_group(lowering, job.schema, group);
        items.push(TupleItem {
            name,
            ty: if optional { Ty::Option(Box::new(ty)) } else { ty },
            optional,
            doc,
            origin,
            checks,
        });
    }
    let rest = match tuple.rest {
        Rest::None => None,
        Rest::Of(group) => {
            let hint = within(&outer, "Rest");
            let asked = group.as_ref().map(|group| json_checks::of_group(lowering, job.schema, group));
            let ty = group.map_or(Ty::Json, |group| group_ty(lowering, job.user(), &group, &hint, &mut Vec::new()));
            let checks = Checks { items: asked.and_then(Checks::some), ..Checks::default() };
            Some((scope.claim("rest").0, ty, checks))
        }
    };
    Body::Tuple(Tuple { items, rest })
}
