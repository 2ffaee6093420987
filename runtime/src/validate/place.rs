use std::fmt::Write as _;

/// Where a value stands: a JSON pointer, kept as the way back to the root, so that it costs nothing until it is told.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
    /// Indices below count from here.
    From(usize),
}

impl Place<'_> {
    /// The whole value.
    pub const ROOT: Place<'static> = Place { above: None, step: Step::Root };

    /// The property of that name, as JSON has it.
    #[must_use]
    pub const fn key<'a>(&'a self, name: &'a str) -> Place<'a> {
        Place { above: Some(self), step: Step::Key(name) }
    }

    /// The item at that index.
    #[must_use]
    pub const fn index(&self, index: usize) -> Place<'_> {
        Place { above: Some(self), step: Step::Index(index) }
    }

    /// The items from that index on, where they stand in a list of their own.
    #[doc(hidden)]
    #[must_use]
    pub const fn from(&self, index: usize) -> Place<'_> {
        Place { above: Some(self), step: Step::From(index) }
    }

    /// The JSON pointer (RFC 6901); empty for the whole value.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            steps.push(here.step);
            place = here.above;
        }
        let mut out = String::new();
        let mut before = 0;
        for step in steps.iter().rev() {
            match step {
                Step::Root => {}
                Step::Key(name) => {
                    out.push('/');
                    out.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
                Step::Index(index) => {
                    let _ = write!(out, "/{}", index.saturating_add(before));
                    before = 0;
                }
                Step::From(index) => before = *index,
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_json_pointer() {
        let (items, third) = (Place::ROOT.key("a/b~c"), 3);
        assert_eq!(items.index(third).key("").pointer(), "/a~1b~0c/3/");
        assert_eq!(Place::ROOT.pointer(), "");
        assert_eq!(Place::ROOT.key("a").from(2).index(1).index(1).pointer(), "/a/3/1");
    }
}
