//! Whether a change that met no row, and no trace of a delete, may have missed one (rule D1).
//!
//! Deletes are known as long as dead rows are kept, and before that as far as a log has them. A change
//! that needs older ones is decided as if there had been none, and rows may differ from then on.

/// What is not known of deletes in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Deletes before this time may be unknown.
    pub until: i64,
    /// No change of the stream can need deletes before this time, if that much is proved.
    pub settled: Option<i64>,
}

impl Gap {
    /// Whether rows may differ after a change of the commit time `change` has been applied without those
    /// deletes.
    ///
    /// A change that is newer than all of them wins anyhow: an insert is right, and an update that misses
    /// its row goes by its policy, which leaves it pending. `is_exposed`: there may have been a delete
    /// that the change is older than.
    #[must_use]
    pub fn matters_to(self, change: i64, is_exposed: bool) -> bool {
        change < self.until && is_exposed && self.settled.is_none_or(|settled| settled < self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::Gap;

    #[test]
    fn only_what_nobody_knows_matters() {
        let proved = |settled| Gap { until: 100, settled: Some(settled) };
        assert!(proved(99).matters_to(99, true));
        assert!(!proved(99).matters_to(99, false));
        assert!(!proved(99).matters_to(100, true));
        assert!(!proved(100).matters_to(99, true));
        let unproved = Gap { until: 100, settled: None };
        assert!(unproved.matters_to(99, true));
        assert!(!unproved.matters_to(99, false));
        assert!(!unproved.matters_to(100, true));
    }
}
