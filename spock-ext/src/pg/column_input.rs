//! From a column on the wire to a Datum of the local column's type.
//!
//! **Invariants**: a value in internal form is checked against the local type's length before it is
//! used as a Datum; what its bytes mean is trusted (convergence rules, Trust). Text goes through the
//! type's input function, the binary form through its receive function. Where the provider's column
//! has another type or modifier, its values go through text: nothing else checks and converts them.

use std::ffi::CStr;

use pgrx::pg_sys;
use spock_core::proto::Column;

use super::arena::Arena;
use super::encoding::as_utf8;
use super::error::SpockError;
use super::raw;
use pgrx::PgSqlErrorCode;

/// How values of one local column are read.
pub(crate) struct ColumnInput {
    name: String,
    length: i16,
    by_value: bool,
    type_id: pg_sys::Oid,
    typmod: i32,
    input: Option<(pg_sys::FmgrInfo, pg_sys::Oid)>,
    receive: Option<(pg_sys::FmgrInfo, pg_sys::Oid)>,
    /// How values are read that are not of the local type.
    other: Option<Box<OtherType>>,
    /// Where the functions keep what they cache.
    context: pg_sys::MemoryContext,
}

impl ColumnInput {
    /// Describes the column behind `attribute`.
    pub(super) fn new(
        name: String,
        attribute: &pg_sys::FormData_pg_attribute,
        context: pg_sys::MemoryContext,
    ) -> Self {
        Self {
            name,
            length: attribute.attlen,
            by_value: attribute.attbyval,
            type_id: attribute.atttypid,
            typmod: attribute.atttypmod,
            input: None,
            receive: None,
            other: None,
            context,
        }
    }

    /// Says which type the column has at the provider; 0 where that is not known.
    pub(crate) fn comes_as(&mut self, type_id: u32, typmod: i32) {
        let type_id = pg_sys::Oid::from(type_id);
        let same_values = self.typmod == -1 || self.typmod == typmod;
        let built_in = type_id.to_u32() < pg_sys::FirstUnpinnedObjectId;
        if type_id == pg_sys::InvalidOid || (built_in && type_id == self.type_id && same_values) {
            return;
        }
        self.other =
            Some(Box::new(OtherType::new(self.name.clone(), type_id, typmod, self.context)));
    }

    /// Whether reading a value may run code of users: constraints of a domain, functions of a type
    /// that is not built in.
    pub(crate) fn runs_user_code(&self) -> bool {
        // SAFETY: catalog look-ups inside a transaction.
        unsafe {
            let element = pg_sys::get_element_type(self.type_id);
            let id = if element == pg_sys::InvalidOid { self.type_id } else { element };
            id.to_u32() >= pg_sys::FirstNormalObjectId
                && pg_sys::get_typtype(id) as u8 != pg_sys::TYPTYPE_ENUM
        }
    }

    /// Reads one value; `None` is the null value. An unchanged TOAST column is the caller's business.
    ///
    /// By-reference results live in `arena` or in the current memory context.
    pub(crate) fn read(&mut self, column: &Column<'_>, arena: &mut Arena) -> Option<pg_sys::Datum> {
        match column {
            Column::Null | Column::Unchanged => None,
            Column::Text(text) => Some(self.text(text)),
            _ if self.other.is_some() => Some(self.converted(column, arena)),
            Column::Internal(bytes) => Some(self.internal(bytes, arena)),
            Column::Binary(bytes) => Some(self.binary(bytes, arena)),
        }
    }

    /// A value of the provider's type, by way of its text.
    fn converted(&mut self, column: &Column<'_>, arena: &mut Arena) -> pg_sys::Datum {
        let mut other = self.other.take();
        let text = other.as_mut().map_or(c"", |other| other.text(column, arena));
        self.other = other;
        self.text(text)
    }

    fn internal(&self, bytes: &[u8], arena: &mut Arena) -> pg_sys::Datum {
        if self.by_value {
            return match (self.length, bytes) {
                (8, &[a, b, c, d, e, f, g, h]) => {
                    pg_sys::Datum::from(i64::from_ne_bytes([a, b, c, d, e, f, g, h]))
                }
                (4, &[a, b, c, d]) => pg_sys::Datum::from(i32::from_ne_bytes([a, b, c, d])),
                (2, &[a, b]) => pg_sys::Datum::from(i16::from_ne_bytes([a, b])),
                (1, &[a]) => pg_sys::Datum::from(a.cast_signed()),
                _ => self.refuse(bytes.len()),
            };
        }
        let fits = match self.length {
            -1 => varlena_length(bytes) == Some(bytes.len()),
            -2 => bytes.last() == Some(&0),
            length => usize::try_from(length) == Ok(bytes.len()),
        };
        if !fits {
            self.refuse(bytes.len());
        }
        pg_sys::Datum::from(arena.put(bytes))
    }

    fn binary(&mut self, bytes: &[u8], arena: &mut Arena) -> pg_sys::Datum {
        let (type_id, typmod, context) = (self.type_id, self.typmod, self.context);
        let (function, io_param) = self.receive.get_or_insert_with(|| {
            function_for(context, |function, io_param| {
                // SAFETY: a catalog look-up inside a transaction.
                unsafe { pg_sys::getTypeBinaryInputInfo(type_id, function, io_param) }
            })
        });
        let data = arena.put(bytes);
        let mut buffer = pg_sys::StringInfoData {
            data: data.cast(),
            len: bytes.len() as i32,
            maxlen: bytes.len() as i32 + 1,
            cursor: 0,
        };
        // SAFETY: the function was looked up for this type; the buffer outlives the call.
        let value =
            unsafe { raw::ReceiveFunctionCall(&mut *function, &raw mut buffer, *io_param, typmod) };
        if buffer.cursor != buffer.len {
            self.refuse(bytes.len());
        }
        value
    }

