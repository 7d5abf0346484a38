//! Statements that define objects, replicated by themselves (`spock.enable_ddl_replication`).
//!
//! A statement is run here first; then its text is queued in the same transaction, for all who subscribe to
//! the set `default_insert_only`. What it touched decides whether it goes: what only this session or this
//! server has does not.
//!
//! `CREATE TABLE AS` makes a table and its rows at once. Where new tables join replication sets
//! (`spock.include_ddl_repset`) the definition of the table is queued, and the table joins, before the rows
//! come: they go out like any others, and every node has the same. Elsewhere the text goes, and each node
//! runs the query by itself.
//!
//! A statement that is run while another one runs (by an event trigger) is queued after that one.

use std::cell::{Cell, RefCell};

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::sql_text;

use super::{command, lock, new_members, rewrite};
use crate::catalog::queue::{self, MessageType};
use crate::catalog::{definition, node, reserved};
use crate::pg::command as session;
use crate::pg::ddl_watch::{Definition, Watcher};
use crate::pg::error::SpockError;
use crate::pg::guc;
use crate::pg::hooks;
use crate::pg::quoting::{identifier, qualified};
use crate::pg::systable;
use crate::pg::touched::Touched;
use crate::pg::utility::Kind;
use crate::settings;

/// Whose subscribers get captured statements.
const SET: &str = "default_insert_only";

/// Hears of statements.
pub(super) static WATCHER: Watcher = Watcher {
    is_on,
    before,
    table_made,
    is_tried: lock::writers::may_be_needed,
    rewrites,
    wants_another_try: lock::writers::are_wanted,
    before_another_try: lock::writers::shut_out,
    after,
    left,
};

/// What is done about a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is not ours.
    Ignored,
    /// It is part of what was replicated already: new tables may join sets.
    Followed,
    /// It is run by a function, and said not to be replicated.
    Told,
    /// It is replicated.
    Captured,
}

/// A text for the subscribers.
struct Message {
    role: String,
    text: String,
}

/// A statement that runs.
struct Running {
    way: Way,
    /// Its text is queued already.
    is_queued: bool,
    /// The subscribers run the query of the statement, and with it what that runs.
    covers_inner: bool,
    /// What was run inside of it.
    inner: Vec<Message>,
}

thread_local! {
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
    static INNER: Cell<Inner> = const { Cell::new(Inner::Others) };
}

/// Whose the statements are that a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inner {
    /// Those of functions that are not ours.
    Others,
    /// A function of ours stands for them: they are replicated as if its caller had written them.
    Callers,
    /// They are what a statement around them means, which other nodes run whole.
    PartOfStatement,
}

/// Runs `body`, whose statements are somebody's.
pub(crate) fn running_for<T>(whose: Inner, body: impl FnOnce() -> T) -> T {
    struct Back(Inner);
    impl Drop for Back {
        fn drop(&mut self) {
            INNER.set(self.0);
        }
    }
    let _back = Back(INNER.replace(whose));
    body()
}

fn with_top<T>(body: impl FnOnce(&mut Running) -> T) -> Option<T> {
    RUNNING.with_borrow_mut(|running| running.last_mut().map(body))
}

fn is_on() -> bool {
    settings::enable_ddl_replication() || settings::deny_all_ddl() || command::is_running()
}

fn is_node() -> bool {
    systable::relation_oid(c"spock", c"local_node").is_some() && node::local().is_some()
}

fn before(definition: &Definition) -> Result<bool, SpockError> {
    let way = way_of(definition)?;
    if way == Way::Captured {
        lock::before(definition)?;
    }
    let covers_inner =
        matches!(definition.kind, Kind::TableAs { .. }) && !settings::include_ddl_repset();
    let running = Running { way, is_queued: false, covers_inner, inner: Vec::new() };
    RUNNING.with_borrow_mut(|all| all.push(running));
    Ok(way != Way::Ignored)
}

