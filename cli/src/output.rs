//! A report in the forms that the command line asks for, each to its place.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use topika_contract::report::{self, Report};

use crate::args::{Form, Output};
use crate::findings::{by_weight, short};
use crate::printer::Printer;

/// What the forms need besides the findings.
pub(crate) struct Told<'r> {
    pub(crate) report: &'r Report,
    /// The project's folder.
    pub(crate) root: &'r Path,
    /// Every subject that was judged: JUnit also names what is well.
    pub(crate) subjects: Vec<String>,
    /// The last line, for people.
    pub(crate) summary: String,
    /// What the form `json` is, where it is not that of the report.
    pub(crate) json: Option<String>,
}

/// Writes the findings in every form; files first, so that what stands on stdout is the end. Answers whether all could be written.
pub(crate) fn write(told: &Told<'_>, outputs: &[Output], printer: &mut Printer) -> bool {
    let base = base(told.root);
    let mut written = true;
    for output in outputs {
        if let Some(file) = &output.file {
            let text = render(told, output.form, &base, false);
            if let Err(error) = save(file, &text) {
                written = false;
                let help = "name a file that can be written: --format FORM=FILE";
                printer.error(format_args!("cannot write {}: {error}", file.display()), help);
            }
        }
    }
    let form = outputs.iter().find(|output| output.file.is_none()).map(|output| output.form);
    if let Some(form) = form {
        let text = render(told, form, &base, printer.colour);
        if !text.is_empty() {
            printer.out(text.strip_suffix('\n').unwrap_or(&text));
        }
    }
    // Only people read the last line; a machine's stdout holds findings alone.
    if form != Some(Form::Text) {
        printer.err(&told.summary);
    }
    written
}

fn render(told: &Told<'_>, form: Form, base: &str, colour: bool) -> String {
    let report = told.report;
    let mut text = match form {
        Form::Text => {
            let mut text = String::new();
            for finding in by_weight(report) {
                // Writing to a String does not fail.
                let _ = writeln!(text, "{}\n", report::full(finding, colour));
            }
            text + &told.summary
        }
        Form::Short => by_weight(report).into_iter().map(|finding| short(finding) + "\n").collect(),
        Form::Json => told.json.clone().unwrap_or_else(|| report::json(report)),
        Form::Sarif => report::sarif(report, base),
        Form::Github => report::github(report, base),
        Form::Gitlab => report::gitlab(report, base),
        Form::Junit => report::junit(report, base, &told.subjects),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Writes a file, its folders too: on a fresh checkout `target` is not there yet.
fn save(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
}

/// The project's folder as seen from the root of its repository: the nearest folder upwards with a `.git` (a folder, or a file in a
/// worktree). Empty where they are one, and where there is no repository. git itself is not asked.
fn base(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else { return String::new() };
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else { return String::new() };
    let below: PathBuf = root.strip_prefix(top).map(Path::to_path_buf).unwrap_or_default();
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}
