//! Statements given as text, run as a role under settings of their own (`parser/parser.h`,
//! `executor/spi.h`).
//!
//! **Invariants**: a transaction is open, and a snapshot is pushed. Whatever the statements do to settings
//! ends with them. An ERROR unwinds to the caller's guard; the abort of the (sub)transaction puts role and
//! settings back.

use std::ffi::{CStr, CString};

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys;

use super::encoding::{as_utf8, from_server, to_server};
use super::error::{OrRaise, SpockError};
use super::whole_error::keep;
use super::{compat, raw, session_role, utility};

/// A statement of a text.
pub(crate) struct Statement {
    text: CString,
    /// Where it begins in the whole text, from 1.
    pub(crate) line: usize,
    /// As the server calls it: `CREATE TABLE`.
    pub(crate) tag: String,
    /// Whether the server counts it among those that define objects.
    pub(crate) is_ddl: bool,
    /// The role that it makes.
    pub(crate) new_role: Option<String>,
    /// The roles that it drops.
    pub(crate) dropped_roles: Vec<String>,
    /// It named the session's role, whose name its text has now.
    pub(crate) names_session: bool,
    /// The role that it gives a password.
    pub(crate) password_of: Option<String>,
}

impl Statement {
    /// Its text.
    pub(crate) fn text(&self) -> String {
        as_utf8(&self.text)
    }
}

/// Cuts a text into its statements; a syntax error is raised as the server's.
pub(crate) fn parse(text: &str) -> Vec<Statement> {
    let text = to_server(text).or_raise();
    let mut list = std::ptr::null_mut();
    // SAFETY: the parser runs in keep()'s frame, the other calls are guarded; the list holds RawStmt nodes, whose
    // places lie in the text.
    unsafe {
        let mode = pg_sys::RawParseMode::RAW_PARSE_DEFAULT;
        keep(&mut || list = raw::raw_parser(text.as_ptr(), mode), &text, &mut || None);
        utility::elements::<pg_sys::RawStmt>(list)
            .map(|raw| {
                let node = (*raw).stmt;
                let (from, length) = ((*raw).stmt_location, (*raw).stmt_len);
                let written = utility::part_of(text.to_bytes(), from, length);
                let part = session_role::resolved(node, &text, written);
                Statement {
                    names_session: *part != *written,
                    text: CString::new(&*part).unwrap_or_default(),
                    line: line_of(text.to_bytes(), from),
                    tag: utility::tag(node),
                    is_ddl: utility::is_ddl(node),
                    new_role: utility::new_role(node),
                    dropped_roles: utility::dropped_roles(node),
                    password_of: utility::role_with_password(node),
                }
            })
            .collect()
    }
}

/// The line of a text in which a statement begins: comments before it count as its own to the server.
fn line_of(text: &[u8], from: i32) -> usize {
    let from = usize::try_from(from).map_or(0, |from| from.min(text.len()));
    let (before, rest) = text.split_at(from);
    let lines = rest.split(|byte| *byte == b'\n');
    let is_none = |line: &&[u8]| {
        let line = line.trim_ascii();
        line.is_empty() || line.starts_with(b"--")
    };
    1 + before.iter().filter(|byte| **byte == b'\n').count() + lines.take_while(is_none).count()
}

/// Runs one statement.
pub(crate) fn run(statement: &Statement) {
    run_text(&statement.text);
}

/// Runs one statement; its error has every field where `spock.replicate_ddl()` raises it, and a sentence more in its
/// detail.
pub(crate) fn run_told(statement: &Statement, more: impl Fn() -> Option<String>) {
    let text = &statement.text;
    let mut status = 0;
    // SAFETY: as in run_text(), the statement in keep()'s frame.
    unsafe {
        pg_sys::SPI_connect();
        let mut execute = || status = raw::SPI_execute(text.as_ptr(), false, 0);
        keep(&mut execute, text, &mut || more());
        pg_sys::SPI_finish();
    }
    require_run(status, text);
}

