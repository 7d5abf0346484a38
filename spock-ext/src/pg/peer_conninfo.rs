//! The connection string that we really connect with: the user's, completed with what every peer
//! connection of ours needs.
//!
//! Order of precedence, weakest first: our defaults (keepalives, time limit), the string of the
//! interface, `spock.extra_connection_options`, the application name. The string holds the password,
//! so it has no `Debug` and whatever is said about it goes through [`PeerConninfo::mask`].

use std::ffi::CStr;
use std::time::Duration;

use pgrx::{PgSqlErrorCode, pg_sys};

use super::error::SpockError;

/// A dead peer is noticed after 10 + 3 * 5 seconds, also while nothing is sent.
const DEFAULTS: [(&str, &str); 5] = [
    ("keepalives", "1"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("connect_timeout", "30"),
];

/// Session settings that values in text form depend on, and limits that would cut a long wait or
/// copy short. `row_security` off turns a silently filtered copy into an error.
const SESSION: &str = "SET datestyle = ISO; SET intervalstyle = postgres; SET extra_float_digits = 3; \
     SET standard_conforming_strings = on; SET statement_timeout = 0; SET lock_timeout = 0; \
     SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; \
     SET row_security = off; SET search_path = ''";

/// A complete connection string and what belongs to it.
pub(crate) struct PeerConninfo {
    text: String,
    password: Option<String>,
    options: Option<String>,
    limit: Duration,
}

impl PeerConninfo {
    /// Completes `dsn`, which may be in keyword/value or URI form.
    pub(crate) fn new(dsn: &str, application_name: &str) -> Result<Self, SpockError> {
        let mut conninfo = parse(dsn)?;
        for (key, value) in DEFAULTS {
            if conninfo.get(key).is_none() {
                conninfo.set(key, value);
            }
        }
        for (key, value) in parse(&extra_connection_options())?.iter() {
            conninfo.set(key, value);
        }
        conninfo.set("application_name", application_name);
        let timeout = conninfo.get("connect_timeout").and_then(|text| text.trim().parse().ok());
        // As libpq reads it: zero or less waits for ever, which a worker must not; one means two.
        let seconds = match timeout {
            None | Some(..=0) => 30,
            Some(seconds) => seconds.max(2) as u64,
        };
        let hosts = conninfo.get("host").map_or(1, |hosts| hosts.split(',').count() as u64);
        Ok(Self {
            text: conninfo.to_connection_string(),
            password: conninfo.get("password").map(str::to_owned).filter(|text| !text.is_empty()),
            options: conninfo.get("options").map(str::to_owned),
            limit: Duration::from_secs(seconds * hosts),
        })
    }

    /// The string for libpq.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// How long connecting may take in all.
    pub(crate) fn connect_limit(&self) -> Duration {
        self.limit
    }

    /// `message` without the password.
    pub(crate) fn mask(&self, message: &str) -> String {
        match &self.password {
            Some(password) => message.replace(password, "********"),
            None => message.to_owned(),
        }
    }

    /// What to run right after connecting: the settings of the `options` keyword, then ours.
    pub(crate) fn session_commands(&self) -> Vec<String> {
        let mut commands: Vec<String> = settings_in(self.options.as_deref().unwrap_or_default())
            .into_iter()
            .map(|(name, value)| {
                let literal = value.replace('\'', "''");
                format!(
                    "SELECT pg_catalog.set_config('{}', E'{}', false)",
                    name.replace('\'', "''"),
                    literal.replace('\\', "\\\\")
                )
            })
            .collect();
        commands.push(SESSION.to_owned());
        commands
    }
}

fn parse(text: &str) -> Result<Conninfo, SpockError> {
    Conninfo::parse(text).map_err(|error| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            format!("invalid connection string: {error}"),
        )
    })
}

/// Read by name: settings are another layer's, and no connection may forget this one.
fn extra_connection_options() -> String {
    let name = c"spock.extra_connection_options";
    // SAFETY: null or the setting's value, copied at once.
    unsafe {
        let value = pg_sys::GetConfigOption(name.as_ptr(), true, false);
        if value.is_null() {
            String::new()
        } else {
            CStr::from_ptr(value).to_string_lossy().into_owned()
        }
    }
}

/// `-c name=value` and `--name=value` of a command line as the server splits it: white space
/// separates, a backslash keeps the next character.
fn settings_in(options: &str) -> Vec<(String, String)> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = options.chars();
    while let Some(c) = characters.next() {
        if c.is_ascii_whitespace() {
            words.extend(word.take());
        } else {
            let kept = if c == '\\' { characters.next().unwrap_or(c) } else { c };
            word.get_or_insert_default().push(kept);
        }
    }
    words.extend(word);
    let mut settings = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let setting = match (word.strip_prefix("--"), word.strip_prefix("-c")) {
            (Some(long), _) => Some(long.to_owned()),
            (_, Some("")) => words.next(),
            (_, Some(joined)) => Some(joined.to_owned()),
            _ => None,
        };
        if let Some((name, value)) = setting.as_deref().and_then(|text| text.split_once('=')) {
            settings.push((name.trim().replace('-', "_"), value.to_owned()));
        }
    }
    settings
}

/// Keyword/value strings, until the shared parser (which knows URIs too) is there.
#[derive(Default)]
struct Conninfo(Vec<(String, String)>);

impl Conninfo {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut pairs = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (key, tail) = rest.split_once('=').ok_or("missing \"=\"")?;
            let tail = tail.trim_start();
            let mut value = String::new();
            let quoted = tail.starts_with('\'');
            let mut characters = tail.char_indices();
            if quoted {
                characters.next();
            }
            let mut end = tail.len();
            while let Some((at, c)) = characters.next() {
                match c {
                    '\\' => value.extend(characters.next().map(|(_, c)| c)),
                    '\'' if quoted => {
                        end = at + 1;
                        break;
                    }
                    c if c.is_ascii_whitespace() && !quoted => {
                        end = at;
                        break;
                    }
                    c => value.push(c),
                }
            }
            pairs.push((key.trim().to_owned(), value));
            rest = tail.get(end..).unwrap_or_default().trim_start();
        }
        Ok(Self(pairs))
    }
    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }
    fn set(&mut self, key: &str, value: &str) {
        self.0.retain(|(k, _)| k != key);
        self.0.push((key.to_owned(), value.to_owned()));
    }
    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }
    fn to_connection_string(&self) -> String {
        let pairs = self.iter().map(|(key, value)| {
            let value = value.replace('\\', "\\\\").replace('\'', "\\'");
            format!("{key}='{value}'")
        });
        pairs.collect::<Vec<_>>().join(" ")
    }
}
