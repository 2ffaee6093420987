/// Where the walk is, in words.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The definition: `record orders.OrderPlaced`.
    pub(super) group: String,
    /// The way inside it; empty at its top.
    pub(super) path: String,
}

impl Place {
    /// The top of a group.
    pub(super) fn top(group: impl Into<String>) -> Self {
        Self { group: group.into(), path: String::new() }
    }

    /// A field, or a part marked by brackets.
    pub(super) fn step(&self, step: &str) -> Self {
        let joined = if self.path.is_empty() || step.starts_with(['[', '{', '<']) { "" } else { "." };
        Self { group: self.group.clone(), path: format!("{}{joined}{step}", self.path) }
    }

    /// What the place is called in a message.
    pub(super) fn said(&self) -> String {
        if self.path.is_empty() { "the schema".to_owned() } else { format!("`{}`", self.path) }
    }
}
