//! The start options of a stream, as a subscriber sends them.
//!
//! Options that say how the existing system's hooks work, or that nobody knows, are passed over:
//! a newer subscriber may send more than we understand. What we do understand must be well formed.

use std::time::Duration;

use pgrx::PgSqlErrorCode;
use spock_core::oid::NodeId;
use spock_core::proto::{frame, streamed};

use crate::pg::error::SpockError;
use crate::pg::output_plugin::StartOption;

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Format {
    /// The binary messages of the protocol.
    #[default]
    Native,
    /// One JSON object for each message, for people and tests.
    Json,
    /// Only what was deleted, by any node: for the server itself.
    Deletes,
}

/// A table by schema and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableName {
    pub(super) schema: String,
    pub(super) name: String,
}

/// What the subscriber says about its memory layout; unsaid values are no obstacle.
#[derive(Debug, Clone, Default)]
pub(super) struct PeerLayout {
    pub(super) major_version: Option<u32>,
    pub(super) sizeof_int: Option<u32>,
    pub(super) sizeof_long: Option<u32>,
    pub(super) sizeof_datum: Option<u32>,
    pub(super) big_endian: Option<bool>,
    pub(super) float4_by_value: Option<bool>,
    pub(super) float8_by_value: Option<bool>,
    pub(super) integer_datetimes: Option<bool>,
}

/// All options of a stream.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) min_version: u32,
    pub(super) max_version: u32,
    pub(super) encoding: Option<String>,
    pub(super) format: Format,
    pub(super) wants_internal: bool,
    pub(super) wants_binary: bool,
    pub(super) layout: PeerLayout,
    pub(super) no_txinfo: bool,
    pub(super) replication_sets: Vec<String>,
    /// Send on what other nodes wrote.
    pub(super) forward_all: bool,
    /// The node that receives.
    pub(super) subscriber: Option<NodeId>,
    pub(super) only_table: Option<TableName>,
    pub(super) frames: bool,
    /// Send large transactions before they commit.
    pub(super) streaming: bool,
    /// But these.
    pub(super) not_streamed: Vec<u32>,
    /// None at all for so long after the start.
    pub(super) streaming_pause: Duration,
}

impl Options {
    /// Reads the options; of several with one name the last counts.
    pub(super) fn parse(given: Vec<StartOption>) -> Result<Self, SpockError> {
        let mut options = Self::default();
        let mut required = [
            ("startup_params_format", None),
            ("min_proto_version", None),
            ("max_proto_version", None),
        ];
        for option in given {
            let name = option.name.as_str();
            if let Some((_, slot)) = required.iter_mut().find(|(known, _)| *known == name) {
                *slot = Some(number(&option)?);
                continue;
            }
            let layout = &mut options.layout;
            match name {
                "expected_encoding" => options.encoding = Some(text(&option)?.to_owned()),
                "proto_format" => options.format = format(&option)?,
                "no_txinfo" => options.no_txinfo = flag(&option)?,
                "binary.want_internal_basetypes" => options.wants_internal = flag(&option)?,
                "binary.want_binary_basetypes" => options.wants_binary = flag(&option)?,
                "binary.basetypes_major_version" => layout.major_version = Some(number(&option)?),
                "binary.sizeof_int" => layout.sizeof_int = Some(number(&option)?),
                "binary.sizeof_long" => layout.sizeof_long = Some(number(&option)?),
                "binary.sizeof_datum" => layout.sizeof_datum = Some(number(&option)?),
                "binary.bigendian" => layout.big_endian = Some(flag(&option)?),
                "binary.float4_byval" => layout.float4_by_value = Some(flag(&option)?),
                "binary.float8_byval" => layout.float8_by_value = Some(flag(&option)?),
                "binary.integer_datetimes" => layout.integer_datetimes = Some(flag(&option)?),
                "spock.replication_set_names" => options.replication_sets = names(&option)?,
                "spock.forward_origins" => options.forward_all = forward_all(&option)?,
                "spock.subscriber_node" => options.subscriber = NodeId::from_oid(number(&option)?),
                "spock.replicate_only_table" => options.only_table = Some(table_name(&option)?),
                frame::OPTION => options.frames = flag(&option)?,
                streamed::OPTION => options.streaming = flag(&option)?,
                streamed::PAUSE_OPTION => {
                    options.streaming_pause = Duration::from_millis(number(&option)?.into());
                }
                streamed::NOT_STREAMED_OPTION => options.not_streamed = xids(&option)?,
                _ => {}
            }
        }
        let [format, min, max] = required.map(|(name, value)| value.ok_or_else(|| missing(name)));
        let format = format?;
        if format != 1 {
            return Err(invalid(format!("startup parameters of format {format} are not known"))
                .hint("This server writes format 1."));
        }
        (options.min_version, options.max_version) = (min?, max?);
        Ok(options)
    }
}

