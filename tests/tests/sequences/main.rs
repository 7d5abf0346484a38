//! Sequences in a cluster: snowflake values, and sequences that are replicated.

mod convert;
mod crash;
mod members;
mod numbers;
mod pushed;
mod speed;
mod takeover;
mod told;
mod values;
