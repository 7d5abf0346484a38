//! SQL from inside the server (`executor/spi.h`), for the extension's own catalogs.
//!
//! Every statement runs as the extension's owner, with a search path of `pg_catalog` alone, whoever
//! calls: names of ours are written `spock.x`, and a role that was granted one of our functions needs
//! no right on our tables.
//!
//! **Invariants**: a transaction is open. Statements see what this transaction did before, and
//! what others have committed. A plain SELECT assigns no transaction id. Rows are copied out. An
//! ERROR unwinds to the caller's guard; the abort of the (sub)transaction undoes the rest.

use std::cell::Cell;
use std::ffi::CStr;

use pgrx::pg_sys;

use super::encoding::to_server;
use super::error::OrRaise;
use super::value::{FromValue, Value};

/// A row of a result.
#[derive(Debug, Clone)]
pub(crate) struct Row(Vec<Value>);

impl Row {
    /// Takes the value of a column, counted from zero.
    ///
    /// Panics when the query has no such column, or one of another type: both are bugs of the query.
    pub(crate) fn get<T: FromValue>(&self, column: usize) -> T {
        let value = self.0.get(column).cloned();
        value
            .and_then(T::from_value)
            .unwrap_or_else(|| panic!("column {column} is not a {}", std::any::type_name::<T>()))
    }

    /// The values themselves.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.0
    }
}

/// Runs a query that changes nothing.
pub(crate) fn select(query: &str, parameters: &[Value]) -> Vec<Row> {
    run(query, parameters).0
}

/// The first row of a query that changes nothing.
pub(crate) fn select_one(query: &str, parameters: &[Value]) -> Option<Row> {
    select(query, parameters).into_iter().next()
}

/// Runs a statement that changes something; the number of rows it changed.
pub(crate) fn execute(statement: &str, parameters: &[Value]) -> u64 {
    run(statement, parameters).1
}

/// Runs a statement that changes something as `user`, with the restrictions of maintenance commands:
/// it may run code that belongs to the table's owner.
pub(crate) fn execute_as(user: u32, statement: &str, parameters: &[Value]) -> u64 {
    run_as(user, statement, parameters).1
}

/// The rows of a query on a user's table, run as [`execute_as`] does.
pub(crate) fn select_as(user: u32, query: &str, parameters: &[Value]) -> Vec<Row> {
    run_as(user, query, parameters).0
}

/// Runs a statement with RETURNING.
pub(crate) fn execute_returning(statement: &str, parameters: &[Value]) -> Vec<Row> {
    run(statement, parameters).0
}

/// The type of a parameter of a [`Kept`] statement, which must be known before its values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Timestamp,
    Text,
    Array,
}

impl Kind {
    fn oid(self) -> pg_sys::Oid {
        match self {
            Self::Int => pg_sys::INT8OID,
            Self::Timestamp => pg_sys::TIMESTAMPTZOID,
            Self::Text => pg_sys::TEXTOID,
            Self::Array => pg_sys::TEXTARRAYOID,
        }
    }
}

/// A statement whose plan is kept for the life of the process, for what runs once per row.
pub(crate) struct Kept {
    text: &'static str,
    parameters: &'static [Kind],
    plan: Cell<pg_sys::SPIPlanPtr>,
}

impl Kept {
    /// Describes it; the plan is made when it is first used.
    pub(crate) const fn new(text: &'static str, parameters: &'static [Kind]) -> Self {
        Self { text, parameters, plan: Cell::new(std::ptr::null_mut()) }
    }

    /// Runs it; the number of rows that it changed.
    pub(crate) fn execute(&self, parameters: &[Value]) -> u64 {
        assert_eq!(parameters.len(), self.parameters.len(), "parameters of {}", self.text);
        // SAFETY: a transaction is open (module invariant); SPI is connected between the first and
        // the last call, and the plan outlives it because it is kept.
        as_owner(|| unsafe {
            pg_sys::SPI_connect();
            if self.plan.get().is_null() {
                self.prepare();
            }
            let datums: Vec<Option<pg_sys::Datum>> = parameters
                .iter()
                .zip(self.parameters)
                .map(|(value, kind)| value.clone().into_datum(kind.oid()))
                .collect();
            let (mut datums, nulls) = split(datums);
            let status = pg_sys::SPI_execute_plan(
                self.plan.get(),
                datums.as_mut_ptr(),
                nulls.as_ptr(),
                false,
                0,
            );
            assert!(status > 0, "SPI refused a kept statement with status {status}");
            let processed = pg_sys::SPI_processed;
            pg_sys::SPI_finish();
            processed
        })
    }

    /// # Safety
    /// SPI is connected.
    unsafe fn prepare(&self) {
        let text = to_server(self.text).or_raise();
        let mut types: Vec<pg_sys::Oid> = self.parameters.iter().map(|kind| kind.oid()).collect();
        // SAFETY: the caller's promise; text and types live for the call, which copies them.
        unsafe {
            let plan = pg_sys::SPI_prepare(text.as_ptr(), types.len() as i32, types.as_mut_ptr());
            assert!(!plan.is_null(), "SPI cannot prepare {}", self.text);
            assert!(pg_sys::SPI_keepplan(plan) == 0, "SPI cannot keep {}", self.text);
            self.plan.set(plan);
        }
    }
}