fn way_of(definition: &Definition) -> Result<Way, SpockError> {
    if command::is_received() || hooks::is_worker() {
        let joins = command::is_received() && settings::include_ddl_repset();
        return Ok(if joins { Way::Followed } else { Way::Ignored });
    }
    if !is_node() {
        return Ok(Way::Ignored);
    }
    if settings::deny_all_ddl() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("cannot execute {} within spock cluster", definition.tag),
        )
        .hint("The setting spock.deny_all_ddl is on."));
    }
    if command::is_running() {
        return Ok(if settings::include_ddl_repset() { Way::Followed } else { Way::Ignored });
    }
    let is_covered =
        with_top(|outer| outer.way == Way::Captured && outer.covers_inner).unwrap_or(false);
    if !settings::enable_ddl_replication()
        || settings::replication_repair_mode()
        || is_covered
        || INNER.get() == Inner::PartOfStatement
    {
        return Ok(Way::Ignored);
    }
    let never_from_functions = matches!(definition.kind, Kind::Extension(_) | Kind::CreateSchema);
    let is_told = definition.in_function
        && INNER.get() != Inner::Callers
        && (!settings::allow_ddl_from_functions() || never_from_functions);
    Ok(if is_told { Way::Told } else { Way::Captured })
}

fn left() {
    RUNNING.with_borrow_mut(|running| drop(running.pop()));
}

fn table_made(definition: &Definition, table: u32) -> Result<(), SpockError> {
    let Kind::TableAs { reads_temporary: false, executes: false, .. } = definition.kind else {
        return Ok(());
    };
    let is_captured = with_top(|top| top.way == Way::Captured).unwrap_or(false);
    if !is_captured || !settings::include_ddl_repset() {
        return Ok(());
    }
    let Some(text) = definition::of_plain_table(table) else { return Ok(()) };
    queue_now(&message(&text));
    new_members::made(table);
    with_top(|top| top.is_queued = true);
    Ok(())
}

/// Of a statement that other nodes run, too, and that does not come from one.
fn rewrites(definition: &Definition, table: u32) -> Result<(), SpockError> {
    if command::is_received() || hooks::is_worker() {
        return Ok(());
    }
    let is_sent = command::is_running() || with_top(|top| top.way == Way::Captured) == Some(true);
    if is_sent { rewrite::judge(&definition.tag, table) } else { Ok(()) }
}

fn after(definition: &Definition, touched: &Touched) -> Result<(), SpockError> {
    let Some((way, is_queued)) = with_top(|top| (top.way, top.is_queued)) else { return Ok(()) };
    // The extension itself may be gone now.
    if !is_node() {
        return Ok(());
    }
    if way == Way::Followed {
        new_members::follow(touched);
        return Ok(());
    }
    if let Some(reason) = why_local(definition, touched) {
        tell_local(&reason);
        return Ok(());
    }
    if way == Way::Told {
        tell_local(
            "It is run by a function or DO block; see the setting spock.allow_ddl_from_functions.",
        );
        return Ok(());
    }
    if reserved::are_all_ours(&touched.schemas) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE,
            format!("cannot execute {} on objects of spock", definition.tag),
        )
        .hint("They belong to the extension."));
    }
    if is_queued {
        tell(PgLogLevel::INFO, "DDL statement replicated.");
    } else {
        hand_over(message(&text_to_send(definition, touched)?));
        if matches!(definition.kind, Kind::TableAs { .. }) {
            tell(PgLogLevel::WARNING, "DDL statement replicated, but could be unsafe.");
        } else {
            tell(PgLogLevel::INFO, "DDL statement replicated.");
        }
    }
    for inner in with_top(|top| std::mem::take(&mut top.inner)).unwrap_or_default() {
        hand_over(inner);
    }
    if settings::include_ddl_repset() {
        new_members::follow(touched);
    }
    Ok(())
}

