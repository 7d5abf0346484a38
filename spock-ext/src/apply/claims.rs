//! Rows with different keys that claim one unique value (convergence rule D4): the newest keeps it.
//!
//! Writing a row whose unique value another row has fails. When the transaction is applied again for
//! that, each row looks for rivals first. The loser then goes in a transaction of this node's own, which
//! names no origin and so travels to everybody like any delete; after that the transaction is applied
//! once more. A row that loses on arrival stays as it is here, under a new version, or, where it never
//! was here, leaves the version of a delete behind, which later changes of it compare with.
//!
//! That last version stays on this node. A third node that hears of the winner only after it is gone again
//! keeps the loser, unless the loser's own node saw both, as it nearly always does.
//!
//! Only unique indexes on plain columns are looked at; a violation of another one is an error.

use pgrx::PgLogLevel;
use pgrx::PgSqlErrorCode;
use spock_core::conflict::Version;
use spock_core::conflict::kind::{ConflictType, Resolution};
use spock_core::converge::LocalVersion;
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::applier::{Applier, RemoteTransaction};
use crate::catalog::dead_row;
use crate::catalog::resolutions;
use crate::catalog::unique_index::{self, Holder};
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::{bgworker, delete_marks, transaction};
use crate::worker::clock;

/// A row here that holds a unique value of an incoming row.
#[derive(Debug, Clone)]
pub(super) struct Rival {
    holder: Holder,
    index: String,
}

/// Who has to give way.
#[derive(Debug)]
enum Loser {
    /// A row that stands here.
    Rival(Rival),
    /// The incoming row, whose key has a row here.
    Standing { holder: Holder, index: String },
    /// The incoming row, whose key (as text) has none.
    Absent { key: String, index: String },
}

#[derive(Debug)]
struct Claim {
    relation: u32,
    /// The table as SQL, and as people write it.
    table: String,
    name: String,
    /// A column of the table.
    column: String,
    loser: Loser,
    incoming: String,
    remote: RemoteTransaction,
}

/// Losers of one run of a transaction.
#[derive(Default)]
pub(super) struct Claims {
    open: Vec<Claim>,
    /// How many of them are of earlier changes.
    earlier: usize,
    /// How often losers gave way for the transaction with that commit record.
    rounds: (Lsn, u32),
}

/// A loser that is still there after so many rounds cannot be made to go: then it is an error.
const ROUNDS: u32 = 30;

impl Claims {
    /// Whether somebody has to give way before the transaction can be applied.
    #[inline]
    pub(super) fn are_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn forget(&mut self) {
        self.open.clear();
    }

    /// Lets the losers give way, in a transaction of this node's own.
    pub(super) fn settle(
        &mut self,
        transaction: Lsn,
        local: NodeId,
        local_name: &str,
    ) -> Result<(), SpockError> {
        let claims = std::mem::take(&mut self.open);
        self.rounds =
            (transaction, if self.rounds.0 == transaction { self.rounds.1 + 1 } else { 1 });
        // What follows from a change has a later commit time than that.
        for claim in &claims {
            clock::observe(claim.remote.commit_time);
        }
        let settled = transaction::without_origin(|| {
            bgworker::transaction(|| {
                for claim in &claims {
                    claim.settle(local, local_name);
                }
            })
        });
        settled.map_err(CaughtError::into_error)
    }
}

impl Claim {
    fn settle(&self, local: NodeId, local_name: &str) {
        let (holder, index) = match &self.loser {
            Loser::Rival(rival) => (Some(&rival.holder), &rival.index),
            Loser::Standing { holder, index } => (Some(holder), index),
            Loser::Absent { index, .. } => (None, index),
        };
        let standing = holder.and_then(|holder| unique_index::text(&self.table, holder));
        if holder.is_some() && standing.is_none() {
            // It changed meanwhile: the next run looks again.
            return;
        }
        let resolution = match &self.loser {
            Loser::Rival(rival) => {
                unique_index::delete(self.relation, &self.table, &rival.holder);
                Resolution::ApplyRemote
            }
            Loser::Standing { holder, .. } => {
                unique_index::touch(self.relation, &self.table, &self.column, holder);
                Resolution::KeepLocal
            }
            Loser::Absent { key, .. } => {
                let time = self.remote.commit_time + 1;
                delete_marks::note_written(self.relation, time);
                dead_row::leave(self.relation, key, Version { time, node: local });
                Resolution::KeepLocal
            }
        };
        resolutions::insert(&resolutions::Resolution {
            node_name: local_name.to_owned(),
            relation: self.name.clone(),
            index: Some(index.clone()),
            conflict_type: ConflictType::UpdateExists.name(),
            conflict_resolution: resolution.name(),
            local_tuple: standing,
            local_xid: holder.map(|holder| holder.xmin),
            remote_origin: i32::from(self.remote.side.version.node.get()),
            remote_tuple: Some(self.incoming.clone()),
            remote_xid: self.remote.xid,
            remote_timestamp: self.remote.commit_time,
            remote_lsn: self.remote.final_lsn,
            ..resolutions::Resolution::default()
        });
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION,
            format!(
                "CONFLICT: rows of {} with different keys have one value of index {index}. \
                 Resolution: {}.",
                self.name,
                resolution.name()
            ),
        )
        .detail(format!("Remote row: {}.", self.incoming))
        .report(PgLogLevel::LOG);
    }
}

