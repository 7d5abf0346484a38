//! Rows of the decoded log, written column by column in the forms of the wire.
//!
//! A [`RowWriter`] is made once for each relation: it knows which columns go out and in which
//! [`Form`], and keeps the type functions ready. On the hot path it calls the server without guards.
//!
//! **Invariants**
//! - An ERROR of a type function leaves [`RowWriter::append`] by a long jump. Nothing on its frames
//!   owns anything with `Drop`; the buffers belong to the caller's long-lived state.
//! - Type functions allocate in the current memory context, which the caller resets between rows.
//! - Text does not depend on the session: dates, intervals, floats and bytea have one form each.

use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;

use pgrx::pg_sys;
use pgrx::varlena::{
    varatt_is_1b, varatt_is_1b_e, varatt_is_4b_u, varsize_any, varsize_any_exhdr, vartag_external,
};
use spock_core::proto::encode::{self, TupleKind};

use super::encoding::from_server;
use super::error::finally;
use super::relation::{ColumnRef, RelationRef};
use super::row_image::is_unchanged;
use super::value::{FromValue, Value};

unsafe extern "C-unwind" {
    // Unguarded: a guard for each column costs as much as the column.
    fn heap_deform_tuple(
        tuple: pg_sys::HeapTuple,
        descriptor: pg_sys::TupleDesc,
        values: *mut pg_sys::Datum,
        nulls: *mut bool,
    );
    fn OutputFunctionCall(function: *mut pg_sys::FmgrInfo, value: pg_sys::Datum) -> *mut c_char;
    fn SendFunctionCall(
        function: *mut pg_sys::FmgrInfo,
        value: pg_sys::Datum,
    ) -> *mut pg_sys::varlena;
    fn pg_detoast_datum_packed(value: *mut pg_sys::varlena) -> *mut pg_sys::varlena;
    static mut bytea_output: c_int;
}

/// How the values of a column travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The bytes of the datum.
    Internal,
    /// What the type's send function makes.
    Binary,
    /// What the type's output function makes.
    Text,
    /// A JSON value, in a row that [`RowWriter::append_json`] writes.
    Json,
}

/// What the choice of a [`Form`] depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypeFacts {
    /// The type.
    pub(crate) oid: u32,
    /// `typtype`: b base, c composite, d domain, e enum, r range, m multirange, p pseudo.
    pub(crate) kind: u8,
    /// Element type of an array (or of a fixed-length type with subscripts), else zero.
    pub(crate) element: u32,
    /// Has a send function, and a receive function for the other side.
    pub(crate) binary: bool,
}

/// Looks a type up; an unknown one (its column is about to go) counts as a pseudo type.
pub(crate) fn type_facts(oid: u32) -> TypeFacts {
    // SAFETY: guarded server calls inside a transaction; the tuple is released after its fields were
    // copied.
    unsafe {
        let tuple = pg_sys::SearchSysCache1(
            pg_sys::SysCacheIdentifier::TYPEOID as i32,
            pg_sys::Datum::from(oid),
        );
        if tuple.is_null() {
            return TypeFacts { oid, kind: b'p', element: 0, binary: false };
        }
        let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_type>();
        let facts = TypeFacts {
            oid,
            kind: form.typtype as u8,
            element: form.typelem.to_u32(),
            binary: form.typsend != pg_sys::InvalidOid && form.typreceive != pg_sys::InvalidOid,
        };
        pg_sys::ReleaseSysCache(tuple);
        facts
    }
}

/// A row image that the reorder buffer lends for one callback.
#[derive(Clone, Copy)]
pub(crate) struct RowRef<'a> {
    raw: pg_sys::HeapTuple,
    life: PhantomData<&'a ()>,
}

impl RowRef<'_> {
    /// Wraps a tuple; null means that there is none.
    ///
    /// # Safety
    /// The tuple stays for `'a` and belongs to the relation it is used with.
    pub(super) unsafe fn new(raw: pg_sys::HeapTuple) -> Option<Self> {
        (!raw.is_null()).then_some(Self { raw, life: PhantomData })
    }

    /// The tuple itself.
    pub(super) fn raw(self) -> pg_sys::HeapTuple {
        self.raw
    }

    /// The value of a column; none when it is null or of another type.
    pub(crate) fn get<T: FromValue>(self, relation: RelationRef<'_>, column: i16) -> Option<T> {
        // SAFETY: the row belongs to the relation; a column that it does not have is refused.
        let value = unsafe {
            let descriptor = (*relation.raw()).rd_att;
            if column < 1 || column as usize > relation.column_count() {
                return None;
            }
            let mut is_null = false;
            let column = i32::from(column);
            let datum = pg_sys::heap_getattr(self.raw, column, descriptor, &mut is_null);
            let attribute = super::compat::tuple_desc_attr(descriptor, column as usize - 1);
            Value::from_datum(datum, is_null, attribute.atttypid)
        };
        T::from_value(value)
    }
}

