use topika::event::Event;
use topika::schema::Format;

use super::error::{FakeError, Refusal};
use super::random::Random;
use super::{avro, json};

/// So many values are drawn before one is given up.
const TRIES: usize = 200;

/// Draws events from their own schemas: what comes out is valid, looks like something people send, and follows from the seed alone, on every
/// run and machine.
///
/// Avro and JSON Schema: types, logical types, decimals within their precision, enums, unions, formats, patterns, bounds, conditions; recursive types
/// end after a few levels. Names of fields say what texts look like (`customer_id`, `email`, `city`). A value that comes back otherwise than it was, or that
/// its schema refuses, is not given out.
///
/// ```
/// # use topika::Event;
/// use topika_testkit::Fake;
/// # #[derive(Clone, Debug, PartialEq, Event)]
/// # #[event(name = "users.user-created")]
/// # struct UserCreated { user_id: String, email: String, age: Option<i32> }
///
/// let mut fake = Fake::seeded(7);
/// let user: UserCreated = fake.one();
/// assert!(user.email.ends_with("@example.com"));
/// let others: Vec<UserCreated> = fake.many(10);
/// let grown = fake.with(|user: &mut UserCreated| user.age = Some(44));
/// assert_eq!((grown.age, others.len()), (Some(44), 10));
/// assert_eq!(topika_testkit::fake::<UserCreated>(7), user);
/// ```
#[derive(Clone, Debug)]
pub struct Fake {
    random: Random,
}

/// The event that follows from the seed: the first of [`Fake::seeded`].
///
/// # Panics
/// As [`Fake::one`].
#[must_use]
pub fn fake<E: Event>(seed: u64) -> E {
    Fake::seeded(seed).one()
}

impl Fake {
    /// Draws what follows from the seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { random: Random::new(seed) }
    }

    /// The next event.
    ///
    /// # Panics
    /// Where no valid value was found; [`try_one`](Self::try_one) gives the error.
    #[expect(clippy::panic, reason = "this is for tests, and an event that cannot be drawn is a failed test")]
    pub fn one<E: Event>(&mut self) -> E {
        self.try_one().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The next event.
    ///
    /// # Errors
    /// Where no valid value was found, with the field and the keyword of its schema; and where the schema has no finite value.
    pub fn try_one<E: Event>(&mut self) -> Result<E, FakeError> {
        let event = E::DESCRIPTOR;
        let failed = |refusal| FakeError { event: event.rust, refusal };
        // What is drawn next does not hang on how many tries this takes.
        let mut own = Random::new(self.random.bits());
        match event.format {
            Format::Avro => {
                let schema = super::avro_schema(event).map_err(|why| failed(Refusal::new("", "schema", why)))?;
                let payload = avro::draw(&schema, &mut own).map_err(failed)?;
                decoded(&payload).map_err(failed)
            }
            Format::Json => {
                let schema = super::texts::json_schema(event).map_err(|why| failed(Refusal::new("", "schema", why)))?;
                let mut last = Refusal::new("", "schema", "");
                for _ in 0..TRIES {
                    match json::draw(&schema, &mut own).and_then(|value| decoded(value.to_string().as_bytes())) {
                        Ok(event) => return Ok(event),
                        Err(refusal) => last = refusal,
                    }
                }
                Err(failed(last))
            }
        }
    }

    /// The next so many events.
    ///
    /// # Panics
    /// As [`one`](Self::one).
    pub fn many<E: Event>(&mut self, count: usize) -> Vec<E> {
        (0..count).map(|_| self.one()).collect()
    }

    /// The next event, with what the test says of it. What is set so is not held to the schema.
    ///
    /// # Panics
    /// As [`one`](Self::one).
    pub fn with<E: Event>(&mut self, set: impl FnOnce(&mut E)) -> E {
        let mut event = self.one();
        set(&mut event);
        event
    }
}

/// The event of a payload, once it is known to come back from its own bytes.
fn decoded<E: Event>(payload: &[u8]) -> Result<E, Refusal> {
    let refused = |why: String| Refusal::new("", "type", why);
    let event = E::decode(payload).map_err(|error| refused(error.to_string()))?;
    let mut again = Vec::new();
    event.encode(&mut again).map_err(|error| refused(error.to_string()))?;
    E::decode(&again).map_err(|error| refused(format!("it does not come back: {error}")))?;
    Ok(event)
}
