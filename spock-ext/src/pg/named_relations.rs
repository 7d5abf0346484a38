//! The tables, views, sequences and indexes that a utility statement names (`nodes/parsenodes.h`).
//!
//! They are looked up by name without locks, rights or errors: the statement itself will do all that.

use std::ffi::{CStr, c_char};

use pgrx::pg_sys;
use pgrx::pg_sys::NodeTag as Tag;
use pgrx::pg_sys::ObjectType as Object;

use super::encoding::from_server;
use super::utility::elements;

/// A relation that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its number; 0 where there is none of that name.
    pub(crate) relation: u32,
    pub(crate) is_temporary: bool,
    /// As the statement has it.
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

/// The relation that a name means now.
///
/// # Safety
/// A RangeVar of a parse tree.
pub(super) unsafe fn find(name: *mut pg_sys::RangeVar) -> pg_sys::Oid {
    // SAFETY: guarded look-ups in a transaction.
    unsafe {
        if (*name).schemaname.is_null() {
            return pg_sys::RelnameGetRelid((*name).relname);
        }
        let schema = pg_sys::get_namespace_oid((*name).schemaname, true);
        if schema == pg_sys::InvalidOid {
            return schema;
        }
        pg_sys::get_relname_relid((*name).relname, schema)
    }
}

/// Whether a name means a temporary relation.
///
/// # Safety
/// A RangeVar of a parse tree.
pub(super) unsafe fn is_temporary(name: *mut pg_sys::RangeVar) -> bool {
    // SAFETY: guarded look-ups in a transaction.
    unsafe {
        let says_so = (*name).relpersistence as u8 == pg_sys::RELPERSISTENCE_TEMP
            || !(*name).schemaname.is_null() && CStr::from_ptr((*name).schemaname) == c"pg_temp";
        says_so || persistence(find(name)) == pg_sys::RELPERSISTENCE_TEMP
    }
}

/// How long a relation lasts; 0 where there is none.
///
/// # Safety
/// A guarded look-up in a transaction.
pub(super) unsafe fn persistence(relation: pg_sys::Oid) -> u8 {
    // SAFETY: `get_rel_relkind` answers for relations that are not there, the other one raises.
    unsafe {
        if relation == pg_sys::InvalidOid || pg_sys::get_rel_relkind(relation) == 0 {
            return 0;
        }
        pg_sys::get_rel_persistence(relation) as u8
    }
}

