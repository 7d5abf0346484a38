//! Labels that the server keeps for us on columns (`commands/seclabel.h`).
//!
//! A security label is a text that belongs to a column: it follows renames, goes with a dropped column,
//! stands in every kind of dump, and is a row of a system catalog, so that decoding sees it as it was at
//! each place of the stream. Being a label provider takes no more than the registration below.
//!
//! **Invariant**: whoever caches what labels say caches it with the relation; a change of a label
//! invalidates that.

use std::ffi::CStr;
use std::sync::OnceLock;

use pgrx::{PgSqlErrorCode, pg_guard, pg_sys};

use super::encoding::from_server;
use super::error::{OrRaise, SpockError};
use super::relation;
use super::systable::{self, Condition, Way};

/// Our name as a provider of labels.
const PROVIDER: &CStr = c"spock";

/// Judges a label before a column gets it; none when it is being taken away.
pub(crate) type Judge =
    fn(relation: u32, column: i16, label: Option<&str>) -> Result<(), SpockError>;

static JUDGE: OnceLock<Judge> = OnceLock::new();

/// Makes us a provider of labels; in `_PG_init`.
pub(crate) fn register(judge: Judge) {
    let _already = JUDGE.set(judge);
    // SAFETY: a guarded call, which copies the name.
    unsafe { pg_sys::register_label_provider(PROVIDER.as_ptr(), Some(check)) }
}

/// The server asks before it writes or removes a label of ours.
#[pg_guard]
unsafe extern "C-unwind" fn check(
    object: *const pg_sys::ObjectAddress,
    label: *const std::ffi::c_char,
) {
    // SAFETY: the server gives an address it has locked, and a C string or null.
    let (object, label) =
        unsafe { (&*object, if label.is_null() { None } else { Some(from_server(label)) }) };
    let column = i16::try_from(object.objectSubId).unwrap_or(0);
    if object.classId != pg_sys::RelationRelationId || column <= 0 {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            "spock has security labels for columns of tables only",
        )
        .raise();
    }
    let table = object.objectId.to_u32();
    if let Some(judge) = JUDGE.get() {
        judge(table, column, label.as_deref()).or_raise();
    }
    relation::invalidate(table);
}

/// The columns of a relation that have this label, by number.
pub(crate) fn columns(relation: u32, label: &str) -> Vec<i16> {
    // Columns of pg_seclabel.
    const OBJECT: i16 = 1;
    const CLASS: i16 = 2;
    const COLUMN: i16 = 3;
    const PROVIDED_BY: i16 = 4;
    const LABEL: i16 = 5;
    let of_relation = [
        Condition::Oid(OBJECT, relation),
        Condition::Oid(CLASS, pg_sys::RelationRelationId.to_u32()),
    ];
    let mut columns = Vec::new();
    let labels = pg_sys::SecLabelRelationId.to_u32();
    systable::scan(labels, Way::PrimaryKey, &of_relation, |row| {
        let text = |column| row.get::<String>(column).unwrap_or_default();
        if text(PROVIDED_BY).as_bytes() == PROVIDER.to_bytes()
            && text(LABEL) == label
            && let Some(column) = row.get::<i32>(COLUMN)
        {
            columns.extend(i16::try_from(column));
        }
    });
    columns.sort_unstable();
    columns
}
