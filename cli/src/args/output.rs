use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

/// `--format`, as often as one wants.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// The form of the findings: text, short, json, sarif, github, gitlab or junit; `FORM=FILE` writes them to a file. May be given several
    /// times, once without a file
    #[arg(long = "format", value_name = "FORM[=FILE]")]
    formats: Vec<Output>,
}

/// A form of the findings, and the file that they go to; without one, stdout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) form: Form,
    pub(crate) file: Option<PathBuf>,
}

/// The forms that a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// With excerpts of the files, for people
    Text,
    /// Without excerpts
    Short,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions: annotations
    Github,
    /// GitLab's Code Quality
    Gitlab,
    /// A JUnit report, a test case for each subject
    Junit,
}

impl OutputArgs {
    /// What the command line names.
    pub(crate) fn given(&self) -> &[Output] {
        &self.formats
    }

    /// Where the findings go, in the order of the command line; text to stdout where it does not say.
    ///
    /// # Errors
    /// Two of them go to one place.
    pub(crate) fn outputs(&self) -> Result<Vec<Output>, String> {
        if self.formats.is_empty() {
            return Ok(vec![Output { form: Form::Text, file: None }]);
        }
        for (index, output) in self.formats.iter().enumerate() {
            let before = self.formats.iter().take(index);
            if before.clone().any(|other| other.file == output.file) {
                return Err(match &output.file {
                    Some(file) => format!("two forms go to {}", file.display()),
                    None => "two forms go to stdout".to_owned(),
                });
            }
        }
        Ok(self.formats.clone())
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, file) = match text.split_once('=') {
            Some((_, "")) => return Err("no file stands behind `=`".to_owned()),
            Some((form, file)) => (form, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let form = Form::from_str(form, true).map_err(|_| {
            let names: Vec<String> = Form::value_variants()
                .iter()
                .filter_map(|form| Some(form.to_possible_value()?.get_name().to_owned()))
                .collect();
            format!("there is no form `{form}`; the forms: {}", names.join(", "))
        })?;
        Ok(Self { form, file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_stands_alone_or_with_its_file() {
        assert_eq!("sarif".parse(), Ok(Output { form: Form::Sarif, file: None }));
        assert_eq!("JSON=a=b.json".parse(), Ok(Output { form: Form::Json, file: Some("a=b.json".into()) }));
        assert!("xml".parse::<Output>().is_err_and(|error| error.contains("github") && error.contains("`xml`")));
        assert!("text=".parse::<Output>().is_err());
    }

    #[test]
    fn two_forms_do_not_share_a_place() {
        let outputs = |formats: &[&str]| {
            OutputArgs { formats: formats.iter().map(|text| text.parse().unwrap()).collect() }.outputs()
        };
        assert_eq!(outputs(&[]).map(|outputs| outputs.len()), Ok(1));
        assert_eq!(outputs(&["text", "json=a", "sarif=b"]).map(|outputs| outputs.len()), Ok(3));
        assert_eq!(outputs(&["text", "json"]), Err("two forms go to stdout".to_owned()));
        assert_eq!(outputs(&["text=a", "json=a"]), Err("two forms go to a".to_owned()));
    }
}
