//! Connection strings: the parameters of one connection, however they were spelled.
//!
//! A [`Conninfo`] is a set of libpq keywords, read by [`spock_core::conninfo`]. It comes from a keyword/value string, a URI, or a
//! table of `cluster.toml`; [`resolve`] fills the gaps from the service file, the `PG*` variables,
//! and the built-in defaults in libpq's order, and takes several hosts apart; [`passfile`] finds the password;
//! [`driver`] and [`tls`] turn what is left into a configuration of the driver.
//!
//! **Invariants**
//! - `Debug` and `Display` never show the password; [`Conninfo::dsn`] is the one way to a string
//!   that contains it, and returns a [`Secret`].
//! - Keywords that this program cannot honour are errors when it connects, never ignored. They are no errors before: a
//!   string may be meant for a server, which has libpq.

pub mod driver;
pub mod passfile;
pub mod resolve;
pub mod service;
pub mod tls;

use std::collections::BTreeMap;
use std::fmt;

use spock_core::conninfo as libpq;

use crate::error::{AdminError, Result};
use crate::secret::{MASK, Secret};

/// Keywords of libpq, in the order in which they are written out.
pub const KEYWORDS: &[&str] = &[
    "service",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "passfile",
    "require_auth",
    "channel_binding",
    "connect_timeout",
    "client_encoding",
    "options",
    "application_name",
    "fallback_application_name",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "sslmode",
    "requiressl",
    "sslnegotiation",
    "sslcompression",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslcertmode",
    "sslrootcert",
    "sslcrl",
    "sslcrldir",
    "sslsni",
    "requirepeer",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "gssencmode",
    "krbsrvname",
    "gsslib",
    "gssdelegation",
    "replication",
    "target_session_attrs",
    "load_balance_hosts",
];

/// Whether the value of this keyword is a secret.
fn is_secret(key: &str) -> bool {
    matches!(key, "password" | "sslpassword")
}

/// The parameters of one connection.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Conninfo {
    plain: BTreeMap<String, String>,
    secret: BTreeMap<String, Secret>,
}

impl Conninfo {
    /// No parameter at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a keyword/value string or a URI; anything else is a database name, as for `psql -d`.
    pub fn parse(text: &str) -> Result<Self> {
        let mut out = Conninfo::new();
        let is_uri = ["postgresql://", "postgres://"].iter().any(|scheme| text.starts_with(scheme));
        if !text.contains('=') && !is_uri {
            if !text.is_empty() {
                out.set("dbname", text)?;
            }
            return Ok(out);
        }
        let parsed = libpq::Conninfo::parse(text).map_err(|e| AdminError::config(e.to_string()))?;
        for (key, value) in parsed.iter() {
            out.set(key, value)?;
        }
        Ok(out)
    }

