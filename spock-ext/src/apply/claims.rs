//! Rows with different keys that claim one unique value (convergence rule D4): the newest keeps it.
//!
//! Writing a row whose unique value another row has fails. When the transaction is applied again for
//! that, each row looks for rivals first, by the server's own index machinery, so that partial indexes,
//! indexes on expressions and exclusion constraints are decided like plain ones. Losers then give way in
//! a transaction of this node's own, which names no origin and so travels to everybody; after that the
//! transaction is applied once more.
//!
//! How a loser gives way: a row that stands here becomes what it was before its last writer, where that is
//! known and claims nothing that is taken, else it is deleted. A row that loses on arrival leaves the row of
//! its key as it stands here, under a new version; where there is none, the delete of a row that never was
//! here is written ([`unseen_delete`]).

use std::time::Duration;

use pgrx::PgLogLevel;
use pgrx::PgSqlErrorCode;
use spock_core::conflict::Side;
use spock_core::conflict::kind::{ConflictType, Operation, Resolution};
use spock_core::converge::LocalVersion;
use spock_core::converge::claim::{self, Losers};
use spock_core::lsn::Lsn;

use super::applier::{Applier, RemoteTransaction};
use crate::catalog::resolutions;
use crate::catalog::unique_index::{self, Holder};
use crate::catalog::version_override;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::target::{Rival, RowImage};
use crate::pg::{bgworker, latch, transaction, unseen_delete};
use crate::worker::clock;
use crate::worker::statistics::{Count, Tally};

/// Who has to give way.
#[derive(Debug)]
enum Loser {
    /// A row that stands here, and what it becomes, if it is not to go.
    Rival { holder: Holder, before: Option<String> },
    /// The incoming row, whose key has a row here.
    Standing(Holder),
    /// The incoming row, whose key has none.
    Absent(RowImage),
}

#[derive(Debug)]
struct Claim {
    relation: u32,
    /// The table as SQL, and as people write it.
    table: String,
    name: String,
    index: String,
    /// A column of the table.
    column: String,
    loser: Loser,
    /// The row that stands here and claims the value, with its version.
    rival: (Holder, Option<Side>),
    incoming: String,
    remote: RemoteTransaction,
}

/// Losers of one run of a transaction.
#[derive(Default)]
pub(super) struct Claims {
    open: Losers<(u32, u64), Claim>,
    /// Rows whose claims are checked at the end of the transaction.
    deferred: Vec<Written>,
    /// How often losers gave way for the transaction with that commit record.
    rounds: (Lsn, u32),
}

/// A row that the transaction wrote into a table with deferred constraints.
#[derive(Debug)]
struct Written {
    position: usize,
    place: u64,
}

/// A loser that is still there after so many rounds cannot be made to go: then it is an error.
const ROUNDS: u32 = 30;
/// So many rounds follow each other at once.
const QUICK_ROUNDS: u32 = 5;

impl Claims {
    /// Whether somebody has to give way before the transaction can be applied.
    #[inline]
    pub(super) fn are_open(&self) -> bool {
        self.open.are_open()
    }

    pub(super) fn forget(&mut self) {
        self.open.take();
        self.deferred.clear();
    }

    /// Whether rows were written whose claims nothing has checked.
    #[inline]
    pub(super) fn are_deferred(&self) -> bool {
        !self.deferred.is_empty()
    }

    /// Notes a row that was written over another one, or anew.
    #[cold]
    pub(super) fn defer(&mut self, position: usize, place: u64, over: Option<u64>) {
        let earlier =
            |written: &&mut Written| written.position == position && over == Some(written.place);
        if let Some(written) = self.deferred.iter_mut().find(earlier) {
            written.place = place;
            return;
        }
        self.deferred.push(Written { position, place });
    }

    /// Lets the losers give way, in a transaction of this node's own.
    pub(super) fn settle(
        &mut self,
        transaction: Lsn,
        local_name: &str,
        subscription: u32,
    ) -> Result<(), SpockError> {
        let claims = self.open.take();
        let round = if self.rounds.0 == transaction { self.rounds.1 + 1 } else { 1 };
        self.rounds = (transaction, round);
        if round > QUICK_ROUNDS {
            // Somebody else is at the same rows.
            latch::wait(Duration::from_millis(u64::from(round)));
            transaction::check_for_interrupts();
        }
        // What follows from a change has a later commit time than that.
        for claim in &claims {
            clock::observe(claim.remote.commit_time);
        }
        let mut tally = Tally::new(subscription);
        let settled = transaction::without_origin(|| {
            bgworker::transaction(|| {
                for claim in claims.iter().filter(|claim| claim.settle(local_name)) {
                    tally.count(&mut 0, claim.relation, Count::Conflict, 1);
                    tally.conflict(Operation::Update, ConflictType::UpdateExists);
                }
            })
        });
        settled.map_err(CaughtError::into_error)?;
        tally.publish();
        Ok(())
    }
}

