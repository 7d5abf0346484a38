//! Relations as the relation cache shows them, and what invalidates them.
//!
//! [`RelationRef`] reads the name and the columns of a relation that somebody else holds open.
//! [`invalidate`] makes every process of the database look at a relation again: whoever changes
//! what spock publishes of a table calls it in the same transaction, because a walsender caches
//! its decision for each relation and the server sends the invalidation at the commit's place in
//! the stream. [`Invalidations`] is the receiving end.
//!
//! **Invariant**: the invalidation callbacks only take notes. They run at any place where the server
//! takes a lock, so whoever keeps something per relation drains the notes before it uses it.

use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use std::marker::PhantomData;

use pgrx::pg_sys;

use super::encoding::from_server;
use super::systable;

/// Tells all processes, at commit, that what they know about the relation is out of date. One that
/// is gone needs no telling.
pub(crate) fn invalidate(relation: u32) {
    // SAFETY: guarded server calls inside a transaction; the tuple is released after its use.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::RELOID as i32;
        let tuple = pg_sys::SearchSysCache1(cache, pg_sys::Datum::from(relation));
        if !tuple.is_null() {
            pg_sys::CacheInvalidateRelcacheByTuple(tuple);
            pg_sys::ReleaseSysCache(tuple);
        }
    }
}

/// Schema and name of a relation, for messages; its number when it is gone.
pub(crate) fn qualified_name(relation: u32) -> String {
    let oid = pg_sys::Oid::from(relation);
    // SAFETY: guarded calls inside a transaction; the name is a copy.
    unsafe {
        let name = pg_sys::get_rel_name(oid);
        if name.is_null() {
            return relation.to_string();
        }
        let schema = systable::schema_name(pg_sys::get_rel_namespace(oid).to_u32());
        let schema = schema.map_or_else(String::new, |schema| from_server(schema.as_ptr()));
        format!("{schema}.{}", from_server(name))
    }
}

/// Name of a column; nothing when there is none of that number.
pub(crate) fn column_name(relation: u32, column: i16) -> Option<String> {
    // SAFETY: a guarded call inside a transaction; the name is a copy.
    unsafe {
        let name = pg_sys::get_attname(pg_sys::Oid::from(relation), column, true);
        (!name.is_null()).then(|| from_server(name))
    }
}

/// Whether it is neither UNLOGGED nor TEMP: only then are its changes in the log.
pub(crate) fn is_permanent(relation: u32) -> bool {
    // SAFETY: a guarded look-up inside a transaction.
    let persistence = unsafe { pg_sys::get_rel_persistence(pg_sys::Oid::from(relation)) };
    persistence as u8 == pg_sys::RELPERSISTENCE_PERMANENT
}

/// A relation that the server (or a caller up the stack) holds open for `'a`.
#[derive(Clone, Copy)]
pub(crate) struct RelationRef<'a> {
    raw: pg_sys::Relation,
    life: PhantomData<&'a ()>,
}

impl<'a> RelationRef<'a> {
    /// Wraps an open relation.
    ///
    /// # Safety
    /// The relation stays open, and locked against changes of its shape, for `'a`.
    pub(crate) unsafe fn new(raw: pg_sys::Relation) -> Self {
        Self { raw, life: PhantomData }
    }

    /// The OID.
    #[inline]
    pub(crate) fn oid(self) -> u32 {
        // SAFETY: the relation is open.
        unsafe { (*self.raw).rd_id.to_u32() }
    }

    /// OID of the schema.
    pub(crate) fn namespace(self) -> u32 {
        // SAFETY: the relation is open, its pg_class row belongs to it.
        unsafe { (*(*self.raw).rd_rel).relnamespace.to_u32() }
    }

    /// Name without schema, in the database's encoding.
    pub(crate) fn name(self) -> &'a CStr {
        // SAFETY: as above; NameData ends with a zero byte.
        unsafe { CStr::from_ptr((*(*self.raw).rd_rel).relname.data.as_ptr()) }
    }

    /// Name without schema, as UTF-8.
    pub(crate) fn text_name(self) -> String {
        // SAFETY: a C string in the database's encoding.
        unsafe { from_server(self.name().as_ptr()) }
    }

    /// Name of the schema, as UTF-8; empty when that is about to go.
    pub(crate) fn text_schema(self) -> String {
        systable::schema_name(self.namespace()).map_or_else(String::new, |name| {
            // SAFETY: a C string in the database's encoding.
            unsafe { from_server(name.as_ptr()) }
        })
    }

    /// Is the column with this number (from 1) part of the replica identity? Only while decoding:
    /// the identity is that of the historic snapshot.
    pub(crate) fn identity(self) -> impl Fn(i16) -> bool {
        // SAFETY: a guarded call on an open relation; the set lives in the current memory context.
        let members = unsafe { pg_sys::RelationGetIdentityKeyBitmap(self.raw) };
        move |number| {
            let member = i32::from(number) - pg_sys::FirstLowInvalidHeapAttributeNumber;
            // SAFETY: a null set is empty.
            unsafe { pg_sys::bms_is_member(member, members) }
        }
    }

    /// Are whole old rows written to the log?
    pub(crate) fn has_full_identity(self) -> bool {
        // SAFETY: the relation is open, its pg_class row belongs to it.
        unsafe { (*(*self.raw).rd_rel).relreplident as u8 == pg_sys::REPLICA_IDENTITY_FULL }
    }

    /// Numbers of the columns of the primary key; none without one. Also while decoding.
    pub(crate) fn primary_key(self) -> Vec<i16> {
        // SAFETY: a guarded call on an open relation.
        self.key_columns(unsafe { super::compat::primary_key_index(self.raw) })
    }

    /// Numbers of the columns by which rows are found here: of the replica identity, else of the primary
    /// key, in the order of their index. Also while decoding.
    pub(crate) fn locating_key(self) -> Vec<i16> {
        // SAFETY: as primary_key().
        self.key_columns(unsafe { super::compat::executor::identity_index(self.raw) })
    }

    fn key_columns(self, oid: pg_sys::Oid) -> Vec<i16> {
        // SAFETY: guarded calls; the index is closed again, or by the resource owner.
        unsafe {
            if oid == pg_sys::InvalidOid {
                return Vec::new();
            }
            let index = pg_sys::RelationIdGetRelation(oid);
            if index.is_null() {
                return Vec::new();
            }
            let form = (*index).rd_index;
            let count = usize::try_from((*form).indnkeyatts).unwrap_or(0);
            let numbers =
                std::slice::from_raw_parts((*form).indkey.values.as_ptr(), count).to_vec();
            pg_sys::RelationClose(index);
            numbers
        }
    }

    /// Number of columns, dropped ones included.
    pub(crate) fn column_count(self) -> usize {
        // SAFETY: the relation is open.
        unsafe { (*(*self.raw).rd_att).natts as usize }
    }

    /// The columns in their order, dropped ones included.
    pub(crate) fn columns(self) -> impl Iterator<Item = ColumnRef<'a>> {
        (0..self.column_count()).map(move |index| {
            // SAFETY: index < natts of the open relation's descriptor, which lives as long.
            let raw = unsafe { super::compat::tuple_desc_attr((*self.raw).rd_att, index) };
            ColumnRef { raw }
        })
    }

    /// The server's pointer, for the other files of this layer.
    pub(super) fn raw(self) -> pg_sys::Relation {
        self.raw
    }
}

