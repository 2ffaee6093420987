//! The sources that are the same for every trial: the crate that sends a payload through a type, and the program that reads requests.

/// `harness/src/lib.rs`
pub(super) const HARNESS: &str = r##"//! Sends payloads through generated types.

/// What came of a payload.
pub enum Answer {
    /// It was read and written again; beside it what `validate()` says: nothing where there is no such thing.
    Back(Vec<u8>, Option<String>),
    Refused(String),
    Unwritten(String),
}

pub type Trip = fn(&[u8]) -> Answer;

pub fn avro<T: topika::codec::AvroValue>(payload: &[u8]) -> Answer {
    let value = match topika::codec::decode::<T>(payload) {
        Ok(value) => value,
        Err(error) => return Answer::Refused(error.to_string()),
    };
    let mut out = Vec::new();
    match topika::codec::encode(&value, &mut out) {
        Ok(()) => Answer::Back(out, None),
        Err(error) => Answer::Unwritten(error.to_string()),
    }
}

/// The way of a JSON type; where it has a `validate()`, that is asked too.
#[macro_export]
macro_rules! json {
    ($ty:ty) => {
        |payload: &[u8]| {
            #[allow(unused_imports)]
            use $crate::{Checked as _, Unchecked as _};
            $crate::through_json::<$ty>(payload, |value| (&$crate::Probe(value)).verdict())
        }
    };
}

/// A value whose type may have a `validate()`: the method of `Checked` is nearer than that of `Unchecked`, where there are both.
pub struct Probe<'v, T>(pub &'v T);

pub trait Checked {
    fn verdict(&self) -> Option<String>;
}

pub trait Unchecked {
    fn verdict(&self) -> Option<String> {
        None
    }
}

impl<T: topika::Validate> Checked for Probe<'_, T> {
    fn verdict(&self) -> Option<String> {
        Some(self.0.validate().err().map(|violations| violations.to_string()).unwrap_or_default())
    }
}

impl<T> Unchecked for &Probe<'_, T> {}

pub fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(
    payload: &[u8],
    verdict: fn(&T) -> Option<String>,
) -> Answer {
    let value = match topika::json::from_slice::<T>(payload) {
        Ok(value) => value,
        Err(error) => return Answer::Refused(error.to_string()),
    };
    match serde_json::to_vec(&value) {
        Ok(out) => Answer::Back(out, verdict(&value)),
        Err(error) => Answer::Unwritten(error.to_string()),
    }
}
"##;

/// `src/main.rs`, behind the list of the parts: `fn parts() -> Vec<&'static [Trip]>`.
pub(super) const MAIN: &str = r##"
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use topika_try_harness::{Answer, Trip};

static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> io::Result<()> {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut panic) = PANIC.lock() {
            *panic = info.to_string();
        }
    }));
    // Frames of a debug build are many times those of a release.
    let all = || serve(&parts().concat());
    std::thread::Builder::new().stack_size(256 << 20).spawn(all)?.join().unwrap_or(Ok(()))
}

fn serve(trips: &[Trip]) -> io::Result<()> {
    let (mut input, mut output) = (BufReader::new(io::stdin()), BufWriter::new(io::stdout()));
    loop {
        let number = match number(&mut input) {
            Ok(number) => number,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut payload = vec![0; self::number(&mut input)?];
        input.read_exact(&mut payload)?;
        let Some(trip) = trips.get(number) else { return Ok(()) };
        let (status, verdict, bytes) = match catch_unwind(AssertUnwindSafe(|| trip(&payload))) {
            Ok(Answer::Back(bytes, None)) => (0_u8, Vec::new(), bytes),
            Ok(Answer::Back(bytes, Some(verdict))) => (1, verdict.into_bytes(), bytes),
            Ok(Answer::Refused(error)) => (2, Vec::new(), error.into_bytes()),
            Ok(Answer::Unwritten(error)) => (3, Vec::new(), error.into_bytes()),
            Err(_) => (4, Vec::new(), PANIC.lock().map(|panic| panic.clone().into_bytes()).unwrap_or_default()),
        };
        output.write_all(&[status])?;
        for part in [verdict, bytes] {
            let length = u32::try_from(part.len()).map_err(io::Error::other)?;
            output.write_all(&length.to_le_bytes())?;
            output.write_all(&part)?;
        }
        output.flush()?;
    }
}

fn number(input: &mut impl Read) -> io::Result<usize> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    usize::try_from(u32::from_le_bytes(bytes)).map_err(io::Error::other)
}
"##;
