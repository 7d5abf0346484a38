//! Settings of modes of work: who may write, and whose changes are replicated.

use std::ffi::CStr;

use pgrx::{GucContext, GucSetting};

use crate::pg::word_setting::{Word, WordSetting};

/// Who may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadOnly {
    /// Everybody.
    Off,
    /// Superusers, and the apply workers.
    Local,
    /// Superusers alone: nothing is applied either.
    All,
}

static READONLY: WordSetting = WordSetting::new(ReadOnly::Off as i32);
static REPLICATION_REPAIR_MODE: GucSetting<bool> = GucSetting::<bool>::new(false);

/// Other words for the values of `spock.readonly`: `user`, and what boolean settings take.
const READONLY_ALSO: [(&CStr, ReadOnly); 19] = [
    (c"user", ReadOnly::Local),
    (c"on", ReadOnly::Local),
    (c"true", ReadOnly::Local),
    (c"tru", ReadOnly::Local),
    (c"tr", ReadOnly::Local),
    (c"t", ReadOnly::Local),
    (c"yes", ReadOnly::Local),
    (c"ye", ReadOnly::Local),
    (c"y", ReadOnly::Local),
    (c"1", ReadOnly::Local),
    (c"of", ReadOnly::Off),
    (c"false", ReadOnly::Off),
    (c"fals", ReadOnly::Off),
    (c"fal", ReadOnly::Off),
    (c"fa", ReadOnly::Off),
    (c"f", ReadOnly::Off),
    (c"no", ReadOnly::Off),
    (c"n", ReadOnly::Off),
    (c"0", ReadOnly::Off),
];

/// Defines them.
pub(super) fn register() {
    let word = |(name, value): (&'static CStr, ReadOnly)| Word { name, value: value as i32 };
    READONLY.define(
        c"spock.readonly",
        c"Keeps sessions other than those of superusers (local), and apply too (all), from writing.",
        &[(c"off", ReadOnly::Off), (c"local", ReadOnly::Local), (c"all", ReadOnly::All)].map(word),
        &READONLY_ALSO.map(word),
        GucContext::Suset,
    );
    super::boolean(
        c"spock.replication_repair_mode",
        c"What this transaction does is not replicated; see spock.repair_mode().",
        &REPLICATION_REPAIR_MODE,
        GucContext::Internal,
    );
}

/// `spock.readonly`.
pub(crate) fn readonly() -> ReadOnly {
    match READONLY.get() {
        value if value == ReadOnly::All as i32 => ReadOnly::All,
        value if value == ReadOnly::Local as i32 => ReadOnly::Local,
        _ => ReadOnly::Off,
    }
}

/// The setting behind [`readonly`], for the hooks that enforce it.
pub(crate) fn readonly_setting() -> &'static WordSetting {
    &READONLY
}

/// `spock.replication_repair_mode`.
pub(crate) fn replication_repair_mode() -> bool {
    REPLICATION_REPAIR_MODE.get()
}
