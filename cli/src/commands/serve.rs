use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;
use topika_registry::server::StoreHandle;

use crate::args::{Format, ServeArgs};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::listening::{open_to_others, stopped};
use crate::printer::Printer;
use crate::problem::Problem;
use crate::root::root;
use crate::serve::{Saved, Served, limited, serve_schemas, users};

/// How often the files are looked at: soon enough for whoever saves and then asks, and nothing beside an editor.
const LOOK: Duration = Duration::from_millis(250);
/// Where schemas lie unless the manifest says otherwise.
const SCHEMAS: &str = "schemas";

/// `cargo topika serve`
pub(super) fn run(args: &ServeArgs, printer: &mut Printer) -> Exit {
    // The project is found before anything listens.
    let project = if args.watch {
        match root(&args.project, printer) {
            Some(root) => Some(root),
            None => return Exit::Failed,
        }
    } else {
        None
    };
    let served = runtime().and_then(|runtime| runtime.block_on(serve(args, project.as_deref(), printer)));
    match served {
        Ok(()) => Exit::Clean,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Problem::new(format!("no threads can be started: {error}"), "see what the system says"))
}

async fn serve(args: &ServeArgs, project: Option<&Path>, printer: &mut Printer) -> Result<(), Problem> {
    let users = users(args.users.as_deref())?;
    if users.is_none() && !args.allow_anonymous && open_to_others(&args.listen) {
        return Err(Problem::new(
            format!("{} can be reached from other machines, and nobody would have to say who they are", args.listen),
            "name users with --users FILE or TOPIKA_REGISTRY_USERS, listen on 127.0.0.1, or say --allow-anonymous",
        ));
    }
    let store = match &args.data {
        Some(dir) => StoreHandle::open(dir).map_err(|error| {
            let help = if error.is_full() {
                "nothing in the directory is lost; start again once there is room"
            } else {
                "name another directory with --data, or serve from memory without it"
            };
            Problem::new(error.to_string(), help)
        })?,
        None => StoreHandle::default(),
    };
    if let Some(torn) = store.torn() {
        printer.err(format_args!("warning: {torn}"));
    }
    let (tells, mut told) = unbounded_channel();
    // Whoever no longer listens has stopped.
    let notices = move |text: &str| drop(tells.send(text.to_owned()));
    let mut builder = limited(&args.limits).store(store.clone()).notices(notices);
    if let Some(users) = users {
        builder = builder.users(users);
    }
    let stopped = stopped()?;
    tokio::pin!(stopped);
    // Whoever is told that it serves finds the schemas there.
    let looked = project.map(|root| look_and_register(root, SCHEMAS.to_owned(), &store, printer));
    let server = builder.start(&args.listen).await;
    let server = server.map_err(|error| Problem::new(error.to_string(), "choose another address with --listen"))?;
    let place = args.data.as_ref().map_or_else(|| "in memory".to_owned(), |dir| format!("from {}", dir.display()));
    printer.out(format_args!("Serving {} ({place}); Ctrl-C stops it", server.url()));
    let mut watched = project.zip(looked);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(text) = told.recv() => printer.err(format_args!("warning: {text}")),
            () = tokio::time::sleep(LOOK), if watched.is_some() => {
                if let Some((root, looked)) = &mut watched
                    && Saved::look(root, &looked.schemas) != looked.saved
                {
                    let mended = look_and_register(root, looked.schemas.clone(), &store, printer);
                    if !looked.whole && mended.whole {
                        printer.err("That is mended; the registry has everything as it stands in the project");
                    }
                    *looked = mended;
                }
            }
        }
    }
    server.shutdown().await;
    printer.err("Stopped");
    Ok(())
}

/// A look at the project.
struct Looked {
    /// How its files stood when it began, so that what is saved meanwhile is seen at the next one.
    saved: Saved,
    /// The folder of schemas.
    schemas: String,
    /// Whether the registry has all of it.
    whole: bool,
}

/// Brings the registry in line with the project.
fn look_and_register(root: &Path, schemas: String, store: &StoreHandle, printer: &mut Printer) -> Looked {
    let before = Saved::look(root, &schemas);
    let Served { report, registered, refused, schemas: found } = serve_schemas(root, store);
    // Without a manifest the files are looked at where they lay before.
    let found = found.unwrap_or_else(|| schemas.clone());
    let saved = if found == schemas { before } else { Saved::look(root, &found) };
    if report.denies() {
        print_findings(&report, Format::Text, printer);
        printer.err("The registry stays as it is until that is mended");
    }
    let whole = !report.denies() && refused.is_empty();
    for (subject, version, id) in registered {
        printer.out(format_args!("version {version} of {subject} (id {id})"));
    }
    for (subject, reason) in refused {
        printer.error(format_args!("{subject}: {reason}"), "mend the schema and save it; everything else is served");
    }
    Looked { saved, schemas: found, whole }
}
