//! Utility statements as the parser gives them: what they are, and their texts (`tcop/utility.h`,
//! `nodes/parsenodes.h`). Which tables they name is [`super::named_relations`].
//!
//! **Invariant**: everything here only reads a statement, by guarded calls that raise nothing the server
//! would not raise of the statement itself.

use std::ffi::{CStr, c_char};

use pgrx::pg_sys;
use pgrx::pg_sys::NodeTag as Tag;
use pgrx::pg_sys::ObjectType as Object;

use super::encoding::from_server;

/// What has to be known of a statement that defines objects, beyond its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It belongs to this server alone, whatever it says: databases, tablespaces, subscriptions ...
    OfServer,
    /// `CREATE TABLE AS` and `SELECT INTO`.
    TableAs {
        /// It reads temporary tables.
        reads_temporary: bool,
        /// It runs a prepared statement.
        executes: bool,
        /// It has values of parameters.
        has_parameters: bool,
    },
    /// `CREATE TABLE ... (LIKE t)` of a temporary table of that name.
    LikeTemporary(String),
    /// Makes, alters or drops these extensions.
    Extension(Vec<String>),
    CreateSchema,
    AlterTable,
    /// `CLUSTER` of a table: its rows keep their transaction ids.
    Cluster,
    /// Gives a role of that name a password.
    Password(String),
    /// A form with CONCURRENTLY, which cannot be run in a transaction.
    Concurrently,
    /// `DROP` of tables, views, sequences and the like, by name.
    DropRelations {
        /// What is dropped: `TABLE`.
        what: &'static str,
        if_exists: bool,
        cascade: bool,
    },
    Other,
}

/// The pointers of a list of the server's.
///
/// # Safety
/// The list is null or a whole one, and holds pointers of that type.
pub(super) unsafe fn elements<T>(list: *mut pg_sys::List) -> impl Iterator<Item = *mut T> {
    // SAFETY: a list that is not null is a whole one.
    let length = if list.is_null() { 0 } else { unsafe { (*list).length } };
    (0..usize::try_from(length).unwrap_or(0)).map(move |index| {
        // SAFETY: `elements` has `length` cells of pointers.
        unsafe { (*(*list).elements.add(index)).ptr_value.cast() }
    })
}

/// The part of a text in which a statement stands; a place below zero means all of it, a length of zero
/// all to its end.
pub(super) fn part_of(text: &[u8], from: i32, length: i32) -> &[u8] {
    let from = usize::try_from(from).unwrap_or(0).min(text.len());
    let rest = &text[from..];
    let length = usize::try_from(length).unwrap_or(0);
    let part = if length == 0 { rest } else { &rest[..length.min(rest.len())] };
    part.trim_ascii()
}

/// What the server calls a statement: `CREATE TABLE`.
///
/// # Safety
/// `node` is the tree of a statement.
pub(super) unsafe fn tag(node: *mut pg_sys::Node) -> String {
    // SAFETY: the caller's promise; the name is a constant of the server's.
    unsafe { from_server(pg_sys::GetCommandTagName(pg_sys::CreateCommandTag(node))) }
}

/// Whether the server counts a statement among those that define objects.
///
/// # Safety
/// `node` is the tree of a statement.
pub(super) unsafe fn is_ddl(node: *mut pg_sys::Node) -> bool {
    unsafe extern "C-unwind" {
        fn GetCommandLogLevel(node: *mut pg_sys::Node) -> pg_sys::LogStmtLevel::Type;
    }
    // SAFETY: the caller's promise; the function only reads the tree.
    unsafe {
        !matches!((*node).type_, Tag::T_PrepareStmt | Tag::T_ExecuteStmt)
            && GetCommandLogLevel(node) == pg_sys::LogStmtLevel::LOGSTMT_DDL
    }
}

unsafe fn text(pointer: *const c_char) -> Option<String> {
    // SAFETY: a C string of the parse tree, or null.
    unsafe { (!pointer.is_null()).then(|| from_server(pointer)) }
}

/// The role that a statement makes.
///
/// # Safety
/// `node` is the tree of a statement.
pub(super) unsafe fn new_role(node: *mut pg_sys::Node) -> Option<String> {
    // SAFETY: each node is of the struct that its tag names.
    unsafe {
        ((*node).type_ == Tag::T_CreateRoleStmt)
            .then(|| text((*node.cast::<pg_sys::CreateRoleStmt>()).role))
            .flatten()
    }
}

