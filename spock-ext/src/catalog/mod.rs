//! Typed rows of the `spock.*` tables, one file per group, over [`crate::pg::spi`].
//!
//! Each look-up is one query; nothing is cached here, because the callers (SQL functions, managers,
//! workers at their start) ask rarely. The output plugin reads replication sets by scans of its own,
//! in the historic snapshot.
//!
//! **Invariants**: a transaction is open. Writers notify nobody: SQL functions do that.

pub(crate) mod conflict_policy;
pub(crate) mod copied_changes;
pub(crate) mod dead_row;
pub(crate) mod definition;
pub(crate) mod delta_column;
pub(crate) mod exceptions;
pub(crate) mod extension;
pub(crate) mod forwarded_progress;
pub(crate) mod logged_table;
pub(crate) mod node;
pub(crate) mod origin_history;
pub(crate) mod partition;
pub(crate) mod provider_state;
pub(crate) mod queue;
pub(crate) mod relations;
pub(crate) mod repair_needed;
pub(crate) mod replicated_sequence;
pub(crate) mod replicated_table;
pub(crate) mod replication_set;
pub(crate) mod reserved;
pub(crate) mod resolutions;
pub(crate) mod row_filter;
pub(crate) mod row_history;
pub(crate) mod row_versions;
pub(crate) mod schema_difference;
pub(crate) mod sequence_node;
pub(crate) mod subscription;
pub(crate) mod sync_status;
pub(crate) mod sync_work;
pub(crate) mod truncation;
pub(crate) mod unique_index;
pub(crate) mod version_override;