/// Runs one SET statement.
pub(crate) fn run_setting(statement: &str) {
    run_text(&to_server(statement).or_raise());
}

fn run_text(text: &CStr) {
    // SAFETY: guarded calls in a transaction; SPI is connected between the first and the last.
    let status = unsafe {
        pg_sys::SPI_connect();
        let status = pg_sys::SPI_execute(text.as_ptr(), false, 0);
        pg_sys::SPI_finish();
        status
    };
    require_run(status, text);
}

fn require_run(status: i32, text: &CStr) {
    if status < 0 {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!("statement cannot be run inside a transaction: {}", as_utf8(text)),
        )
        .raise();
    }
}

/// Runs `body` as a role, with these settings.
pub(crate) fn as_role<T>(role: u32, settings: &[(&str, &str)], body: impl FnOnce() -> T) -> T {
    // SAFETY: a transaction is open (module invariant). User and settings are put back on the way out; an
    // ERROR unwinds past it, and the abort puts them back. A level of settings that is ended as by an abort
    // leaves none of what was set on it.
    unsafe {
        let mut user = pg_sys::Oid::INVALID;
        let mut context = 0;
        pg_sys::GetUserIdAndSecContext(&raw mut user, &raw mut context);
        let level = pg_sys::NewGUCNestLevel();
        for (name, value) in settings {
            set(&to_server(name).or_raise(), &to_server(value).or_raise());
        }
        let role = pg_sys::Oid::from(role);
        if role != user {
            let local = pg_sys::SECURITY_LOCAL_USERID_CHANGE as i32;
            pg_sys::SetUserIdAndSecContext(role, context | local);
        }
        let value = body();
        pg_sys::AtEOXact_GUC(false, level);
        pg_sys::SetUserIdAndSecContext(user, context);
        value
    }
}

/// # Safety
/// A level of settings was begun.
unsafe fn set(name: &CStr, value: &CStr) {
    // SAFETY: the server copies both.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_SUSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_SAVE,
            true,
            0,
            false,
        );
    }
}

/// The number of a role; raises where there is none.
pub(crate) fn role(name: &str) -> u32 {
    let name = to_server(name).or_raise();
    // SAFETY: a guarded look-up.
    unsafe { pg_sys::get_role_oid(name.as_ptr(), false) }.to_u32()
}

/// Whether there is a role of that name.
pub(crate) fn role_exists(name: &str) -> bool {
    let name = to_server(name).or_raise();
    // SAFETY: a guarded look-up.
    unsafe { pg_sys::get_role_oid(name.as_ptr(), true) != pg_sys::InvalidOid }
}

/// Name of the role by whose rights the session acts now.
pub(crate) fn current_role() -> String {
    // SAFETY: guarded look-ups; the name is a copy.
    unsafe { from_server(pg_sys::GetUserNameFromId(pg_sys::GetUserId(), false)) }
}

/// Whether the session may act as a role.
pub(crate) fn may_become(role: u32) -> bool {
    // SAFETY: guarded look-ups.
    unsafe { compat::can_set_role(pg_sys::GetUserId(), pg_sys::Oid::from(role)) }
}

/// The schemas of a search path; none when it is not valid.
pub(crate) fn schemas_of(path: &str) -> Option<Vec<String>> {
    let path = to_server(path).or_raise();
    // SAFETY: guarded calls; the server cuts a copy, and the list points into that.
    unsafe {
        let copy = pg_sys::pstrdup(path.as_ptr());
        let mut list = std::ptr::null_mut();
        let separator = b',' as std::ffi::c_char;
        if !pg_sys::SplitIdentifierString(copy, separator, &raw mut list) {
            return None;
        }
        Some(utility::elements(list).map(|name| from_server(name)).collect())
    }
}

/// Whether there is a tablespace of that name.
pub(crate) fn tablespace_exists(name: &str) -> bool {
    let name = to_server(name).or_raise();
    // SAFETY: a guarded look-up.
    unsafe { pg_sys::get_tablespace_oid(name.as_ptr(), true) != pg_sys::InvalidOid }
}