fn invalid(message: impl Into<String>) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message)
}

fn missing(name: &str) -> SpockError {
    invalid(format!("start option \"{name}\" is missing"))
        .hint("Streams of spock_output are started by subscriptions, which send their options.")
}

fn malformed(option: &StartOption, wanted: &str) -> SpockError {
    invalid(format!("invalid value for start option \"{}\"", option.name)).detail(format!(
        "Expected {wanted}, got {}.",
        option.value.as_ref().map_or_else(|| "nothing".to_owned(), |value| format!("\"{value}\""))
    ))
}

fn text(option: &StartOption) -> Result<&str, SpockError> {
    option.value.as_deref().ok_or_else(|| malformed(option, "a value"))
}

fn number(option: &StartOption) -> Result<u32, SpockError> {
    text(option)?.parse().map_err(|_| malformed(option, "a number"))
}

fn flag(option: &StartOption) -> Result<bool, SpockError> {
    match text(option)?.to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "on" | "yes" | "y" => Ok(true),
        "0" | "f" | "false" | "off" | "no" | "n" => Ok(false),
        _ => Err(malformed(option, "a boolean")),
    }
}

fn format(option: &StartOption) -> Result<Format, SpockError> {
    match text(option)? {
        "native" => Ok(Format::Native),
        "json" => Ok(Format::Json),
        "deletes" => Ok(Format::Deletes),
        _ => Err(malformed(option, "\"native\" or \"json\"")),
    }
}

fn names(option: &StartOption) -> Result<Vec<String>, SpockError> {
    identifiers(text(option)?, ',')
        .ok_or_else(|| malformed(option, "a list of names, separated by commas"))
}

fn xids(option: &StartOption) -> Result<Vec<u32>, SpockError> {
    let all: Result<_, _> = text(option)?.split(',').map(str::parse).collect();
    all.map_err(|_| malformed(option, "transaction ids, separated by commas"))
}

fn forward_all(option: &StartOption) -> Result<bool, SpockError> {
    match names(option)?.as_slice() {
        [] => Ok(false),
        [all] if all == "all" => Ok(true),
        _ => Err(malformed(option, "nothing or \"all\"")),
    }
}

fn table_name(option: &StartOption) -> Result<TableName, SpockError> {
    let parts = identifiers(text(option)?, '.');
    match parts.map(<[String; 2]>::try_from) {
        Some(Ok([schema, name])) => Ok(TableName { schema, name }),
        _ => Err(malformed(option, "a table name with its schema")),
    }
}

/// Splits a list of SQL identifiers: quoted ones as they are, others in lower case. None when the
/// list is malformed; an empty text is an empty list.
fn identifiers(list: &str, separator: char) -> Option<Vec<String>> {
    let mut rest = list.trim();
    let mut names = Vec::new();
    if rest.is_empty() {
        return Some(names);
    }
    loop {
        let name;
        if let Some(quoted) = rest.strip_prefix('"') {
            (name, rest) = quoted_identifier(quoted)?;
        } else {
            let end = rest.find(|c: char| c == separator || c.is_whitespace());
            let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
            name = word.to_ascii_lowercase();
            rest = after;
        }
        if name.is_empty() {
            return None;
        }
        names.push(name);
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(names);
        }
        rest = rest.strip_prefix(separator)?.trim_start();
    }
}

/// Reads to the closing quote; a doubled quote stands for itself.
fn quoted_identifier(mut rest: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        name.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, after)),
        }
    }
}
