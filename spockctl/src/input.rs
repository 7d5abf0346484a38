//! Texts that a command is given: in a file, or on standard input, which `-` stands for.

use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use spock_admin::error::AdminError;

use crate::failure::{Failure, Result};

/// The text in the file.
pub(crate) fn read(path: &Path) -> Result<String> {
    if is_standard(path) {
        return standard();
    }
    std::fs::read_to_string(path).map_err(|e| {
        unread(path, &e.to_string())
            .hint("name a file that can be read, or - for standard input")
            .into()
    })
}

/// The statements of a command that takes them as an argument or in a file.
pub(crate) fn statements(argument: Option<&str>, file: Option<&Path>) -> Result<String> {
    let text = match file {
        Some(path) => read(path)?,
        None => argument.unwrap_or_default().to_owned(),
    };
    if text.trim().is_empty() {
        return Err(Failure::usage("there is no statement"));
    }
    Ok(text)
}

/// The text on standard input, which can be read once.
pub(crate) fn standard() -> Result<String> {
    static IS_READ: AtomicBool = AtomicBool::new(false);
    if IS_READ.swap(true, Ordering::Relaxed) {
        return Err(Failure::usage("two things are to be read from standard input")
            .hint("give all but one of them in files"));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|e| unread(Path::new("-"), &e.to_string()))?;
    Ok(text)
}

/// What could not be read, and why.
pub(crate) fn unread(path: &Path, why: &str) -> AdminError {
    let name = name(path);
    let name = if is_standard(path) { name } else { format!("\"{name}\"") };
    AdminError::config(format!("could not read {name}")).detail(why)
}

/// What the text is called.
pub(crate) fn name(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}

pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
