//! A largest matching of two sides: no node is used twice.

/// Finds a largest set of edges that share no end, by growing a first greedy choice along alternating paths. `edges[a]` are the
/// partners of `a` on the other side, which has `size` nodes; the answer gives each `a` its partner. A node keeps its first
/// partner where that costs nothing, so equal branches in equal order stay together.
pub(super) fn matching(edges: &[Vec<usize>], size: usize) -> Vec<Option<usize>> {
    let mut state = State { edges, partner: vec![None; edges.len()], taken: vec![None; size] };
    for (a, partners) in edges.iter().enumerate() {
        if let Some(free) = partners.iter().find(|b| state.is_free(**b)) {
            state.join(a, *free);
        }
    }
    for a in 0..edges.len() {
        if state.partner.get(a) == Some(&None) {
            state.grow(a);
        }
    }
    state.partner
}

struct State<'e> {
    edges: &'e [Vec<usize>],
    partner: Vec<Option<usize>>,
    taken: Vec<Option<usize>>,
}

impl State<'_> {
    fn is_free(&self, b: usize) -> bool {
        self.taken.get(b) == Some(&None)
    }

    fn join(&mut self, a: usize, b: usize) {
        if let (Some(partner), Some(taken)) = (self.partner.get_mut(a), self.taken.get_mut(b)) {
            *partner = Some(b);
            *taken = Some(a);
        }
    }

    /// Looks for a path from `a` to a free node that leaves each taken node by its own edge, and turns the path over. Breadth
    /// first, with a list of its own: a path may be as long as a side.
    fn grow(&mut self, a: usize) {
        // Which node of this side each node of the other was reached from.
        let mut from: Vec<Option<usize>> = vec![None; self.taken.len()];
        let mut waiting = std::collections::VecDeque::from([a]);
        while let Some(a) = waiting.pop_front() {
            for &b in self.edges.get(a).into_iter().flatten() {
                match from.get_mut(b) {
                    Some(reached @ None) => *reached = Some(a),
                    _ => continue,
                }
                match self.taken.get(b).copied().flatten() {
                    Some(next) => waiting.push_back(next),
                    None => return self.turn(b, &from),
                }
            }
        }
    }

    fn turn(&mut self, end: usize, from: &[Option<usize>]) {
        let mut b = end;
        while let Some(a) = from.get(b).copied().flatten() {
            let before = self.partner.get(a).copied().flatten();
            self.join(a, b);
            match before {
                Some(before) => b = before,
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn each_node_keeps_its_first_partner_where_that_costs_nothing() {
        assert_eq!(matching(&[vec![0, 1], vec![0, 1]], 2), [Some(0), Some(1)]);
        assert_eq!(matching(&[vec![], vec![0]], 1), [None, Some(0)]);
    }

    #[test]
    fn a_greedy_choice_is_taken_back_where_another_covers_more() {
        // 0 takes 0 at first; 1 has no other, so 0 moves on to 1, and 2 to 2.
        assert_eq!(matching(&[vec![0, 1], vec![0], vec![1, 2]], 3), [Some(1), Some(0), Some(2)]);
        // A chain as long as the side: every node moves by one.
        let count = 2_000;
        let mut edges: Vec<Vec<usize>> = (0..count).map(|a| vec![a, a + 1]).collect();
        edges.push(vec![0]);
        assert!(matching(&edges, count + 1).iter().all(Option::is_some));
    }
}
