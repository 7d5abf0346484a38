//! Partitions of a partitioned table, added to the sets that it is in, and removed from them.

use pgrx::pg_extern;
use spock_core::oid::Oid;

use super::required;
use super::table::add_table;
use crate::api::checks::{invalid, require_table};
use crate::api::node::local_id;
use crate::catalog::replication_set::{self, Member, TableFacts};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;

/// `spock.repset_add_partition()`: the memberships that were added.
#[pg_extern(sql = false)]
fn repset_add_partition(
    parent: Option<In<Oid>>,
    partition: Option<In<Oid>>,
    row_filter: Option<In<String>>,
) -> i32 {
    let add = || {
        let (parent, partitions) = partitions(parent, partition)?;
        let filter = row_filter.as_ref().map(|text| text.0.as_str());
        let mut added = 0;
        for Member { set, columns, .. } in replication_set::memberships(local_id()?, parent.oid) {
            for partition in &partitions {
                if !replication_set::has_table(set.id, partition.oid) {
                    add_table(&set, partition, columns.as_deref(), filter)?;
                    added += 1;
                }
            }
        }
        Ok(added)
    };
    add().or_raise()
}

/// `spock.repset_remove_partition()`: the memberships that were removed.
#[pg_extern(sql = false)]
fn repset_remove_partition(parent: Option<In<Oid>>, partition: Option<In<Oid>>) -> i32 {
    let remove = || {
        let (parent, partitions) = partitions(parent, partition)?;
        let mut removed = 0;
        for Member { set, .. } in replication_set::memberships(local_id()?, parent.oid) {
            for partition in &partitions {
                removed += i32::from(replication_set::remove_table(set.id, partition.oid));
            }
        }
        Ok(removed)
    };
    remove().or_raise()
}

/// The partitioned table, and the partition that is meant or all of them; none when the table is not
/// partitioned.
fn partitions(
    parent: Option<In<Oid>>,
    partition: Option<In<Oid>>,
) -> Result<(TableFacts, Vec<TableFacts>), SpockError> {
    let parent = required(parent, "parent table").and_then(require_table)?;
    let mut partitions = replication_set::partitions_of(parent.oid);
    if !parent.is_partitioned {
        partitions.clear();
    } else if let Some(In(partition)) = partition {
        partitions.retain(|other| other.oid == partition);
        if partitions.is_empty() {
            let other = require_table(partition)?;
            return Err(invalid(format!(
                "table {} is not a partition of table {}",
                other.qualified(),
                parent.qualified()
            )));
        }
    }
    Ok((parent, partitions))
}
