//! This database as a node, as the stream names it.

use std::ffi::{CStr, CString};

use pgrx::PgSqlErrorCode;
use spock_core::oid::NodeId;

use crate::catalog::extension;
use crate::pg::error::SpockError;
use crate::pg::systable::{self, Condition, Way};

// Columns of spock.local_node and spock.node.
const ID: i16 = 1;
const NAME: i16 = 2;

/// Id and name.
pub(super) struct LocalNode {
    pub(super) id: NodeId,
    /// In the database's encoding.
    pub(super) name: CString,
}

impl LocalNode {
    /// Reads it from the catalogs as they are now.
    pub(super) fn read() -> Result<Self, SpockError> {
        let mut id: Option<u32> = None;
        systable::scan(catalog(c"local_node")?, Way::Sequential, &[], |row| id = row.get(ID));
        let id = id.and_then(NodeId::from_oid).ok_or_else(not_found)?;
        let mut name = None;
        let key = [Condition::Oid(ID, id.as_oid())];
        systable::scan(catalog(c"node")?, Way::PrimaryKey, &key, |row| name = row.name(NAME));
        Ok(Self { id, name: name.ok_or_else(not_found)? })
    }
}

/// An error when the library does not know the catalogs of the extension in this database.
pub(super) fn require_fitting_extension() -> Result<(), SpockError> {
    // Columns of pg_extension.
    const EXTENSION: i16 = 2;
    const VERSION: i16 = 6;
    let Some(table) = systable::relation_oid(c"pg_catalog", c"pg_extension") else { return Ok(()) };
    let mut installed: Option<String> = None;
    systable::scan(table, Way::Sequential, &[], |row| {
        if row.name(EXTENSION).as_deref() == Some(c"spock") {
            installed = row.get(VERSION);
        }
    });
    installed.map_or(Ok(()), |installed| extension::require_fitting_version(&installed))
}

/// Calls `then` with each node that this one knows.
pub(super) fn each(mut then: impl FnMut(NodeId, CString)) -> Result<(), SpockError> {
    systable::scan(catalog(c"node")?, Way::Sequential, &[], |row| {
        if let (Some(id), Some(name)) = (row.get(ID).and_then(NodeId::from_oid), row.name(NAME)) {
            then(id, name);
        }
    });
    Ok(())
}

fn not_found() -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "local spock node not found",
    )
    .hint("Create it with spock.node_create().")
}

/// OID of one of spock's tables.
pub(super) fn catalog(name: &CStr) -> Result<u32, SpockError> {
    systable::relation_oid(c"spock", name).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("table spock.{} does not exist", name.to_string_lossy()),
        )
        .hint("Create the extension spock in this database.")
    })
}