impl Claim {
    /// Lets the loser give way; false when it has changed meanwhile: the next run looks again.
    fn settle(&self, local_name: &str) -> bool {
        let holder = match &self.loser {
            Loser::Rival { holder, .. } | Loser::Standing(holder) => Some(holder),
            Loser::Absent(_) => None,
        };
        let standing = holder.and_then(|holder| unique_index::text(&self.table, holder));
        if holder.is_some() && standing.is_none() {
            return false;
        }
        let (rival, rival_side) = &self.rival;
        let local_tuple = match &self.loser {
            Loser::Rival { .. } => standing.clone(),
            Loser::Standing(_) | Loser::Absent(_) => unique_index::text(&self.table, rival),
        };
        let mut result = None;
        let resolution = match &self.loser {
            Loser::Rival { holder, before } => {
                result = before
                    .clone()
                    .filter(|row| unique_index::put_back(self.relation, &self.table, holder, row));
                if result.is_none() {
                    unique_index::delete(self.relation, &self.table, holder);
                }
                Resolution::ApplyRemote
            }
            Loser::Standing(holder) => {
                unique_index::touch(self.relation, &self.table, &self.column, holder);
                result = standing;
                Resolution::KeepLocal
            }
            Loser::Absent(row) => {
                let written = transaction::in_subtransaction(&mut || {
                    unseen_delete::write(self.relation, row);
                });
                match written {
                    Ok(()) => Resolution::KeepLocal,
                    // A row of its key came meanwhile.
                    Err(error) if error.is_duplicate() => return false,
                    Err(error) => error.raise(),
                }
            }
        };
        let Self { name, index, incoming, remote, .. } = self;
        resolutions::insert(&resolutions::Resolution {
            node_name: local_name.to_owned(),
            relation: name.clone(),
            index: Some(index.clone()),
            conflict_type: ConflictType::UpdateExists.name(),
            conflict_resolution: resolution.name(),
            local_origin: rival_side.map(|side| i32::from(side.version.node.get())),
            local_tuple,
            local_xid: Some(rival.xmin),
            local_timestamp: rival_side.map(|side| side.version.time),
            remote_origin: i32::from(remote.side.version.node.get()),
            remote_tuple: Some(incoming.clone()),
            remote_xid: remote.xid,
            remote_timestamp: remote.commit_time,
            remote_lsn: remote.final_lsn,
            result_tuple: result,
            ..resolutions::Resolution::default()
        });
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION,
            format!(
                "CONFLICT: rows of {name} with different keys have one value of index {index}. \
                 Resolution: {}.",
                resolution.name()
            ),
        )
        .detail(format!("Remote row: {incoming}."))
        .report(PgLogLevel::LOG);
        true
    }
}

impl Applier {
    /// Whether rows look for rivals: once writing without a look has failed.
    #[inline]
    pub(super) fn looks_for_rivals(&mut self, position: usize) -> bool {
        if self.has_given_up() {
            return false;
        }
        let careful = self.careful || self.is_exceptional();
        let relation = self.relations.at(position);
        (careful || relation.careful_inserts > 0)
            && relation.open.as_ref().is_some_and(|open| open.target.has_other_unique())
    }

    /// The rows of other keys that hold a unique value of the new row; `found` is where the row stands
    /// that it is about to be written over.
    #[cold]
    pub(super) fn rivals(&mut self, position: usize, found: Option<u64>) -> Vec<Rival> {
        self.ready(true);
        self.causes.claims.open.look();
        match &mut self.relations.at(position).open {
            Some(open) => open.target.rivals(found, false),
            None => Vec::new(),
        }
    }

    /// The version of a rival.
    pub(super) fn version_of_rival(&mut self, position: usize, rival: &Rival) -> LocalVersion {
        let version = self.version_of_xmin(rival.xmin);
        let kept = self.relations.get(position).and_then(|open| {
            let relation = open.target.relation_oid().to_u32();
            version_override::may_exist(relation).then_some(relation)
        });
        kept.and_then(|relation| {
            self.kept_version_of(relation, rival.key_hash, rival.xmin, version)
        })
        .map_or(version, LocalVersion::Known)
    }

