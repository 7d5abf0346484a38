//! Sequences in a cluster: values that no two nodes have in common.
//!
//! [`snowflake`] generates values from clock, node number and counter; [`number`] says which number this
//! node has; [`peers`] compares it with those of other nodes, when a subscription is created and when its
//! stream starts.

pub(crate) mod number;
pub(crate) mod peers;
pub(crate) mod snowflake;
