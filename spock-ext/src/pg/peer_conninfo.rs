//! The connection string that we really connect with: the user's, completed with what every peer
//! connection of ours needs.
//!
//! Order of precedence, weakest first: our defaults (keepalives, time limit), the string of the
//! interface, `spock.extra_connection_options`, the application name. The string holds the password,
//! so it has no `Debug` and whatever is said about it goes through [`PeerConninfo::mask`].

use std::ffi::CStr;
use std::time::Duration;

use pgrx::{PgSqlErrorCode, pg_sys};
use spock_core::conninfo::{Conninfo, MASK, mask};

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
     SET lc_monetary = 'C'; SET bytea_output = hex; \
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
        conninfo.merge(&parse(&extra_connection_options())?);
        conninfo.set("application_name", application_name);
        let timeout = conninfo.get("connect_timeout").and_then(|text| text.trim().parse().ok());
        // As libpq reads it: zero or less waits for ever, which a worker must not; one means two.
        let seconds = match timeout {
            None | Some(..=0) => 30,
            Some(seconds) => seconds.max(2) as u64,
        };
        let hosts = conninfo.get("host").map_or(1, |hosts| hosts.split(',').count() as u64);
        Ok(Self {
            text: conninfo.reveal(),
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
        let text = mask(message).into_owned();
        match &self.password {
            Some(password) => text.replace(password, MASK),
            None => text,
        }
    }

    /// Queries that set what the `options` keyword asks for, each with one row of one column.
    pub(crate) fn chosen_settings(&self) -> Vec<String> {
        settings_in(self.options.as_deref().unwrap_or_default())
            .into_iter()
            .map(|(name, value)| {
                let literal = value.replace('\'', "''");
                format!(
                    "SELECT pg_catalog.set_config('{}', E'{}', false)",
                    name.replace('\'', "''"),
                    literal.replace('\\', "\\\\")
                )
            })
            .collect()
    }

    /// The command that sets what our own work depends on, for a server of that version; it comes
    /// after the settings of others.
    pub(crate) fn own_settings(server_version: i32) -> String {
        let newer = if server_version >= 170_000 { "; SET transaction_timeout = 0" } else { "" };
        format!("{SESSION}{newer}")
    }
}

fn parse(text: &str) -> Result<Conninfo, SpockError> {
    Conninfo::parse(text).map_err(|error| {
        SpockError::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, error.to_string())
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