    /// Notes that a rival has to give way.
    pub(super) fn displace(&mut self, position: usize, rival: &Rival) {
        let version = self.version_of_xmin(rival.xmin);
        // What one transaction did is taken back as a whole; and what an older one added to a row is not
        // taken back at all.
        let is_known = self.version_of_rival(position, rival) == version;
        let before = match &rival.before {
            Some((xmin, row)) if is_known && self.version_of_xmin(*xmin) != version => {
                Some(row.clone())
            }
            _ => None,
        };
        let holder = Holder::at(rival.place, rival.xmin);
        let loser = Loser::Rival { holder, before };
        if let Some(claim) = self.claim(position, rival, loser) {
            let row = (claim.relation, rival.place);
            self.causes.claims.open.displace(&row, claim);
        }
    }

    /// Notes that the incoming row has to; `found` is where a row stands that it would be written over.
    ///
    /// What this transaction itself has made of the row before is rolled back with it: the row that keeps
    /// its place is the one that everybody else sees.
    pub(super) fn give_way(&mut self, position: usize, rival: &Rival, found: Option<u64>) {
        let Some(open) = &mut self.relations.at(position).open else { return };
        let target = &mut open.target;
        let found = found.map(|place| (place, target.local_xmin()));
        let stands = match found.filter(|(_, xmin)| !transaction::is_own(*xmin)) {
            Some(found) => Some(found),
            None => target.place_for_others(),
        };
        let loser = match stands {
            Some((place, xmin)) => Loser::Standing(Holder::at(place, xmin)),
            None => Loser::Absent(target.new_row_image()),
        };
        if let Some(claim) = self.claim(position, rival, loser) {
            self.causes.claims.open.give_way(claim);
        }
    }

    /// Before the commit: rows that claim a value which a deferred constraint wants to be unique.
    #[cold]
    pub(super) fn check_deferred(&mut self) {
        for written in std::mem::take(&mut self.causes.claims.deferred) {
            let Written { position, place } = written;
            self.ready(true);
            let relation = self.open(position);
            let Some(open) = &mut relation.open else { continue };
            let rivals = if open.target.take_written(place) {
                open.target.rivals(Some(place), true)
            } else {
                Vec::new()
            };
            self.causes.claims.open.look();
            for rival in rivals {
                let version = self.version_of_rival(position, &rival);
                if version == LocalVersion::Own || self.has_given_up() {
                    self.raise_clash(position, &rival.index);
                }
                if !claim::rival_keeps(version, &self.remote.side) {
                    self.displace(position, &rival);
                    continue;
                }
                self.give_way(position, &rival, Some(place));
                break;
            }
            if let Some(open) = &mut self.relations.at(position).open {
                open.target.end_row();
            }
            self.end_row();
        }
    }

    /// Whether losers of the transaction cannot be made to go.
    fn has_given_up(&self) -> bool {
        let (of, rounds) = self.causes.claims.rounds;
        of == self.remote.final_lsn && rounds > ROUNDS
    }

    fn raise_clash(&mut self, position: usize, index: &str) -> ! {
        let name = self.relations.at(position).qualified_name();
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION,
            format!("rows of {name} violate the deferred constraint of index {index}"),
        )
        .raise()
    }

    /// Notes that a change is left out in this run, and where the row stands that it would have changed.
    pub(super) fn leave_out_of_run(&mut self, position: usize, found: Option<u64>) {
        if let Some(open) = self.relations.get(position) {
            let relation = open.target.relation_oid().to_u32();
            self.causes.claims.open.leave_out(found.map(|place| (relation, place)));
        }
    }

    fn claim(&mut self, position: usize, rival: &Rival, loser: Loser) -> Option<Claim> {
        let remote = self.remote;
        let side = self.version_of_rival(position, rival).side();
        let holder = Holder::at(rival.place, rival.xmin);
        let relation = self.relations.at(position);
        let (table, name) = (relation.local_sql_name(), relation.qualified_name());
        let target = &mut relation.open.as_mut()?.target;
        let (relation, column) = (target.relation_oid().to_u32(), target.key_column());
        let (index, incoming) = (rival.index.clone(), target.new_row_text());
        let rival = (holder, side);
        Some(Claim { relation, table, name, index, column, loser, rival, incoming, remote })
    }
}
