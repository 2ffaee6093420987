use std::io::ErrorKind;
use std::path::Path;

use topika_build::Builder;
use topika_contract::project::Project;
use topika_contract::report::Report;

use crate::args::GenerateArgs;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::root::root;

/// `cargo topika generate`
pub(super) fn run(args: &GenerateArgs, printer: &mut Printer) -> Exit {
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let name = file_name(&root);
    let generated = Builder::new().project(root).only(args.only.iter().cloned()).generate();
    for warning in &generated.warnings {
        printer.err(format_args!("warning: {warning}"));
    }
    if let Some(problem) = &generated.problem {
        printer.out(problem);
        printer.error("nothing was generated", "mend what stands above");
        return Exit::Findings;
    }
    let path = args.folder.join(name);
    let (wanted, shown) = (generated.file(), path.display().to_string());
    let found = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            printer.error(format_args!("cannot read {shown}: {error}"), "see that it is a text that you may read");
            return Exit::Failed;
        }
    };
    match found {
        // git may have turned the line breaks on its way out; the code is the same.
        Some(found) if found == wanted || found.replace("\r\n", "\n") == wanted => {
            printer.err(format_args!("{shown} is up to date"));
            Exit::Clean
        }
        found if args.check => {
            match found.as_deref().map(|found| first_difference(found, &wanted)) {
                Some(line) => printer.out(format_args!("{shown}:{line}: not what the schemas say")),
                None => printer.out(format_args!("{shown}: missing")),
            }
            printer.err(format_args!("next: `cargo topika generate {}`", args.folder.display()));
            Exit::Findings
        }
        _ => write(&path, &wanted, printer),
    }
}

/// The file of the module that `[project] module` names; `events.rs` without it.
fn file_name(root: &Path) -> String {
    let project = Project::load(root, &mut Report::default());
    let module = project.manifest.module.as_ref().map_or("events", |module| module.value.as_str());
    format!("{}.rs", module.rsplit("::").next().unwrap_or(module))
}

fn write(path: &Path, text: &str, printer: &mut Printer) -> Exit {
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    match folder.and_then(|()| std::fs::write(path, text)) {
        Ok(()) => {
            printer.out(format_args!("generated {}", path.display()));
            Exit::Clean
        }
        Err(error) => {
            let message = format_args!("cannot write {}: {error}", path.display());
            printer.error(message, "see that you may write there");
            Exit::Failed
        }
    }
}

/// The number of the first line that differs, from 1.
fn first_difference(found: &str, wanted: &str) -> usize {
    found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count() + 1
}
