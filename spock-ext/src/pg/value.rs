//! One SQL value as plain Rust data, read from and written to datums (`postgres.h`, `fmgr.h`).
//!
//! SQL functions take and return these values and [`super::spi`] passes them as parameters and rows,
//! so that nothing outside `pg` sees a datum. Text is UTF-8 here whatever the database's encoding is.
//!
//! **Invariants**: reading copies, so a [`Value`] outlives the memory context it came from. Types
//! without a form of their own travel as the text of their output function.

use pgrx::pg_sys::{self, Datum, Oid};
use spock_core::lsn::Lsn;

use super::encoding::{from_server, to_server};
use super::error::OrRaise;

/// A value of any SQL type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// All integers, object ids, transaction ids, and `"char"` as its byte.
    Int(i64),
    /// Microseconds since 2000-01-01, as the server keeps them.
    Timestamp(i64),
    Lsn(Lsn),
    Text(String),
    /// An array of text; null elements are kept.
    Array(Vec<Option<String>>),
    /// A parse tree as the server writes it, `pg_node_tree`; read as text.
    NodeTree(Option<String>),
}

/// A Rust type that a [`Value`] can become; `None` when it is of another type.
pub(crate) trait FromValue: Sized {
    /// Converts the value.
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($type:ty: $pattern:pat => $result:expr),* $(,)?) => {
        $(impl FromValue for $type {
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    $pattern => $result,
                    _ => None,
                }
            }
        })*
    };
}

from_value! {
    bool: Value::Bool(value) => Some(value),
    i64: Value::Int(value) | Value::Timestamp(value) => Some(value),
    i32: Value::Int(value) => value.try_into().ok(),
    u32: Value::Int(value) => value.try_into().ok(),
    u8: Value::Int(value) => value.try_into().ok(),
    Lsn: Value::Lsn(value) => Some(value),
    String: Value::Text(value) => Some(value),
    Vec<String>: Value::Array(values) => values.into_iter().collect(),
    Vec<Option<String>>: Value::Array(values) => Some(values),
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! into_value {
    ($($type:ty => |$value:ident| $result:expr),* $(,)?) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $result
            }
        })*
    };
}

into_value! {
    bool => |value| Self::Bool(value),
    i32 => |value| Self::Int(value.into()),
    i64 => |value| Self::Int(value),
    u32 => |value| Self::Int(value.into()),
    u8 => |value| Self::Int(value.into()),
    Lsn => |value| Self::Lsn(value),
    &str => |value| Self::Text(value.to_owned()),
    String => |value| Self::Text(value),
    &String => |value| Self::Text(value.clone()),
    &[String] => |values| Self::Array(values.iter().cloned().map(Some).collect()),
    &Vec<String> => |values| Self::Array(values.iter().cloned().map(Some).collect()),
    Vec<String> => |values| Self::Array(values.into_iter().map(Some).collect()),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    /// The type under which the value is passed as a parameter; SQL casts it where it wants another.
    pub(super) fn parameter_type(&self) -> Oid {
        match self {
            Self::Null | Self::Text(_) => pg_sys::TEXTOID,
            Self::Bool(_) => pg_sys::BOOLOID,
            Self::Int(_) => pg_sys::INT8OID,
            Self::Timestamp(_) => pg_sys::TIMESTAMPTZOID,
            Self::Lsn(_) => pg_sys::PG_LSNOID,
            Self::Array(_) => pg_sys::TEXTARRAYOID,
            Self::NodeTree(_) => pg_sys::PG_NODE_TREEOID,
        }
    }

    /// Reads a datum.
    ///
    /// # Safety
    /// `datum` is a valid value of type `type_oid` unless `is_null`.
    pub(super) unsafe fn from_datum(datum: Datum, is_null: bool, type_oid: Oid) -> Self {
        if is_null {
            return Self::Null;
        }
        // SAFETY: the caller vouches for datum and type; each arm reads the type's own form.
        unsafe {
            match type_oid {
                pg_sys::BOOLOID => Self::Bool(datum.value() & 0xff != 0),
                pg_sys::CHAROID => Self::Int(i64::from(datum.value() as u8)),
                pg_sys::INT2OID => Self::Int(i64::from(datum.value() as i16)),
                pg_sys::INT4OID => Self::Int(i64::from(datum.value() as i32)),
                pg_sys::INT8OID | pg_sys::XID8OID => Self::Int(datum.value() as i64),
                pg_sys::OIDOID
                | pg_sys::XIDOID
                | pg_sys::REGCLASSOID
                | pg_sys::REGPROCEDUREOID
                | pg_sys::REGTYPEOID => Self::Int(i64::from(datum.value() as u32)),
                pg_sys::TIMESTAMPTZOID => Self::Timestamp(datum.value() as i64),
                pg_sys::PG_LSNOID => Self::Lsn(Lsn(datum.value() as u64)),
                pg_sys::NAMEOID => Self::Text(from_server(
                    (*datum.cast_mut_ptr::<pg_sys::NameData>()).data.as_ptr(),
                )),
                pg_sys::TEXTOID | pg_sys::VARCHAROID => {
                    let text = pg_sys::text_to_cstring(datum.cast_mut_ptr());
                    Self::Text(from_server(text))
                }
                pg_sys::TEXTARRAYOID => Self::Array(read_text_array(datum)),
                _ => {
                    let mut output = Oid::INVALID;
                    let mut is_varlena = false;
                    pg_sys::getTypeOutputInfo(type_oid, &raw mut output, &raw mut is_varlena);
                    Self::Text(from_server(pg_sys::OidOutputFunctionCall(output, datum)))
                }
            }
        }
    }

    /// Writes the value as a datum of the given type, allocated in the current memory context.
    pub(super) fn into_datum(self, type_oid: Oid) -> Option<Datum> {
        Some(match (self, type_oid) {
            (Self::Null | Self::NodeTree(None), _) => return None,
            (Self::Bool(value), _) => Datum::from(value),
            (Self::Int(value), pg_sys::TEXTOID) => text_datum(&value.to_string()),
            (Self::Int(value), pg_sys::CHAROID) => Datum::from(value as u8 as i8),
            (Self::Int(value), pg_sys::INT4OID) => Datum::from(value as i32),
            (
                Self::Int(value),
                pg_sys::OIDOID | pg_sys::XIDOID | pg_sys::REGCLASSOID | pg_sys::REGPROCEDUREOID,
            ) => Datum::from(value as u32),
            (Self::Int(value) | Self::Timestamp(value), _) => Datum::from(value),
            (Self::Lsn(lsn), _) => Datum::from(lsn.0),
            (Self::Array(values), _) => text_array_datum(values),
            // A tree is stored as text, and has no input function.
            (Self::Text(text), pg_sys::TEXTOID) | (Self::NodeTree(Some(text)), _) => {
                text_datum(&text)
            }
            (Self::Text(text), type_oid) => {
                let text = to_server(&text).or_raise();
                // SAFETY: the input function gets a C string that lives for the call, and copies.
                unsafe {
                    let mut input = Oid::INVALID;
                    let mut parameter = Oid::INVALID;
                    pg_sys::getTypeInputInfo(type_oid, &raw mut input, &raw mut parameter);
                    pg_sys::OidInputFunctionCall(input, text.as_ptr().cast_mut(), parameter, -1)
                }
            }
        })
    }
}

