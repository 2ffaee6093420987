use crate::ir::{Body, Ty, TypeDef, TypeId};

/// Puts a pointer on every use by value that would make a type hold itself: the uses of a struct from within its own strongly
/// connected component. Enums need none of their own where each circle runs through a struct; where one runs through nothing but
/// enums and newtypes of JSON, these are behind pointers.
pub(super) fn break_cycles(types: &mut [TypeDef]) {
    let components = components(types);
    let structs: Vec<bool> = types
        .iter()
        .map(|def| matches!(def.body, Body::Struct(_) | Body::OneOf(_) | Body::Newtype(_) | Body::Tuple(_)))
        .collect();
    for (index, def) in types.iter_mut().enumerate() {
        let inside = |target: TypeId| {
            structs.get(target.0).copied().unwrap_or(false) && components.get(target.0) == components.get(index)
        };
        for ty in values_mut(&mut def.body) {
            for named in by_value_mut(ty) {
                if let Ty::Named(target) = named
                    && inside(*target)
                {
                    *named = Ty::Boxed(*target);
                }
            }
        }
    }
}

fn values_mut(body: &mut Body) -> Vec<&mut Ty> {
    match body {
        Body::Struct(body) => body.fields.iter_mut().map(|field| &mut field.ty).collect(),
        Body::Union(body) => body.variants.iter_mut().filter_map(|variant| variant.ty.as_mut()).collect(),
        Body::OneOf(body) => body.variants.iter_mut().map(|variant| &mut variant.ty).collect(),
        Body::Tuple(body) => body.items.iter_mut().map(|item| &mut item.ty).collect(),
        Body::Newtype(ty) => vec![ty],
        Body::Enum(_) | Body::Fixed(..) | Body::Literal(_) | Body::External(_) => Vec::new(),
    }
}

/// The named types that a value of `ty` holds in place. Vectors and maps hold theirs behind a pointer already.
fn by_value_mut(ty: &mut Ty) -> Vec<&mut Ty> {
    match ty {
        Ty::Option(inner) | Ty::NullLast(inner) => by_value_mut(inner),
        Ty::Tuple(each) => each.iter_mut().flat_map(by_value_mut).collect(),
        Ty::Named(_) => vec![ty],
        _ => Vec::new(),
    }
}

fn by_value(ty: &Ty) -> Vec<usize> {
    match ty {
        Ty::Option(inner) | Ty::NullLast(inner) => by_value(inner),
        Ty::Tuple(each) => each.iter().flat_map(by_value).collect(),
        Ty::Named(id) => vec![id.0],
        _ => Vec::new(),
    }
}

fn edges(types: &[TypeDef]) -> Vec<Vec<usize>> {
    let of = |def: &TypeDef| match &def.body {
        Body::Struct(body) => body.fields.iter().flat_map(|field| by_value(&field.ty)).collect(),
        Body::Union(body) => body.variants.iter().filter_map(|v| v.ty.as_ref()).flat_map(by_value).collect(),
        Body::OneOf(body) => body.variants.iter().flat_map(|variant| by_value(&variant.ty)).collect(),
        Body::Tuple(body) => body.items.iter().flat_map(|item| by_value(&item.ty)).collect(),
        Body::Newtype(ty) => by_value(ty),
        Body::Enum(_) | Body::Fixed(..) | Body::Literal(_) | Body::External(_) => Vec::new(),
    };
    types.iter().map(of).collect()
}

/// The strongly connected component of each type (Kosaraju's two passes, with stacks of their own: a chain of types may be longer
/// than the thread's stack).
fn components(types: &[TypeDef]) -> Vec<usize> {
    let forward = edges(types);
    let mut backward = vec![Vec::new(); types.len()];
    for (from, targets) in forward.iter().enumerate() {
        for to in targets {
            if let Some(sources) = backward.get_mut(*to) {
                sources.push(from);
            }
        }
    }
    let mut component = vec![usize::MAX; types.len()];
    for start in finished_order(&forward).into_iter().rev() {
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            if let Some(slot) = component.get_mut(node)
                && *slot == usize::MAX
            {
                *slot = start;
                stack.extend(backward.get(node).into_iter().flatten());
            }
        }
    }
    component
}

/// The nodes in the order in which a depth-first walk is done with them.
fn finished_order(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut finished = Vec::with_capacity(edges.len());
    for start in 0..edges.len() {
        let mut stack = vec![(start, 0_usize)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 {
                match seen.get_mut(node) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
            }
            match edges.get(node).and_then(|targets| targets.get(next)) {
                Some(target) => {
                    stack.push((node, next + 1));
                    stack.push((*target, 0));
                }
                None => finished.push(node),
            }
        }
    }
    finished
}
