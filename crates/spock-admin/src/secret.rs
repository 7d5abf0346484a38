//! Passwords that cannot be printed by accident.
//!
//! A [`Secret`] is wiped when dropped (crate `secrecy`) and shows as `****` wherever it is
//! formatted. Reading it takes a call whose name stands out in review: [`Secret::reveal`].

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

pub use spock_core::conninfo::MASK;

/// A value that must appear in no log, error, plan, or table.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes ownership of the plain text.
    pub fn new(plain: impl Into<String>) -> Self {
        Secret(SecretString::from(plain.into()))
    }

    /// The plain text, for handing to the server and nowhere else.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.reveal() == other.reveal()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_shows_the_mask() {
        let secret = Secret::new("canary");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "**** **** Some(****)");
        assert_eq!(secret.reveal(), "canary");
    }
}
