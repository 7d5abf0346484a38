//! Tables that join and change replication sets as they are made and altered by replicated statements
//! (`spock.include_ddl_repset`), on the node where the statement was run and on those that it comes to.
//!
//! A new table joins `default`, or `default_insert_only` where rows could not be found by a key; a partition
//! is where its table is. Afterwards only what must change does: a table that loses its key leaves the sets
//! that replicate updates or deletes, one that gets a key goes on to `default`. What an administrator did
//! with a table stays: one that is in no set stays out, one that is in sets of his own stays there.

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::catalog::node;
use crate::catalog::replication_set::{self, Member, Membership, ReplicationSet, TableFacts};
use crate::pg::error::SpockError;
use crate::pg::row_filter;
use crate::pg::touched::Touched;

const DEFAULT: &str = "default";
const INSERT_ONLY: &str = "default_insert_only";

/// A table was made, and nothing of it is known but that.
pub(super) fn made(table: u32) {
    if let Some(facts) = facts(table) {
        join(&facts);
    }
}

/// After a statement.
pub(super) fn follow(touched: &Touched) {
    for table in &touched.new_tables {
        made(*table);
    }
    for table in &touched.altered_tables {
        if let Some(facts) = facts(*table) {
            adjust(&facts, touched.new_primary_keys.contains(table));
        }
    }
}

/// What is known of a table that may be replicated at all.
fn facts(table: u32) -> Option<TableFacts> {
    replication_set::table_facts(table).filter(|facts| {
        facts.is_table
            && facts.is_permanent
            && !facts.is_reserved
            && !replication_set::is_of_extension(table)
    })
}

fn set(name: &str) -> Option<ReplicationSet> {
    replication_set::by_name(node::local()?.node.id, name)
}

fn members(table: &TableFacts) -> Vec<Member> {
    node::local()
        .map_or_else(Vec::new, |local| replication_set::memberships(local.node.id, table.oid))
}

/// A new table joins the sets that it belongs to.
fn join(table: &TableFacts) {
    if !members(table).is_empty() {
        return;
    }
    let parents = replication_set::parents(table.oid);
    let is_partition = parents.iter().any(|parent| parent.is_partition);
    for parent in parents {
        if let Some(parent) = replication_set::table_facts(parent.table) {
            follow_parent(table, &parent);
        }
    }
    if !is_partition && members(table).is_empty() {
        let name = if table.identity.is_empty() { INSERT_ONLY } else { DEFAULT };
        if let Some(set) = set(name) {
            add(&set, table, Membership::default());
        }
    }
}

/// Joins the sets of the table above, in the same way.
fn follow_parent(table: &TableFacts, parent: &TableFacts) {
    for Member { set, columns, row_filter } in members(parent) {
        if replication_set::has_table(set.id, table.oid) {
            continue;
        }
        if set.actions.need_identity() && table.identity.is_empty() && !table.is_partitioned {
            tell_no_identity(table);
            move_to_insert_only(table);
            continue;
        }
        let filter = row_filter.map(|text| row_filter::parse(table.oid, &text));
        match filter.transpose() {
            Ok(filter) => {
                let row_filter = filter.map(|filter| filter.tree);
                add(&set, table, Membership { columns, row_filter });
            }
            Err(error) => error.report(PgLogLevel::WARNING),
        }
    }
}

/// An altered table.
fn adjust(table: &TableFacts, has_new_key: bool) {
    let sets = members(table);
    if sets.is_empty() {
        for parent in replication_set::parents(table.oid) {
            if parent.is_partition
                && let Some(parent) = replication_set::table_facts(parent.table)
            {
                follow_parent(table, &parent);
            }
        }
        return;
    }
    if table.identity.is_empty() && !table.is_partitioned {
        let losing: Vec<_> = sets.iter().filter(|m| m.set.actions.need_identity()).collect();
        if !losing.is_empty() {
            tell_no_identity(table);
            for member in losing {
                replication_set::remove_table(member.set.id, table.oid);
            }
            move_to_insert_only(table);
        }
        return;
    }
    if table.identity.is_empty() {
        return;
    }
    let is_in = |name: &str| sets.iter().any(|member| member.set.name == name);
    if is_in(INSERT_ONLY) && !is_in(DEFAULT) {
        if let (Some(from), Some(to)) = (set(INSERT_ONLY), set(DEFAULT)) {
            replication_set::remove_table(from.id, table.oid);
            add(&to, table, Membership::default());
        }
    } else if has_new_key && !is_in(DEFAULT) {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!(
                "table \"{}\" gained a primary key while in a custom replication set; leaving \
                 membership unchanged",
                table.name
            ),
        )
        .report(PgLogLevel::NOTICE);
    }
}

fn move_to_insert_only(table: &TableFacts) {
    if let Some(set) = set(INSERT_ONLY)
        && !replication_set::has_table(set.id, table.oid)
    {
        add(&set, table, Membership::default());
    }
}

fn tell_no_identity(table: &TableFacts) {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!(
            "table \"{}\" has no replica identity while in a replication set that replicates \
             UPDATE/DELETE; moving to \"{INSERT_ONLY}\"",
            table.name
        ),
    )
    .report(PgLogLevel::WARNING);
}

fn add(set: &ReplicationSet, table: &TableFacts, membership: Membership) {
    replication_set::add_table(set.id, table.oid, membership);
    SpockError::new(
        PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
        format!("table '{}' was added to '{}' replication set.", table.name, set.name),
    )
    .report(PgLogLevel::LOG);
}
