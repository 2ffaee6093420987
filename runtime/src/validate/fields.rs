use super::{Checks, Place, Validate, Violations};

/// A value of whatever type that can be validated.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be validated",
    note = "derive `topika::Validate` on it, or write `#[validate(skip)]` on the field"
)]
pub trait Checked {
    /// Checks what its type asks for, and the place where it stands.
    fn check_here(&self, checks: Option<&Checks>, at: &Place<'_>, found: &mut Violations);
}

impl<V: Validate> Checked for V {
    fn check_here(&self, checks: Option<&Checks>, at: &Place<'_>, found: &mut Violations) {
        self.check(at, found);
        if let Some(checks) = checks {
            self.check_with(checks, at, found);
        }
    }
}

/// Checks fields that follow each other, each with its name and what its place asks for: the body of a derived
/// [`Validate::check`]. Calls for each field would be compiled in every user's crate.
pub fn check_fields(fields: &[(&str, &dyn Checked, Option<&Checks>)], at: &Place<'_>, found: &mut Violations) {
    for (name, value, checks) in fields {
        value.check_here(*checks, &at.key(name), found);
    }
}