/// The roles that a statement drops.
///
/// # Safety
/// `node` is the tree of a statement.
pub(super) unsafe fn dropped_roles(node: *mut pg_sys::Node) -> Vec<String> {
    // SAFETY: as above; the list holds RoleSpec nodes.
    unsafe {
        if (*node).type_ != Tag::T_DropRoleStmt {
            return Vec::new();
        }
        elements::<pg_sys::RoleSpec>((*node.cast::<pg_sys::DropRoleStmt>()).roles)
            .filter_map(|role| text((*role).rolename))
            .collect()
    }
}

/// What has to be known of a statement.
///
/// # Safety
/// `node` is the tree of a statement that [`is_ddl`]; `has_parameters`: it is run with some.
pub(super) unsafe fn kind(node: *mut pg_sys::Node, has_parameters: bool) -> Kind {
    // SAFETY: each node is of the struct that its tag names.
    unsafe {
        if is_of_server(node) {
            return Kind::OfServer;
        }
        match (*node).type_ {
            Tag::T_ExplainStmt => {
                let query = (*node.cast::<pg_sys::ExplainStmt>()).query.cast::<pg_sys::Query>();
                kind((*query).utilityStmt, has_parameters)
            }
            Tag::T_CreateTableAsStmt => table_as(node.cast(), has_parameters),
            Tag::T_CreateStmt => {
                like_temporary(node.cast()).map_or(Kind::Other, Kind::LikeTemporary)
            }
            Tag::T_CreateSchemaStmt => Kind::CreateSchema,
            Tag::T_ClusterStmt => Kind::Cluster,
            Tag::T_CreateExtensionStmt => {
                extension((*node.cast::<pg_sys::CreateExtensionStmt>()).extname)
            }
            Tag::T_AlterExtensionStmt => {
                extension((*node.cast::<pg_sys::AlterExtensionStmt>()).extname)
            }
            Tag::T_AlterExtensionContentsStmt => {
                extension((*node.cast::<pg_sys::AlterExtensionContentsStmt>()).extname)
            }
            Tag::T_CreateRoleStmt | Tag::T_AlterRoleStmt => {
                role_with_password(node).map_or(Kind::Other, Kind::Password)
            }
            Tag::T_IndexStmt if (*node.cast::<pg_sys::IndexStmt>()).concurrent => {
                Kind::Concurrently
            }
            Tag::T_AlterTableStmt if detaches_concurrently(node.cast()) => Kind::Concurrently,
            Tag::T_AlterTableStmt => Kind::AlterTable,
            Tag::T_DropStmt => drop_kind(node.cast()),
            _ => Kind::Other,
        }
    }
}

unsafe fn extension(name: *const c_char) -> Kind {
    // SAFETY: a C string of the parse tree.
    Kind::Extension(unsafe { text(name) }.into_iter().collect())
}

/// Databases, tablespaces, the configuration and native subscriptions are a server's own; some forms cannot
/// be run in a transaction at all.
unsafe fn is_of_server(node: *mut pg_sys::Node) -> bool {
    let is_ours = |object| {
        matches!(
            object,
            Object::OBJECT_DATABASE | Object::OBJECT_SUBSCRIPTION | Object::OBJECT_TABLESPACE
        )
    };
    // SAFETY: each node is of the struct that its tag names.
    unsafe {
        match (*node).type_ {
            Tag::T_CreateTableSpaceStmt
            | Tag::T_DropTableSpaceStmt
            | Tag::T_AlterTableSpaceOptionsStmt
            | Tag::T_CreatedbStmt
            | Tag::T_DropdbStmt
            | Tag::T_AlterDatabaseStmt
            | Tag::T_AlterDatabaseSetStmt
            | Tag::T_AlterDatabaseRefreshCollStmt
            | Tag::T_AlterSystemStmt
            | Tag::T_CreateSubscriptionStmt
            | Tag::T_AlterSubscriptionStmt
            | Tag::T_DropSubscriptionStmt => true,
            Tag::T_RenameStmt => is_ours((*node.cast::<pg_sys::RenameStmt>()).renameType),
            Tag::T_AlterOwnerStmt => is_ours((*node.cast::<pg_sys::AlterOwnerStmt>()).objectType),
            Tag::T_CommentStmt => is_ours((*node.cast::<pg_sys::CommentStmt>()).objtype),
            Tag::T_SecLabelStmt => is_ours((*node.cast::<pg_sys::SecLabelStmt>()).objtype),
            Tag::T_ClusterStmt => {
                let table = (*node.cast::<pg_sys::ClusterStmt>()).relation;
                table.is_null() || is_partitioned(table)
            }
            Tag::T_AlterTableStmt => commands(node.cast()).any(|command| {
                (*command).subtype == pg_sys::AlterTableType::AT_DetachPartitionFinalize
            }),
            _ => false,
        }
    }
}

