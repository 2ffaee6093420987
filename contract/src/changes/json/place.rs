/// Where the walk is, in words.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The document or the definition: `definition Address`.
    pub(super) group: String,
    /// The way inside it; empty at its top.
    pub(super) path: String,
}

impl Place {
    /// The top of a group.
    pub(super) fn top(group: impl Into<String>) -> Self {
        Self { group: group.into(), path: String::new() }
    }

    /// A property, or a part marked by brackets.
    pub(super) fn step(&self, step: &str) -> Self {
        let joined = if self.path.is_empty() || step.starts_with(['[', '{', '<']) { "" } else { "." };
        Self { group: self.group.clone(), path: format!("{}{joined}{step}", self.path) }
    }

    /// What a message begins with, where it is about a part.
    pub(super) fn of(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("`{}`: ", self.path) }
    }
}
