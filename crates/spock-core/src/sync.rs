//! Where the initial copy of a subscription or a table stands, and where it may go from there.

/// What a subscription or table copies at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyncKind {
    /// Nothing: the stream only.
    Init,
    /// The structure.
    Structure,
    /// The rows.
    Data,
    /// Structure and rows.
    Full,
}

impl SyncKind {
    /// The kind that does what is asked.
    #[must_use]
    pub const fn new(structure: bool, data: bool) -> Self {
        match (structure, data) {
            (false, false) => Self::Init,
            (true, false) => Self::Structure,
            (false, true) => Self::Data,
            (true, true) => Self::Full,
        }
    }

    /// Whether the structure is copied.
    #[must_use]
    pub const fn structure(self) -> bool {
        matches!(self, Self::Structure | Self::Full)
    }

    /// Whether rows are copied.
    #[must_use]
    pub const fn data(self) -> bool {
        matches!(self, Self::Data | Self::Full)
    }

    /// The letter in the catalog.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Init => b'i',
            Self::Structure => b's',
            Self::Data => b'd',
            Self::Full => b'f',
        }
    }

    /// The kind with this letter.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            b'i' => Some(Self::Init),
            b's' => Some(Self::Structure),
            b'd' => Some(Self::Data),
            b'f' => Some(Self::Full),
            _ => None,
        }
    }
}

/// What is being copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyncTarget {
    /// A whole subscription, when it is new.
    Subscription(SyncKind),
    /// One table of a subscription.
    Table,
}

/// A state of the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyncStatus {
    /// There is no copy.
    None,
    /// Wanted, not begun.
    Init,
    /// Structure before the rows.
    Structure,
    /// Rows.
    Data,
    /// Structure after the rows.
    Constraints,
    /// The copy is complete and waits for the apply worker to say how far it is.
    SyncWait,
    /// A worker was started; written by other versions only.
    Started,
    /// The sync worker streams up to the apply worker's position.
    Catchup,
    /// It is there; the apply worker takes over when it is there too.
    SyncDone,
    /// The apply worker has it.
    Ready,
    /// It failed: changes must not be applied to it, nor be dropped, until it is tried again.
    Failed,
}

impl SyncStatus {
    /// All states.
    pub const ALL: [Self; 11] = [
        Self::None,
        Self::Init,
        Self::Structure,
        Self::Data,
        Self::Constraints,
        Self::SyncWait,
        Self::Started,
        Self::Catchup,
        Self::SyncDone,
        Self::Ready,
        Self::Failed,
    ];

