//! The search.

use super::parse::{PatternError, parse};
use super::program::{Step, steps};
use super::syntax::Place;

/// How many pairs of steps and places a search may look at.
const MOST_PAIRS: usize = 4_000_000;

/// A regular expression that was understood.
///
/// ```
/// use topika_contract::text::pattern::Pattern;
///
/// let pattern = Pattern::parse("^s_[a-z]+$").unwrap();
/// assert_eq!(pattern.is_found_in("s_name"), Some(true));
/// assert_eq!(pattern.is_found_in("i_count"), Some(false));
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    steps: Vec<Step>,
}

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// Where Java would refuse it too, and where it uses what is not understood here (a reference back, a look behind).
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let steps = steps(&parse(text)?).ok_or_else(|| PatternError::not_understood("it repeats too much"))?;
        Ok(Self { steps })
    }

    /// Whether it is found anywhere in a text; `None` where the search would take too long.
    #[must_use]
    pub fn is_found_in(&self, text: &str) -> Option<bool> {
        let text: Vec<char> = text.chars().collect();
        if self.steps.len().checked_mul(text.len() + 1)? > MOST_PAIRS {
            return None;
        }
        let mut left = MOST_PAIRS;
        // All places to begin at share what was seen: a pair that failed once fails again.
        let mut seen = vec![false; self.steps.len() * (text.len() + 1)];
        for start in 0..=text.len() {
            if run(&self.steps, &text, start, &mut seen, &mut left)? {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// Whether the steps come to their end from a place of the text.
fn run(steps: &[Step], text: &[char], start: usize, seen: &mut [bool], left: &mut usize) -> Option<bool> {
    let mut waiting = vec![(0, start)];
    while let Some((step, at)) = waiting.pop() {
        match seen.get_mut(step * (text.len() + 1) + at) {
            Some(seen @ false) => *seen = true,
            _ => continue,
        }
        *left = left.checked_sub(1)?;
        match steps.get(step)? {
            Step::Done => return Some(true),
            Step::One(class) => {
                if text.get(at).is_some_and(|c| class.has(*c)) {
                    waiting.push((step + 1, at + 1));
                }
            }
            Step::At(place) => {
                if holds(*place, text, at) {
                    waiting.push((step + 1, at));
                }
            }
            Step::Split(one, other) => waiting.extend([(*other, at), (*one, at)]),
            Step::Go(next) => waiting.push((*next, at)),
            Step::Ahead { inner, wanted } => {
                let mut seen = vec![false; inner.len().checked_mul(text.len() + 1)?];
                *left = left.checked_sub(seen.len())?;
                if run(inner, text, at, &mut seen, left)? == *wanted {
                    waiting.push((step + 1, at));
                }
            }
        }
    }
    Some(false)
}

fn holds(place: Place, text: &[char], at: usize) -> bool {
    let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let line_end = |c: char| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let edge = || word(at.checked_sub(1).and_then(|before| text.get(before))) != word(text.get(at));
    match place {
        Place::Start => at == 0,
        Place::End => at == text.len(),
        Place::BeforeLastLineEnd => match text.get(at..) {
            Some([]) => true,
            Some(['\r', '\n']) => true,
            // Between the two halves of one line end there is no end.
            Some([c]) => line_end(*c) && !(*c == '\n' && at > 0 && text.get(at - 1) == Some(&'\r')),
            _ => false,
        },
        Place::WordEdge => edge(),
        Place::NoWordEdge => !edge(),
    }
}
