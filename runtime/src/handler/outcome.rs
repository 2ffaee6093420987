use std::any::Any;
use std::fmt;

/// What a handler gives back when all went well: nothing, or what is to be published for it. Only who made it knows what it holds.
#[derive(Default)]
pub struct Outcome(Vec<Box<dyn Any + Send>>);

impl Outcome {
    /// With one more thing in it.
    #[must_use]
    pub fn with(mut self, thing: impl Any + Send) -> Self {
        self.0.push(Box::new(thing));
        self
    }

    /// As [`with`](Self::with), of a thing that is in a box already.
    #[cfg(feature = "kafka")]
    pub(crate) fn with_boxed(mut self, thing: Box<dyn Any + Send>) -> Self {
        self.0.push(thing);
        self
    }

    /// With all of that one, behind what is there.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether the handler gave nothing back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in it, in its order.
    #[must_use]
    pub fn into_things(self) -> Vec<Box<dyn Any + Send>> {
        self.0
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outcome({})", self.0.len())
    }
}

/// What a handler may return within `Ok`: `()`, what `topika::app::Publish` publishes, and options, vectors and tuples of these.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `Ok({Self})`",
    note = "return `Ok(())`, or what is to be published: `Result<topika::app::Publish<Invoices>, E>`"
)]
pub trait IntoOutcome: Send + 'static {
    /// Gives it to whoever called the handler.
    fn into_outcome(self) -> Outcome;

    /// What values of this type will hold, told before there is one: whoever calls the handler can prepare.
    fn declare(declared: &mut Outcome) {
        let _ = declared;
    }
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::default()
    }
}

impl<T: IntoOutcome> IntoOutcome for Option<T> {
    fn into_outcome(self) -> Outcome {
        self.map(T::into_outcome).unwrap_or_default()
    }

    fn declare(declared: &mut Outcome) {
        T::declare(declared);
    }
}

impl<T: IntoOutcome> IntoOutcome for Vec<T> {
    fn into_outcome(self) -> Outcome {
        self.into_iter().map(T::into_outcome).fold(Outcome::default(), Outcome::and)
    }

    fn declare(declared: &mut Outcome) {
        T::declare(declared);
    }
}

macro_rules! tuple {
    ($($type:ident $value:ident),+) => {
        impl<$($type: IntoOutcome),+> IntoOutcome for ($($type,)+) {
            fn into_outcome(self) -> Outcome {
                let ($($value,)+) = self;
                Outcome::default()$(.and($value.into_outcome()))+
            }

            fn declare(declared: &mut Outcome) {
                $($type::declare(declared);)+
            }
        }
    };
}

tuple!(A a, B b);
tuple!(A a, B b, C c);
tuple!(A a, B b, C c, D d);

#[cfg(test)]
mod tests {
    use super::*;

    struct One(u8);

    impl IntoOutcome for One {
        fn into_outcome(self) -> Outcome {
            Outcome::default().with(self.0)
        }

        fn declare(declared: &mut Outcome) {
            *declared = std::mem::take(declared).with("one");
        }
    }

    fn numbers(outcome: Outcome) -> Vec<u8> {
        outcome.into_things().into_iter().map(|thing| *thing.downcast().unwrap()).collect()
    }

    #[test]
    fn what_stands_in_options_vectors_and_tuples_comes_out_in_its_order() {
        let all = (vec![One(1), One(2)], None::<One>, Some(One(3)), ()).into_outcome();
        assert_eq!(format!("{all:?}"), "Outcome(3)");
        assert_eq!(numbers(all), [1, 2, 3]);
        assert!(().into_outcome().is_empty());
    }

    #[test]
    fn what_may_come_is_told_before() {
        let mut declared = Outcome::default();
        <(Vec<One>, Option<One>, ())>::declare(&mut declared);
        assert_eq!(declared.into_things().len(), 2);
    }
}
