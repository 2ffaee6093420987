use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use crate::args::Cli;
use crate::exit::Exit;
use crate::printer::Printer;

/// `cargo topika completions`
pub(super) fn run(shell: Shell, printer: &mut Printer) -> Exit {
    printer.out(script(shell).trim_end());
    Exit::Clean
}

/// Shells complete by the word that stands first on the line: `cargo-topika` by itself, and `cargo` where they let us.
fn script(shell: Shell) -> String {
    match shell {
        // clap_complete 4.6 writes labels of two spellings where the program's name has a dash, and then completes nothing; so the
        // functions get a name without one.
        Shell::Bash => {
            let script = generated(shell, "topika").replace("-o default topika\n", "-o default cargo-topika\n");
            script + include_str!("../completions/cargo.bash")
        }
        Shell::Fish => generated(shell, PROGRAM) + include_str!("../completions/cargo.fish"),
        // Cargo's own script for zsh asks the function `_cargo-topika` by itself; PowerShell and Elvish let a command have one
        // completer, which is cargo's.
        _ => generated(shell, PROGRAM),
    }
}

const PROGRAM: &str = "cargo-topika";

fn generated(shell: Shell, name: &'static str) -> String {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command().name(name).bin_name(name), name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
