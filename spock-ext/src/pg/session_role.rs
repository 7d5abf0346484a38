//! `SESSION_USER` where a statement names a role: another node has another session (`nodes/parsenodes.h`).
//!
//! The word stands in expressions, too, in which it means whoever asks later; only the places of roles are
//! looked for, in the tree. `CURRENT_USER` and `CURRENT_ROLE` need nothing: a subscriber runs the statement as the
//! role that ran it here.

use std::borrow::Cow;
use std::ffi::CStr;

use pgrx::pg_sys;
use pgrx::pg_sys::NodeTag as Tag;

use super::utility::elements;

const WORD: &[u8] = b"session_user";

/// The part of a text in which a statement stands, with the session's role in the places of roles.
///
/// # Safety
/// `node` is the tree of the statement, read from `whole`, of which `part` is a piece.
pub(super) unsafe fn resolved<'a>(
    node: *mut pg_sys::Node,
    whole: &CStr,
    part: &'a [u8],
) -> Cow<'a, [u8]> {
    // SAFETY: the caller's promise.
    let mut places = unsafe { places(node) };
    if places.is_empty() {
        return Cow::Borrowed(part);
    }
    places.sort_unstable();
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    // SAFETY: guarded look-ups; both names are copies in the current memory context.
    let name = unsafe {
        let name = pg_sys::GetUserNameFromId(pg_sys::GetSessionUserId(), false);
        CStr::from_ptr(pg_sys::quote_identifier(name)).to_bytes()
    };
    let mut text = Vec::with_capacity(part.len());
    let mut copied = 0;
    for place in places {
        let Some(at) = usize::try_from(place).ok().and_then(|place| place.checked_sub(start))
        else {
            continue;
        };
        let end = at + WORD.len();
        if at < copied || !part.get(at..end).is_some_and(|word| word.eq_ignore_ascii_case(WORD)) {
            continue;
        }
        text.extend_from_slice(&part[copied..at]);
        text.extend_from_slice(name);
        copied = end;
    }
    text.extend_from_slice(&part[copied..]);
    Cow::Owned(text)
}

/// Where the statement names the session's role.
unsafe fn places(node: *mut pg_sys::Node) -> Vec<i32> {
    let mut found = Vec::new();
    // SAFETY: each node is of the struct that its tag names; lists of roles hold RoleSpec nodes.
    unsafe {
        match (*node).type_ {
            Tag::T_AlterOwnerStmt => {
                note((*node.cast::<pg_sys::AlterOwnerStmt>()).newowner, &mut found);
            }
            Tag::T_AlterTableStmt => {
                let commands = (*node.cast::<pg_sys::AlterTableStmt>()).cmds;
                for command in elements::<pg_sys::AlterTableCmd>(commands) {
                    note((*command).newowner, &mut found);
                }
            }
            Tag::T_CreateSchemaStmt => {
                let statement = &*node.cast::<pg_sys::CreateSchemaStmt>();
                note(statement.authrole, &mut found);
                for element in elements::<pg_sys::Node>(statement.schemaElts) {
                    found.extend(places(element));
                }
            }
            Tag::T_GrantStmt => grant(node.cast(), &mut found),
            Tag::T_GrantRoleStmt => {
                let statement = &*node.cast::<pg_sys::GrantRoleStmt>();
                note_all(statement.grantee_roles, &mut found);
                note(statement.grantor, &mut found);
            }
            Tag::T_AlterDefaultPrivilegesStmt => {
                let statement = &*node.cast::<pg_sys::AlterDefaultPrivilegesStmt>();
                options(statement.options, &[c"roles"], &mut found);
                if !statement.action.is_null() {
                    grant(statement.action, &mut found);
                }
            }
            Tag::T_CreatePolicyStmt => {
                note_all((*node.cast::<pg_sys::CreatePolicyStmt>()).roles, &mut found);
            }
            Tag::T_AlterPolicyStmt => {
                note_all((*node.cast::<pg_sys::AlterPolicyStmt>()).roles, &mut found);
            }
            Tag::T_CreateUserMappingStmt => {
                note((*node.cast::<pg_sys::CreateUserMappingStmt>()).user, &mut found);
            }
            Tag::T_AlterUserMappingStmt => {
                note((*node.cast::<pg_sys::AlterUserMappingStmt>()).user, &mut found);
            }
            Tag::T_DropUserMappingStmt => {
                note((*node.cast::<pg_sys::DropUserMappingStmt>()).user, &mut found);
            }
            Tag::T_CreateRoleStmt => {
                let names = [c"addroleto", c"rolemembers", c"adminmembers"];
                options((*node.cast::<pg_sys::CreateRoleStmt>()).options, &names, &mut found);
            }
            Tag::T_AlterRoleStmt => {
                let statement = &*node.cast::<pg_sys::AlterRoleStmt>();
                note(statement.role, &mut found);
                options(statement.options, &[c"rolemembers"], &mut found);
            }
            Tag::T_AlterRoleSetStmt => {
                note((*node.cast::<pg_sys::AlterRoleSetStmt>()).role, &mut found);
            }
            Tag::T_DropOwnedStmt => {
                note_all((*node.cast::<pg_sys::DropOwnedStmt>()).roles, &mut found);
            }
            Tag::T_ReassignOwnedStmt => {
                let statement = &*node.cast::<pg_sys::ReassignOwnedStmt>();
                note_all(statement.roles, &mut found);
                note(statement.newrole, &mut found);
            }
            _ => {}
        }
    }
    found
}

unsafe fn grant(statement: *mut pg_sys::GrantStmt, found: &mut Vec<i32>) {
    // SAFETY: the caller's promise.
    unsafe {
        note_all((*statement).grantees, found);
        note((*statement).grantor, found);
    }
}

/// The roles in options of these names.
unsafe fn options(list: *mut pg_sys::List, names: &[&CStr], found: &mut Vec<i32>) {
    // SAFETY: the list holds DefElem nodes; those of these names hold lists of RoleSpec nodes.
    unsafe {
        for option in elements::<pg_sys::DefElem>(list) {
            if names.contains(&CStr::from_ptr((*option).defname)) && !(*option).arg.is_null() {
                note_all((*option).arg.cast(), found);
            }
        }
    }
}

unsafe fn note_all(roles: *mut pg_sys::List, found: &mut Vec<i32>) {
    // SAFETY: the list holds RoleSpec nodes.
    unsafe { elements::<pg_sys::RoleSpec>(roles).for_each(|role| note(role, found)) }
}

unsafe fn note(role: *mut pg_sys::RoleSpec, found: &mut Vec<i32>) {
    // SAFETY: null, or a RoleSpec node.
    unsafe {
        if !role.is_null()
            && (*role).type_ == Tag::T_RoleSpec
            && (*role).roletype == pg_sys::RoleSpecType::ROLESPEC_SESSION_USER
        {
            found.push((*role).location);
        }
    }
}