    /// Sets one parameter; refuses keywords that libpq does not know.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        if !KEYWORDS.contains(&key) {
            return Err(unknown_keyword(key));
        }
        if is_secret(key) {
            self.secret.insert(key.to_owned(), Secret::new(value));
        } else {
            self.plain.insert(key.to_owned(), value.to_owned());
        }
        Ok(())
    }

    /// The same with the parameter set, for literals.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        debug_assert!(KEYWORDS.contains(&key));
        let value = value.to_string();
        if is_secret(key) {
            self.secret.insert(key.to_owned(), Secret::new(value));
        } else {
            self.plain.insert(key.to_owned(), value);
        }
        self
    }

    /// A parameter that is no secret; an empty value counts as unset, as in libpq.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.plain.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What is set and is no secret, in the order in which it is written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        KEYWORDS.iter().filter_map(|key| Some((*key, self.plain.get(*key)?.as_str())))
    }

    /// The password given in the string.
    pub fn password(&self) -> Option<&Secret> {
        self.secret.get("password").filter(|secret| !secret.reveal().is_empty())
    }

    /// Replaces the password.
    pub fn set_password(&mut self, password: Secret) {
        self.secret.insert("password".to_owned(), password);
    }

    /// The passphrase of the client key.
    pub(crate) fn key_passphrase(&self) -> Option<&Secret> {
        self.secret.get("sslpassword")
    }

    /// Whether the parameter was given, be it empty.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.plain.contains_key(key) || self.secret.contains_key(key)
    }

    /// Takes a parameter out.
    pub(crate) fn remove(&mut self, key: &str) {
        self.plain.remove(key);
        self.secret.remove(key);
    }

    /// The same without its secrets.
    #[must_use]
    pub fn without_secrets(&self) -> Conninfo {
        Conninfo { plain: self.plain.clone(), secret: BTreeMap::new() }
    }

    /// Whether it holds a secret.
    pub fn has_secret(&self) -> bool {
        !self.secret.is_empty()
    }

    /// The same with the secrets of `other`, unless it has its own.
    #[must_use]
    pub fn with_secrets_of(mut self, other: &Conninfo) -> Conninfo {
        for (key, value) in &other.secret {
            self.secret.entry(key.clone()).or_insert_with(|| value.clone());
        }
        self
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.secret.is_empty()
    }

    /// Takes every parameter of `other` that is not set here.
    ///
    /// `host` and `hostaddr` stand for each other: an address of a weaker layer must not redirect
    /// a host named by a stronger one.
    pub fn fill_from(&mut self, other: &Conninfo) {
        let has_host = self.get("host").is_some() || self.get("hostaddr").is_some();
        for (key, value) in &other.plain {
            if has_host && matches!(key.as_str(), "host" | "hostaddr") {
                continue;
            }
            self.plain.entry(key.clone()).or_insert_with(|| value.clone());
        }
        for (key, value) in &other.secret {
            self.secret.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }

    /// The keyword/value string with its secrets, for the server that is to store it.
    pub fn dsn(&self) -> Secret {
        Secret::new(self.write(|secret| libpq::quote(secret.reveal()).into_owned()))
    }

    /// The keyword/value string with every secret masked.
    pub fn redacted(&self) -> String {
        self.write(|_| MASK.to_owned())
    }

    fn write(&self, show: impl Fn(&Secret) -> String) -> String {
        KEYWORDS
            .iter()
            .filter_map(|key| {
                let value = match (self.plain.get(*key), self.secret.get(*key)) {
                    (Some(value), _) => libpq::quote(value).into_owned(),
                    (None, Some(secret)) => show(secret),
                    (None, None) => return None,
                };
                Some(format!("{key}={value}"))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn unknown_keyword(key: &str) -> AdminError {
    let error = AdminError::config(format!("unknown connection parameter \"{key}\""));
    match crate::did_you_mean(key, KEYWORDS.iter().copied()) {
        Some(known) => error.hint(format!("did you mean \"{known}\"?")),
        None => error,
    }
}

impl fmt::Display for Conninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Debug for Conninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Conninfo({})", self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_are_formatted() {
        for text in [
            "host=h user=u password=canary",
            "host=h user=u password='can ary\\' canary'",
            "postgresql://u:canary@h/",
            "postgresql://u@h/?password=canary&sslpassword=canary",
        ] {
            let info = Conninfo::parse(text).expect("valid");
            let shown = format!("{info} {info:?} {:?}", Some(&info));
            assert!(!shown.contains("canary"), "{shown}");
            assert!(shown.contains("password=****"), "{shown}");
            assert!(info.dsn().reveal().contains("canary"));
        }
    }

    #[test]
    fn errors_do_not_quote_the_string() {
        for text in ["password=canary host", "password='canary", "postgresql://u:canary@[::1/x"] {
            let error = Conninfo::parse(text).expect_err("invalid");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn unknown_keywords_name_the_nearest() {
        let error = Conninfo::parse("hots=a").expect_err("unknown");
        assert_eq!(error.message, "unknown connection parameter \"hots\"");
        assert_eq!(error.hints, ["did you mean \"host\"?"]);
    }

    #[test]
    fn weaker_layers_fill_gaps_and_never_redirect_the_host() {
        let mut info = Conninfo::parse("host=a").expect("valid");
        let weak = Conninfo::parse("hostaddr=10.0.0.1 port=1 user=u password=p").expect("valid");
        info.fill_from(&weak);
        assert_eq!(info.redacted(), "host=a port=1 user=u password=****");
    }

    #[test]
    fn dsn_reads_back() {
        let info = Conninfo::new()
            .with("host", "/tmp/a b")
            .with("password", "it's \\ odd")
            .with("dbname", "")
            .with("options", "-c a=b");
        assert_eq!(Conninfo::parse(info.dsn().reveal()).expect("valid"), info);
        assert_eq!(Conninfo::parse("app").expect("valid").get("dbname"), Some("app"));
    }
}
