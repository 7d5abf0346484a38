//! What a conflict is called in the log, in `spock.resolutions` and in statistics.

use super::Decision;

/// A kind of conflict. The order is that of the statistics columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictType {
    /// An insert met a row with the same key.
    InsertExists,
    /// An update met a row last written by another node.
    UpdateOriginDiffers,
    /// An update violates another unique index.
    UpdateExists,
    /// An update found no row.
    UpdateMissing,
    /// A delete met a row last written by another node, and removed it.
    DeleteOriginDiffers,
    /// A delete found no row.
    DeleteMissing,
    /// A delete met a newer row, which stayed.
    DeleteExists,
    /// A key was inserted or deleted while another node added to delta columns of its row: what they
    /// count from differs, and the values of the newer version stand. Not counted by statistics.
    DeltaBaseDiffers,
}

impl ConflictType {
    /// All kinds that statistics count, in order.
    pub const ALL: [Self; 7] = [
        Self::InsertExists,
        Self::UpdateOriginDiffers,
        Self::UpdateExists,
        Self::UpdateMissing,
        Self::DeleteOriginDiffers,
        Self::DeleteMissing,
        Self::DeleteExists,
    ];

    /// The name in tables and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InsertExists => "insert_exists",
            Self::UpdateOriginDiffers => "update_origin_differs",
            Self::UpdateExists => "update_exists",
            Self::UpdateMissing => "update_missing",
            Self::DeleteOriginDiffers => "delete_origin_differs",
            Self::DeleteMissing => "delete_missing",
            Self::DeleteExists => "delete_exists",
            Self::DeltaBaseDiffers => "delta_base_differs",
        }
    }

    /// Whether it is only that another node wrote the row last: expected in daily work, and
    /// logged only when a setting asks for it.
    #[must_use]
    pub const fn is_origin_change(self) -> bool {
        matches!(self, Self::UpdateOriginDiffers | Self::DeleteOriginDiffers)
    }

    /// The conflict when `operation` met no row, but was not simply applied.
    #[must_use]
    pub const fn of_absent_row(operation: Operation) -> Self {
        match operation {
            Operation::Insert => Self::InsertExists,
            Operation::Update => Self::UpdateMissing,
            Operation::Delete => Self::DeleteMissing,
        }
    }

    /// The conflict, if any, when `operation` met a row and `decision` was taken; `same_node` is
    /// whether the row's version and the change come from one node.
    #[must_use]
    pub const fn of_present_row(
        operation: Operation,
        same_node: bool,
        decision: Decision,
    ) -> Option<Self> {
        match operation {
            Operation::Insert => Some(Self::InsertExists),
            _ if same_node => None,
            Operation::Update => Some(Self::UpdateOriginDiffers),
            Operation::Delete if decision.applies() => Some(Self::DeleteOriginDiffers),
            Operation::Delete => Some(Self::DeleteExists),
        }
    }
}

/// What an incoming change wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Add a row.
    Insert,
    /// Change a row.
    Update,
    /// Remove a row.
    Delete,
}

impl Operation {
    /// The word for it in logs and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// How a conflict was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// The incoming change was written.
    ApplyRemote,
    /// The local row stayed.
    KeepLocal,
    /// There was nothing to do, or it had been done.
    Skip,
}

impl Resolution {
    /// The name in tables and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ApplyRemote => "apply_remote",
            Self::KeepLocal => "keep_local",
            Self::Skip => "skip",
        }
    }

    /// The resolution that a decision is; none when it fails.
    #[must_use]
    pub const fn of(decision: Decision) -> Option<Self> {
        match decision {
            Decision::ApplyRemote => Some(Self::ApplyRemote),
            Decision::KeepLocal => Some(Self::KeepLocal),
            Decision::SkipRepeat => Some(Self::Skip),
            Decision::Fail => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletes_are_named_by_their_outcome() {
        let of = ConflictType::of_present_row;
        let (delete, update) = (Operation::Delete, Operation::Update);
        let apply = Decision::ApplyRemote;
        assert_eq!(of(delete, false, apply), Some(ConflictType::DeleteOriginDiffers));
        assert_eq!(of(delete, false, Decision::KeepLocal), Some(ConflictType::DeleteExists));
        assert_eq!(of(delete, true, apply), None);
        assert_eq!(of(update, true, apply), None);
        assert_eq!(of(update, false, apply), Some(ConflictType::UpdateOriginDiffers));
        assert_eq!(of(Operation::Insert, true, apply), Some(ConflictType::InsertExists));
    }

    #[test]
    fn numbering_follows_the_statistics() {
        assert!(ConflictType::ALL.is_sorted());
        assert_eq!(ConflictType::ALL[6].name(), "delete_exists");
    }
}
