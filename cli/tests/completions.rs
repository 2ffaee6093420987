//! `cargo topika completions`: a script for each shell, and bash's put to work.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

mod support;

use std::process::Command;

use support::Project;

fn script(shell: &str) -> String {
    let run = Project::new().run(&["topika", "completions", shell]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
    run.out
}

/// What bash offers for a line whose last word is to be completed.
fn offered(function: &str, line: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("topika.bash"), script("bash")).unwrap();
    let words: Vec<String> = line.iter().map(|word| format!("'{word}'")).collect();
    let program = format!(
        "_cargo() {{ COMPREPLY=(from-cargo); }}\ncomplete -F _cargo cargo\n. ./topika.bash\n. ./topika.bash\n\
         COMP_WORDS=({})\nCOMP_CWORD={}\n{function} {} {} {}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        line.len() - 1,
        words[0],
        words[words.len() - 1],
        words[words.len() - 2],
    );
    let output = Command::new("bash").args(["--norc", "-c", &program]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn each_shell_has_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = script(shell);
        for word in ["cargo-topika", "check", "explain", "manifest-path"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_takes_its_script() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("topika.bash");
    std::fs::write(&path, script("bash")).unwrap();
    let output = Command::new("bash").arg("-n").arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn bash_completes_the_program_and_the_command_of_cargo_alike() {
    assert_eq!(offered("_topika", &["cargo-topika", "expl"]), ["explain"]);
    assert_eq!(offered("_cargo_topika_through_cargo", &["cargo", "topika", "expl"]), ["explain"]);
    let formats = offered("_cargo_topika_through_cargo", &["cargo", "topika", "rules", "--format", ""]);
    assert_eq!(formats, ["text", "json"]);
    // Everything else stays cargo's own, and sourcing the script twice makes no circle.
    assert_eq!(offered("_cargo_topika_through_cargo", &["cargo", "bui"]), ["from-cargo"]);
    assert_eq!(offered("_cargo_topika_through_cargo", &["cargo", "topi"]), ["from-cargo"]);
}

#[test]
fn zsh_finds_the_function_by_the_name_that_cargos_script_calls() {
    let script = script("zsh");
    assert!(script.starts_with("#compdef cargo-topika") && script.contains("\n_cargo-topika() {"), "{script}");
}

#[test]
fn an_unknown_shell_is_a_wrong_command_line() {
    let run = Project::new().run(&["completions", "dos"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("bash") && run.err.contains("zsh"), "{}", run.err);
}
