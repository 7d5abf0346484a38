//! Reports conflicts: in the server's log, and as rows of `spock.resolutions`.
//!
//! A change that is not applied always leaves a row; one that is applied does where
//! `spock.save_resolutions` is on. The row is written in the transaction that it tells of.

use spock_core::conflict::Side;
use spock_core::conflict::kind::{ConflictType, Operation, Resolution};

use pgrx::PgSqlErrorCode;

use super::applier::{Ends, RemoteTransaction};
use crate::catalog::resolutions;
use crate::pg::error::SpockError;
use crate::pg::transaction::time_text;
use crate::settings::{self, LogOriginChange};

/// A conflict and how it was resolved.
pub(super) struct Conflict<'a> {
    pub(super) ends: &'a Ends,
    /// Schema-qualified.
    pub(super) relation: String,
    pub(super) index: String,
    pub(super) operation: Operation,
    pub(super) kind: ConflictType,
    pub(super) resolution: Resolution,
    pub(super) local_row: Option<String>,
    /// xmin and, where known, version of the local row.
    pub(super) local: Option<(u32, Option<Side>)>,
    /// The delete that removed the row that is not here.
    pub(super) deleted: Option<Side>,
    pub(super) remote_row: String,
    pub(super) remote: RemoteTransaction,
    /// The same rows as JSON, local and remote, when they are to be saved.
    pub(super) images: (Option<String>, Option<String>),
    /// The row that a resolver made of the two, as text and as JSON.
    pub(super) result: Option<(String, String)>,
}

/// Which of the two rows stands there afterwards.
enum Stays {
    Remote,
    Local,
    Neither,
}

/// Whether conflicts of a kind go to the server's log.
pub(super) fn is_logged(kind: ConflictType) -> bool {
    !kind.is_origin_change() || settings::log_origin_change() != LogOriginChange::None
}

impl Conflict<'_> {
    /// Writes it to the server's log at `spock.conflict_log_level`.
    pub(super) fn log(&self) {
        let local = match (&self.local_row, self.deleted) {
            (Some(row), _) => format!("Local row: {row}. "),
            (None, Some(dead)) => format!("Row was {}. ", deletion(dead)),
            (None, None) => "Row not found. ".to_owned(),
        };
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION,
            format!(
                "CONFLICT: remote {} on relation {} (local index {}). Resolution: {}.",
                self.operation.name(),
                self.relation,
                self.index,
                self.resolution.name(),
            ),
        )
        .detail(format!(
            "{}: {local}Remote row: {}, from node {} at {}.",
            self.kind.name(),
            self.remote_row,
            self.remote.side.version.node,
            self.remote.final_lsn,
        ))
        .report(settings::conflict_log_level().returning());
    }

    fn stays(&self) -> Stays {
        match (self.resolution, self.operation) {
            (Resolution::ApplyRemote, Operation::Delete) => Stays::Neither,
            (Resolution::ApplyRemote, _) => Stays::Remote,
            (Resolution::KeepLocal | Resolution::Skip, _) => Stays::Local,
        }
    }

    /// Writes it to `spock.resolutions`.
    pub(super) fn save(self) {
        let node = |side: Side| i32::from(side.version.node.get());
        let local_side = self.local.and_then(|(_, side)| side).or(self.deleted);
        let stays = self.stays();
        // jsonb knows no null character, which the text of a json column can name.
        let can_be_stored = |json: &String| !json.contains("\\u0000");
        let local_json = self.images.0.filter(can_be_stored);
        let remote_json = self.images.1.filter(can_be_stored);
        let (result_tuple, result_json) = match (self.result, stays) {
            (Some((text, json)), _) => (Some(text), Some(json).filter(can_be_stored)),
            (None, Stays::Remote) => (Some(self.remote_row.clone()), remote_json.clone()),
            (None, Stays::Local) => (self.local_row.clone(), local_json.clone()),
            (None, Stays::Neither) => (None, None),
        };
        resolutions::insert(&resolutions::Resolution {
            node_name: self.ends.local_name.clone(),
            relation: self.relation,
            index: Some(self.index).filter(|name| !name.is_empty()),
            conflict_type: self.kind.name(),
            conflict_resolution: self.resolution.name(),
            local_origin: local_side.map(node),
            local_tuple: self.local_row.or(self.deleted.map(deletion)),
            local_xid: self.local.map(|(xid, _)| xid),
            local_timestamp: local_side.map(|side| side.version.time),
            remote_origin: node(self.remote.side),
            remote_tuple: Some(self.remote_row),
            remote_xid: self.remote.xid,
            remote_timestamp: self.remote.commit_time,
            remote_lsn: self.remote.final_lsn,
            result_tuple,
            local_json,
            remote_json,
            result_json,
        });
    }
}

/// A delete, for people to read.
fn deletion(dead: Side) -> String {
    format!("deleted at {} by node {}", time_text(dead.version.time), dead.version.node)
}
