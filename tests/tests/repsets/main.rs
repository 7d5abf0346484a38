//! Replication sets on real servers: rows, columns, actions, and partitions.

mod agree;
mod alter;
mod assign;
mod expressions;
mod failing;
mod link;
mod older;
mod partition_conflicts;
mod partitions;
mod rows;
mod truncate;
