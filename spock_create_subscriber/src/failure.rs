//! What is printed when something failed.

use std::io::Write as _;

use owo_colors::OwoColorize as _;
use spock_admin::error::AdminError;

/// Prints errors to standard error. What cannot be printed is lost: there is no place left.
pub(crate) fn print(errors: &[AdminError], is_verbose: bool) {
    let mut out = anstream::stderr().lock();
    for error in errors {
        let _ = write(&mut out, &"error:".red().bold().to_string(), error);
        if is_verbose && let Some(code) = &error.sqlstate {
            let _ = writeln!(out, "{} {code}", "sqlstate:".bold());
        }
    }
}

/// Writes one finding: what, why, and what to do.
pub(crate) fn write(
    out: &mut impl std::io::Write,
    label: &str,
    error: &AdminError,
) -> std::io::Result<()> {
    writeln!(out, "{label} {}", error.message)?;
    for (at, line) in error.detail.iter().flat_map(|detail| detail.lines()).enumerate() {
        let begin = if at == 0 { "detail:" } else { "       " };
        writeln!(out, "{begin} {line}")?;
    }
    for hint in &error.hints {
        writeln!(out, "{} {hint}", "hint:".cyan())?;
    }
    Ok(())
}