/// A memory context of our own, deleted with its owner.
///
/// It hangs below the top context: one below a decoding context would be gone before the state that
/// hangs on that context's deletion is dropped.
pub(super) struct OwnedContext(pg_sys::MemoryContext);

impl OwnedContext {
    pub(super) fn new(name: &'static CStr) -> Self {
        // SAFETY: a guarded server call; the name is static, as the server asks.
        Self(unsafe {
            pg_sys::AllocSetContextCreateInternal(
                pg_sys::TopMemoryContext,
                name.as_ptr(),
                pg_sys::ALLOCSET_SMALL_MINSIZE as usize,
                pg_sys::ALLOCSET_SMALL_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            )
        })
    }

    pub(super) fn raw(&self) -> pg_sys::MemoryContext {
        self.0
    }
}

impl Drop for OwnedContext {
    fn drop(&mut self) {
        // SAFETY: ours alone, and never the current context outside of a row.
        unsafe { pg_sys::MemoryContextDelete(self.0) };
    }
}

/// How one column is written.
enum How {
    ByValue(u8),
    Fixed(usize),
    Varlena,
    Function { form: Form, varlena: bool, function: Box<pg_sys::FmgrInfo> },
}

struct Column {
    index: usize,
    how: How,
}

/// Writes the rows of one relation.
pub(crate) struct RowWriter {
    columns: Vec<Column>,
    /// Scratch for the deformed row, as long as the relation has columns.
    values: Vec<pg_sys::Datum>,
    nulls: Vec<bool>,
    /// Some column goes as text, so the session's style matters.
    text: bool,
    /// Home of what the type functions keep between calls; after the columns, which use it.
    _memory: OwnedContext,
}