fn text_datum(text: &str) -> Datum {
    let text = to_server(text).or_raise();
    // SAFETY: the C string lives for the call, which copies it.
    unsafe { Datum::from(pg_sys::cstring_to_text(text.as_ptr())) }
}

/// # Safety
/// `datum` is an array of text.
unsafe fn read_text_array(datum: Datum) -> Vec<Option<String>> {
    let mut elements = std::ptr::null_mut();
    let mut nulls = std::ptr::null_mut();
    let mut count = 0;
    // SAFETY: deconstruct_array allocates two arrays of `count` entries for a text array.
    unsafe {
        let array = pg_sys::pg_detoast_datum(datum.cast_mut_ptr());
        pg_sys::deconstruct_array(
            array.cast(),
            pg_sys::TEXTOID,
            -1,
            false,
            pg_sys::TYPALIGN_INT as std::ffi::c_char,
            &raw mut elements,
            &raw mut nulls,
            &raw mut count,
        );
        (0..usize::try_from(count).unwrap_or(0))
            .map(|index| {
                let is_null = *nulls.add(index);
                match Value::from_datum(*elements.add(index), is_null, pg_sys::TEXTOID) {
                    Value::Text(text) => Some(text),
                    _ => None,
                }
            })
            .collect()
    }
}

fn text_array_datum(values: Vec<Option<String>>) -> Datum {
    let mut nulls: Vec<bool> = values.iter().map(Option::is_none).collect();
    let mut elements: Vec<Datum> =
        values.iter().map(|v| v.as_deref().map_or(Datum::null(), text_datum)).collect();
    let mut dimension = [elements.len() as i32];
    let mut lower_bound = [1];
    let dimensions = i32::from(!elements.is_empty());
    // SAFETY: all arrays live for the call and have the announced lengths; the result is a copy.
    unsafe {
        Datum::from(pg_sys::construct_md_array(
            elements.as_mut_ptr(),
            nulls.as_mut_ptr(),
            dimensions,
            dimension.as_mut_ptr(),
            lower_bound.as_mut_ptr(),
            pg_sys::TEXTOID,
            -1,
            false,
            pg_sys::TYPALIGN_INT as std::ffi::c_char,
        ))
    }
}
