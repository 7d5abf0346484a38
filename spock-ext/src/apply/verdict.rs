//! Why a run of a remote transaction was cut short by ourselves.
//!
//! Code deep in apply that cannot go on with a transaction leaves a verdict and raises; whoever caught
//! the error finds it, rolls back, does what the verdict asks for outside of any transaction, and has
//! the transaction applied again.

use pgrx::PgSqlErrorCode;
use spock_core::oid::Oid;

use super::applier::{Applier, RemoteTransaction};
use super::schema_match::Mismatch;
use crate::pg::encoding::as_utf8;
use crate::pg::error::{CaughtError, SpockError};

/// What has to happen before the transaction is applied again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Something that a change needs is not here: other nodes are to catch up first (rule C1).
    MissingCause {
        /// Nobody could prove that they have, and the change cannot do without.
        alarm: bool,
    },
    /// A table here does not fit the provider's: it may once other nodes have caught up, or somebody has to
    /// mend one of them.
    Mismatch,
    /// A table is being copied from another node (rule I2).
    ClosedTable {
        /// Where the relation stands.
        position: usize,
        /// The subscription that copies it.
        subscription: Oid,
    },
}

/// A copy from another node that a transaction waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Copy {
    /// Of this table.
    Table { schema: String, name: String, subscription: Oid },
    /// The first one of another subscription, which may bring what is not here.
    First,
}

/// A transaction that waits for its cause.
#[derive(Debug, Clone)]
pub(super) struct MissingCause {
    pub(super) remote: RemoteTransaction,
    pub(super) alarm: bool,
    /// This node.
    pub(super) local_name: String,
    /// What is not here, for people to read.
    pub(super) reason: String,
    /// Not other nodes' changes are waited for, but this.
    pub(super) copy: Option<Copy>,
    /// Or that this table fits.
    pub(super) mismatch: Option<Box<Mismatch>>,
}

impl MissingCause {
    /// For whoever cannot wait.
    pub(super) fn into_error(self) -> SpockError {
        SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, self.reason)
    }
}

impl Applier {
    /// Ends this run of the transaction: `what` is not here, and other nodes may still bring it.
    pub(super) fn await_cause(&mut self, what: &str, alarm: bool) -> ! {
        self.verdict = Some(Verdict::MissingCause { alarm });
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("{what} is not here yet"),
        )
        .raise()
    }

    /// Ends this run of the transaction: other nodes are to be asked for values first (rule T1).
    #[cold]
    pub(super) fn await_values(&mut self) -> ! {
        self.await_cause("a value that the provider left out", false)
    }

    /// Ends this run of the transaction: before it can commit other nodes are to be asked for values (rule
    /// T1), or rows that have lost a unique value have to go (D4).
    #[cold]
    pub(super) fn await_tasks(&mut self) -> ! {
        self.await_cause("a value of another node or of a unique index", false)
    }

    /// Ends this run of the transaction: the relation at a position is being copied from another node.
    #[cold]
    pub(super) fn await_copy(&mut self, position: usize, subscription: Oid) -> ! {
        self.verdict = Some(Verdict::ClosedTable { position, subscription });
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("table {} is being copied from another node", self.relations.name(position)),
        )
        .raise()
    }

    /// Ends this run of the transaction: a table here does not fit the provider's.
    #[cold]
    pub(super) fn await_schema(&mut self, mismatch: Mismatch) -> ! {
        let error = mismatch.error();
        if self.causes.waits_for_schema() {
            self.verdict = Some(Verdict::Mismatch);
            self.mismatch = Some(mismatch);
        }
        error.raise()
    }

    /// A change that is only shown need not fit.
    #[cold]
    pub(super) fn forget_mismatch(&mut self) {
        if self.verdict == Some(Verdict::Mismatch) {
            self.verdict = None;
            self.mismatch = None;
        }
    }

    /// What the failed transaction has to wait for, if its failure can be that something has not come
    /// yet. Takes the verdict. To be asked after the rollback.
    pub(super) fn missing_cause(&mut self, error: &CaughtError) -> Option<MissingCause> {
        let verdict = self.verdict.take();
        if verdict.is_none() && self.causes.have_tasks() {
            // It failed without what it needs.
            return Some(self.missing(error, false, None));
        }
        let alarm = match verdict {
            Some(Verdict::MissingCause { alarm }) => alarm,
            Some(Verdict::ClosedTable { position, subscription }) => {
                let relation = self.relations.at(position);
                let copy = Copy::Table {
                    schema: as_utf8(&relation.schema),
                    name: as_utf8(&relation.name),
                    subscription,
                };
                return Some(self.missing(error, false, Some(copy)));
            }
            Some(Verdict::Mismatch) if self.tables.others_begin() => {
                return Some(self.missing(error, false, Some(Copy::First)));
            }
            Some(Verdict::Mismatch) => {
                let mismatch = self.mismatch.take().map(Box::new);
                // A statement of another node may be on its way that mends it.
                match self.causes.misses_object(&self.remote) {
                    Some(alarm) => alarm,
                    None => {
                        let missing = self.missing(error, false, None);
                        return Some(MissingCause { mismatch, ..missing });
                    }
                }
            }
            None if names_missing_object(&error.sqlstate) && self.tables.others_begin() => {
                return Some(self.missing(error, false, Some(Copy::First)));
            }
            None if names_missing_object(&error.sqlstate) => {
                // With a proof, or nobody to wait for, it is a failure like any other.
                self.causes.misses_object(&self.remote)?
            }
            None => return None,
        };
        Some(self.missing(error, alarm, None))
    }

    fn missing(&self, error: &CaughtError, alarm: bool, copy: Option<Copy>) -> MissingCause {
        MissingCause {
            remote: self.remote,
            alarm,
            local_name: self.ends.local_name.clone(),
            reason: error.message.clone(),
            copy,
            mismatch: None,
        }
    }
}

/// Whether an error says that a relation, column, type, label, schema, role or function does not exist
/// here (rule C1). A label of an enum type that is not there is an input error of that type.
fn names_missing_object(sqlstate: &str) -> bool {
    matches!(sqlstate, "42P01" | "42703" | "42704" | "42883" | "3F000" | "22P02")
}
