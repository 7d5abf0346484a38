//! Settings of what is counted.

use pgrx::{GucContext, GucFlags, GucSetting};

static CHANNEL_COUNTERS: GucSetting<bool> = GucSetting::<bool>::new(true);
static STATS_MAX_ENTRIES: GucSetting<i32> = GucSetting::<i32>::new(-1);

/// Defines them.
pub(super) fn register() {
    super::boolean(
        c"spock.channel_counters",
        c"Counts the changes of each table that are applied and sent.",
        &CHANNEL_COUNTERS,
        GucContext::Backend,
    );
    super::integer(
        c"spock.stats_max_entries",
        c"Tables and streams that can be counted; -1 means 1000 for each worker process.",
        &STATS_MAX_ENTRIES,
        -1..=i32::MAX,
        GucContext::Postmaster,
        GucFlags::default(),
    );
}

/// `spock.channel_counters`.
pub(crate) fn channel_counters() -> bool {
    CHANNEL_COUNTERS.get()
}

/// `spock.stats_max_entries`, or nothing for the default.
pub(crate) fn stats_max_entries() -> Option<usize> {
    usize::try_from(STATS_MAX_ENTRIES.get()).ok()
}
