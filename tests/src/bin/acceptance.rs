//! Writes `docs/acceptance.md`, or prints it with the results of a run: `acceptance [--results FILE]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

use std::fs;
use std::process::ExitCode;

use spock_tests::acceptance::{faults, outcomes, page, rows, tests};
use spock_tests::library::root;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let (rows, tests) = (rows(root()), tests(root()));
    match arguments {
        [] => {
            let path = root().join("docs/acceptance.md");
            fs::write(&path, page(&rows, &tests, None))
                .map_err(|e| format!("{}: {e}", path.display()))?;
            let faults = faults(&rows, &tests);
            if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
        }
        [option, file] if option == "--results" => {
            let text = fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
            let outcomes = outcomes(&text).map_err(|e| format!("{file}: {e}"))?;
            print!("{}", page(&rows, &tests, Some(&outcomes)));
            Ok(())
        }
        _ => Err("usage: acceptance [--results FILE]".to_owned()),
    }
}
