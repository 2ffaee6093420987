use std::fmt;
use std::path::{Path, PathBuf};

use topika_contract::layout::layout;
use topika_contract::report::Report;
use topika_contract::syntax::Comments;
use topika_contract::text::Source;

use crate::schema::{Descriptor, Format};

/// Why a test about a schema file fails: what differs, and the command that mends it.
pub struct FileDiffers(String);

impl fmt::Display for FileDiffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FileDiffers {
    /// The text itself: a test that returns an error prints it with Debug.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FileDiffers {}

/// Compares the schema file of a type that is written first with the type; with `TOPIKA_UPDATE=1` in the environment it writes the
/// file instead, as `cargo topika fmt` lays it out. White space makes no difference. The project is the nearest folder with a `topika.toml`, from the package's folder upwards, or the folder
/// `project` below the package.
///
/// # Errors
/// When the file is missing or differs, and where it cannot be read or written.
pub fn keep_file(package: &str, project: Option<&str>, descriptor: &Descriptor) -> Result<(), FileDiffers> {
    let update = std::env::var_os("TOPIKA_UPDATE").is_some_and(|value| value == "1");
    keep(Path::new(package), project, descriptor, update)
}

fn keep(package: &Path, project: Option<&str>, descriptor: &Descriptor, update: bool) -> Result<(), FileDiffers> {
    let root = root(package, project)?;
    let ending = match descriptor.format {
        Format::Avro => "avsc",
        Format::Json => "schema.json",
    };
    let relative = format!("{}/{}.{ending}", schemas(&root), descriptor.event.replace('.', "/"));
    let path = root.join(&relative);
    let wanted = laid_out(&relative, (descriptor.text)());
    let found = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(FileDiffers(format!("{relative} cannot be read: {error}"))),
    };
    if found.as_deref().is_some_and(|found| without_space(found) == without_space(&wanted)) {
        return Ok(());
    }
    if update {
        return write(&path, &wanted).map_err(|error| FileDiffers(format!("{relative} cannot be written: {error}")));
    }
    let rust = descriptor.rust;
    let what = match found {
        None => {
            format!("{relative} is missing: the event `{rust}` is written in Rust first, and this file is its schema")
        }
        Some(found) => format!(
            "{relative} is not the schema of `{rust}`\n{}",
            first_difference(&laid_out(&relative, &found), &wanted)
        ),
    };
    Err(FileDiffers(format!(
        "{what}\n  help: run `TOPIKA_UPDATE=1 cargo test` to write it, then look at the difference and commit it"
    )))
}

/// The text as `cargo topika fmt` lays it out; as it is where it is no JSON.
fn laid_out(path: &str, text: &str) -> String {
    layout(&Source::new(path, text), Comments::Allowed, &mut Report::default()).unwrap_or_else(|| text.to_owned())
}

/// The text without the white space between its tokens.
fn without_space(text: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let stays = |c: &char| {
        let stays = in_string || !c.is_ascii_whitespace();
        in_string ^= *c == '"' && !escaped;
        escaped = in_string && *c == '\\' && !escaped;
        stays
    };
    text.chars().filter(stays).collect()
}

fn root(package: &Path, project: Option<&str>) -> Result<PathBuf, FileDiffers> {
    if let Some(project) = project {
        return Ok(package.join(project));
    }
    package.ancestors().find(|folder| folder.join("topika.toml").is_file()).map(Path::to_path_buf).ok_or_else(|| {
        FileDiffers(format!(
            "there is no topika.toml in {} or above: the schema files stand beside it",
            package.display()
        ))
    })
}

/// `[project] schemas` of the manifest; `schemas` where it says nothing.
fn schemas(root: &Path) -> String {
    let manifest = std::fs::read_to_string(root.join("topika.toml")).unwrap_or_default();
    let mut section = "";
    for line in manifest.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
        } else if section == "project"
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "schemas"
        {
            let value = value.split('#').next().unwrap_or_default().trim();
            return value.trim_matches(['"', '\'']).trim_end_matches('/').to_owned();
        }
    }
    "schemas".to_owned()
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

