/// The circles of a graph: its strongly connected parts of more than one node, or of one that points at itself; each sorted.
/// Tarjan's algorithm with a list of its own in place of recursion, since a graph may be as deep as a file is large.
pub(crate) fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut walk = Walk {
        edges,
        index: vec![None; edges.len()],
        low: vec![0; edges.len()],
        on_stack: vec![false; edges.len()],
        stack: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    for node in 0..edges.len() {
        if walk.index.get(node).is_some_and(Option::is_none) {
            walk.from(node);
        }
    }
    walk.found.sort();
    walk.found
}

struct Walk<'e> {
    edges: &'e [Vec<usize>],
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    next: usize,
    found: Vec<Vec<usize>>,
}

impl Walk<'_> {
    fn from(&mut self, start: usize) {
        self.enter(start);
        let mut path = vec![(start, 0_usize)];
        while let Some((node, edge)) = path.last_mut() {
            let (node, next) = (*node, self.edges.get(*node).and_then(|edges| edges.get(*edge)).copied());
            *edge += 1;
            match next {
                Some(target) => match self.index.get(target).copied().flatten() {
                    None if target < self.edges.len() => {
                        self.enter(target);
                        path.push((target, 0));
                    }
                    Some(index) if self.on_stack.get(target) == Some(&true) => self.lower(node, index),
                    _ => {}
                },
                None => {
                    path.pop();
                    self.leave(node);
                    if let Some((parent, _)) = path.last() {
                        let low = self.low.get(node).copied().unwrap_or_default();
                        self.lower(*parent, low);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        set(&mut self.index, node, Some(self.next));
        set(&mut self.low, node, self.next);
        set(&mut self.on_stack, node, true);
        self.stack.push(node);
        self.next += 1;
    }

    fn lower(&mut self, node: usize, to: usize) {
        if let Some(low) = self.low.get_mut(node) {
            *low = (*low).min(to);
        }
    }

    fn leave(&mut self, node: usize) {
        if self.low.get(node).copied() != self.index.get(node).copied().flatten() {
            return;
        }
        let mut part = Vec::new();
        while let Some(member) = self.stack.pop() {
            set(&mut self.on_stack, member, false);
            part.push(member);
            if member == node {
                break;
            }
        }
        let points_at_itself = self.edges.get(node).is_some_and(|edges| edges.contains(&node));
        if part.len() > 1 || points_at_itself {
            part.sort_unstable();
            self.found.push(part);
        }
    }
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = value;
    }
}
