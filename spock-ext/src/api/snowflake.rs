//! Snowflake sequences: the schema `snowflake`.

use pgrx::pg_extern;
use spock_core::snowflake::Snowflake;

use crate::pg::error::OrRaise;
use crate::pg::function::PlainOid;
use crate::sequence::{number, snowflake};

/// `snowflake.nextval()`.
#[pg_extern(sql = false)]
fn snowflake_nextval(sequence: PlainOid) -> i64 {
    snowflake::next(sequence.to_u32()).or_raise()
}

/// `snowflake.currval()`.
#[pg_extern(sql = false)]
fn snowflake_currval(sequence: PlainOid) -> i64 {
    snowflake::current(sequence.to_u32()).or_raise()
}

/// `snowflake.get_unix_ms()`: when a value was generated.
#[pg_extern(sql = false)]
fn snowflake_get_unix_ms(value: i64) -> i64 {
    Snowflake(value).unix_ms()
}

/// `snowflake.get_node()`.
#[pg_extern(sql = false)]
fn snowflake_get_node(value: i64) -> i32 {
    Snowflake(value).node().into()
}

/// `snowflake.get_count()`.
#[pg_extern(sql = false)]
fn snowflake_get_count(value: i64) -> i32 {
    Snowflake(value).count().into()
}

/// `spock.snowflake_node()`: the number of this node, or null.
#[pg_extern(sql = false)]
fn snowflake_node() -> Option<i32> {
    number::declared().map(i32::from)
}
