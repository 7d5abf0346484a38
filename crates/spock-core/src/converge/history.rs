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
    /// Where it is proved what the provider knew, every delete in the gap is one that it did not know of:
    /// an older one would have let the change win, a newer one lose. Where nothing is proved, as with
    /// subscriptions in one direction, only what is older than all that is known counts: a fresh change
    /// whose row is gone is an everyday thing there, and goes by its policy.
    ///
    /// `is_exposed`: a delete has been seen that the change may be older than.
    #[must_use]
    pub fn matters_to(self, change: i64, is_exposed: bool) -> bool {
        match self.settled {
            Some(settled) => settled < self.until,
            None => change < self.until && is_exposed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gap;

    #[test]
    fn only_what_nobody_knows_matters() {
        let proved = |settled| Gap { until: 100, settled: Some(settled) };
        assert!(proved(99).matters_to(50, true));
        assert!(proved(99).matters_to(150, true));
        assert!(!proved(100).matters_to(50, true));
        let unproved = Gap { until: 100, settled: None };
        assert!(unproved.matters_to(99, true));
        assert!(!unproved.matters_to(99, false));
        assert!(!unproved.matters_to(100, true));
    }
}
