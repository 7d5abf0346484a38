//! Settings of sequences.

use pgrx::{GucContext, GucFlags, GucSetting};

static SNOWFLAKE_NODE: GucSetting<i32> = GucSetting::<i32>::new(0);

/// Defines them.
pub(super) fn register() {
    // The name is that of the extension snowflake, whose values these are.
    super::integer(
        c"snowflake.node",
        c"Number of this node in snowflake values; 0 takes the one that was chosen for the node.",
        &SNOWFLAKE_NODE,
        0..=i32::from(spock_core::snowflake::MAX_NODE),
        GucContext::Suset,
        GucFlags::default(),
    );
}

/// `snowflake.node`, or nothing when it is not set.
#[inline]
pub(crate) fn snowflake_node() -> Option<u16> {
    u16::try_from(SNOWFLAKE_NODE.get()).ok().filter(|number| *number != 0)
}
