//! Statements on their way between nodes, as texts of `spock.queue`.
//!
//! A text begins with the settings under which its statement was read, as SET statements that any version
//! understands: the search path, and those of [`CARRIED`] that differ from what both ends agree on. It is
//! run as the role that ran it at its origin, to which the objects belong that it makes.

use std::cell::Cell;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::sql_text;

use super::lock;
use crate::catalog::definition;
use crate::catalog::node::LocalNode;
use crate::catalog::queue::{self, MessageType};
use crate::catalog::replication_set;
use crate::pg::command::{self, Statement};
use crate::pg::error::SpockError;
use crate::pg::guc;
use crate::pg::quoting::{identifier, literal};

/// Settings that change what a statement means, with the values that a text leaves out.
const CARRIED: [(&str, &str); 11] = [
    ("DateStyle", "ISO, MDY"),
    ("IntervalStyle", "postgres"),
    ("TimeZone", "GMT"),
    ("xmloption", "content"),
    ("transform_null_equals", "off"),
    ("array_nulls", "on"),
    ("default_tablespace", ""),
    ("default_table_access_method", "heap"),
    ("default_toast_compression", "pglz"),
    // Last: what is set before is read without it.
    ("backslash_quote", "safe_encoding"),
    ("standard_conforming_strings", "on"),
];

/// Whose statements run at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    Nobodys,
    /// Those of `spock.replicate_ddl()`.
    Replicated,
    /// Those of another node.
    Received,
}

thread_local! {
    static RUNNING: Cell<Running> = const { Cell::new(Running::Nobodys) };
}

/// Runs `body` while statements are known to be those of somebody.
fn running<T>(what: Running, body: impl FnOnce() -> T) -> T {
    struct Back(Running);
    impl Drop for Back {
        fn drop(&mut self) {
            RUNNING.set(self.0);
        }
    }
    let _back = Back(RUNNING.replace(what));
    body()
}

/// Whether a statement that runs now is part of one that was replicated.
pub(super) fn is_running() -> bool {
    RUNNING.get() != Running::Nobodys
}

/// Whether a statement that runs now came from another node.
pub(super) fn is_received() -> bool {
    RUNNING.get() == Running::Received
}

/// Whether strings without `E` know backslashes in this session.
pub(super) fn strings_have_escapes() -> bool {
    !guc::is_on("standard_conforming_strings")
}

/// A statement with the settings of this session before it.
pub(super) fn with_settings(schemas: &[String], statement: &str) -> String {
    let path: Vec<String> = schemas.iter().map(|schema| identifier(schema)).collect();
    let path = if path.is_empty() { "''".to_owned() } else { path.join(", ") };
    let mut text = format!("SET search_path TO {path}; ");
    for (name, usual) in CARRIED {
        if let Some(value) = guc::get(name)
            && value != usual
        {
            text.push_str(&format!("SET LOCAL {name} TO {}; ", literal(&value)));
        }
    }
    text + statement
}

/// Runs a text that another node queued.
pub(crate) fn run_received(role: &str, text: &str) -> Result<(), SpockError> {
    let role = command::role(role);
    let mut settings = CARRIED.to_vec();
    settings.push(("check_function_bodies", "off"));
    settings.push(("search_path", ""));
    command::as_role(role, &settings, || {
        let (given, statements) = sql_text::leading_settings(text);
        for setting in given {
            match sql_text::setting(setting) {
                Some((name, tablespace))
                    if name.eq_ignore_ascii_case("default_tablespace")
                        && !command::tablespace_exists(&tablespace) =>
                {
                    pgrx::log!(
                        "spock: tablespace \"{tablespace}\" does not exist here: the default one is used"
                    );
                }
                _ => command::run_setting(setting),
            }
        }
        for statement in command::parse(statements) {
            if is_needed(&statement) {
                running(Running::Received, || command::run(&statement));
            }
        }
    });
    Ok(())
}

/// Roles are the server's, not the database's: another database, or an administrator, may have made or
/// dropped one before.
fn is_needed(statement: &Statement) -> bool {
    if let Some(role) = &statement.new_role
        && command::role_exists(role)
    {
        tell_not_run(statement, &format!("Role \"{role}\" exists already."));
        return false;
    }
    let gone = |role: &String| !command::role_exists(role);
    if !statement.dropped_roles.is_empty() && statement.dropped_roles.iter().all(gone) {
        tell_not_run(statement, "The role does not exist.");
        return false;
    }
    true
}

fn tell_not_run(statement: &Statement, reason: &str) {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!("replicated statement {} is not run", statement.tag),
    )
    .detail(reason)
    .report(PgLogLevel::WARNING);
}

/// `spock.replicate_ddl()`: runs statements here, and has the subscribers of some sets run them.
pub(crate) fn replicate(
    node: &LocalNode,
    text: &str,
    sets: &[String],
    search_path: &str,
    role: &str,
) -> Result<(), SpockError> {
    for set in sets {
        if replication_set::by_name(node.node.id, set).is_none() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
                format!("replication set {set} not found"),
            ));
        }
    }
    let Some(schemas) = command::schemas_of(search_path) else {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "provided search path is not valid",
        )
        .detail(format!("It is: {search_path}")));
    };
    let role_name = role;
    let role = command::role(role_name);
    if !command::may_become(role) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE,
            format!("permission denied to run statements as role \"{role_name}\""),
        ));
    }
    let statements = command::parse(text);
    if let Some(other) = statements.iter().find(|statement| !statement.is_ddl) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!("spock.replicate_ddl() cannot execute {} statement", other.tag),
        )
        .hint(
            "It runs statements that define objects. What changes rows is replicated by itself.",
        ));
    }
    if statements.is_empty() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "spock.replicate_ddl() was given no statement",
        ));
    }
    let tags: Vec<&str> = statements.iter().map(|statement| statement.tag.as_str()).collect();
    lock::before_statement(&tags.join("; "))?;
    command::as_role(role, &[("search_path", search_path)], || {
        running(Running::Replicated, || run_all(&statements));
    });
    let message = with_settings(&schemas, &for_others(text, &statements)?);
    queue::push_statement(MessageType::Command, role_name, sets, &message);
    Ok(())
}

/// Runs statements in their order; of several the one that fails is told.
fn run_all(statements: &[Statement]) {
    let count = statements.len();
    for (at, statement) in statements.iter().enumerate() {
        let line = statement.line;
        command::run_told(statement, || {
            (count > 1).then(|| format!("It is statement {} of {count}, in line {line}.", at + 1))
        });
    }
}

/// The text of statements that were run, with what the server has stored where it has passwords: the same
/// on all nodes, and never in clear; and with the name of the session's role, which is another one elsewhere.
fn for_others(text: &str, statements: &[Statement]) -> Result<String, SpockError> {
    let is_the_same =
        |statement: &Statement| statement.password_of.is_none() && !statement.names_session;
    if statements.iter().all(is_the_same) {
        return Ok(text.to_owned());
    }
    let texts: Result<Vec<String>, SpockError> = statements
        .iter()
        .map(|statement| match &statement.password_of {
            Some(role) => with_stored_password(&statement.text(), role),
            None => Ok(statement.text()),
        })
        .collect();
    Ok(texts?.join("; "))
}

/// A statement that gave a role a password, with what the server has stored.
pub(super) fn with_stored_password(text: &str, role: &str) -> Result<String, SpockError> {
    let stored = definition::stored_password(role);
    let password = stored.map_or_else(|| "NULL".to_owned(), |stored| literal(&stored));
    sql_text::with_password(text, &password, strings_have_escapes()).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            "the password cannot be found in the statement, which is to be replicated",
        )
    })
}
