//! Statements that define objects, on their way to the server, and what they touch
//! (`tcop/utility.h`, `catalog/objectaccess.h`).
//!
//! A [`Watcher`] hears of such a statement before and after it ran, and of a table that `CREATE TABLE AS`
//! makes before its rows come. Statements can be inside of others, as in event triggers: each has a frame of
//! its own on a stack, which is left on every way out.
//!
//! **Invariant**: the server runs the statement under [`error::finally`] with nothing on the stack that has
//! a destructor, so its ERROR passes through with every field.

use std::cell::UnsafeCell;
use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

use pgrx::pg_sys;

use super::encoding::from_server;
use super::error::{self, OrRaise, SpockError};
use super::named_relations::{self, Named};
use super::session_role;
use super::touched::{Object, Touched};
use super::transaction;
use super::utility::{self, Kind};

/// A statement that defines objects.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    /// As the server calls it: `CREATE TABLE`.
    pub(crate) tag: String,
    /// As it was written, with the name of a role that is the session's.
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// The relations that it names, of those kinds of statements that name one.
    pub(crate) relations: Vec<Named>,
    /// It is run by a function, a DO block or the script of an extension.
    pub(crate) in_function: bool,
}

/// Who wants to know.
pub(crate) struct Watcher {
    /// Whether anybody does at the moment; asked for each such statement, and cheap.
    pub(crate) is_on: fn() -> bool,
    /// Before the statement; an error refuses it. Whether [`after`](Self::after) wants to know of it.
    pub(crate) before: fn(&Definition) -> Result<bool, SpockError>,
    /// `CREATE TABLE AS` has made its table, which is still empty.
    pub(crate) table_made: fn(&Definition, u32) -> Result<(), SpockError>,
    /// Whether a statement that may rewrite a table is only tried at first.
    pub(crate) is_tried: fn() -> bool,
    /// It is about to write all rows of a table anew, with its own transaction id; an error refuses that.
    pub(crate) rewrites: fn(&Definition, u32) -> Result<(), SpockError>,
    /// Whether a statement that was tried, and failed, is to be run again.
    pub(crate) wants_another_try: fn() -> bool,
    /// When its failed try was rolled back.
    pub(crate) before_another_try: fn() -> Result<(), SpockError>,
    /// After it succeeded.
    pub(crate) after: fn(&Definition, &Touched) -> Result<(), SpockError>,
    /// The statement is over, however it ended.
    pub(crate) left: fn(),
}

/// The arguments of the hook.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) statement: *mut pg_sys::PlannedStmt,
    pub(super) text: *const c_char,
    pub(super) read_only: bool,
    pub(super) context: pg_sys::ProcessUtilityContext::Type,
    pub(super) parameters: pg_sys::ParamListInfo,
    pub(super) environment: *mut pg_sys::QueryEnvironment,
    pub(super) destination: *mut pg_sys::DestReceiver,
    pub(super) completion: *mut pg_sys::QueryCompletion,
}

/// A statement that runs.
struct Frame {
    definition: Definition,
    /// The watcher wants to hear of its end.
    is_wanted: bool,
    created: Vec<Object>,
    altered: Vec<Object>,
    touched: Touched,
}

struct Frames(UnsafeCell<Vec<Frame>>);
// SAFETY: backends have one thread.
unsafe impl Sync for Frames {}
static FRAMES: Frames = Frames(UnsafeCell::new(Vec::new()));

static WATCHER: OnceLock<&'static Watcher> = OnceLock::new();

/// Who wants to know; in `_PG_init`.
pub(crate) fn register(watcher: &'static Watcher) {
    let _already = WATCHER.set(watcher);
}

/// Whether a statement is to be run by [`run`].
///
/// # Safety
/// The arguments of the hook.
#[inline]
pub(super) unsafe fn concerns_us(call: &Call) -> bool {
    use pg_sys::ProcessUtilityContext::PROCESS_UTILITY_SUBCOMMAND;
    // SAFETY: the statement holds a node.
    unsafe {
        call.context != PROCESS_UTILITY_SUBCOMMAND
            && WATCHER.get().is_some_and(|watcher| (watcher.is_on)())
            && !pg_sys::creating_extension
            && utility::is_ddl((*call.statement).utilityStmt)
    }
}

