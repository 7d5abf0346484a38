//! What the program says beside its result, all of it on standard error: notes, progress,
//! questions.

pub(crate) mod confirm;
pub(crate) mod progress;

use std::io::{IsTerminal as _, Write as _};

use owo_colors::OwoColorize as _;

use crate::cli::{Global, When};

/// Decides on colours for both streams, once, before anything is printed.
pub(crate) fn set_colors(when: When) {
    use anstream::ColorChoice;
    match when {
        When::Auto => ColorChoice::Auto,
        When::Always => ColorChoice::Always,
        When::Never => ColorChoice::Never,
    }
    .write_global();
}

/// Width of standard output, when it is a terminal.
pub(crate) fn terminal_width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let size = comfy_table::Table::new().width();
    size.map(usize::from)
}

/// Prints a note unless the user wants quiet.
pub(crate) fn note(global: &Global, message: impl AsRef<str>) {
    if !global.quiet {
        let _ = writeln!(anstream::stderr().lock(), "{}", message.as_ref());
    }
}

/// Prints a line that the user must see.
pub(crate) fn say(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{message}");
}

/// Prints a next step unless the user wants quiet.
pub(crate) fn hint(global: &Global, message: impl AsRef<str>) {
    if !global.quiet {
        let _ = writeln!(anstream::stderr().lock(), "{} {}", "hint:".cyan(), message.as_ref());
    }
}

/// Prints a warning.
pub(crate) fn warning(message: impl AsRef<str>) {
    let _ =
        writeln!(anstream::stderr().lock(), "{} {}", "warning:".yellow().bold(), message.as_ref());
}

/// Says that a command is called otherwise than it was in the former tool.
pub(crate) fn renamed(old: &str, new: &str) {
    warning(format!("`spockctl {old}` is the former name of `spockctl {new}`"));
}

/// Whether questions can be asked.
pub(crate) fn can_prompt(global: &Global) -> bool {
    !global.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}
