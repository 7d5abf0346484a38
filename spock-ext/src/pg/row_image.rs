//! Rows of the decoded log made of other ones: for changes that a row filter turns into another kind.

use pgrx::pg_sys;
use pgrx::varlena::{varatt_is_1b_e, vartag_external};

use super::relation::RelationRef;
use super::tuple::RowRef;

/// A value stored out of line that the change did not touch: it is not in the log.
///
/// # Safety
/// `value` is a varlena.
#[inline]
pub(super) unsafe fn is_unchanged(value: *mut pg_sys::varlena) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        varatt_is_1b_e(value)
            && u32::from(vartag_external(value)) == pg_sys::vartag_external::VARTAG_ONDISK
    }
}

/// `new`, with the values that it left out taken from `old`, the whole row before.
pub(crate) fn completed<'a>(
    relation: RelationRef<'_>,
    new: RowRef<'a>,
    old: RowRef<'a>,
) -> RowRef<'a> {
    let is_left_out = |attribute: &Attribute| {
        // SAFETY: the value is one of the row, and not null; only a varlena can be out of line.
        attribute.length == -1 && unsafe { is_unchanged(attribute.value.cast_mut_ptr()) }
    };
    let rest = |attribute: &Attribute| value(relation, old, attribute.number);
    rebuilt(relation, new, is_left_out, rest)
}

/// `row`, with nothing but the columns that `keep` names.
pub(crate) fn reduced<'a>(
    relation: RelationRef<'_>,
    row: RowRef<'a>,
    keep: impl Fn(i16) -> bool,
) -> RowRef<'a> {
    rebuilt(relation, row, |attribute| !keep(attribute.number), |_| None)
}

struct Attribute {
    number: i16,
    length: i16,
    value: pg_sys::Datum,
}

fn value(relation: RelationRef<'_>, row: RowRef<'_>, number: i16) -> Option<pg_sys::Datum> {
    let mut is_null = true;
    // SAFETY: the row is one of the relation, which has the column.
    let value = unsafe {
        let descriptor = (*relation.raw()).rd_att;
        pg_sys::heap_getattr(row.raw(), i32::from(number), descriptor, &mut is_null)
    };
    (!is_null).then_some(value)
}

/// The row with other values for the attributes that `replace` picks. It stands in the current memory
/// context, which in a callback of the output plugin lives as long as the row that it was made of.
fn rebuilt<'a>(
    relation: RelationRef<'_>,
    row: RowRef<'a>,
    replace: impl Fn(&Attribute) -> bool,
    with: impl Fn(&Attribute) -> Option<pg_sys::Datum>,
) -> RowRef<'a> {
    let count = relation.column_count();
    let mut values = vec![pg_sys::Datum::from(0); count];
    let mut nulls = vec![true; count];
    let mut replaced = vec![false; count];
    for (index, column) in relation.columns().enumerate() {
        let number = column.number();
        let Some(value) = value(relation, row, number) else { continue };
        let attribute = Attribute { number, length: column.length(), value };
        if !replace(&attribute) {
            continue;
        }
        replaced[index] = true;
        if let Some(other) = with(&attribute) {
            values[index] = other;
            nulls[index] = false;
        }
    }
    // SAFETY: a guarded call; the arrays have an element for each column.
    unsafe {
        let tuple = pg_sys::heap_modify_tuple(
            row.raw(),
            (*relation.raw()).rd_att,
            values.as_mut_ptr(),
            nulls.as_mut_ptr(),
            replaced.as_mut_ptr(),
        );
        RowRef::new(tuple).unwrap_or(row)
    }
}