    /// The letter in the catalog.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::None => b'\0',
            Self::Init => b'i',
            Self::Structure => b's',
            Self::Data => b'd',
            Self::Constraints => b'c',
            Self::SyncWait => b'w',
            Self::Started => b'p',
            Self::Catchup => b'u',
            Self::SyncDone => b'y',
            Self::Ready => b'r',
            Self::Failed => b'f',
        }
    }

    /// The state with this letter.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The word for it in `sub_show_table`. States that function has no word for are `unknown`, as
    /// scripts expect; [`name`](Self::name) tells them apart.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Init => "sync_init",
            Self::Structure => "sync_structure",
            Self::Data => "sync_data",
            Self::Constraints => "sync_constraints",
            Self::SyncWait => "sync_waiting",
            Self::Catchup => "catchup",
            Self::SyncDone => "synchronized",
            Self::Ready => "replicating",
            Self::None | Self::Started | Self::Failed => "unknown",
        }
    }

    /// A word of its own for each state, for logs and people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Started => "started",
            Self::Failed => "failed",
            other => other.word(),
        }
    }

    /// The next state when all goes well; none when there is none.
    #[must_use]
    pub const fn next(self, target: SyncTarget) -> Option<Self> {
        match (target, self) {
            (SyncTarget::Subscription(kind), status) => match status {
                Self::Init if kind.structure() => Some(Self::Structure),
                Self::Init | Self::Structure if kind.data() => Some(Self::Data),
                Self::Structure | Self::Data if kind.structure() => Some(Self::Constraints),
                Self::Init if matches!(kind, SyncKind::Init) => Some(Self::Ready),
                Self::Data | Self::Constraints => Some(Self::SyncWait),
                Self::SyncWait => Some(Self::Ready),
                _ => None,
            },
            (SyncTarget::Table, Self::Init) => Some(Self::Data),
            (SyncTarget::Table, Self::Data) => Some(Self::SyncWait),
            (SyncTarget::Table, Self::SyncWait) => Some(Self::Catchup),
            (SyncTarget::Table, Self::Catchup) => Some(Self::SyncDone),
            (SyncTarget::Table, Self::SyncDone) => Some(Self::Ready),
            (SyncTarget::Table, _) => None,
        }
    }

    /// Whether the state may be followed by `next`: the next step, failure of a step, or a new
    /// start. A subscription starts anew only after a failure was recorded, because half a
    /// structure cannot be told from a whole one; a table at any time before it is ready, its rows
    /// being copied afresh, and when a resync is asked for.
    #[must_use]
    pub fn may_become(self, next: Self, target: SyncTarget) -> bool {
        let has_step = self.next(target).is_some();
        match next {
            Self::Failed => has_step,
            Self::Init => match target {
                SyncTarget::Subscription(_) => matches!(self, Self::None | Self::Failed),
                SyncTarget::Table => true,
            },
            _ => self.next(target) == Some(next),
        }
    }

    /// Whether nothing more happens to it by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(target: SyncTarget) -> String {
        let codes = std::iter::successors(Some(SyncStatus::Init), |status| status.next(target));
        codes.map(|status| char::from(status.code())).collect()
    }

    #[test]
    fn every_copy_ends_ready_by_the_steps_of_its_kind() {
        assert_eq!(path(SyncTarget::Subscription(SyncKind::Full)), "isdcwr");
        assert_eq!(path(SyncTarget::Subscription(SyncKind::Structure)), "iscwr");
        assert_eq!(path(SyncTarget::Subscription(SyncKind::Data)), "idwr");
        assert_eq!(path(SyncTarget::Subscription(SyncKind::Init)), "ir");
        assert_eq!(path(SyncTarget::Table), "idwuyr");
    }

    #[test]
    fn letters_are_read_back() {
        for status in SyncStatus::ALL {
            assert_eq!(SyncStatus::from_code(status.code()), Some(status));
        }
        for kind in [SyncKind::Init, SyncKind::Structure, SyncKind::Data, SyncKind::Full] {
            assert_eq!(SyncKind::from_code(kind.code()), Some(kind));
            assert_eq!(SyncKind::new(kind.structure(), kind.data()), kind);
        }
        assert_eq!(SyncStatus::from_code(b'x'), None);
    }

    #[test]
    fn a_step_can_fail_and_be_tried_again_but_not_skipped() {
        let table = SyncTarget::Table;
        assert!(SyncStatus::Data.may_become(SyncStatus::Failed, table));
        assert!(SyncStatus::Failed.may_become(SyncStatus::Init, table));
        assert!(SyncStatus::Ready.may_become(SyncStatus::Init, table));
        assert!(!SyncStatus::Ready.may_become(SyncStatus::Failed, table));
        assert!(!SyncStatus::Init.may_become(SyncStatus::Ready, table));
        assert!(!SyncStatus::Failed.may_become(SyncStatus::Ready, table));
        let full = SyncTarget::Subscription(SyncKind::Full);
        assert!(SyncStatus::Structure.may_become(SyncStatus::Failed, full));
        assert!(!SyncStatus::Structure.may_become(SyncStatus::Init, full));
        assert!(SyncStatus::Failed.may_become(SyncStatus::Init, full));
    }

    #[test]
    fn failed_is_not_hidden_from_people() {
        assert_eq!(SyncStatus::Failed.word(), "unknown");
        assert_eq!(SyncStatus::Failed.name(), "failed");
    }
}