impl Applier {
    /// Whether rows look for rivals: once writing without a look has failed.
    #[inline]
    pub(super) fn looks_for_rivals(&mut self, position: usize) -> bool {
        let (of, rounds) = self.causes.claims.rounds;
        if of == self.remote.final_lsn && rounds > ROUNDS {
            return false;
        }
        let careful = self.careful || self.is_exceptional();
        let relation = self.relations.at(position);
        (careful || relation.careful_inserts > 0)
            && relation.open.as_ref().is_some_and(|open| open.target.has_other_unique())
    }

    /// The rows of other keys that hold a unique value of the new row.
    #[cold]
    pub(super) fn rivals(&mut self, position: usize, found: Option<u64>) -> Vec<Rival> {
        self.ready(true);
        self.causes.claims.earlier = self.causes.claims.open.len();
        let relation = self.relations.at(position);
        let table = relation.sql_name();
        let Some(open) = &relation.open else { return Vec::new() };
        let target = &open.target;
        let indexes =
            unique_index::others(target.relation_oid().to_u32(), &target.identity_index_name());
        let own_place = found.map(|place| format!("({},{})", place >> 16, place & 0xffff));
        let mut rivals: Vec<Rival> = Vec::new();
        for index in indexes {
            let Some(condition) = target.condition_on(&index.attributes) else { continue };
            let Some(holder) = unique_index::holder(&table, &condition) else { continue };
            let is_new = rivals.iter().all(|rival| rival.holder != holder);
            if is_new && own_place.as_ref() != Some(&holder.ctid) {
                rivals.push(Rival { holder, index: index.name });
            }
        }
        rivals
    }

    /// The version of a rival.
    pub(super) fn version_of_rival(&mut self, rival: &Rival) -> LocalVersion {
        self.versions.of_xmin(rival.holder.xmin)
    }

    /// Notes that a rival has to give way.
    pub(super) fn displace(&mut self, position: usize, rival: &Rival) {
        self.note_claim(position, Loser::Rival(rival.clone()));
    }

    /// Notes that the incoming row has to; `found` is where a row of its key stands.
    pub(super) fn give_way(&mut self, position: usize, rival: &Rival, found: Option<u64>) {
        // What the row has won is of no use to it.
        let claims = &mut self.causes.claims;
        claims.open.truncate(claims.earlier);
        let index = rival.index.clone();
        let relation = self.relations.at(position);
        let Some(open) = &mut relation.open else { return };
        let loser = match found {
            Some(place) => {
                let ctid = format!("({},{})", place >> 16, place & 0xffff);
                let holder = Holder { ctid, xmin: open.target.local_xmin() };
                Loser::Standing { holder, index }
            }
            None => match open.target.key_text() {
                Some(key) => Loser::Absent { key, index },
                None => return,
            },
        };
        self.note_claim(position, loser);
    }

    fn note_claim(&mut self, position: usize, loser: Loser) {
        let remote = self.remote;
        let relation = self.relations.at(position);
        let (table, name) = (relation.sql_name(), relation.qualified_name());
        let Some(open) = &mut relation.open else { return };
        let target = &mut open.target;
        let (relation, column) = (target.relation_oid().to_u32(), target.key_column());
        let incoming = target.new_row_text();
        let claim = Claim { relation, table, name, column, loser, incoming, remote };
        self.causes.claims.open.push(claim);
    }
}
