//! Statements that concern the extension as a whole, and what goes to the log.
//!
//! Both hooks are plain trampolines without pgrx's guard: a guarded hook would rebuild every error of
//! every session from five fields. What watchers do runs in functions of its own, guarded, and only
//! for the few statements that are theirs. An ERROR of the statement itself passes untouched.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::pg_sys;
use spock_core::conninfo::mask;

use super::alter_table;
use super::ddl_watch::{self, Call};
use super::error::{OrRaise, SpockError, sqlstate_text};
use super::read_only;
use super::utility::elements;

/// A statement that somebody watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Utility<'a> {
    DropDatabase {
        name: &'a CStr,
    },
    /// The template, where the statement names one.
    CreateDatabase {
        template: Option<&'a CStr>,
    },
    /// ALTER DATABASE ... RENAME TO, SET TABLESPACE: nobody may be connected.
    MoveDatabase {
        name: &'a CStr,
    },
    CreateExtension {
        name: &'a CStr,
    },
    /// One call for each extension of the statement.
    DropExtension {
        name: &'a CStr,
    },
    CommitPrepared,
}

/// A party that wants to know of such statements.
pub(crate) struct UtilityWatcher {
    /// Before the statement; an error refuses it.
    pub(crate) before: fn(Utility<'_>) -> Result<(), SpockError>,
    /// After it succeeded (its transaction may still be rolled back).
    pub(crate) after: fn(Utility<'_>) -> Result<(), SpockError>,
}

/// A message on its way to the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogLine<'a> {
    pub(crate) is_error: bool,
    pub(crate) is_fatal: bool,
    pub(crate) sqlstate: &'a str,
    /// With passwords masked.
    pub(crate) message: &'a str,
}

struct Watchers(UnsafeCell<Vec<&'static UtilityWatcher>>);
// SAFETY: backends have one thread.
unsafe impl Sync for Watchers {}
static WATCHERS: Watchers = Watchers(UnsafeCell::new(Vec::new()));

static mut PREVIOUS_UTILITY: pg_sys::ProcessUtility_hook_type = None;
static mut PREVIOUS_LOG: pg_sys::emit_log_hook_type = None;

/// True in a worker of the extension; set once at its start.
static OWN_WORKER: AtomicBool = AtomicBool::new(false);
static LOG_OBSERVER: OnceLock<fn(LogLine<'_>) -> bool> = OnceLock::new();

/// Puts both hooks in place; in `_PG_init`. `observer` sees what workers of the extension log, and says
/// whether it goes to the log; it must neither raise nor log.
pub(crate) fn install(observer: fn(LogLine<'_>) -> bool) {
    let _ = LOG_OBSERVER.set(observer);
    // SAFETY: hook variables belong to whoever loads at this moment.
    unsafe {
        PREVIOUS_UTILITY = pg_sys::ProcessUtility_hook;
        pg_sys::ProcessUtility_hook = Some(process_utility);
        PREVIOUS_LOG = pg_sys::emit_log_hook;
        pg_sys::emit_log_hook = Some(emit_log);
    }
}

/// Adds a watcher; in `_PG_init`.
pub(crate) fn watch_utility(watcher: &'static UtilityWatcher) {
    // SAFETY: one thread; the list is not being walked during `_PG_init`.
    unsafe { (*WATCHERS.0.get()).push(watcher) }
}

/// Tells the log hook that this process is a worker of the extension.
pub(crate) fn this_is_a_worker() {
    OWN_WORKER.store(true, Ordering::Relaxed);
}

/// Whether this process is a worker of the extension.
pub(crate) fn is_worker() -> bool {
    OWN_WORKER.load(Ordering::Relaxed)
}

unsafe extern "C-unwind" {
    fn standard_ProcessUtility(
        statement: *mut pg_sys::PlannedStmt,
        text: *const c_char,
        read_only: bool,
        context: pg_sys::ProcessUtilityContext::Type,
        parameters: pg_sys::ParamListInfo,
        environment: *mut pg_sys::QueryEnvironment,
        destination: *mut pg_sys::DestReceiver,
        completion: *mut pg_sys::QueryCompletion,
    );
    fn pfree(pointer: *mut std::ffi::c_void);
    fn MemoryContextAlloc(context: pg_sys::MemoryContext, size: usize) -> *mut std::ffi::c_void;
}

/// Not guarded on purpose: see the module's head.
#[allow(clippy::too_many_arguments, reason = "the server's signature")]
unsafe extern "C-unwind" fn process_utility(
    statement: *mut pg_sys::PlannedStmt,
    text: *const c_char,
    read_only: bool,
    context: pg_sys::ProcessUtilityContext::Type,
    parameters: pg_sys::ParamListInfo,
    environment: *mut pg_sys::QueryEnvironment,
    destination: *mut pg_sys::DestReceiver,
    completion: *mut pg_sys::QueryCompletion,
) {
    let call = Call {
        statement,
        text,
        read_only,
        context,
        parameters,
        environment,
        destination,
        completion,
    };
    // SAFETY: all arguments are handed on as they came; the statement outlives the call.
    unsafe {
        if !is_harmless((*statement).utilityStmt) {
            read_only::restrict();
        }
        if ddl_watch::concerns_us(&call) {
            ddl_watch::run(&call, run);
        } else {
            run(&call);
        }
    }
}

/// Runs a statement, with those around it who watch.
unsafe fn run(call: &Call) {
    // SAFETY: the arguments of the hook; see above.
    unsafe {
        let statement = call.statement;
        let watched = is_watched((*statement).utilityStmt);
        if watched {
            tell((*statement).utilityStmt, false);
        }
        let alters = alter_table::concerns_us((*statement).utilityStmt);
        let altered = if alters { alter_table::prepare(statement) } else { statement };
        let next = PREVIOUS_UTILITY.unwrap_or(standard_ProcessUtility);
        next(
            altered,
            call.text,
            call.read_only,
            call.context,
            call.parameters,
            call.environment,
            call.destination,
            call.completion,
        );
        if alters {
            alter_table::conclude((*statement).utilityStmt);
        }
        if watched {
            tell((*statement).utilityStmt, true);
        }
    }
}

/// BEGIN, COMMIT, SET and the like: they write nothing by themselves. Some run in failed transactions,
/// and RESET ROLE may be the way back to somebody who may write.
unsafe fn is_harmless(node: *mut pg_sys::Node) -> bool {
    use pg_sys::NodeTag::{T_TransactionStmt, T_VariableSetStmt};
    // SAFETY: each node starts with its tag.
    unsafe { matches!((*node).type_, T_TransactionStmt | T_VariableSetStmt) }
}

/// Picks the statements by their node tag; costs nothing for all others.
unsafe fn is_watched(node: *mut pg_sys::Node) -> bool {
    use pg_sys::NodeTag as Tag;
    // SAFETY: each node starts with its tag and is of the struct that the tag names.
    unsafe {
        match (*node).type_ {
            Tag::T_DropdbStmt
            | Tag::T_CreatedbStmt
            | Tag::T_AlterDatabaseStmt
            | Tag::T_CreateExtensionStmt => true,
            Tag::T_RenameStmt => {
                (*node.cast::<pg_sys::RenameStmt>()).renameType
                    == pg_sys::ObjectType::OBJECT_DATABASE
            }
            Tag::T_DropStmt => {
                (*node.cast::<pg_sys::DropStmt>()).removeType
                    == pg_sys::ObjectType::OBJECT_EXTENSION
            }
            Tag::T_TransactionStmt => {
                (*node.cast::<pg_sys::TransactionStmt>()).kind
                    == pg_sys::TransactionStmtKind::TRANS_STMT_COMMIT_PREPARED
            }
            _ => false,
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn tell(node: *mut pg_sys::Node, after: bool) {
    // SAFETY: the node is the statement that runs; see is_watched.
    unsafe {
        for utility in describe(node) {
            for watcher in &*WATCHERS.0.get() {
                let call = if after { watcher.after } else { watcher.before };
                call(utility).or_raise();
            }
        }
    }
}

unsafe fn describe<'a>(node: *mut pg_sys::Node) -> Vec<Utility<'a>> {
    use pg_sys::NodeTag as Tag;
    // SAFETY: as in is_watched; strings of parse nodes are C strings that live as long as the node.
    unsafe {
        let text = |pointer: *const c_char| (!pointer.is_null()).then(|| CStr::from_ptr(pointer));
        let one = |utility: Option<Utility<'a>>| utility.into_iter().collect();
        match (*node).type_ {
            Tag::T_DropdbStmt => {
                let name = text((*node.cast::<pg_sys::DropdbStmt>()).dbname);
                one(name.map(|name| Utility::DropDatabase { name }))
            }
            Tag::T_CreatedbStmt => {
                let options = (*node.cast::<pg_sys::CreatedbStmt>()).options;
                let template = option(options, c"template");
                one(Some(Utility::CreateDatabase { template }))
            }
            Tag::T_AlterDatabaseStmt => {
                let statement = &*node.cast::<pg_sys::AlterDatabaseStmt>();
                let moves = option(statement.options, c"tablespace").is_some();
                let name = text(statement.dbname).filter(|_| moves);
                one(name.map(|name| Utility::MoveDatabase { name }))
            }
            Tag::T_RenameStmt => {
                let name = text((*node.cast::<pg_sys::RenameStmt>()).subname);
                one(name.map(|name| Utility::MoveDatabase { name }))
            }
            Tag::T_CreateExtensionStmt => {
                let name = text((*node.cast::<pg_sys::CreateExtensionStmt>()).extname);
                one(name.map(|name| Utility::CreateExtension { name }))
            }
            Tag::T_DropStmt => elements((*node.cast::<pg_sys::DropStmt>()).objects)
                .filter_map(|object: *mut pg_sys::String| text((*object).sval))
                .map(|name| Utility::DropExtension { name })
                .collect(),
            Tag::T_TransactionStmt => one(Some(Utility::CommitPrepared)),
            _ => Vec::new(),
        }
    }
}

/// The text of an option `name = text` of a statement.
unsafe fn option<'a>(options: *mut pg_sys::List, name: &CStr) -> Option<&'a CStr> {
    // SAFETY: the list holds DefElem nodes; an argument that is a string node holds a C string.
    unsafe {
        for element in elements::<pg_sys::DefElem>(options) {
            let element = &*element;
            let argument = element.arg;
            if CStr::from_ptr(element.defname) == name
                && !argument.is_null()
                && (*argument).type_ == pg_sys::NodeTag::T_String
            {
                return Some(CStr::from_ptr((*argument.cast::<pg_sys::String>()).sval));
            }
        }
        None
    }
}

/// Masks passwords, and lets the observer look, before the server writes the message anywhere.
///
/// Not guarded on purpose. Only messages of our workers and those that speak of spock are looked at.
unsafe extern "C-unwind" fn emit_log(data: *mut pg_sys::ErrorData) {
    // SAFETY: the server hands over the message it is about to write.
    unsafe {
        let own = OWN_WORKER.load(Ordering::Relaxed);
        if own || speaks_of_spock(data) {
            // A panic here must not unwind into the server's error machinery.
            let _ = catch_unwind(AssertUnwindSafe(|| look_at(data, own)));
        }
        if let Some(previous) = PREVIOUS_LOG {
            previous(data);
        }
    }
}

/// What the functions that take connection strings are called; messages of other sessions that name
/// none of these are none of our business.
const OURS: [&[u8]; 4] = [b"spock", b"sub_create", b"node_create", b"node_add_interface"];

/// Whether a text names one of `words`, in any case.
fn names(text: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

unsafe fn speaks_of_spock(data: *mut pg_sys::ErrorData) -> bool {
    // SAFETY: texts of a message are C strings or null, and so is the statement being run.
    unsafe {
        let has =
            |text: *const c_char| !text.is_null() && names(CStr::from_ptr(text).to_bytes(), &OURS);
        has((*data).message) || has((*data).detail) || has(pg_sys::debug_query_string)
    }
}

unsafe fn look_at(data: *mut pg_sys::ErrorData, own: bool) {
    // SAFETY: fields are replaced by copies in the message's own memory context.
    unsafe {
        let context = (*data).assoc_context;
        for field in [
            &raw mut (*data).message,
            &raw mut (*data).detail,
            &raw mut (*data).detail_log,
            &raw mut (*data).hint,
            &raw mut (*data).context,
            &raw mut (*data).internalquery,
        ] {
            mask_field(field, context);
        }
        let statement = pg_sys::debug_query_string;
        if !statement.is_null() && !(*data).hide_stmt {
            let statement = CStr::from_ptr(statement);
            // A call with a connection string whose keyword for the password is misspelt shows
            // nothing that could be masked.
            (*data).hide_stmt = names(statement.to_bytes(), &OURS[1..])
                || matches!(mask(&statement.to_string_lossy()), std::borrow::Cow::Owned(_));
        }
        if own && let Some(observer) = LOG_OBSERVER.get() {
            let message = if (*data).message.is_null() {
                std::borrow::Cow::Borrowed("")
            } else {
                CStr::from_ptr((*data).message).to_string_lossy()
            };
            let level = u32::try_from((*data).elevel).unwrap_or(0);
            let line = LogLine {
                is_error: level >= pg_sys::PGERROR,
                is_fatal: level >= pg_sys::FATAL,
                sqlstate: &sqlstate_text((*data).sqlerrcode),
                message: &message,
            };
            if !observer(line) {
                (*data).output_to_server = false;
            }
        }
    }
}

unsafe fn mask_field(field: *mut *mut c_char, context: pg_sys::MemoryContext) {
    // SAFETY: the field is null or a palloc'ed C string of the message; the copy has room for the
    // masked text and its end.
    unsafe {
        if (*field).is_null() || context.is_null() {
            return;
        }
        let text = CStr::from_ptr(*field).to_string_lossy();
        let masked = match mask(&text) {
            std::borrow::Cow::Borrowed(_) => return,
            std::borrow::Cow::Owned(masked) => masked,
        };
        let copy = MemoryContextAlloc(context, masked.len() + 1).cast::<u8>();
        copy.copy_from_nonoverlapping(masked.as_ptr(), masked.len());
        copy.add(masked.len()).write(0);
        let old = *field;
        *field = copy.cast();
        pfree(old.cast());
    }
}