/// One column of an open relation.
#[derive(Clone, Copy)]
pub(crate) struct ColumnRef<'a> {
    raw: &'a pg_sys::FormData_pg_attribute,
}

impl<'a> ColumnRef<'a> {
    /// Name in the database's encoding.
    pub(crate) fn name(self) -> &'a CStr {
        // SAFETY: NameData ends with a zero byte.
        unsafe { CStr::from_ptr(self.raw.attname.data.as_ptr()) }
    }

    /// Name as UTF-8.
    pub(crate) fn text_name(self) -> String {
        // SAFETY: a C string in the database's encoding.
        unsafe { from_server(self.name().as_ptr()) }
    }

    /// Number, from 1.
    pub(crate) fn number(self) -> i16 {
        self.raw.attnum
    }

    /// OID of the type.
    pub(crate) fn type_oid(self) -> u32 {
        self.raw.atttypid.to_u32()
    }

    /// Type modifier, -1 for none.
    pub(crate) fn type_modifier(self) -> i32 {
        self.raw.atttypmod
    }

    /// `typlen`: bytes, -1 for varlena, -2 for a C string.
    pub(crate) fn length(self) -> i16 {
        self.raw.attlen
    }

    /// Passed by value?
    pub(crate) fn by_value(self) -> bool {
        self.raw.attbyval
    }

    /// A column that ALTER TABLE dropped.
    pub(crate) fn is_dropped(self) -> bool {
        self.raw.attisdropped
    }

    /// A generated column: each node computes it by itself.
    pub(crate) fn is_generated(self) -> bool {
        self.raw.attgenerated != 0
    }
}

/// Notes taken by the callbacks: relations to look at again, or everything.
#[derive(Debug, Default)]
pub(crate) struct Invalidations {
    /// Something that may concern any relation changed (a schema, too many relations).
    pub(crate) everything: bool,
    /// These relations changed.
    pub(crate) relations: Vec<u32>,
}

/// More changed relations than this between two looks count as "everything".
const MAX_NOTED: usize = 256;

thread_local! {
    static REGISTERED: Cell<bool> = const { Cell::new(false) };
    static PENDING: Cell<bool> = const { Cell::new(false) };
    static NOTES: RefCell<Invalidations> =
        const { RefCell::new(Invalidations { everything: false, relations: Vec::new() }) };
}

impl Invalidations {
    /// Starts to take notes in this process; the server has no way to stop it again.
    pub(crate) fn watch() {
        if REGISTERED.replace(true) {
            return;
        }
        // SAFETY: the callbacks are plain functions that stay for the life of the process.
        unsafe {
            let nothing = pg_sys::Datum::from(0);
            pg_sys::CacheRegisterRelcacheCallback(Some(relation_changed), nothing);
            pg_sys::CacheRegisterSyscacheCallback(
                pg_sys::SysCacheIdentifier::NAMESPACEOID as i32,
                Some(schema_changed),
                nothing,
            );
        }
    }

    /// Takes the notes made since the last call, if there are any.
    #[inline]
    pub(crate) fn take() -> Option<Self> {
        if !PENDING.get() {
            return None;
        }
        PENDING.set(false);
        Some(NOTES.take())
    }
}

fn note(relation: u32) {
    NOTES.with_borrow_mut(|notes| {
        if relation == 0 || notes.relations.len() >= MAX_NOTED {
            notes.everything = true;
            notes.relations.clear();
        } else if !notes.everything && !notes.relations.contains(&relation) {
            notes.relations.push(relation);
        }
    });
    PENDING.set(true);
}

/// Relation cache callback; a zero OID means all relations.
unsafe extern "C-unwind" fn relation_changed(_arg: pg_sys::Datum, relation: pg_sys::Oid) {
    note(relation.to_u32());
}

/// System cache callback for schemas, whose names go over the wire.
unsafe extern "C-unwind" fn schema_changed(_arg: pg_sys::Datum, _cache: i32, _hash: u32) {
    note(0);
}