/// Runs a statement and tells the watcher of it.
///
/// # Safety
/// The arguments of the hook; `next` runs the statement.
pub(super) unsafe fn run(call: &Call, next: unsafe fn(&Call)) {
    // SAFETY: the caller's promise. What is between the two owns nothing.
    unsafe {
        begin(call);
        error::finally(
            &mut || {
                if is_tried() {
                    run_again_and_again(call, next);
                } else {
                    next(call);
                }
                conclude();
            },
            &mut || leave(),
        );
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn is_tried() -> bool {
    let (Some(watcher), Some(frame)) = (WATCHER.get(), top()) else { return false };
    frame.definition.kind == Kind::AlterTable && (watcher.is_tried)()
}

/// Runs a statement in a subtransaction, until it succeeds or fails in a way that is not the watcher's.
unsafe fn run_again_and_again(call: &Call, next: unsafe fn(&Call)) {
    // The server leaves a tree alone that it is told not to write to.
    let call = Call { read_only: true, ..*call };
    // SAFETY: the caller's promise; nothing on this frame has a destructor.
    unsafe {
        while !transaction::try_in_subtransaction(&mut || next(&call), &mut wants_another_try) {
            before_another_try();
        }
    }
}

fn wants_another_try() -> bool {
    WATCHER.get().is_some_and(|watcher| (watcher.wants_another_try)())
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn before_another_try() {
    let (Some(watcher), Some(frame)) = (WATCHER.get(), top()) else { return };
    frame.created.clear();
    frame.altered.clear();
    frame.touched = Touched::default();
    (watcher.before_another_try)().or_raise();
}

/// The frame of the statement that runs.
fn top() -> Option<&'static mut Frame> {
    // SAFETY: one thread; no caller keeps it while frames come or go.
    unsafe { (*FRAMES.0.get()).last_mut() }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn begin(call: *const Call) {
    // SAFETY: the arguments of the hook live as long as the call.
    unsafe {
        let Some(watcher) = WATCHER.get() else { return };
        let definition = describe(&*call);
        let is_wanted = (watcher.before)(&definition).or_raise();
        (*FRAMES.0.get()).push(Frame {
            definition,
            is_wanted,
            created: Vec::new(),
            altered: Vec::new(),
            touched: Touched::default(),
        });
    }
}

unsafe fn describe(call: &Call) -> Definition {
    // SAFETY: as above; the text is a C string.
    unsafe {
        let (statement, node) = (call.statement, (*call.statement).utilityStmt);
        let has_parameters = !call.parameters.is_null() && (*call.parameters).numParams > 0;
        let whole = std::ffi::CStr::from_ptr(call.text);
        let (from, length) = ((*statement).stmt_location, (*statement).stmt_len);
        let part = utility::part_of(whole.to_bytes(), from, length);
        let part = session_role::resolved(node, whole, part);
        let part = std::ffi::CString::new(&*part).unwrap_or_default();
        Definition {
            tag: utility::tag(node),
            text: from_server(part.as_ptr()),
            kind: utility::kind(node, has_parameters),
            relations: named_relations::of(node),
            in_function: call.context != pg_sys::ProcessUtilityContext::PROCESS_UTILITY_TOPLEVEL,
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn conclude() {
    let Some(watcher) = WATCHER.get() else { return };
    let Some(frame) = top().filter(|frame| frame.is_wanted) else { return };
    let created = std::mem::take(&mut frame.created);
    let altered = std::mem::take(&mut frame.altered);
    let mut touched = std::mem::take(&mut frame.touched);
    let definition = frame.definition.clone();
    // SAFETY: guarded look-ups in a transaction, after the statement's changes became visible.
    unsafe {
        pg_sys::CommandCounterIncrement();
        for object in &created {
            touched.note(*object);
            touched.note_new_constraint(*object);
            if object.class == pg_sys::RelationRelationId {
                touched.note_new_relation(object.oid);
            }
        }
        for object in altered {
            touched.note(object);
            if object.class == pg_sys::RelationRelationId && !created.contains(&object) {
                touched.note_altered(object.oid);
            }
        }
        for named in &definition.relations {
            touched.note_altered(pg_sys::Oid::from(named.relation));
        }
    }
    touched.altered_tables.retain(|table| !touched.new_tables.contains(table));
    (watcher.after)(&definition, &touched).or_raise();
}

/// Leaves the frame; raises nothing.
fn leave() {
    // SAFETY: one thread; the frame was pushed by `begin`.
    unsafe { (*FRAMES.0.get()).pop() };
    if let Some(watcher) = WATCHER.get() {
        (watcher.left)();
    }
}

/// An object was made, altered or is being dropped: called by [`super::object_access`].
///
/// # Safety
/// The arguments of the hook.
pub(super) unsafe fn touched(
    access: pg_sys::ObjectAccessType::Type,
    class: pg_sys::Oid,
    object: pg_sys::Oid,
    part: c_int,
    argument: *mut c_void,
) {
    use pg_sys::ObjectAccessType::{OAT_DROP, OAT_POST_CREATE};
    // SAFETY: the caller's promise.
    unsafe {
        let Some(frame) = top() else { return };
        let object = Object { class, oid: object };
        if access == OAT_POST_CREATE
            && class == pg_sys::RelationRelationId
            && part == 0
            && is_internal(argument)
            && frame.definition.kind != Kind::Cluster
        {
            internal_relation_made(object.oid);
        }
        if !frame.is_wanted {
            return;
        }
        match access {
            OAT_POST_CREATE if part == 0 => note_created(object),
            OAT_DROP => note_dropped(object, part),
            _ => note_altered(object),
        }
    }
}

/// Whether the server makes a relation for its own use.
unsafe fn is_internal(argument: *mut c_void) -> bool {
    // SAFETY: what the server hands over with a new object.
    unsafe { argument.cast::<pg_sys::ObjectAccessPostCreate>().as_ref() }
        .is_some_and(|created| created.is_internal)
}

/// A rewrite begins with a new place for the rows: a relation that says whose it will be.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn internal_relation_made(relation: pg_sys::Oid) {
    let (Some(watcher), Some(frame)) = (WATCHER.get(), top()) else { return };
    // SAFETY: the rows of the catalogs that describe the relation are written; the server itself makes them
    // visible as its next step. Guarded look-ups.
    let table = unsafe {
        pg_sys::CommandCounterIncrement();
        let table = rewritten(relation);
        if table == pg_sys::InvalidOid
            || pg_sys::get_rel_relkind(table) as u8 != pg_sys::RELKIND_RELATION
            || named_relations::persistence(table) == pg_sys::RELPERSISTENCE_TEMP
            || is_new(table)
        {
            return;
        }
        table
    };
    let definition = frame.definition.clone();
    (watcher.rewrites)(&definition, table.to_u32()).or_raise();
}

/// The relation that will have the rows of this one.
unsafe fn rewritten(relation: pg_sys::Oid) -> pg_sys::Oid {
    // SAFETY: a guarded look-up; the row is read before it is released.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::RELOID as c_int;
        let tuple = pg_sys::SearchSysCache1(cache, pg_sys::Datum::from(relation));
        if tuple.is_null() {
            return pg_sys::InvalidOid;
        }
        let table = (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_class>()).relrewrite;
        pg_sys::ReleaseSysCache(tuple);
        table
    }
}

/// Whether a relation was made in this transaction: nobody else has seen it.
unsafe fn is_new(relation: pg_sys::Oid) -> bool {
    // SAFETY: the statement has the relation locked; the reference is given back at once.
    unsafe {
        let opened = pg_sys::RelationIdGetRelation(relation);
        if opened.is_null() {
            return false;
        }
        let is_new = (*opened).rd_createSubid != 0;
        pg_sys::RelationClose(opened);
        is_new
    }
}

fn note_altered(object: Object) {
    if let Some(frame) = top()
        && !frame.altered.contains(&object)
    {
        frame.altered.push(object);
    }
}

unsafe fn note_created(object: Object) {
    let Some(frame) = top() else { return };
    frame.created.push(object);
    let makes_table = matches!(frame.definition.kind, Kind::TableAs { .. })
        && object.class == pg_sys::RelationRelationId
        && frame.created.iter().filter(|other| other.class == object.class).count() == 1;
    if makes_table {
        // SAFETY: inside the statement's transaction.
        unsafe { table_made(object.oid) }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn table_made(table: pg_sys::Oid) {
    let (Some(watcher), Some(frame)) = (WATCHER.get(), top()) else { return };
    let definition = frame.definition.clone();
    // SAFETY: the rows of the catalogs that describe the table are written; the server itself makes them
    // visible as its next step.
    let is_table = unsafe {
        pg_sys::CommandCounterIncrement();
        pg_sys::get_rel_relkind(table) as u8 == pg_sys::RELKIND_RELATION
            && named_relations::persistence(table) != pg_sys::RELPERSISTENCE_TEMP
    };
    if is_table {
        (watcher.table_made)(&definition, table.to_u32()).or_raise();
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn note_dropped(object: Object, part: c_int) {
    let Some(frame) = top() else { return };
    // SAFETY: guarded look-ups; the object is there until the hook returns.
    unsafe {
        if object.class == pg_sys::RelationRelationId {
            if part != 0 {
                note_altered(object);
                return;
            }
            if pg_sys::get_rel_relkind(object.oid) as u8 == pg_sys::RELKIND_INDEX {
                let oid = pg_sys::IndexGetRelation(object.oid, true);
                note_altered(Object { class: object.class, oid });
            }
        }
        frame.touched.note(object);
    }
}