/// Why a statement concerns nobody else.
fn why_local(definition: &Definition, touched: &Touched) -> Option<String> {
    let named = &definition.relations;
    let names_temporary = named.iter().any(|named| named.is_temporary);
    // Some statements make temporary tables for their own use.
    let names_permanent = named.iter().any(|named| named.relation != 0 && !named.is_temporary);
    if !touched.permanent && !names_permanent && (touched.temporary || names_temporary) {
        return Some("It concerns temporary objects only.".to_owned());
    }
    match &definition.kind {
        Kind::OfServer => Some("What it defines belongs to this server.".to_owned()),
        Kind::TableAs { reads_temporary: true, .. } => {
            Some("CREATE TABLE AS reads a temporary relation".to_owned())
        }
        Kind::TableAs { executes: true, .. } => {
            Some("The prepared statement is known to this session only.".to_owned())
        }
        Kind::TableAs { has_parameters: true, .. } if !settings::include_ddl_repset() => {
            Some("The values of its parameters are known to this session only.".to_owned())
        }
        Kind::LikeTemporary(table) => {
            Some(format!("CREATE TABLE copies the definition of temporary relation \"{table}\""))
        }
        Kind::Extension(names) if names.iter().any(|name| reserved::is_extension(name)) => {
            Some("The extension is each node's own.".to_owned())
        }
        _ if reserved::are_all_kept(&touched.schemas) => {
            Some("Its schema is not replicated.".to_owned())
        }
        _ => None,
    }
}

/// The statement as others are to run it.
fn text_to_send(definition: &Definition, touched: &Touched) -> Result<String, SpockError> {
    let escapes = command::strings_have_escapes();
    let text = &definition.text;
    match &definition.kind {
        Kind::Concurrently => {
            let mut text = sql_text::without_concurrently(text, escapes);
            // A partition that is detached in this way gets a constraint that it gets in no other.
            for constraint in &touched.new_constraints {
                if let Some(addition) = definition::of_constraint(*constraint) {
                    text = format!("{text}; {addition}");
                }
            }
            Ok(text)
        }
        Kind::Password(role) => command::with_stored_password(text, role),
        Kind::DropRelations { what, if_exists, cascade }
            if definition.relations.iter().any(|named| named.is_temporary) =>
        {
            let names: Vec<String> = definition
                .relations
                .iter()
                .filter(|named| !named.is_temporary)
                .map(|named| match &named.schema {
                    Some(schema) => qualified(schema, &named.name),
                    None => identifier(&named.name),
                })
                .collect();
            let if_exists = if *if_exists { " IF EXISTS" } else { "" };
            let cascade = if *cascade { " CASCADE" } else { "" };
            Ok(format!("DROP {what}{if_exists} {}{cascade}", names.join(", ")))
        }
        _ => Ok(text.clone()),
    }
}

fn message(statement: &str) -> Message {
    let path = guc::get("search_path").unwrap_or_default();
    let schemas = session::schemas_of(&path).unwrap_or_default();
    Message { role: session::current_role(), text: command::with_settings(&schemas, statement) }
}

/// Queues a message, or keeps it until the statement around this one is queued.
fn hand_over(message: Message) {
    let kept = RUNNING.with_borrow_mut(|running| {
        let [.., outer, _] = running.as_mut_slice() else { return Some(message) };
        if outer.way != Way::Captured || outer.is_queued {
            return Some(message);
        }
        outer.inner.push(message);
        None
    });
    if let Some(message) = kept {
        queue_now(&message);
    }
}

fn queue_now(message: &Message) {
    let sets = [SET.to_owned()];
    queue::push_statement(MessageType::Statement, &message.role, &sets, &message.text);
}

fn tell_local(reason: &str) {
    report(PgLogLevel::WARNING, "This DDL statement will not be replicated.", Some(reason));
}

fn tell(level: PgLogLevel, text: &str) {
    report(level, text, None);
}

fn report(level: PgLogLevel, text: &str, detail: Option<&str>) {
    let level = if settings::enable_quiet_mode() { PgLogLevel::LOG } else { level };
    let code = if level == PgLogLevel::WARNING {
        PgSqlErrorCode::ERRCODE_WARNING
    } else {
        PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION
    };
    let mut said = SpockError::new(code, text);
    if let Some(detail) = detail {
        said = said.detail(detail);
    }
    said.report(level);
}
