//! Row filters: conditions on the columns of one table, written by a person and evaluated while the log
//! is decoded (`parser/`, `executor/executor.h`).
//!
//! [`parse`] turns the text into a tree of the server's and refuses what cannot be evaluated there: the
//! decoder sees catalogs as they were, has no snapshot of tables, and must answer alike each time it
//! reads the same record. So a condition has only columns, constants, and built-in immutable functions
//! and operators. [`RowFilter`] is the tree made ready to run.
//!
//! **Invariant**: a tree is kept as the server writes it (`pg_node_tree`), with columns by number. Whoever
//! changes the type of a column that one names, or drops it, is stopped ([`super::object_watch`]).

mod check;
mod run;

use std::ffi::CStr;
use std::ptr::null_mut;

use pgrx::{PgSqlErrorCode, pg_sys};

use super::encoding::{from_server, to_server};
use super::error::{OrRaise, SpockError, catch};

pub(crate) use run::RowFilter;

/// A condition that was parsed and found fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParsedFilter {
    /// The tree, as the server writes it.
    pub(crate) tree: String,
    /// Columns that it names, in the order of the table.
    pub(crate) columns: Vec<String>,
}

/// Parses a condition on the rows of a table.
pub(crate) fn parse(relation: u32, expression: &str) -> Result<ParsedFilter, SpockError> {
    let text = to_server(expression)?;
    let mut parsed = None;
    // SAFETY: guarded calls only; what is caught is raised again before anything else is called.
    let caught = unsafe { catch(&mut || parsed = Some(parse_text(relation, &text, expression))) };
    let Err(error) = caught else {
        return parsed.unwrap_or_else(|| Err(invalid(expression)));
    };
    let error = error.into_error();
    let name = |relation| table_name(relation).unwrap_or_default();
    Err(match error.code {
        PgSqlErrorCode::ERRCODE_SYNTAX_ERROR => {
            invalid(expression).detail(sentence(&error.message))
        }
        PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE => SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_COLUMN_REFERENCE,
            format!("only table \"{}\" can be referenced in row_filter", name(relation)),
        )
        .detail(sentence(&error.message)),
        _ => error,
    })
}

/// A server's message as a sentence.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

fn invalid(expression: &str) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_SYNTAX_ERROR,
        format!("invalid row_filter expression \"{expression}\""),
    )
}

fn table_name(relation: u32) -> Option<String> {
    // SAFETY: a guarded call; the name is a copy.
    unsafe {
        let name = pg_sys::get_rel_name(pg_sys::Oid::from(relation));
        (!name.is_null()).then(|| from_server(name))
    }
}

fn parse_text(relation: u32, text: &CStr, expression: &str) -> Result<ParsedFilter, SpockError> {
    // SAFETY: guarded calls inside a transaction; all nodes live in the current memory context.
    unsafe {
        let mode = pg_sys::RawParseMode::RAW_PARSE_PLPGSQL_EXPR;
        let statements = pg_sys::raw_parser(text.as_ptr(), mode);
        let node = lone_expression(statements).ok_or_else(|| {
            invalid(expression).detail("It has to be one expression, and nothing else.")
        })?;
        let lock = pg_sys::AccessShareLock as i32;
        let opened = pg_sys::table_open(pg_sys::Oid::from(relation), lock);
        let state = pg_sys::make_parsestate(null_mut());
        let item =
            pg_sys::addRangeTableEntryForRelation(state, opened, lock, null_mut(), false, true);
        pg_sys::addNSItemToQuery(state, item, false, true, true);
        let kind = pg_sys::ParseExprKind::EXPR_KIND_WHERE;
        let typed = pg_sys::transformExpr(state, node, kind);
        let node = pg_sys::coerce_to_target_type(
            state,
            typed,
            pg_sys::exprType(typed),
            pg_sys::BOOLOID,
            -1,
            pg_sys::CoercionContext::COERCION_ASSIGNMENT,
            pg_sys::CoercionForm::COERCE_IMPLICIT_CAST,
            -1,
        );
        if node.is_null() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
                "cannot cast the row_filter to boolean",
            ));
        }
        pg_sys::assign_expr_collations(state, node);
        if let Some(reason) = check::objection(node) {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                format!("invalid row_filter expression \"{expression}\""),
            )
            .detail(reason)
            .hint(check::ALLOWED));
        }
        let columns = named_columns(node, (*opened).rd_att);
        let tree = from_server(pg_sys::nodeToString(node.cast()));
        pg_sys::free_parsestate(state);
        pg_sys::table_close(opened, pg_sys::NoLock as i32);
        Ok(ParsedFilter { tree, columns })
    }
}

/// The columns that a kept tree names; nothing when the table is gone.
pub(crate) fn columns_of(relation: u32, tree: &str) -> Vec<String> {
    let tree = to_server(tree).or_raise();
    // SAFETY: guarded calls inside a transaction; the tree was written by the server.
    unsafe {
        let lock = pg_sys::AccessShareLock as i32;
        let opened = pg_sys::try_relation_open(pg_sys::Oid::from(relation), lock);
        if opened.is_null() {
            return Vec::new();
        }
        let node = pg_sys::stringToNode(tree.as_ptr()).cast();
        let columns = named_columns(node, (*opened).rd_att);
        pg_sys::relation_close(opened, pg_sys::NoLock as i32);
        columns
    }
}

