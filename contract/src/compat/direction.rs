use super::Level;

/// Whose data is read by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The new schema reads data of an old version.
    Backward,
    /// An old version reads data of the new schema.
    Forward,
}

impl Level {
    /// The directions that the level promises.
    pub fn directions(self) -> impl Iterator<Item = Direction> {
        let backward = self.backward().then_some(Direction::Backward);
        backward.into_iter().chain(self.forward().then_some(Direction::Forward))
    }
}