/// The first line that differs, as the file has it and as the type says.
fn first_difference(found: &str, wanted: &str) -> String {
    let (mut of_file, mut of_type) = (found.lines(), wanted.lines());
    let mut line = 1;
    loop {
        match (of_file.next(), of_type.next()) {
            // Lines of a text that is no JSON may differ in nothing but their breaks.
            (None, None) => return "  they differ in line breaks".to_owned(),
            (a, b) if a == b => line += 1,
            (a, b) => {
                let (a, b) = (a.unwrap_or("(the end)"), b.unwrap_or("(the end)"));
                return format!("  line {line}, the file: {a}\n  line {line}, the type: {b}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER_CREATED: Descriptor = Descriptor {
        event: "user.user-created",
        record: "user.UserCreated",
        format: Format::Avro,
        file: None,
        rust: "UserCreated",
        fields: None,
        text: || "{\n  \"a\": 1\n}\n",
    };

    fn said(result: Result<(), FileDiffers>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_missing_file_is_said_and_written_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        // Relative to the package, which has no manifest of its own.
        let text = said(keep(Path::new("no/such/folder"), None, &USER_CREATED, false));
        assert!(text.starts_with("there is no topika.toml in no/such/folder or above"), "{text}");
        std::fs::write(folder.path().join("topika.toml"), "[project]\nschemas = \"contract/\" # here\n").unwrap();
        let package = folder.path().join("crates/app");
        let text = said(keep(&package, None, &USER_CREATED, false));
        assert!(text.starts_with("contract/user/user-created.avsc is missing: the event `UserCreated`"), "{text}");
        assert!(text.contains("TOPIKA_UPDATE=1 cargo test"));
        keep(&package, None, &USER_CREATED, true).unwrap();
        keep(&package, None, &USER_CREATED, false).unwrap();
        keep(folder.path(), Some("."), &USER_CREATED, false).unwrap();
    }

    #[test]
    fn the_layout_of_the_file_is_the_formatters() {
        let folder = tempfile::tempdir().unwrap();
        let fields = Descriptor { text: || "{\n  \"a\": [\n    \"b \\\" c\"\n  ]\n}\n", ..USER_CREATED };
        keep(folder.path(), Some(""), &fields, true).unwrap();
        let file = folder.path().join("schemas/user/user-created.avsc");
        let written = std::fs::read_to_string(&file).unwrap();
        assert_eq!(written, "{\n  \"a\": [\"b \\\" c\"]\n}\n");
        assert_eq!(laid_out("a.avsc", &written), written);
        for same in ["{\"a\":[\"b \\\" c\"]}", "{ \"a\" :\r\n\t[ \"b \\\" c\" ] }"] {
            std::fs::write(&file, same).unwrap();
            keep(folder.path(), Some(""), &fields, false).unwrap();
        }
        for other in ["{\"a\":[\"b \\\"c\"]}", "{\"a\":[\"b \\\"  c\"]}", "{\"a \":[\"b \\\" c\"]}", "{"] {
            std::fs::write(&file, other).unwrap();
            assert!(said(keep(folder.path(), Some(""), &fields, false)).contains("is not the schema of `UserCreated`"));
        }
    }

    #[test]
    fn the_first_line_that_differs_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("schemas/user")).unwrap();
        std::fs::write(folder.path().join("schemas/user/user-created.schema.json"), "{\n  \"a\": 2\n}\n").unwrap();
        let json = Descriptor { format: Format::Json, ..USER_CREATED };
        let text = said(keep(folder.path(), Some(""), &json, false));
        assert!(
            text.contains(
                "is not the schema of `UserCreated`\n  line 2, the file:   \"a\": 2\n  line 2, the type:   \"a\": 1"
            ),
            "{text}"
        );
        assert_eq!(first_difference("a\r\n", "a\n"), "  they differ in line breaks");
        assert!(first_difference("a", "a\nb").contains("the file: (the end)"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("schemas/user/user-created.avsc")).unwrap();
        assert!(said(keep(folder.path(), Some(""), &USER_CREATED, false)).contains("cannot be read"));
        std::fs::remove_dir(folder.path().join("schemas/user/user-created.avsc")).unwrap();
        std::fs::remove_dir(folder.path().join("schemas/user")).unwrap();
        std::fs::write(folder.path().join("schemas/user"), "").unwrap();
        assert!(said(keep(folder.path(), Some(""), &USER_CREATED, true)).contains("cannot be"));
    }
}
