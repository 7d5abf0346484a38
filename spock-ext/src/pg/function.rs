//! Arguments and results of our SQL functions (`fmgr.h`, `funcapi.h`).
//!
//! [`In`], [`Out`], [`Record`] and [`Rows`] are what `#[pg_extern]` functions of `api` take and
//! return where pgrx has no type of its own (names, object ids, positions, anonymous records), or one
//! that assumes a UTF-8 database (text). The declared SQL type decides about the form.
//!
//! **Invariants**: `Option<In<T>>` for arguments of functions that are not strict. A record has the
//! columns, in order, that the install script declares.

use pgrx::PgSqlErrorCode;
use pgrx::callconv::{Arg, ArgAbi, BoxRet, FcInfo};
use pgrx::datum::Datum;
use pgrx::pg_sys::{self, Oid};
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};

use super::error::SpockError;
use super::value::{FromValue, Value};

/// An object number as pgrx passes it on, for functions that are called once per row.
pub(crate) type PlainOid = Oid;

/// An argument.
pub(crate) struct In<T>(pub(crate) T);

/// A result that is not a record.
pub(crate) struct Out<T>(pub(crate) T);

/// A result of several columns.
pub(crate) struct Record(pub(crate) Vec<Value>);

/// A set of results of several columns.
pub(crate) struct Rows(pub(crate) Vec<Vec<Value>>);

// SAFETY: the argument is read as its declared type, whatever that is.
unsafe impl<'fcx, T: FromValue> ArgAbi<'fcx> for In<T> {
    unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
        let type_oid = arg.raw_oid();
        // SAFETY: the datum is of the argument's declared type; pgrx hands the raw value on.
        let value = unsafe {
            let raw: Option<RawDatum> = arg.unbox_arg_using_from_datum();
            match raw {
                Some(RawDatum(datum)) => Value::from_datum(datum, false, type_oid),
                None => Value::Null,
            }
        };
        match T::from_value(value) {
            Some(value) => Self(value),
            None => SpockError::new(
                PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED,
                "argument must not be null, or contain null",
            )
            .raise(),
        }
    }
}

struct RawDatum(pg_sys::Datum);

impl pgrx::FromDatum for RawDatum {
    unsafe fn from_polymorphic_datum(
        datum: pg_sys::Datum,
        is_null: bool,
        _type_oid: Oid,
    ) -> Option<Self> {
        (!is_null).then_some(Self(datum))
    }
}

// SAFETY: the result is written in the declared result type.
unsafe impl<T: Into<Value>> BoxRet for Out<T> {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        let mut type_oid = Oid::INVALID;
        // SAFETY: fcinfo is that of the running call.
        unsafe {
            let call = fcinfo.as_mut_ptr();
            pg_sys::get_call_result_type(call, &raw mut type_oid, std::ptr::null_mut());
            match self.0.into().into_datum(type_oid) {
                Some(datum) => fcinfo.return_raw_datum(datum),
                None => fcinfo.return_null(),
            }
        }
    }
}

/// Datums and null flags of a row, in the types of the descriptor.
///
/// # Safety
/// `descriptor` is valid.
unsafe fn form_row(
    descriptor: pg_sys::TupleDesc,
    values: Vec<Value>,
) -> (Vec<pg_sys::Datum>, Vec<bool>) {
    // SAFETY: the caller vouches for the descriptor.
    let columns = unsafe { usize::try_from((*descriptor).natts).unwrap_or(0) };
    assert_eq!(columns, values.len(), "a function returns the columns that its declaration names");
    let datums: Vec<Option<pg_sys::Datum>> = values
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            // SAFETY: index is below natts; SPI_gettypeid counts from one.
            let type_oid = unsafe { pg_sys::SPI_gettypeid(descriptor, index as i32 + 1) };
            value.into_datum(type_oid)
        })
        .collect();
    let nulls = datums.iter().map(Option::is_none).collect();
    (datums.into_iter().map(|datum| datum.unwrap_or(pg_sys::Datum::null())).collect(), nulls)
}

// SAFETY: the result is a tuple of the record type that the call expects.
unsafe impl BoxRet for Record {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        let mut descriptor = std::ptr::null_mut();
        // SAFETY: fcinfo is that of the running call; the arrays live until the tuple is formed.
        unsafe {
            let class = pg_sys::get_call_result_type(
                fcinfo.as_mut_ptr(),
                std::ptr::null_mut(),
                &raw mut descriptor,
            );
            assert_eq!(class, pg_sys::TypeFuncClass::TYPEFUNC_COMPOSITE, "declared as a record");
            let descriptor = pg_sys::BlessTupleDesc(descriptor);
            let (mut datums, mut nulls) = form_row(descriptor, self.0);
            let tuple =
                pg_sys::heap_form_tuple(descriptor, datums.as_mut_ptr(), nulls.as_mut_ptr());
            fcinfo.return_raw_datum(pg_sys::HeapTupleHeaderGetDatum((*tuple).t_data))
        }
    }
}

// SAFETY: the rows go into the tuple store that the call asked for.
unsafe impl BoxRet for Rows {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        // SAFETY: fcinfo is that of the running call; InitMaterializedSRF has checked its result
        // info and left a descriptor and a tuple store there.
        unsafe {
            let call = fcinfo.as_mut_ptr();
            pg_sys::InitMaterializedSRF(call, 0);
            let result = (*call).resultinfo.cast::<pg_sys::ReturnSetInfo>();
            for row in self.0 {
                let (mut datums, mut nulls) = form_row((*result).setDesc, row);
                pg_sys::tuplestore_putvalues(
                    (*result).setResult,
                    (*result).setDesc,
                    datums.as_mut_ptr(),
                    nulls.as_mut_ptr(),
                );
            }
        }
        fcinfo.return_null()
    }
}

macro_rules! declared_by_hand {
    ($([$($param:ident)?] $type:ty),* $(,)?) => {
        // SAFETY: pgrx would write SQL from this; ours is written by hand.
        $(unsafe impl<$($param)?> SqlTranslatable for $type {
            const TYPE_IDENT: &'static str = stringify!($type);
            const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
            const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> =
                Ok(SqlMappingRef::literal("any"));
            const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
                Ok(ReturnsRef::One(SqlMappingRef::literal("any")));
        })*
    };
}

declared_by_hand!([T] In<T>, [T] Out<T>, [] Record, [] Rows);
