//! TRUNCATE: a version of the whole table (convergence rule D5).
//!
//! The rule itself is `spock_core::converge::table`. A table that has no row newer than the truncate,
//! which is nearly every time, is truncated. Otherwise its older rows are deleted. To know, the table is
//! read once from end to end: what a TRUNCATE saves elsewhere it may cost here.

use spock_core::conflict::kind::{ConflictType, Operation, Resolution};
use spock_core::conflict::{Side, Version};
use spock_core::converge::table::{self, Table};
use spock_core::converge::{Conflict, LocalVersion, Store as _};
use spock_core::oid::NodeId;
use spock_core::proto::message::Truncate;

use super::applier::Applier;
use super::local_store::LocalStore;
use super::resolution;
use crate::catalog::truncation::{self, By};
use crate::catalog::version_override;
use crate::pg::local_relation::{self, RelationOid};
use crate::pg::partition_router;
use crate::settings::ChangeLogging;

/// A local table that a remote transaction truncates.
struct LocalTable<'a> {
    applier: &'a mut Applier,
    position: usize,
    oid: RelationOid,
    /// The transaction of the last truncate, where it is one of this server, and its version, once the
    /// table's row is locked.
    known: Option<Option<(u32, Side)>>,
    /// Transactions whose rows are newer.
    newer: Vec<u32>,
    /// Where rows of older transactions stand that kept a newer version.
    kept: Vec<u64>,
    end: End,
}

/// What is to be done with the table, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A newer truncate is known.
    Older,
    /// To be truncated together with the others of the command.
    Whole,
    /// This many older rows were deleted.
    InPart { rows: u64 },
}

impl Table for LocalTable<'_> {
    fn truncated_at(&mut self) -> Option<Side> {
        let Self { oid, applier, .. } = self;
        let known = self.known.get_or_insert_with(|| match truncation::lock(oid.to_u32())? {
            By::Transaction(xmin) => Some((xmin, applier.version_of_xmin(xmin).side()?)),
            By::Copied(version) => Some((0, applier.versions.side(version))),
        });
        known.map(|(_, side)| side)
    }

    fn set_truncated_at(&mut self, _version: Side) {
        // The row of this transaction is as old as its commit will say.
        truncation::stamp(self.oid.to_u32());
    }

    fn has_newer_rows(&mut self, version: Side) -> bool {
        local_relation::lock_exclusively(self.oid);
        let writers = truncation::writers_since(self.oid.to_u32(), version.version.time);
        let is_newer = |xmin: &u32| match self.applier.version_of_xmin(*xmin) {
            LocalVersion::Known(side) => side.age_order(&version).is_gt(),
            LocalVersion::Own | LocalVersion::Unknown => false,
        };
        self.newer = writers.into_iter().filter(is_newer).collect();
        if version_override::may_exist(self.oid.to_u32()) {
            self.kept = self.applier.kept_since(self.position, version);
        }
        !(self.newer.is_empty() && self.kept.is_empty())
    }

    fn truncate(&mut self) {
        self.end = End::Whole;
    }

    fn delete_older_rows(&mut self, _version: Side) {
        let rows = truncation::delete_all_but(self.oid.to_u32(), &self.newer, &self.kept);
        self.end = End::InPart { rows };
    }
}

impl Applier {
    /// Applies a TRUNCATE of one or several tables.
    pub(super) fn truncate(&mut self, truncate: &Truncate<'_>) {
        self.flush_gathered();
        self.ready(true);
        let (tables, partitioned) = self.tables_to_truncate(truncate);
        // Nothing of ours may be open while the files are exchanged.
        self.relations.give_back_but_locks();
        let remote = self.remote.side;
        let mut whole = Vec::new();
        let mut in_part = false;
        for (position, oid, name) in tables {
            let mut table = LocalTable {
                applier: self,
                position,
                oid,
                known: None,
                newer: Vec::new(),
                kept: Vec::new(),
                end: End::Older,
            };
            table::truncate(&mut table, remote);
            let LocalTable { known, newer, kept, end, .. } = table;
            let (writers, kept) = (newer.len(), kept.len());
            if self.change_logging != ChangeLogging::None && end != End::Older {
                self.log_truncate(&name);
            }
            match end {
                End::Whole => whole.push(oid),
                End::Older => self.record_truncate(
                    name,
                    ConflictType::DeleteMissing,
                    Resolution::Skip,
                    known.flatten(),
                    "truncated by a newer command".to_owned(),
                ),
                End::InPart { rows } => {
                    in_part = true;
                    self.record_truncate(
                        name,
                        ConflictType::DeleteExists,
                        Resolution::KeepLocal,
                        None,
                        format!(
                            "rows of {writers} newer transactions, and {kept} that kept a newer \
                             version; {rows} older rows were deleted"
                        ),
                    );
                }
            }
        }
        if in_part {
            // The server refuses to truncate a table to which one that keeps rows refers.
            for oid in whole {
                truncation::delete_all_but(oid.to_u32(), &[], &[]);
            }
        } else if !whole.is_empty() {
            // For their sequences and triggers.
            whole.extend(partitioned);
            local_relation::truncate(&whole, truncate.restart_identity);
        }
        self.wrote = true;
    }

