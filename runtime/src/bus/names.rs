use crate::error::{Error, ErrorKind};

/// Which events a handler takes: one by its name, `orders.order-placed`, or all whose names begin alike, `orders.*`; `*` takes all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Names {
    One(String),
    Below(String),
}

impl Names {
    pub(super) fn read(said: &str) -> Result<Self, Error> {
        let names = match said.strip_suffix('*') {
            None => Self::One(said.to_owned()),
            Some(below) if below.is_empty() || below.ends_with('.') => Self::Below(below.to_owned()),
            Some(_) => return Err(no_names(said)),
        };
        let (Self::One(text) | Self::Below(text)) = &names;
        if said.is_empty() || text.contains('*') { Err(no_names(said)) } else { Ok(names) }
    }

    pub(super) fn take(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Below(below) => name.starts_with(below.as_str()),
        }
    }

    /// The longer, the nearer: of two that take an event, that one has it.
    pub(super) fn nearness(&self) -> usize {
        match self {
            Self::One(_) => usize::MAX,
            Self::Below(below) => below.len(),
        }
    }
}

fn no_names(said: &str) -> Error {
    Error::new(ErrorKind::Config, format!("\"{said}\" names no events"))
        .help("write a name, `orders.order-placed`, or the beginning of names, `orders.*`; `*` is all events")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_one_event_and_a_star_those_below() {
        let one = Names::read("orders.order-placed").unwrap();
        assert!(one.take("orders.order-placed") && !one.take("orders.order-placed-twice"));
        let below = Names::read("orders.*").unwrap();
        assert!(below.take("orders.order-placed") && below.take("orders.eu.placed") && !below.take("ordersx.placed"));
        assert!(Names::read("*").unwrap().take("anything"));
        assert!(one.nearness() > below.nearness() && below.nearness() > Names::read("*").unwrap().nearness());
    }

    #[test]
    fn what_names_nothing_is_refused_with_what_to_write() {
        for said in ["", "orders*", "*.placed", "or*.placed", "orders.*.*"] {
            let error = Names::read(said).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains("names no events"), "{error}");
        }
    }
}