    fn text(&mut self, text: &CStr) -> pg_sys::Datum {
        let (type_id, typmod, context) = (self.type_id, self.typmod, self.context);
        let (function, io_param) = self.input.get_or_insert_with(|| {
            function_for(context, |function, io_param| {
                // SAFETY: a catalog look-up inside a transaction.
                unsafe { pg_sys::getTypeInputInfo(type_id, function, io_param) }
            })
        });
        // SAFETY: the function was looked up for this type; input functions do not write to the text.
        unsafe {
            raw::InputFunctionCall(&mut *function, text.as_ptr().cast_mut(), *io_param, typmod)
        }
    }

    fn refuse(&self, bytes: usize) -> ! {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_BINARY_REPRESENTATION,
            format!("incorrect binary data format for column \"{}\"", self.name),
        )
        .detail(format!("The provider sent {bytes} bytes."))
        .raise()
    }
}

/// The provider's type, where that is another one.
struct OtherType {
    column: ColumnInput,
    output: Option<pg_sys::FmgrInfo>,
}

impl OtherType {
    fn new(
        name: String,
        type_id: pg_sys::Oid,
        typmod: i32,
        context: pg_sys::MemoryContext,
    ) -> Self {
        let column = ColumnInput {
            name,
            length: 0,
            by_value: false,
            type_id,
            typmod,
            input: None,
            receive: None,
            other: None,
            context,
        };
        Self { column, output: None }
    }

    /// A value's text, in the current memory context or in `arena`.
    fn text<'a>(&mut self, column: &Column<'_>, arena: &mut Arena) -> &'a CStr {
        let type_id = self.column.type_id;
        let value = match column {
            // Only a built-in type has the same OID here. Others are sent as text, or, enums, in a
            // send form that is their text.
            Column::Binary(bytes) if type_id.to_u32() >= pg_sys::FirstUnpinnedObjectId => {
                // SAFETY: the copy ends with a NUL and lives as long as the row.
                return unsafe { CStr::from_ptr(arena.put(bytes).cast()) };
            }
            Column::Binary(bytes) => self.column.binary(bytes, arena),
            Column::Internal(bytes) if type_id.to_u32() < pg_sys::FirstUnpinnedObjectId => {
                if self.column.length == 0 {
                    let (length, by_value) =
                        (&raw mut self.column.length, &raw mut self.column.by_value);
                    // SAFETY: a catalog look-up inside a transaction, into fields of ours.
                    unsafe { pg_sys::get_typlenbyval(type_id, length, by_value) }
                }
                self.column.internal(bytes, arena)
            }
            Column::Internal(bytes) => self.column.refuse(bytes.len()),
            Column::Null | Column::Unchanged | Column::Text(_) => return c"",
        };
        let context = self.column.context;
        let output = self.output.get_or_insert_with(|| {
            let (function, _) = function_for(context, |function, _| {
                let mut is_varlena = false;
                // SAFETY: a catalog look-up inside a transaction.
                unsafe { pg_sys::getTypeOutputInfo(type_id, function, &raw mut is_varlena) }
            });
            function
        });
        // SAFETY: the function was looked up for the value's type; its result is a C string in the
        // current memory context, which lives as long as the row.
        unsafe { CStr::from_ptr(raw::OutputFunctionCall(output, value)) }
    }
}

/// The text of a value of one of the provider's columns, without any column of ours: for logs.
/// `None` is the null value, and a value that did not come.
pub(crate) fn text_of(
    column: &Column<'_>,
    type_id: u32,
    typmod: i32,
    arena: &mut Arena,
) -> Option<String> {
    match column {
        Column::Null | Column::Unchanged => None,
        Column::Text(text) => Some(as_utf8(text)),
        _ => {
            // SAFETY: a variable of this process; the functions are used for this value only.
            let context = unsafe { pg_sys::CurrentMemoryContext };
            let type_id = pg_sys::Oid::from(type_id);
            let mut other = OtherType::new(String::new(), type_id, typmod, context);
            Some(as_utf8(other.text(column, arena)))
        }
    }
}

fn function_for(
    context: pg_sys::MemoryContext,
    look_up: impl FnOnce(*mut pg_sys::Oid, *mut pg_sys::Oid),
) -> (pg_sys::FmgrInfo, pg_sys::Oid) {
    let mut function = pg_sys::InvalidOid;
    let mut io_param = pg_sys::InvalidOid;
    look_up(&raw mut function, &raw mut io_param);
    let mut info = pg_sys::FmgrInfo::default();
    // SAFETY: the function exists; what it caches lives as long as the column's description.
    unsafe { pg_sys::fmgr_info_cxt(function, &raw mut info, context) }
    (info, io_param)
}

/// The length that a plain (not compressed, not external) varlena says it has.
///
/// Layout of the header on little-endian machines: `varatt.h`.
fn varlena_length(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.first()?;
    if first & 1 == 1 {
        // One-byte header; the value 1 alone would be a TOAST pointer.
        return (first != 1).then_some(usize::from(first >> 1));
    }
    if first & 3 != 0 {
        return None;
    }
    let header = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    Some((header >> 2) as usize)
}