/// What a statement names.
///
/// # Safety
/// `node` is the tree of a utility statement.
pub(super) unsafe fn of(node: *mut pg_sys::Node) -> Vec<Named> {
    macro_rules! one {
        ($type:ident . $field:ident) => {
            named((*node.cast::<pg_sys::$type>()).$field).into_iter().collect()
        };
    }
    // SAFETY: each node is of the struct that its tag names.
    unsafe {
        match (*node).type_ {
            Tag::T_AlterTableStmt => altered(node.cast()),
            Tag::T_IndexStmt => one!(IndexStmt.relation),
            Tag::T_CreateTrigStmt => one!(CreateTrigStmt.relation),
            Tag::T_RuleStmt => one!(RuleStmt.relation),
            Tag::T_CreatePolicyStmt => one!(CreatePolicyStmt.table),
            Tag::T_AlterPolicyStmt => one!(AlterPolicyStmt.table),
            Tag::T_RenameStmt => one!(RenameStmt.relation),
            Tag::T_AlterObjectSchemaStmt => one!(AlterObjectSchemaStmt.relation),
            Tag::T_AlterObjectDependsStmt => one!(AlterObjectDependsStmt.relation),
            Tag::T_AlterOwnerStmt => one!(AlterOwnerStmt.relation),
            Tag::T_AlterSeqStmt => one!(AlterSeqStmt.sequence),
            Tag::T_ClusterStmt => one!(ClusterStmt.relation),
            Tag::T_RefreshMatViewStmt => one!(RefreshMatViewStmt.relation),
            Tag::T_CreateStatsStmt => ranges((*node.cast::<pg_sys::CreateStatsStmt>()).relations),
            Tag::T_GrantStmt => granted(node.cast()),
            Tag::T_CommentStmt => {
                let statement = node.cast::<pg_sys::CommentStmt>();
                object((*statement).objtype, (*statement).object).into_iter().collect()
            }
            Tag::T_SecLabelStmt => {
                let statement = node.cast::<pg_sys::SecLabelStmt>();
                object((*statement).objtype, (*statement).object).into_iter().collect()
            }
            Tag::T_DropStmt => {
                let statement = node.cast::<pg_sys::DropStmt>();
                elements::<pg_sys::Node>((*statement).objects)
                    .filter_map(|name| object((*statement).removeType, name))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// An altered table, and partitions that are attached or detached.
unsafe fn altered(alter: *mut pg_sys::AlterTableStmt) -> Vec<Named> {
    use pg_sys::AlterTableType as Alter;
    // SAFETY: such commands hold a PartitionCmd.
    unsafe {
        let mut all: Vec<Named> = named((*alter).relation).into_iter().collect();
        for command in elements::<pg_sys::AlterTableCmd>((*alter).cmds) {
            if matches!((*command).subtype, Alter::AT_AttachPartition | Alter::AT_DetachPartition) {
                all.extend(named((*(*command).def.cast::<pg_sys::PartitionCmd>()).name));
            }
        }
        all
    }
}

unsafe fn granted(grant: *mut pg_sys::GrantStmt) -> Vec<Named> {
    // SAFETY: objects of these types are RangeVar nodes.
    unsafe {
        let of_relations =
            matches!((*grant).objtype, Object::OBJECT_TABLE | Object::OBJECT_SEQUENCE)
                && (*grant).targtype == pg_sys::GrantTargetType::ACL_TARGET_OBJECT;
        if of_relations { ranges((*grant).objects) } else { Vec::new() }
    }
}

unsafe fn ranges(list: *mut pg_sys::List) -> Vec<Named> {
    // SAFETY: the list holds nodes.
    unsafe {
        elements::<pg_sys::Node>(list)
            .filter(|node| (**node).type_ == Tag::T_RangeVar)
            .filter_map(|node| named(node.cast()))
            .collect()
    }
}

unsafe fn named(range: *mut pg_sys::RangeVar) -> Option<Named> {
    // SAFETY: a RangeVar of the parse tree, or null.
    unsafe {
        if range.is_null() {
            return None;
        }
        let schema = (*range).schemaname;
        Some(Named {
            relation: find(range).to_u32(),
            is_temporary: is_temporary(range),
            schema: (!schema.is_null()).then(|| from_server(schema)),
            name: from_server((*range).relname),
        })
    }
}

/// A relation that is named by a list, or what belongs to one and is named by a longer list.
unsafe fn object(kind: Object::Type, object: *mut pg_sys::Node) -> Option<Named> {
    let behind = match kind {
        Object::OBJECT_TABLE
        | Object::OBJECT_VIEW
        | Object::OBJECT_MATVIEW
        | Object::OBJECT_INDEX
        | Object::OBJECT_SEQUENCE
        | Object::OBJECT_FOREIGN_TABLE => 0,
        Object::OBJECT_COLUMN
        | Object::OBJECT_TRIGGER
        | Object::OBJECT_RULE
        | Object::OBJECT_POLICY
        | Object::OBJECT_TABCONSTRAINT => 1,
        _ => return None,
    };
    // SAFETY: objects of these types are lists of String nodes.
    unsafe {
        if (*object).type_ != Tag::T_List {
            return None;
        }
        let mut names: Vec<*mut c_char> =
            elements::<pg_sys::String>(object.cast()).map(|name| (*name).sval).collect();
        names.truncate(names.len().saturating_sub(behind));
        let name = names.pop()?;
        let schema = names.pop().unwrap_or(std::ptr::null_mut());
        let mut range = pg_sys::RangeVar {
            type_: Tag::T_RangeVar,
            schemaname: schema,
            relname: name,
            relpersistence: pg_sys::RELPERSISTENCE_PERMANENT as c_char,
            ..Default::default()
        };
        named(&raw mut range)
    }
}
