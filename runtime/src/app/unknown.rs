/// What an app does with a message whose schema is none of its topic's events: [`App::unknown_events`](crate::App::unknown_events).
///
/// Others may write on a topic what this build does not know yet. A message that is no message at all (no frame, bytes that its schema does not
/// say) is not meant: that goes to the dead letters always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnknownEvents {
    /// It goes to the dead letters, under the reason `not-on-topic`: it can be sent again once a build knows it.
    #[default]
    DeadLetter,
    /// It is passed over, with a line in the log at the level debug.
    Skip,
    /// The app ends with an error, and the message stays where it is.
    End,
}
