//! Which version of the extension this is.

/// In the form of the control file.
pub(crate) const TEXT: &str = env!("CARGO_PKG_VERSION");

/// As a number that orders versions: 6.0.1 is 60001.
pub(crate) fn number() -> i32 {
    TEXT.split('.').take(3).fold(0, |number, part| number * 100 + part.parse().unwrap_or(0))
}
