//! What the program prints for other programs: completion of the shell, and the schema of definitions.

use std::path::Path;
use std::process::{Command, Stdio};

fn printed(args: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_spockctl"))
        .args(args)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

fn kept(path: &str) -> Vec<u8> {
    std::fs::read(Path::new("..").join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Seen to fail with the script of another shell.
#[test]
fn what_is_kept_is_what_is_printed() {
    for (args, path) in [
        (&["completion", "bash"][..], "completions/spockctl.bash"),
        (&["completion", "fish"], "completions/spockctl.fish"),
        (&["completion", "zsh"], "completions/_spockctl"),
        (&["config", "schema"], "docs/schema/cluster.toml.json"),
    ] {
        assert!(printed(args) == kept(path), "{args:?} is not {path}: run make gen");
    }
}

/// Bash itself reads the script and is asked for words. Seen to fail with a command that is hidden.
#[test]
fn bash_completes_commands_options_and_values() {
    let script = r#"
        source <(spockctl completion bash)
        words() {
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
            _spockctl spockctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            echo "${COMPREPLY[@]}"
        }
        words spockctl sub sta
        words spockctl cluster exp
        words spockctl sub status --sort
        words spockctl status --output j
    "#;
    let program = Path::new(env!("CARGO_BIN_EXE_spockctl")).parent().expect("a directory");
    let output = Command::new("bash")
        .args(["--norc", "-c", script])
        .env("PATH", format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default()))
        .output()
        .expect("bash runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "status stats\nexport\n--sort-by\njson jsonl\n",
        "{output:?}"
    );
}
