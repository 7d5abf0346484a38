//! Sequences in a cluster: values that no two nodes have in common, and sequences that are replicated.
//!
//! [`snowflake`] generates values from clock, node number and counter; [`number`] says which number this
//! node has; [`peers`] compares it with those of other nodes, when a subscription is created and when its
//! stream starts.
//!
//! [`push`] tells subscribers where a sequence of this node's replication sets is going to be, and
//! [`receive`] does what another node told us.

pub(crate) mod number;
pub(crate) mod peers;
pub(crate) mod push;
pub(crate) mod receive;
pub(crate) mod snowflake;