unsafe fn is_partitioned(table: *mut pg_sys::RangeVar) -> bool {
    // SAFETY: a guarded look-up.
    unsafe {
        let oid = super::named_relations::find(table);
        pg_sys::get_rel_relkind(oid) as u8 == pg_sys::RELKIND_PARTITIONED_TABLE
    }
}

unsafe fn commands(
    alter: *mut pg_sys::AlterTableStmt,
) -> impl Iterator<Item = *mut pg_sys::AlterTableCmd> {
    // SAFETY: the list holds commands.
    unsafe { elements((*alter).cmds) }
}

unsafe fn detaches_concurrently(alter: *mut pg_sys::AlterTableStmt) -> bool {
    // SAFETY: such a command holds a PartitionCmd.
    unsafe {
        commands(alter).any(|command| {
            (*command).subtype == pg_sys::AlterTableType::AT_DetachPartition
                && (*(*command).def.cast::<pg_sys::PartitionCmd>()).concurrent
        })
    }
}

unsafe fn table_as(statement: *mut pg_sys::CreateTableAsStmt, has_parameters: bool) -> Kind {
    // SAFETY: the query was analyzed before the statement came to be run.
    unsafe {
        if (*statement).objtype != Object::OBJECT_TABLE {
            return Kind::Other;
        }
        let query = (*statement).query.cast::<pg_sys::Query>();
        Kind::TableAs {
            reads_temporary: pg_sys::isQueryUsingTempRelation(query),
            executes: (*query).commandType == pg_sys::CmdType::CMD_UTILITY,
            has_parameters,
        }
    }
}

unsafe fn like_temporary(statement: *mut pg_sys::CreateStmt) -> Option<String> {
    // SAFETY: the list holds nodes.
    unsafe {
        elements::<pg_sys::Node>((*statement).tableElts)
            .filter(|node| (**node).type_ == Tag::T_TableLikeClause)
            .map(|node| (*node.cast::<pg_sys::TableLikeClause>()).relation)
            .find(|table| super::named_relations::is_temporary(*table))
            .and_then(|table| text((*table).relname))
    }
}

/// The name of a role; null where the statement names one that is decided elsewhere. Raises nothing.
unsafe fn role_name(role: *mut pg_sys::RoleSpec) -> *const c_char {
    use pg_sys::RoleSpecType::{ROLESPEC_CSTRING, ROLESPEC_SESSION_USER};
    // SAFETY: guarded look-ups; names are copies in the current memory context.
    unsafe {
        match (*role).roletype {
            ROLESPEC_CSTRING => (*role).rolename,
            ROLESPEC_SESSION_USER => pg_sys::GetUserNameFromId(pg_sys::GetSessionUserId(), true),
            _ => pg_sys::GetUserNameFromId(pg_sys::GetUserId(), true),
        }
    }
}

/// The role to which a statement gives a password.
///
/// # Safety
/// `node` is the tree of a statement.
pub(super) unsafe fn role_with_password(node: *mut pg_sys::Node) -> Option<String> {
    // SAFETY: each node is of the struct that its tag names; the list holds DefElem nodes.
    unsafe {
        let (role, options) = match (*node).type_ {
            Tag::T_CreateRoleStmt => {
                let statement = node.cast::<pg_sys::CreateRoleStmt>();
                ((*statement).role.cast_const(), (*statement).options)
            }
            Tag::T_AlterRoleStmt => {
                let statement = node.cast::<pg_sys::AlterRoleStmt>();
                (role_name((*statement).role), (*statement).options)
            }
            _ => return None,
        };
        let has_one = elements::<pg_sys::DefElem>(options).any(|option| {
            CStr::from_ptr((*option).defname) == c"password" && !(*option).arg.is_null()
        });
        if has_one { text(role) } else { None }
    }
}

unsafe fn drop_kind(statement: *mut pg_sys::DropStmt) -> Kind {
    // SAFETY: the names of extensions are String nodes.
    unsafe {
        let what = match (*statement).removeType {
            _ if (*statement).concurrent => return Kind::Concurrently,
            Object::OBJECT_EXTENSION => {
                let names = elements::<pg_sys::String>((*statement).objects);
                return Kind::Extension(names.filter_map(|name| text((*name).sval)).collect());
            }
            Object::OBJECT_TABLE => "TABLE",
            Object::OBJECT_VIEW => "VIEW",
            Object::OBJECT_MATVIEW => "MATERIALIZED VIEW",
            Object::OBJECT_INDEX => "INDEX",
            Object::OBJECT_SEQUENCE => "SEQUENCE",
            _ => return Kind::Other,
        };
        Kind::DropRelations {
            what,
            if_exists: (*statement).missing_ok,
            cascade: (*statement).behavior == pg_sys::DropBehavior::DROP_CASCADE,
        }
    }
}
