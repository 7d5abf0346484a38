//! What a table of this node looks like to incoming changes: found by name, described once.

use std::collections::BTreeSet;
use std::ffi::{CStr, CString};
use std::ptr::null_mut;

use pgrx::pg_sys;
use spock_core::schema::types::TypeRef;

use super::column_input::ColumnInput;
use super::compat::executor as compat;
use super::encoding::{as_utf8, from_server};
use super::owner;
use super::warm_set::WarmSet;

/// The number of a table, as the functions here take it.
pub(crate) type RelationOid = pg_sys::Oid;

/// `pg_class.relkind` of an ordinary table.
pub(crate) const RELKIND_TABLE: u8 = pg_sys::RELKIND_RELATION;

/// `pg_class.relkind` of a partitioned table.
pub(crate) const RELKIND_PARTITIONED: u8 = pg_sys::RELKIND_PARTITIONED_TABLE;

/// A column that values can be written to.
pub(crate) struct LocalColumn {
    /// Its name, in the database's encoding.
    pub(crate) name: Vec<u8>,
    /// 0-based attribute.
    pub(crate) attribute: usize,
    /// How its values are read from the wire.
    pub(crate) input: ColumnInput,
    /// Its type.
    pub(crate) kind: TypeRef,
    /// Whether it is computed from others.
    pub(crate) generated: bool,
}

/// The table; see the module's page.
pub(crate) struct LocalRelation {
    pub(crate) oid: pg_sys::Oid,
    /// `pg_class.relkind`.
    pub(crate) kind: u8,
    /// Whole old rows of it stand in the log, as tables with delta columns need it.
    pub(crate) has_full_identity: bool,
    /// Attributes, dropped ones included.
    pub(crate) attributes: usize,
    /// Columns that are not dropped.
    pub(crate) columns: Vec<LocalColumn>,
}

/// Looks a table up by name; `None` when schema or table do not exist.
pub(crate) fn find(schema: &CStr, name: &CStr) -> Option<RelationOid> {
    // SAFETY: guarded look-ups inside a transaction.
    unsafe {
        let namespace = pg_sys::get_namespace_oid(schema.as_ptr(), true);
        if namespace == pg_sys::InvalidOid {
            return None;
        }
        let oid = pg_sys::get_relname_relid(name.as_ptr(), namespace);
        (oid != pg_sys::InvalidOid).then_some(oid)
    }
}

/// Schema and name of a table; `None` when it is gone.
pub(crate) fn name_of(table: RelationOid) -> Option<(CString, CString)> {
    // SAFETY: guarded look-ups inside a transaction; what they return are copies.
    unsafe {
        let name = pg_sys::get_rel_name(table);
        let schema = pg_sys::get_namespace_name(pg_sys::get_rel_namespace(table));
        let is_there = !name.is_null() && !schema.is_null();
        is_there.then(|| (CStr::from_ptr(schema).to_owned(), CStr::from_ptr(name).to_owned()))
    }
}

/// The number that a column of a table has in another one, by its name.
pub(crate) fn same_column(table: RelationOid, number: i16, other: RelationOid) -> Option<i16> {
    // SAFETY: guarded look-ups inside a transaction; the name is a copy.
    unsafe {
        let name = pg_sys::get_attname(table, number, true);
        if name.is_null() {
            return None;
        }
        let number = pg_sys::get_attnum(other, name);
        (number > 0).then_some(number)
    }
}

/// The type under a domain, or the type itself.
pub(crate) fn base_type(kind: TypeRef) -> TypeRef {
    let mut modifier = kind.modifier;
    // SAFETY: a guarded look-up inside a transaction.
    let oid =
        unsafe { pg_sys::getBaseTypeAndTypmod(pg_sys::Oid::from(kind.oid), &raw mut modifier) };
    TypeRef { oid: oid.to_u32(), modifier }
}

/// A type as SQL names it.
pub(crate) fn type_name(kind: TypeRef) -> String {
    // SAFETY: a guarded look-up inside a transaction, which gives a C string also for an unknown type.
    unsafe {
        from_server(pg_sys::format_type_with_typemod(pg_sys::Oid::from(kind.oid), kind.modifier))
    }
}

