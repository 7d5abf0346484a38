//! What a row filter may consist of.

use std::ffi::c_void;

use pgrx::pg_sys;
use pgrx::pg_sys::NodeTag as Tag;

use crate::pg::compat;

/// What is left when everything else is refused.
pub(super) const ALLOWED: &str =
    "Columns, constants, built-in operators and built-in immutable functions are allowed.";

/// Objects that users create have numbers from here on (`FirstNormalObjectId`).
const FIRST_OF_USERS: u32 = 16_384;

struct Objection(Option<&'static str>);

/// Why an analyzed expression cannot be a row filter, as a sentence.
///
/// # Safety
/// `node` is an analyzed expression.
pub(super) unsafe fn objection(node: *mut pg_sys::Node) -> Option<&'static str> {
    let mut objection = Objection(None);
    // SAFETY: as the caller promises; the context is this function's own.
    unsafe { look(node, (&raw mut objection).cast()) };
    objection.0
}

/// Looks at one node, and goes on to those below; true ends the walk.
unsafe extern "C-unwind" fn look(node: *mut pg_sys::Node, context: *mut c_void) -> bool {
    if node.is_null() {
        return false;
    }
    // SAFETY: the walk gives nodes of an expression and hands the context on.
    unsafe {
        let reason = of_node(node).or_else(|| of_functions(node)).or_else(|| of_types(node));
        if reason.is_some() {
            (*context.cast::<Objection>()).0 = reason;
            return true;
        }
        compat::expression_tree_walker(node, Some(look), context)
    }
}

unsafe fn of_node(node: *mut pg_sys::Node) -> Option<&'static str> {
    // SAFETY: a node is of the struct that its tag names.
    unsafe {
        match (*node).type_ {
            Tag::T_Var => match (*node.cast::<pg_sys::Var>()).varattno {
                ..0 => Some("System columns are not allowed."),
                0 => Some("Whole-row references are not allowed."),
                1.. => None,
            },
            Tag::T_OpExpr | Tag::T_DistinctExpr | Tag::T_NullIfExpr => {
                of_operator((*node.cast::<pg_sys::OpExpr>()).opno)
            }
            Tag::T_ScalarArrayOpExpr => {
                of_operator((*node.cast::<pg_sys::ScalarArrayOpExpr>()).opno)
            }
            Tag::T_List
            | Tag::T_Const
            | Tag::T_FuncExpr
            | Tag::T_BoolExpr
            | Tag::T_RelabelType
            | Tag::T_CoerceViaIO
            | Tag::T_CollateExpr
            | Tag::T_CaseExpr
            | Tag::T_CaseTestExpr
            | Tag::T_ArrayExpr
            | Tag::T_RowExpr
            | Tag::T_RowCompareExpr
            | Tag::T_CoalesceExpr
            | Tag::T_MinMaxExpr
            | Tag::T_NullTest
            | Tag::T_BooleanTest
            | Tag::T_SubscriptingRef => None,
            Tag::T_SubLink => Some("Subqueries are not allowed."),
            Tag::T_SQLValueFunction | Tag::T_NextValueExpr => {
                Some("Functions that are not immutable are not allowed.")
            }
            _ => Some("It contains something that is not allowed."),
        }
    }
}

fn of_operator(operator: pg_sys::Oid) -> Option<&'static str> {
    (operator.to_u32() >= FIRST_OF_USERS).then_some("Operators made by users are not allowed.")
}

unsafe fn of_functions(node: *mut pg_sys::Node) -> Option<&'static str> {
    let mut objection = Objection(None);
    // SAFETY: a guarded call, which hands the context on.
    unsafe {
        pg_sys::check_functions_in_node(node, Some(look_at_function), (&raw mut objection).cast());
    }
    objection.0
}

unsafe extern "C-unwind" fn look_at_function(function: pg_sys::Oid, context: *mut c_void) -> bool {
    // SAFETY: a guarded call on a function that the expression names; the context is of_functions's.
    unsafe {
        let reason = if function.to_u32() >= FIRST_OF_USERS {
            Some("Functions made by users are not allowed.")
        } else if pg_sys::func_volatile(function) as u8 != pg_sys::PROVOLATILE_IMMUTABLE {
            Some("Functions that are not immutable are not allowed.")
        } else {
            None
        };
        (*context.cast::<Objection>()).0 = reason;
        reason.is_some()
    }
}

unsafe fn of_types(node: *mut pg_sys::Node) -> Option<&'static str> {
    // SAFETY: guarded calls on a node of an expression; a list has no type.
    unsafe {
        if (*node).type_ == Tag::T_List {
            return None;
        }
        if !is_known_type(pg_sys::exprType(node)) {
            return Some("Types made by users are not allowed, but for enums and domains.");
        }
        let collations = [pg_sys::exprCollation(node), pg_sys::exprInputCollation(node)];
        collations
            .iter()
            .any(|collation| collation.to_u32() >= FIRST_OF_USERS)
            .then_some("Collations made by users are not allowed.")
    }
}

/// Built in, or an enum or domain, or an array of those: their values are handled by functions that are
/// built in.
unsafe fn is_known_type(oid: pg_sys::Oid) -> bool {
    if oid.to_u32() < FIRST_OF_USERS {
        return true;
    }
    // SAFETY: guarded calls on a type that exists.
    unsafe {
        let element = pg_sys::get_element_type(oid);
        let oid = if element == pg_sys::InvalidOid { oid } else { element };
        oid.to_u32() < FIRST_OF_USERS
            || matches!(
                pg_sys::get_typtype(oid) as u8,
                pg_sys::TYPTYPE_ENUM | pg_sys::TYPTYPE_DOMAIN
            )
    }
}
