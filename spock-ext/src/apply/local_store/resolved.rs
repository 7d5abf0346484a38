//! Rows that a function of the user's makes of two versions (convergence rule P1).

use spock_core::converge::{Conflict, LocalVersion, Store};

use super::LocalStore;

impl LocalStore<'_> {
    /// Has the relation's resolver make one row of the two, where they are of different nodes.
    #[cold]
    pub(super) fn resolve(&mut self) {
        let remote = self.applier.remote.side;
        let new_is_newer = match self.local_version() {
            LocalVersion::Own => return,
            LocalVersion::Known(local) if local.version.node == remote.version.node => return,
            LocalVersion::Known(local) => local.age_order(&remote).is_lt(),
            LocalVersion::Unknown => true,
        };
        self.applier.ready(true);
        let kept = self.kept_answer.filter(|_| !new_is_newer);
        self.applier.resolve(self.position, new_is_newer, kept);
    }

    /// Tells of a conflict that a resolver decided: what was sent, and what it made of that.
    #[cold]
    pub(super) fn report_resolved(&mut self, conflict: &Conflict) {
        let target = &mut self.open().target;
        let result = (target.new_row_text(), target.new_row_as_json());
        let was_resolved = target.unresolve();
        self.result = was_resolved.then_some(result);
        self.report(conflict);
        if was_resolved {
            self.resolve();
        }
    }
}
