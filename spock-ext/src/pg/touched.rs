//! What a statement has touched: tables, and whether anything of it outlives the session.
//!
//! Catalogs are named by the numbers that they have in every version (`catalog/pg_*.h`).

use pgrx::pg_sys;

use super::encoding::as_utf8;
use super::{named_relations, systable};

/// What a statement has touched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched {
    /// Tables that it made, also those that are partitioned.
    pub(crate) new_tables: Vec<u32>,
    /// Tables that it altered, and those whose keys it made or dropped.
    pub(crate) altered_tables: Vec<u32>,
    /// Of them those that got a primary key.
    pub(crate) new_primary_keys: Vec<u32>,
    /// Constraints that it made.
    pub(crate) new_constraints: Vec<u32>,
    /// Whether there were objects that only this session has, and whether there were others.
    pub(crate) temporary: bool,
    pub(crate) permanent: bool,
    /// Schemas of the permanent ones; an empty name stands for those that are in none.
    pub(crate) schemas: Vec<String>,
}

/// An object of the server's catalogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Object {
    pub(super) class: pg_sys::Oid,
    pub(super) oid: pg_sys::Oid,
}

const CONSTRAINT: u32 = 2606;

/// Catalogs whose objects live and die with another one, in whose schema they are.
fn is_part(class: pg_sys::Oid) -> bool {
    const ATTRDEF: u32 = 2604;
    const INDEX: u32 = 2610;
    const INHERITS: u32 = 2611;
    const REWRITE: u32 = 2618;
    const TRIGGER: u32 = 2620;
    const POLICY: u32 = 3256;
    [ATTRDEF, CONSTRAINT, INDEX, INHERITS, REWRITE, TRIGGER, POLICY].contains(&class.to_u32())
}

impl Touched {
    /// Notes whether an object is temporary, and its schema.
    ///
    /// # Safety
    /// In a transaction.
    pub(super) unsafe fn note(&mut self, object: Object) {
        if is_part(object.class) {
            return;
        }
        // SAFETY: guarded look-ups in a transaction.
        unsafe {
            let schema = if object.class == pg_sys::NamespaceRelationId {
                object.oid
            } else if object.class == pg_sys::RelationRelationId {
                match named_relations::persistence(object.oid) {
                    0 => return,
                    pg_sys::RELPERSISTENCE_TEMP => {
                        self.temporary = true;
                        return;
                    }
                    _ => pg_sys::get_rel_namespace(object.oid),
                }
            } else {
                let Some(schema) = schema_of(object) else { return };
                schema
            };
            if schema != pg_sys::InvalidOid && pg_sys::isAnyTempNamespace(schema) {
                self.temporary = true;
                return;
            }
            self.permanent = true;
            let name = systable::schema_name(schema.to_u32());
            let schema = name.map_or_else(String::new, |name| as_utf8(&name));
            if !self.schemas.contains(&schema) {
                self.schemas.push(schema);
            }
        }
    }

    /// Notes a new constraint, if the object is one.
    pub(super) fn note_new_constraint(&mut self, object: Object) {
        if object.class.to_u32() == CONSTRAINT {
            self.new_constraints.push(object.oid.to_u32());
        }
    }

    /// Notes a new relation.
    ///
    /// # Safety
    /// In a transaction, and the relation is visible.
    pub(super) unsafe fn note_new_relation(&mut self, relation: pg_sys::Oid) {
        // SAFETY: guarded look-ups in a transaction.
        unsafe {
            let kind = pg_sys::get_rel_relkind(relation) as u8;
            if is_table(kind) {
                self.new_tables.push(relation.to_u32());
            } else if kind == pg_sys::RELKIND_INDEX {
                let table = pg_sys::IndexGetRelation(relation, true);
                self.note_altered(table);
                if is_primary_key(relation) {
                    self.new_primary_keys.push(table.to_u32());
                }
            }
        }
    }

    /// Notes a relation that was altered, where it is a table.
    ///
    /// # Safety
    /// In a transaction.
    pub(super) unsafe fn note_altered(&mut self, relation: pg_sys::Oid) {
        // SAFETY: a guarded look-up that answers for relations that are gone.
        let kind = unsafe { pg_sys::get_rel_relkind(relation) } as u8;
        let relation = relation.to_u32();
        if is_table(kind) && !self.altered_tables.contains(&relation) {
            self.altered_tables.push(relation);
        }
    }
}

fn is_table(kind: u8) -> bool {
    matches!(kind, pg_sys::RELKIND_RELATION | pg_sys::RELKIND_PARTITIONED_TABLE)
}

unsafe fn is_primary_key(index: pg_sys::Oid) -> bool {
    // SAFETY: guarded look-ups; the row is read before it is released.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::INDEXRELID as i32;
        let tuple = pg_sys::SearchSysCache1(cache, pg_sys::Datum::from(index));
        if tuple.is_null() {
            return false;
        }
        let is_primary =
            (*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_index>()).indisprimary;
        pg_sys::ReleaseSysCache(tuple);
        is_primary
    }
}

/// The schema of an object, of the catalogs whose objects are in one; nothing when it is gone.
unsafe fn schema_of(object: Object) -> Option<pg_sys::Oid> {
    use pg_sys::SysCacheIdentifier as Cache;
    let Object { class, oid } = object;
    let cache = match class.to_u32() {
        1247 => Cache::TYPEOID,
        1255 => Cache::PROCOID,
        2607 => Cache::CONVOID,
        2616 => Cache::CLAOID,
        2617 => Cache::OPEROID,
        2753 => Cache::OPFAMILYOID,
        3381 => Cache::STATEXTOID,
        3456 => Cache::COLLOID,
        3600 => Cache::TSDICTOID,
        3601 => Cache::TSPARSEROID,
        3602 => Cache::TSCONFIGOID,
        3764 => Cache::TSTEMPLATEOID,
        _ => return Some(pg_sys::InvalidOid),
    };
    // SAFETY: guarded look-ups in the cache that serves the catalog.
    unsafe {
        let key = pg_sys::Datum::from(oid);
        let none = pg_sys::Datum::null();
        if !pg_sys::SearchSysCacheExists(cache as i32, key, none, none, none) {
            return None;
        }
        let address = pg_sys::ObjectAddress { classId: class, objectId: oid, objectSubId: 0 };
        Some(pg_sys::get_object_namespace(&raw const address))
    }
}