/// Whether the columns that a tree names are there, and of the types that it was made for.
pub(crate) fn fits(relation: u32, tree: &str) -> bool {
    let tree = to_server(tree).or_raise();
    // SAFETY: as columns_of().
    unsafe {
        let lock = pg_sys::AccessShareLock as i32;
        let opened = pg_sys::try_relation_open(pg_sys::Oid::from(relation), lock);
        if opened.is_null() {
            return true;
        }
        let node = pg_sys::stringToNode(tree.as_ptr()).cast();
        let fits = variables(node).all(|variable| fits_column(variable, (*opened).rd_att));
        pg_sys::relation_close(opened, pg_sys::NoLock as i32);
        fits
    }
}

/// The only expression of what the parser made of a text.
///
/// # Safety
/// `statements` comes from the raw parser in the mode for expressions.
unsafe fn lone_expression(statements: *mut pg_sys::List) -> Option<*mut pg_sys::Node> {
    // SAFETY: the parser gives a list of statements; each node is of the struct that its tag names.
    unsafe {
        if pg_sys::list_length(statements) != 1 {
            return None;
        }
        let raw: *mut pg_sys::RawStmt = pg_sys::list_nth(statements, 0).cast();
        if (*(*raw).stmt).type_ != pg_sys::NodeTag::T_SelectStmt {
            return None;
        }
        let select = &*(*raw).stmt.cast::<pg_sys::SelectStmt>();
        let lists = [
            select.distinctClause,
            select.fromClause,
            select.groupClause,
            select.windowClause,
            select.valuesLists,
            select.sortClause,
            select.lockingClause,
        ];
        let nodes =
            [select.whereClause, select.havingClause, select.limitOffset, select.limitCount];
        let alone = lists.iter().all(|list| list.is_null())
            && nodes.iter().all(|node| node.is_null())
            && select.intoClause.is_null()
            && select.withClause.is_null()
            && select.op == pg_sys::SetOperation::SETOP_NONE
            && pg_sys::list_length(select.targetList) == 1;
        if !alone {
            return None;
        }
        let target: *mut pg_sys::ResTarget = pg_sys::list_nth(select.targetList, 0).cast();
        if !(*target).name.is_null() || (*target).val.is_null() || is_star((*target).val) {
            return None;
        }
        Some((*target).val)
    }
}

/// A lone `*`, or `t.*`.
///
/// # Safety
/// `node` is a node of a raw parse tree.
unsafe fn is_star(node: *mut pg_sys::Node) -> bool {
    // SAFETY: as the caller promises; the fields of a column reference are nodes.
    unsafe {
        if (*node).type_ != pg_sys::NodeTag::T_ColumnRef {
            return false;
        }
        let fields = (*node.cast::<pg_sys::ColumnRef>()).fields;
        let last: *mut pg_sys::Node =
            pg_sys::list_nth(fields, pg_sys::list_length(fields) - 1).cast();
        (*last).type_ == pg_sys::NodeTag::T_A_Star
    }
}

/// The variables of an expression without aggregates or subqueries.
///
/// # Safety
/// `node` is an analyzed expression.
unsafe fn variables(node: *mut pg_sys::Node) -> impl Iterator<Item = *mut pg_sys::Var> {
    // SAFETY: a guarded call, which gives a list of variables.
    let list = unsafe { pg_sys::pull_var_clause(node, 0) };
    // SAFETY: a list of variables; indexes are below its length.
    (0..unsafe { pg_sys::list_length(list) })
        .map(move |index| unsafe { pg_sys::list_nth(list, index).cast() })
}

/// # Safety
/// `node` is an expression on rows of the relation with this descriptor.
unsafe fn named_columns(node: *mut pg_sys::Node, descriptor: pg_sys::TupleDesc) -> Vec<String> {
    // SAFETY: as the caller promises; numbers are checked against the descriptor.
    unsafe {
        let mut numbers: Vec<i16> = variables(node).map(|variable| (*variable).varattno).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let count = (*descriptor).natts;
        numbers.retain(|number| *number > 0 && i32::from(*number) <= count);
        numbers
            .into_iter()
            .map(|number| {
                let attribute = super::compat::tuple_desc_attr(descriptor, number as usize - 1);
                from_server(attribute.attname.data.as_ptr())
            })
            .collect()
    }
}

/// # Safety
/// `variable` is one; the descriptor is that of its relation.
unsafe fn fits_column(variable: *mut pg_sys::Var, descriptor: pg_sys::TupleDesc) -> bool {
    // SAFETY: as the caller promises; the number is checked against the descriptor.
    unsafe {
        let number = (*variable).varattno;
        if number < 1 || i32::from(number) > (*descriptor).natts {
            return false;
        }
        let attribute = super::compat::tuple_desc_attr(descriptor, number as usize - 1);
        !attribute.attisdropped && attribute.atttypid == (*variable).vartype
    }
}
