//! ALTER TABLE on its way to the server: column options of ours are taken out.
//!
//! The server refuses column options that it does not know. Those of a [`Party`] are left out of a copy
//! of the statement, which the server then runs: it looks up the table and the column, checks rights and
//! takes locks, also when nothing is left to be set. Afterwards the party is told what the original said.
//! It also hears of statements that change what columns with such options rely on, and refuses them by an
//! error, which rolls the statement back.
//!
//! **Invariant**: nothing with a destructor stands on a frame while the server runs the statement, whose
//! ERROR passes through untouched.

use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

use pgrx::pg_sys;
use pgrx::pg_sys::AlterTableType as Kind;

use super::encoding::from_server;
use super::error::{OrRaise, SpockError};
use super::utility::elements;

/// What a statement says of one of our options of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnOption {
    pub(crate) column: String,
    /// Name of the option.
    pub(crate) name: String,
    /// Its value; none for RESET.
    pub(crate) value: Option<String>,
}

/// Who the options belong to.
pub(crate) struct Party {
    /// Names of the options.
    pub(crate) options: &'static [&'static CStr],
    /// After a statement that set options of columns (these are ours), or changed a column's type, its
    /// NOT NULL, or the replica identity.
    pub(crate) after: fn(relation: u32, options: Vec<ColumnOption>) -> Result<(), SpockError>,
}

static PARTY: OnceLock<&'static Party> = OnceLock::new();

/// Says who owns the options; in `_PG_init`.
pub(crate) fn register(party: &'static Party) {
    let _already = PARTY.set(party);
}

/// Whether a statement needs [`prepare`] and [`conclude`].
///
/// # Safety
/// `node` is the parse tree of a utility statement.
pub(super) unsafe fn concerns_us(node: *mut pg_sys::Node) -> bool {
    // SAFETY: each node starts with its tag and is of the struct that the tag names.
    unsafe {
        if (*node).type_ != pg_sys::NodeTag::T_AlterTableStmt {
            return false;
        }
        let commands = (*node.cast::<pg_sys::AlterTableStmt>()).cmds;
        let count = if commands.is_null() { 0 } else { (*commands).length };
        (0..count as usize).any(|index| {
            let command: *mut pg_sys::AlterTableCmd =
                (*(*commands).elements.add(index)).ptr_value.cast();
            matches!(
                (*command).subtype,
                Kind::AT_SetOptions
                    | Kind::AT_ResetOptions
                    | Kind::AT_ReplicaIdentity
                    | Kind::AT_DropNotNull
                    | Kind::AT_AlterColumnType
                    | Kind::AT_SetUnLogged
            )
        })
    }
}

/// The statement as the server is to run it: the same, or a copy without options of ours.
///
/// # Safety
/// `statement` holds a node that [`concerns_us`].
#[pgrx::pg_guard]
pub(super) unsafe extern "C-unwind" fn prepare(
    statement: *mut pg_sys::PlannedStmt,
) -> *mut pg_sys::PlannedStmt {
    // SAFETY: the caller's promise; the copy lives in the current memory context, as the original.
    unsafe {
        let Some(party) = PARTY.get() else { return statement };
        let alter = (*statement).utilityStmt.cast::<pg_sys::AlterTableStmt>();
        if options(alter, party).is_empty() {
            return statement;
        }
        let copy: *mut pg_sys::PlannedStmt = pg_sys::copyObjectImpl(statement.cast()).cast();
        let alter = (*copy).utilityStmt.cast::<pg_sys::AlterTableStmt>();
        for command in commands(alter) {
            if sets_options(command) {
                let list: *mut pg_sys::List = (*command).def.cast();
                let ours: Vec<_> = elements(list)
                    .filter(|option: &*mut pg_sys::DefElem| is_ours(*option, party))
                    .collect();
                let rest = ours
                    .into_iter()
                    .fold(list, |list, option| pg_sys::list_delete_ptr(list, option.cast()));
                (*command).def = rest.cast();
            }
        }
        copy
    }
}

/// After the statement: tells the party of its options.
///
/// # Safety
/// `node` is the original that [`prepare`] was given.
#[pgrx::pg_guard]
pub(super) unsafe extern "C-unwind" fn conclude(node: *mut pg_sys::Node) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(party) = PARTY.get() else { return };
        let alter = node.cast::<pg_sys::AlterTableStmt>();
        // No table: IF EXISTS was said.
        if let Some(relation) = relation_of(alter) {
            (party.after)(relation, options(alter, party)).or_raise();
        }
    }
}

/// The table that a statement names, if it is there.
unsafe fn relation_of(alter: *mut pg_sys::AlterTableStmt) -> Option<u32> {
    // SAFETY: a guarded call; the statement names a relation.
    let oid = unsafe {
        pg_sys::RangeVarGetRelidExtended(
            (*alter).relation,
            pg_sys::NoLock as i32,
            pg_sys::RVROption::RVR_MISSING_OK,
            None,
            std::ptr::null_mut(),
        )
    };
    (oid != pg_sys::InvalidOid).then(|| oid.to_u32())
}

unsafe fn commands(
    alter: *mut pg_sys::AlterTableStmt,
) -> impl Iterator<Item = *mut pg_sys::AlterTableCmd> {
    // SAFETY: the list holds commands.
    unsafe { elements((*alter).cmds) }
}

unsafe fn sets_options(command: *mut pg_sys::AlterTableCmd) -> bool {
    // SAFETY: a command of the statement.
    matches!(unsafe { (*command).subtype }, Kind::AT_SetOptions | Kind::AT_ResetOptions)
}

unsafe fn is_ours(option: *mut pg_sys::DefElem, party: &Party) -> bool {
    // SAFETY: an option has a name; one with a namespace is somebody else's.
    unsafe {
        (*option).defnamespace.is_null()
            && party.options.contains(&CStr::from_ptr((*option).defname))
    }
}

unsafe fn text(pointer: *const c_char) -> String {
    // SAFETY: a C string of the parse tree, or null.
    unsafe { if pointer.is_null() { String::new() } else { from_server(pointer) } }
}

unsafe fn options(alter: *mut pg_sys::AlterTableStmt, party: &Party) -> Vec<ColumnOption> {
    let mut found = Vec::new();
    // SAFETY: commands that set options name a column and hold a list of options.
    unsafe {
        for command in commands(alter).filter(|command| sets_options(*command)) {
            for option in elements((*command).def.cast()).filter(|option| is_ours(*option, party)) {
                let value = ((*command).subtype == Kind::AT_SetOptions).then(|| {
                    // As the server has it: an option without value is true.
                    if (*option).arg.is_null() {
                        "true".to_owned()
                    } else {
                        text(pg_sys::defGetString(option))
                    }
                });
                found.push(ColumnOption {
                    column: text((*command).name),
                    name: text((*option).defname),
                    value,
                });
            }
        }
    }
    found
}