    /// The tables of a TRUNCATE that have rows: positions, ids and names; and those whose rows are in others.
    ///
    /// Of a table that is partitioned here its partitions are truncated. A provider where it is partitioned
    /// in the same way names them too, as far as it publishes them; those are meant then, and no others.
    fn tables_to_truncate(
        &mut self,
        truncate: &Truncate<'_>,
    ) -> (Vec<(usize, RelationOid, String)>, Vec<RelationOid>) {
        let mut tables: Vec<(usize, RelationOid, String)> = Vec::new();
        let mut routed = Vec::new();
        for relid in truncate.relids() {
            let position = self.relations.position(relid);
            let relation = self.open(position);
            if let Some(open) = &relation.open {
                tables.push((position, open.target.relation_oid(), relation.qualified_name()));
            } else if let Some(routing) = &relation.routing {
                routed.push((position, routing.table()));
            }
        }
        let named: Vec<RelationOid> = tables
            .iter()
            .map(|(_, oid, _)| *oid)
            .chain(routed.iter().map(|(_, oid)| *oid))
            .collect();
        let mut partitioned = Vec::new();
        for (position, oid) in routed {
            let tree = partition_router::lock_tree(oid);
            let below = tree.leaves.iter().chain(&tree.partitioned);
            partitioned.push(oid);
            if below.into_iter().any(|below| *below != oid && named.contains(below)) {
                continue;
            }
            partitioned.extend(tree.partitioned.into_iter().filter(|other| *other != oid));
            for leaf in tree.leaves {
                let at = self.relations.entry_of_partition(position, leaf, oid);
                let name = self.relations.at(at).local_name();
                tables.push((at, leaf, name));
            }
        }
        (tables, partitioned)
    }

    /// Where rows stand that kept a version newer than this one when an older change added to them. Nothing
    /// is open after it.
    #[cold]
    fn kept_since(&mut self, position: usize, version: Side) -> Vec<u64> {
        let Some(oid) = self.open(position).open.as_ref().map(|open| open.target.relation_oid())
        else {
            return Vec::new();
        };
        let versions = &self.versions;
        let mut overrides = version_override::since(oid.to_u32(), version.version.time);
        overrides.retain(|(_, kept)| {
            let node = u16::try_from(kept.node).ok().and_then(NodeId::new);
            node.is_some_and(|node| {
                versions.side(Version { time: kept.time, node }).age_order(&version).is_gt()
            })
        });
        let mut places = Vec::new();
        if !overrides.is_empty()
            && let Some(open) = &mut self.relations.at(position).open
        {
            places = open.target.places_of(|key, xmin| {
                overrides.iter().any(|(of, kept)| (*of, kept.xmin) == (key, xmin))
            });
        }
        self.relations.give_back_but_locks();
        places
    }

    /// Version of the last truncate of an open relation.
    pub(super) fn truncated_at(&mut self, position: usize) -> Option<Side> {
        match self.relations.get(position)?.truncated_by? {
            By::Transaction(xmin) => self.version_of_xmin(xmin).side(),
            By::Copied(version) => Some(self.versions.side(version)),
        }
    }

    /// Whether the transaction being applied is older than a truncate of an open relation.
    pub(super) fn comes_after_truncate(&mut self, position: usize) -> bool {
        let remote = self.remote.side;
        self.truncated_at(position).is_some_and(|truncated| truncated.age_order(&remote).is_gt())
    }

    /// Tells of a row that was inserted elsewhere before the table was truncated, where rows have no
    /// key by which [`spock_core::converge`] could look for it.
    pub(super) fn record_truncated_row(&mut self, position: usize) {
        let conflict = Conflict {
            operation: Operation::Insert,
            kind: ConflictType::InsertExists,
            resolution: Resolution::Skip,
            local: None,
            dead: self.truncated_at(position),
        };
        LocalStore::loaded(self, position).conflict(&conflict);
    }

    /// Tells of a TRUNCATE that did not empty the table.
    fn record_truncate(
        &mut self,
        relation: String,
        kind: ConflictType,
        resolution: Resolution,
        newer: Option<(u32, Side)>,
        what: String,
    ) {
        let conflict = resolution::Conflict {
            ends: &self.ends,
            relation,
            index: String::new(),
            operation: Operation::Delete,
            kind,
            resolution,
            local_row: Some(what),
            local: newer.map(|(xid, side)| (xid, Some(side))),
            deleted: None,
            images: (None, None),
            result: None,
            remote_row: "TRUNCATE".to_owned(),
            remote: self.remote,
        };
        conflict.log();
        conflict.save();
    }
}
