use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

use topika_contract::project::Format;

use super::program::{HARNESS, MAIN};

/// A part is compiled as one crate: large enough to be worth starting a compiler, and small enough that all cores have some.
const PART_BYTES: usize = 400_000;

/// A generated module and the types in it that are tried.
pub(super) struct Module {
    /// The number of the file that it was made of.
    pub(super) file: usize,
    pub(super) source: String,
    /// Their paths within the module.
    pub(super) types: Vec<(String, Format)>,
}

impl Module {
    /// The name of a file's module, and of its source file.
    pub(super) fn name(file: usize) -> String {
        format!("m{file}")
    }
}

/// The generated package: a workspace of its own, with a crate for each part.
pub(super) struct Package {
    pub(super) root: PathBuf,
    /// Shared by the packages of all folders, so that topika itself is compiled once.
    pub(super) target: PathBuf,
    name: String,
    /// Nobody else writes the package meanwhile.
    _lock: File,
}

impl Package {
    /// The package of a folder of schemas, below `cache`.
    ///
    /// # Errors
    /// It cannot be written there.
    pub(super) fn of(folder: &Path, cache: &Path) -> io::Result<Self> {
        let mut hasher = DefaultHasher::new();
        folder.canonicalize()?.hash(&mut hasher);
        let name = format!("topika-try-{:016x}", hasher.finish());
        fs::create_dir_all(cache)?;
        // Cargo takes no relative target folder from elsewhere.
        let cache = cache.canonicalize()?;
        let root = cache.join(&name);
        fs::create_dir_all(&root)?;
        let lock = File::create(root.join(".lock"))?;
        lock.lock()?;
        Ok(Self { root, target: cache.join("target"), name, _lock: lock })
    }

    /// Writes the package of these modules; what is as it was keeps its time, and is not compiled again.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn write(&self, parts: &[Vec<&Module>]) -> io::Result<()> {
        let topika = topika();
        let (mut members, mut dependencies, mut slices) = (String::new(), String::new(), String::new());
        for (number, modules) in parts.iter().enumerate() {
            self.write_part(number, modules, &topika)?;
            // Writing to a String does not fail.
            let _ = write!(members, ", \"part-{number}\"");
            let _ = writeln!(
                dependencies,
                "part{number} = {{ path = \"part-{number}\", package = \"{}-{number}\" }}",
                self.name
            );
            let _ = write!(slices, "part{number}::TYPES, ");
        }
        self.drop_parts_from(parts.len());
        let root = format!(
            "{}\n[workspace]\nmembers = [\"harness\"{members}]\nresolver = \"3\"\n\n[dependencies]\n\
             topika-try-harness = {{ path = \"harness\" }}\n{dependencies}\n[profile.dev]\ndebug = false\nincremental = false\n",
            head(&self.name),
        );
        let harness =
            format!("{}\n[dependencies]\n{topika}serde = \"1\"\nserde_json = \"1\"\n", head("topika-try-harness"));
        let main = format!("fn parts() -> Vec<&'static [Trip]> {{\n    vec![{slices}]\n}}\n{MAIN}");
        for (path, text) in [
            ("Cargo.toml", root.as_str()),
            ("src/main.rs", &main),
            ("harness/Cargo.toml", &harness),
            ("harness/src/lib.rs", HARNESS),
        ] {
            write_if_changed(&self.root.join(path), text)?;
        }
        // The same versions as those that this program was tested with, where they are known.
        match repository().map(|root| root.join("Cargo.lock")) {
            Some(lock) if !self.root.join("Cargo.lock").exists() => {
                fs::copy(lock, self.root.join("Cargo.lock")).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn write_part(&self, number: usize, modules: &[&Module], topika: &str) -> io::Result<()> {
        let folder = self.root.join(format!("part-{number}"));
        let manifest = format!(
            "{}\n[dependencies]\n{topika}topika-try-harness = {{ path = \"../harness\" }}\n",
            head(&format!("{}-{number}", self.name))
        );
        let mut lib = String::new();
        let mut types = String::new();
        for module in modules {
            let name = Module::name(module.file);
            write_if_changed(&folder.join(format!("src/{name}.rs")), &module.source)?;
            let _ = writeln!(lib, "pub mod {name};");
            for (path, format) in &module.types {
                let trip = match format {
                    Format::Avro => format!("avro::<{name}::{path}>"),
                    Format::Json => format!("json!({name}::{path})"),
                };
                let _ = writeln!(types, "    topika_try_harness::{trip},");
            }
        }
        let _ = write!(lib, "\npub static TYPES: &[topika_try_harness::Trip] = &[\n{types}];\n");
        write_if_changed(&folder.join("Cargo.toml"), &manifest)?;
        write_if_changed(&folder.join("src/lib.rs"), &lib)
    }

    fn drop_parts_from(&self, first: usize) {
        for number in first.. {
            let folder = self.root.join(format!("part-{number}"));
            // What is left of an earlier trial is in nobody's way; it only takes room.
            if !folder.exists() || fs::remove_dir_all(folder).is_err() {
                return;
            }
        }
    }

    /// Whether a source file named by the compiler is the program's own.
    pub(super) fn is_main(&self, path: &str) -> bool {
        Path::new(path) == self.root.join("src/main.rs")
    }
}

/// The modules as parts, in their order.
pub(super) fn parts<'m>(modules: impl Iterator<Item = &'m Module>) -> Vec<Vec<&'m Module>> {
    let mut parts: Vec<Vec<&Module>> = Vec::new();
    let mut bytes = PART_BYTES;
    for module in modules {
        if bytes >= PART_BYTES {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += module.source.len();
        parts.last_mut().into_iter().for_each(|part| part.push(module));
    }
    parts
}

fn head(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n")
}

/// The dependency on topika: that of the repository which this program was built from, or this very version.
fn topika() -> String {
    match repository() {
        Some(root) => format!(
            "topika = {{ path = {:?}, default-features = false }}\n",
            root.join("runtime").display().to_string()
        ),
        None => format!("topika = {{ version = \"={}\", default-features = false }}\n", env!("CARGO_PKG_VERSION")),
    }
}

/// The repository that this program was built from, where it is still there and of this version.
fn repository() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let manifest = fs::read_to_string(root.join("Cargo.toml")).ok()?;
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    (manifest.lines().any(|line| line == version) && root.join("runtime/Cargo.toml").is_file())
        .then(|| root.to_path_buf())
}

fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Where packages are kept where the command line names no place: cargo's own target folder, or the user's cache.
pub(super) fn default_cache() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(target) = var("CARGO_TARGET_DIR") {
        return Some(target.join("topika-try"));
    }
    let cache = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Caches"))
    } else {
        var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|home| home.join(".cache")))
    };
    cache.map(|cache| cache.join("topika/try"))
}
