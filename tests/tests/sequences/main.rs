//! Sequences in a cluster: snowflake values.

mod convert;
mod crash;
mod numbers;
mod speed;
mod values;
