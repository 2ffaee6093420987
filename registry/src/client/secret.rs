use std::fmt;

use super::request::encode;

/// Shorter secrets are not looked for in messages: they would be found in every word.
const LOOKED_FOR: usize = 4;

/// Text that no log, no message and no `Debug` may show.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Everything that a server may send back of what is secret, and the words of others without it.
///
/// Words are cleaned as they came, before anything is cut or laid out: the half of a secret would not be found any more.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut forms: Vec<String> = secrets.into_iter().flat_map(|Secret(secret)| forms(secret)).collect();
        forms.retain(|form| form.chars().count() >= LOOKED_FOR);
        // A longer one first: where one holds another, all of it goes.
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self(forms)
    }

    /// Words that are whole.
    pub(super) fn scrub(&self, words: &str) -> String {
        let mut clean = words.to_owned();
        for form in &self.0 {
            if clean.contains(form.as_str()) {
                clean = clean.replace(form.as_str(), "***");
            }
        }
        clean
    }

    /// The beginning of words that go on: a secret that begins at its end goes, too.
    pub(super) fn scrub_cut(&self, words: &str) -> String {
        let clean = self.scrub(words);
        let begun = self.0.iter().filter_map(|form| {
            let ends = form.char_indices().map(|(at, _)| at).skip(LOOKED_FOR).collect::<Vec<_>>();
            let begins = ends.into_iter().rev().filter_map(|end| form.get(..end));
            begins.filter_map(|begin| clean.strip_suffix(begin)).map(str::len).next()
        });
        match begun.min() {
            Some(at) => format!("{}***", clean.get(..at).unwrap_or_default()),
            None => clean,
        }
    }
}

/// The ways in which a text is written on the way: as it is, within JSON, within a URL or a form, and on one line.
fn forms(secret: &str) -> [String; 6] {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let mut url = String::new();
    encode(secret, &mut url);
    let form = url.replace("%20", "+");
    [secret.to_owned(), json, lower(&url), url, form, one_line(secret)]
}

/// Percent-encoding with small letters.
fn lower(url: &str) -> String {
    let mut left = 0;
    let small = |c: char| match (c, left) {
        ('%', _) => {
            left = 2;
            c
        }
        (_, 0) => c,
        _ => {
            left -= 1;
            c.to_ascii_lowercase()
        }
    };
    url.chars().map(small).collect()
}

/// Words of others go into logs: no line breaks, no control characters.
pub(super) fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_taken_out_of_the_words_of_others() {
        let secrets = [Secret::new("hunter2"), Secret::new("a")];
        assert_eq!(format!("{secrets:?}"), "[***, ***]");
        assert_eq!(Secrets::new(&secrets).scrub("bad password hunter2, a"), "bad password ***, a");
    }

    #[test]
    fn a_secret_is_found_however_it_was_written_on_the_way() {
        let secrets = Secrets::new(&[Secret::new("c\"o  r&t")]);
        for sent in ["c\"o  r&t", "c\\\"o  r&t", "c%22o%20%20r%26t", "c%22o++r%26t", "c\"o r&t"] {
            assert_eq!(secrets.scrub(&format!("<{sent}>")), "<***>", "{sent}");
        }
    }

    #[test]
    fn a_secret_that_holds_another_goes_whole() {
        let secrets = Secrets::new(&[Secret::new("hunter"), Secret::new("hunter2")]);
        assert_eq!(secrets.scrub("hunter2 hunter"), "*** ***");
    }

    #[test]
    fn what_a_cut_leaves_of_a_secret_goes_too() {
        let secrets = Secrets::new(&[Secret::new("correct horse")]);
        assert_eq!(secrets.scrub_cut("you sent correct ho"), "you sent ***");
        assert_eq!(secrets.scrub_cut("you sent cor"), "you sent cor", "as short as any word");
        assert_eq!(secrets.scrub_cut("correct horse and correct horse"), "*** and ***");
    }
}