impl RowWriter {
    /// Prepares the columns that `form` names a form for.
    pub(crate) fn new(
        relation: RelationRef<'_>,
        mut form: impl FnMut(ColumnRef<'_>) -> Option<Form>,
    ) -> Self {
        let memory = OwnedContext::new(c"spock output columns");
        let count = relation.column_count();
        let mut columns = Vec::with_capacity(count);
        let mut text = false;
        for (index, column) in relation.columns().enumerate() {
            let Some(form) = form(column) else { continue };
            let how = match (form, column.length()) {
                (Form::Internal, length @ 1..) if column.by_value() => How::ByValue(length as u8),
                (Form::Internal, length @ 1..) => How::Fixed(length as usize),
                (Form::Internal, -1) => How::Varlena,
                (form, length) => {
                    text |= form != Form::Binary;
                    let function = type_function(column, form, &memory);
                    How::Function { form, varlena: length == -1, function }
                }
            };
            columns.push(Column { index, how });
        }
        let values = vec![pg_sys::Datum::from(0); count];
        Self { columns, values, nulls: vec![true; count], text, _memory: memory }
    }

    /// How many columns go out.
    pub(crate) fn column_count(&self) -> u16 {
        self.columns.len() as u16
    }

    /// Was it made for a relation of this shape?
    pub(crate) fn fits(&self, relation: RelationRef<'_>) -> bool {
        self.values.len() == relation.column_count()
    }

    /// Appends one image of a row.
    pub(crate) fn append(
        &mut self,
        out: &mut Vec<u8>,
        kind: TupleKind,
        relation: RelationRef<'_>,
        row: RowRef<'_>,
    ) {
        self.deform(relation, row);
        self.append_deformed(out, kind);
    }

    /// Appends an image of a row in which all columns but some are null; `keep` has a flag for each
    /// column of the relation.
    pub(crate) fn append_only(
        &mut self,
        out: &mut Vec<u8>,
        kind: TupleKind,
        relation: RelationRef<'_>,
        row: RowRef<'_>,
        keep: &[bool],
    ) {
        self.deform(relation, row);
        for (is_null, keep) in self.nulls.iter_mut().zip(keep) {
            *is_null |= !keep;
        }
        self.append_deformed(out, kind);
    }

    fn append_deformed(&mut self, out: &mut Vec<u8>, kind: TupleKind) {
        encode::tuple_header(out, kind, self.column_count());
        if self.text {
            in_wire_style(&mut || self.append_columns(out));
        } else {
            self.append_columns(out);
        }
    }

    /// Appends one image of a row as a JSON object; values that are not in the log are left out.
    pub(crate) fn append_json(
        &mut self,
        out: &mut String,
        relation: RelationRef<'_>,
        row: RowRef<'_>,
    ) {
        self.deform(relation, row);
        let mut texts = Vec::with_capacity(self.columns.len());
        in_wire_style(&mut || {
            for column in &mut self.columns {
                // SAFETY: the value is a datum of the column's type, from the row just deformed.
                texts.push(unsafe {
                    column.json(self.values[column.index], self.nulls[column.index])
                });
            }
        });
        out.push('{');
        let mut separator = "";
        let names = relation.columns().collect::<Vec<_>>();
        for (column, text) in self.columns.iter().zip(texts) {
            let Some(text) = text else { continue };
            // SAFETY: the server made it, in the database's encoding.
            let text = unsafe { from_server(text) };
            let name = serde_json::Value::from(names[column.index].text_name());
            out.push_str(&format!("{separator}{name}:{text}"));
            separator = ",";
        }
        out.push('}');
    }

    #[inline]
    fn deform(&mut self, relation: RelationRef<'_>, row: RowRef<'_>) {
        debug_assert!(self.fits(relation));
        // SAFETY: values and nulls have room for every column of the relation; the row is one of it.
        unsafe {
            heap_deform_tuple(
                row.raw,
                (*relation.raw()).rd_att,
                self.values.as_mut_ptr(),
                self.nulls.as_mut_ptr(),
            );
        }
    }

    fn append_columns(&mut self, out: &mut Vec<u8>) {
        for column in &mut self.columns {
            if self.nulls[column.index] {
                encode::column_null(out);
                continue;
            }
            let value = self.values[column.index];
            // SAFETY: the value is a datum of the column's type, from the row just deformed.
            unsafe {
                match &mut column.how {
                    How::ByValue(length) => append_by_value(out, value, *length),
                    How::Fixed(length) => {
                        let bytes = std::slice::from_raw_parts(value.cast_mut_ptr(), *length);
                        encode::column_internal(out, bytes);
                    }
                    How::Varlena => append_varlena(out, value.cast_mut_ptr()),
                    How::Function { form, varlena, function } => {
                        if *varlena && is_unchanged(value.cast_mut_ptr()) {
                            encode::column_unchanged(out);
                        } else if *form == Form::Binary {
                            let sent = SendFunctionCall(&mut **function, value);
                            let bytes = std::slice::from_raw_parts(
                                sent.cast::<u8>().add(pg_sys::VARHDRSZ),
                                varsize_any_exhdr(sent),
                            );
                            encode::column_binary(out, bytes);
                        } else {
                            let text = OutputFunctionCall(&mut **function, value);
                            encode::column_text(out, CStr::from_ptr(text));
                        }
                    }
                }
            }
        }
    }
}

impl Column {
    /// The value as JSON, a C string in the current memory context; none when it is not in the log.
    ///
    /// # Safety
    /// `value` is a datum of the column's type, prepared for [`Form::Json`], unless `is_null`.
    unsafe fn json(&mut self, value: pg_sys::Datum, is_null: bool) -> Option<*const c_char> {
        let How::Function { varlena, function, .. } = &mut self.how else { return None };
        if is_null {
            return Some(c"null".as_ptr());
        }
        // SAFETY: as the caller promises; to_json gives a text.
        unsafe {
            if *varlena && is_unchanged(value.cast_mut_ptr()) {
                return None;
            }
            let json = pg_sys::FunctionCall1Coll(&mut **function, pg_sys::InvalidOid, value);
            Some(pg_sys::text_to_cstring(json.cast_mut_ptr()).cast_const())
        }
    }
}

/// The function that makes a column's form, kept with what it remembers in `memory`.
fn type_function(
    column: ColumnRef<'_>,
    form: Form,
    memory: &OwnedContext,
) -> Box<pg_sys::FmgrInfo> {
    let mut function = Box::<pg_sys::FmgrInfo>::default();
    let mut oid = pg_sys::InvalidOid;
    let mut varlena = false;
    let type_oid = pg_sys::Oid::from(column.type_oid());
    // SAFETY: guarded server calls inside a transaction; `memory` lives longer than the function.
    unsafe {
        match form {
            Form::Binary => pg_sys::getTypeBinaryOutputInfo(type_oid, &mut oid, &mut varlena),
            Form::Json => oid = pg_sys::Oid::from(pg_sys::F_TO_JSON),
            Form::Internal | Form::Text => {
                pg_sys::getTypeOutputInfo(type_oid, &mut oid, &mut varlena);
            }
        }
        pg_sys::fmgr_info_cxt(oid, &mut *function, memory.raw());
        if form == Form::Json {
            // A polymorphic function asks the expression that calls it for the argument's type.
            let context = pg_sys::MemoryContextSwitchTo(memory.raw());
            let argument = pg_sys::makeNullConst(type_oid, -1, pg_sys::InvalidOid);
            let call = pg_sys::makeFuncExpr(
                oid,
                pg_sys::JSONOID,
                pg_sys::lappend(std::ptr::null_mut(), argument.cast()),
                pg_sys::InvalidOid,
                pg_sys::InvalidOid,
                pg_sys::CoercionForm::COERCE_EXPLICIT_CALL,
            );
            function.fn_expr = call.cast();
            pg_sys::MemoryContextSwitchTo(context);
        }
    }
    function
}

/// Runs `body` with the style of the wire in force, and puts the session's back.
fn in_wire_style(body: &mut dyn FnMut()) {
    let session = Style::current();
    if session == Style::WIRE {
        body();
        return;
    }
    Style::WIRE.set();
    // SAFETY: the bodies above only call type functions and append to buffers of their callers.
    // Setting the variables back cannot raise.
    unsafe { finally(body, &mut || session.set()) };
}

#[inline]
fn append_by_value(out: &mut Vec<u8>, value: pg_sys::Datum, length: u8) {
    let word = value.value();
    match length {
        1 => encode::column_internal(out, &(word as u8).to_ne_bytes()),
        2 => encode::column_internal(out, &(word as u16).to_ne_bytes()),
        4 => encode::column_internal(out, &(word as u32).to_ne_bytes()),
        _ => encode::column_internal(out, &(word as u64).to_ne_bytes()),
    }
}

/// A varlena with its header, as it is or decompressed.
#[inline]
unsafe fn append_varlena(out: &mut Vec<u8>, mut value: *mut pg_sys::varlena) {
    // SAFETY: the caller's value is a varlena. A value that the reorder buffer put together from
    // the log is behind a pointer, whole and maybe compressed.
    unsafe {
        if varatt_is_1b_e(value) {
            let tag = u32::from(vartag_external(value));
            if tag == pg_sys::vartag_external::VARTAG_ONDISK {
                encode::column_unchanged(out);
                return;
            }
            if tag == pg_sys::vartag_external::VARTAG_INDIRECT {
                let target = value.cast::<u8>().add(pg_sys::VARHDRSZ_EXTERNAL);
                value = target.cast::<*mut pg_sys::varlena>().read_unaligned();
            }
        }
        let plain = varatt_is_4b_u(value) || (varatt_is_1b(value) && !varatt_is_1b_e(value));
        if !plain {
            value = pg_detoast_datum_packed(value);
        }
        let bytes = std::slice::from_raw_parts(value.cast::<u8>(), varsize_any(value));
        encode::column_internal(out, bytes);
    }
}

/// The session settings that shape text.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Style {
    date: c_int,
    interval: c_int,
    float_digits: c_int,
    bytea: c_int,
}

impl Style {
    /// What goes over the wire: ISO dates, `postgres` intervals, exact floats, hex bytea.
    const WIRE: Self = Self {
        date: pg_sys::USE_ISO_DATES as c_int,
        interval: pg_sys::INTSTYLE_POSTGRES as c_int,
        float_digits: 3,
        bytea: 1,
    };

    #[inline]
    fn current() -> Self {
        // SAFETY: variables of this single-threaded process.
        unsafe {
            Self {
                date: pg_sys::DateStyle,
                interval: pg_sys::IntervalStyle,
                float_digits: pg_sys::extra_float_digits,
                bytea: bytea_output,
            }
        }
    }

    fn set(self) {
        // SAFETY: as above; the values are of the server's own ranges.
        unsafe {
            pg_sys::DateStyle = self.date;
            pg_sys::IntervalStyle = self.interval;
            pg_sys::extra_float_digits = self.float_digits;
            bytea_output = self.bytea;
        }
    }
}