/// Describes a table; `None` when it is gone.
///
/// What the columns' input functions cache lives as long as the warm set's contents.
pub(crate) fn describe(oid: RelationOid, warm: &WarmSet) -> Option<LocalRelation> {
    // SAFETY: inside a transaction; the relation stays locked until its end.
    unsafe {
        super::write_gate::lock_to_write(oid);
        let relation = pg_sys::try_relation_open(oid, pg_sys::NoLock as i32);
        if relation.is_null() {
            return None;
        }
        let descriptor = (*relation).rd_att;
        let attributes = (*descriptor).natts as usize;
        let mut columns = Vec::with_capacity(attributes);
        for attribute in 0..attributes {
            let form = compat::attribute(descriptor, attribute);
            if form.attisdropped {
                continue;
            }
            let name = CStr::from_ptr(form.attname.data.as_ptr());
            columns.push(LocalColumn {
                name: name.to_bytes().to_vec(),
                attribute,
                input: ColumnInput::new(as_utf8(name), form, warm.context),
                kind: TypeRef { oid: form.atttypid.to_u32(), modifier: form.atttypmod },
                generated: form.attgenerated != 0,
            });
        }
        let kind = (*(*relation).rd_rel).relkind as u8;
        let has_full_identity =
            (*(*relation).rd_rel).relreplident as u8 == pg_sys::REPLICA_IDENTITY_FULL;
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        Some(LocalRelation { oid, kind, has_full_identity, attributes, columns })
    }
}

/// Keeps everybody else out of a table until the end of the transaction.
pub(crate) fn lock_exclusively(table: pg_sys::Oid) {
    // SAFETY: inside a transaction; the lock goes with it.
    unsafe { pg_sys::LockRelationOid(table, pg_sys::AccessExclusiveLock as i32) }
}

/// Empties one table of this node.
pub(crate) fn truncate_one(table: u32) {
    truncate(&[pg_sys::Oid::from(table)], false);
}

/// Empties tables of this node: as one command, or, where their triggers may run code of theirs, as one
/// command of each owner.
pub(crate) fn truncate(tables: &[pg_sys::Oid], restart_sequences: bool) {
    // SAFETY: inside a transaction; each relation is locked before it is looked at, until its end.
    let described = unsafe {
        let mut described = Vec::with_capacity(tables.len());
        for oid in tables {
            let relation = pg_sys::table_open(*oid, pg_sys::AccessExclusiveLock as i32);
            let triggers = (*relation).trigdesc;
            let fires = !triggers.is_null()
                && ((*triggers).trig_truncate_before_statement
                    || (*triggers).trig_truncate_after_statement);
            described.push((*oid, (*(*relation).rd_rel).relowner, fires));
            pg_sys::table_close(relation, pg_sys::NoLock as i32);
        }
        described
    };
    if described.iter().all(|(_, _, fires)| !fires) {
        truncate_together(tables, restart_sequences);
        return;
    }
    let owners: BTreeSet<u32> = described.iter().map(|(_, owner, _)| owner.to_u32()).collect();
    for owner in owners {
        let owner = pg_sys::Oid::from(owner);
        let of_owner: Vec<pg_sys::Oid> = described
            .iter()
            .filter(|(_, other, _)| *other == owner)
            .map(|(oid, _, _)| *oid)
            .collect();
        let before = owner::act_as(owner);
        truncate_together(&of_owner, restart_sequences);
        before.put_back();
    }
}

fn truncate_together(tables: &[pg_sys::Oid], restart_sequences: bool) {
    // SAFETY: inside a transaction; each relation is locked before it is opened and the lists are
    // built side by side. Only permanent tables are replicated, and those of a node that decodes
    // its log are logged.
    unsafe {
        let mut relations: *mut pg_sys::List = null_mut();
        let mut oids: *mut pg_sys::List = null_mut();
        let mut logged: *mut pg_sys::List = null_mut();
        for oid in tables {
            let relation = pg_sys::table_open(*oid, pg_sys::AccessExclusiveLock as i32);
            relations = pg_sys::lappend(relations, relation.cast());
            oids = pg_sys::lappend_oid(oids, *oid);
            logged = pg_sys::lappend_oid(logged, *oid);
        }
        compat::truncate(relations, oids, logged, restart_sequences);
        for position in 0..tables.len() {
            let relation = pg_sys::list_nth(relations, position as i32).cast();
            pg_sys::table_close(relation, pg_sys::NoLock as i32);
        }
    }
}