fn run(query: &str, parameters: &[Value]) -> (Vec<Row>, u64) {
    let text = to_server(query).or_raise();
    // SAFETY: a transaction is open (module invariant).
    as_owner(|| unsafe { run_connected(&text, parameters) })
}

fn run_as(user: u32, query: &str, parameters: &[Value]) -> (Vec<Row>, u64) {
    let text = to_server(query).or_raise();
    let restricted = pg_sys::SECURITY_RESTRICTED_OPERATION as i32;
    // SAFETY: a transaction is open (module invariant).
    as_role(pg_sys::Oid::from(user), restricted, || unsafe { run_connected(&text, parameters) })
}

/// Runs `body` with the rights of the extension's owner.
fn as_owner<T>(body: impl FnOnce() -> T) -> T {
    as_role(pg_sys::Oid::from(pg_sys::BOOTSTRAP_SUPERUSERID), 0, body)
}

/// Runs `body` as a role, with a search path of `pg_catalog` alone.
fn as_role<T>(role: pg_sys::Oid, restrictions: i32, body: impl FnOnce() -> T) -> T {
    // SAFETY: a transaction is open (module invariant). User id and settings are put back on the
    // way out; an ERROR unwinds past it, and the abort puts them back. Nothing here is dropped by
    // calling the server.
    unsafe {
        let mut user = pg_sys::Oid::INVALID;
        let mut security = 0;
        pg_sys::GetUserIdAndSecContext(&raw mut user, &raw mut security);
        pg_sys::SetUserIdAndSecContext(
            role,
            security | restrictions | pg_sys::SECURITY_LOCAL_USERID_CHANGE as i32,
        );
        let nest_level = pg_sys::NewGUCNestLevel();
        pg_sys::set_config_option(
            c"search_path".as_ptr(),
            c"pg_catalog, pg_temp".as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_SAVE,
            true,
            0,
            false,
        );
        let result = body();
        pg_sys::AtEOXact_GUC(true, nest_level);
        pg_sys::SetUserIdAndSecContext(user, security);
        result
    }
}

/// Datums and null marks as SPI takes them.
fn split(datums: Vec<Option<pg_sys::Datum>>) -> (Vec<pg_sys::Datum>, Vec<std::ffi::c_char>) {
    let nulls = datums
        .iter()
        .map(|datum| if datum.is_none() { b'n' } else { b' ' } as std::ffi::c_char)
        .collect();
    let datums = datums.into_iter().map(|datum| datum.unwrap_or(pg_sys::Datum::null())).collect();
    (datums, nulls)
}

/// # Safety
/// A transaction is open.
unsafe fn run_connected(query: &CStr, parameters: &[Value]) -> (Vec<Row>, u64) {
    // SAFETY: SPI is connected between the first and the last call; parameters are allocated in
    // its context; the tuple table is read before SPI_finish frees it.
    unsafe {
        pg_sys::SPI_connect();
        let mut types: Vec<pg_sys::Oid> = parameters.iter().map(Value::parameter_type).collect();
        let datums: Vec<Option<pg_sys::Datum>> = parameters
            .iter()
            .zip(&types)
            .map(|(value, type_oid)| value.clone().into_datum(*type_oid))
            .collect();
        let (mut datums, nulls) = split(datums);
        let status = pg_sys::SPI_execute_with_args(
            query.as_ptr(),
            parameters.len() as i32,
            types.as_mut_ptr(),
            datums.as_mut_ptr(),
            nulls.as_ptr(),
            false,
            0,
        );
        assert!(status > 0, "SPI refused a query of ours with status {status}");
        let processed = pg_sys::SPI_processed;
        let rows = read_rows(pg_sys::SPI_tuptable);
        pg_sys::SPI_finish();
        (rows, processed)
    }
}

/// # Safety
/// `table` is null or the result of the last SPI call.
unsafe fn read_rows(table: *mut pg_sys::SPITupleTable) -> Vec<Row> {
    if table.is_null() {
        return Vec::new();
    }
    // SAFETY: `numvals` tuples of the table's descriptor.
    unsafe {
        let descriptor = (*table).tupdesc;
        let tuples = std::slice::from_raw_parts((*table).vals, (*table).numvals as usize);
        tuples
            .iter()
            .map(|tuple| {
                let values = (1..=(*descriptor).natts).map(|column| {
                    let mut is_null = false;
                    let datum = pg_sys::SPI_getbinval(*tuple, descriptor, column, &raw mut is_null);
                    let type_oid = pg_sys::SPI_gettypeid(descriptor, column);
                    Value::from_datum(datum, is_null, type_oid)
                });
                Row(values.collect())
            })
            .collect()
    }
}
