//! Connection strings as libpq understands them, with secrets that do not get out by accident.
//!
//! [`Conninfo::parse`] reads both forms, `key=value ...` and `postgresql://...`. Formatting a
//! [`Conninfo`] masks its secrets; the one way to have them is [`Conninfo::reveal`]. [`mask()`] is
//! for texts that others wrote, in which a connection string may stand.

mod keyword;
mod mask;
mod uri;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub use mask::mask;

/// What stands in place of a secret.
pub const MASK: &str = "****";

/// Keys whose values are secrets.
const SECRETS: [&str; 5] =
    ["password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"];

/// A connection string taken apart: each key once, in order of appearance.
///
/// Keys are not checked against a list, which would be that of one version of libpq.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Conninfo {
    pairs: Vec<(String, String)>,
}

impl Conninfo {
    /// Reads a connection string in either form. Of a key that is repeated the last value counts.
    pub fn parse(text: &str) -> Result<Self, ConninfoError> {
        match uri::strip_scheme(text) {
            Some(rest) => uri::parse(rest, text.len() - rest.len()),
            None => keyword::parse(text),
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Sets the value of a key, in its place if it has one.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let key = key.into();
        match self.pairs.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value.into(),
            None => self.pairs.push((key, value.into())),
        }
    }

    /// Takes a key out; gives the value that it had.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(name, _)| name == key)?;
        Some(self.pairs.remove(at).1)
    }

    /// Sets everything that `other` has.
    pub fn merge(&mut self, other: &Self) {
        for (key, value) in other.iter() {
            self.set(key, value);
        }
    }

    /// All keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there is a secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        self.pairs.iter().any(|(key, _)| is_secret(key))
    }

    /// The same without the secrets, to be shown or passed where they are not needed.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let public = self.pairs.iter().filter(|(key, _)| !is_secret(key));
        Self { pairs: public.cloned().collect() }
    }

    /// The whole connection string, secrets and all, in `key=value` form: for libpq only.
    #[must_use]
    pub fn reveal(&self) -> String {
        self.format(|_, value| Cow::Borrowed(value))
    }

    fn format<'a>(&'a self, show: impl Fn(&str, &'a str) -> Cow<'a, str>) -> String {
        let mut text = String::new();
        for (key, value) in self.iter() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(key);
            text.push('=');
            text.push_str(&quote(&show(key, value)));
        }
        text
    }
}

impl fmt::Display for Conninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let masked = |key: &str| is_secret(key);
        f.write_str(
            &self.format(|key, value| Cow::Borrowed(if masked(key) { MASK } else { value })),
        )
    }
}

impl fmt::Debug for Conninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Conninfo({self})")
    }
}

impl FromStr for Conninfo {
    type Err = ConninfoError;

    fn from_str(text: &str) -> Result<Self, ConninfoError> {
        Self::parse(text)
    }
}

fn is_secret(key: &str) -> bool {
    SECRETS.contains(&key)
}

/// A connection string as it may be shown: secrets masked, also when it cannot be parsed.
#[must_use]
pub fn redact(text: &str) -> String {
    match Conninfo::parse(text) {
        Ok(conninfo) => conninfo.to_string(),
        Err(_) => mask(text).into_owned(),
    }
}

/// A value as it must stand in a `key=value` string.
#[must_use]
pub fn quote(value: &str) -> Cow<'_, str> {
    let plain = |byte: u8| !matches!(byte, b'\'' | b'\\') && !keyword::is_space(byte);
    if !value.is_empty() && value.bytes().all(plain) {
        return Cow::Borrowed(value);
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for character in value.chars() {
        if matches!(character, '\'' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('\'');
    Cow::Owned(quoted)
}

/// Why a text is no connection string. It says where, and never shows the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid connection string: {kind} at byte {offset}")]
pub struct ConninfoError {
    /// Where the trouble is.
    pub offset: usize,
    /// What it is.
    pub kind: ConninfoErrorKind,
}

/// What is wrong with a connection string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConninfoErrorKind {
    /// A key without `=`.
    #[error("missing \"=\" after a key")]
    MissingEquals,
    /// An `=` without a key, or a key that no version of libpq could have.
    #[error("not a key")]
    BadKey,
    /// A quoted value that does not end.
    #[error("unterminated quoted value")]
    UnterminatedQuote,
    /// A NUL byte.
    #[error("NUL byte")]
    Nul,
    /// `%` without two hexadecimal digits.
    #[error("invalid percent-encoding")]
    BadPercent,
    /// Percent-encoded bytes that are not UTF-8.
    #[error("percent-encoded text is not UTF-8")]
    NotUtf8,
    /// An address in brackets that is empty or does not end.
    #[error("invalid address in brackets")]
    BadAddress,
    /// Something that cannot stand there.
    #[error("unexpected character")]
    Unexpected,
}

impl ConninfoErrorKind {
    const fn at(self, offset: usize) -> ConninfoError {
        ConninfoError { offset, kind: self }
    }
}
