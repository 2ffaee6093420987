use topika_contract::compat::Policy;

/// How a registry compares, as its settings spell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CompatibilityPolicy {
    #[default]
    Strict,
    Lenient,
    /// Adds checks of logical types, which this registry does not make.
    Logical,
}

impl CompatibilityPolicy {
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name.to_uppercase().as_str() {
            "STRICT" => Some(Self::Strict),
            "LENIENT" => Some(Self::Lenient),
            "LOGICAL" => Some(Self::Logical),
            _ => None,
        }
    }

    /// The judge's word for it.
    pub(super) fn judged(self) -> Policy {
        match self {
            Self::Strict | Self::Logical => Policy::Strict,
            Self::Lenient => Policy::Lenient,
        }
    }
}
