//! The simulated table as the store that the convergence rules work on.

use spock_core::conflict::Side;
use spock_core::converge::claim::Losers;
use spock_core::converge::defect::{Defect, is_in};
use spock_core::converge::table::Table;
use spock_core::converge::{Conflict, Fetch, Key, LocalVersion, Store, Written};
use spock_core::oid::NodeId;

use super::events::Shape;
use super::node::{Data, Image, Op, Row};
use super::users::is_free;

/// A row that has lost a unique value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loser {
    pub(crate) key: usize,
    /// The row that stands here, of that version; else the incoming one.
    pub(crate) rival: Option<Option<Side>>,
    /// The change of the transaction that it lost to, or is.
    pub(crate) position: usize,
}

/// What one attempt at a transaction was told or has found out.
#[derive(Default)]
pub(crate) struct Notes {
    /// Large values that their owners were asked for: position of the change, owner, row there.
    pub(crate) fetched: Vec<(usize, NodeId, Option<Row>)>,
    pub(crate) losers: Losers<usize, Loser>,
    /// A rule was broken in a way that can be seen at once.
    pub(crate) fault: Option<String>,
    /// The change was told of as a conflict.
    pub(crate) told: bool,
    /// Look-ups miss a row once.
    pub(crate) flaky: bool,
}

/// One change on one node.
pub(crate) struct ModelStore<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) data: &'a mut Data,
    pub(crate) here: NodeId,
    pub(crate) remote: Side,
    /// The version that rows get.
    pub(crate) writes: Side,
    pub(crate) op: Op,
    /// Its position in the transaction.
    pub(crate) position: usize,
    pub(crate) notes: &'a mut Notes,
    found: Option<usize>,
    new: Option<Image>,
    /// The value that was fetched, once the rules have asked for it.
    value: Option<Row>,
    next_rival: usize,
    rival: usize,
    missed: bool,
}

impl<'a> ModelStore<'a> {
    pub(crate) fn new(
        shape: &'a Shape,
        data: &'a mut Data,
        here: NodeId,
        (remote, writes): (Side, Side),
        (position, op): (usize, Op),
        notes: &'a mut Notes,
    ) -> Self {
        Self {
            shape,
            data,
            here,
            remote,
            writes,
            op,
            position,
            notes,
            found: None,
            new: None,
            value: None,
            next_rival: 0,
            rival: 0,
            missed: false,
        }
    }

    fn key(&self, key: Key) -> usize {
        usize::from(match (self.op, key) {
            (Op::Update { old, .. }, Key::Old) => old,
            (Op::Insert { key, .. } | Op::Update { key, .. } | Op::Delete { key }, _) => key,
            (Op::Truncate, _) => unreachable!("no row"),
        })
    }

    /// The image that came with the change; what it left out is not to be looked at.
    fn sent(&self) -> Image {
        match self.op {
            Op::Insert { image, .. } => image,
            Op::Update { image, large_sent, .. } => {
                Image { large: if large_sent { image.large } else { 0 }, ..image }
            }
            Op::Delete { .. } | Op::Truncate => unreachable!("no image"),
        }
    }

    /// The row to be written where there is none.
    fn complete(&self) -> Image {
        let mut image = self.new.unwrap_or_else(|| self.sent());
        if let Some(row) = self.value {
            image.large = row.image.large;
        }
        image
    }

    /// What the server's own index on the key would refuse.
    fn check_free(&mut self, key: usize) {
        if self.data.rows[key].is_some() {
            self.notes.fault = Some("a second row with one key".to_owned());
        }
    }

    /// The server would refuse the row.
    fn check_unique(&mut self, key: usize) {
        let image = self.data.rows[key].expect("just written").image;
        if self.shape.unique && !is_free(&self.data.rows, key, key, &image) {
            self.notes.fault = Some("a unique value stands twice".to_owned());
        }
    }

    fn found(&mut self) -> &mut Row {
        let key = self.found.expect("a row was found");
        self.data.rows[key].as_mut().expect("it is there")
    }

    fn delta(&self) -> Option<i64> {
        match self.op {
            Op::Update { image, before, .. } if self.shape.deltas => Some(image.sum - before),
            _ => None,
        }
    }
}

impl Store for ModelStore<'_> {
    type Place = usize;

    fn look(&mut self, key: Key) -> bool {
        let key = self.key(key);
        self.found = self.data.rows[key].map(|_| key);
        if self.notes.flaky && !self.missed && self.found.is_some() {
            self.missed = true;
            self.found = None;
        }
        self.found.is_some()
    }

    fn look_again(&mut self, key: Key) -> bool {
        self.data.rows[self.key(key)].is_some()
    }

    fn place(&self) -> usize {
        self.found.expect("a row was found")
    }

    fn local_version(&mut self) -> LocalVersion {
        let version = self.found().version;
        match version {
            Some(version) if version == self.writes => LocalVersion::Own,
            Some(version) => LocalVersion::Known(version),
            None => LocalVersion::Unknown,
        }
    }

    fn compose(&mut self) {
        let mut image = self.sent();
        let local = self.found().image;
        if self.has_gaps() {
            image.large = self.value.map_or(local.large, |row| row.image.large);
        }
        if let Some(delta) = self.delta() {
            image.sum = local.sum + delta;
        }
        self.new = Some(image);
    }

    fn release(&mut self) {
        self.found = None;
        self.new = None;
    }

    fn insert(&mut self) -> Written {
        let key = self.key(Key::New);
        assert!(self.data.rows[key].is_none(), "a second row with one key");
        let (version, image) = (Some(self.writes), self.complete());
        self.data.before[key] = None;
        self.data.rows[key] = Some(Row { version, image });
        self.check_unique(key);
        Written::Done
    }

    fn update(&mut self) -> Written {
        if let Some(known) = self.found().version
            && known.version.node == self.remote.version.node
            && newer(known, self.remote)
        {
            self.notes.fault = Some("a row went back in time".to_owned());
        }
        let (old, key) = (self.place(), self.key(Key::New));
        let image = self.new.expect("composed");
        let found = *self.found();
        if old == key && found.version != Some(self.writes) {
            self.data.before[key] = Some(found.image);
        } else if old != key {
            self.data.before[key] = None;
        }
        if old != key {
            let gone = self.data.rows[old].take().map(|row| row.image);
            self.data.bury(old, self.writes, gone);
            self.check_free(key);
        }
        self.data.rows[key] = Some(Row { version: Some(self.writes), image });
        self.check_unique(key);
        Written::Done
    }

    fn delete(&mut self) -> Written {
        let key = self.place();
        let gone = self.data.rows[key].take().map(|row| row.image);
        self.data.bury(key, self.writes, gone);
        Written::Done
    }

    fn conflict(&mut self, _: &Conflict) {
        self.notes.told = true;
    }

    fn dead_version(&mut self, key: Key) -> Option<Side> {
        self.data.dead[self.key(key)].map(|dead| dead.version)
    }

    fn truncated_at(&mut self) -> Option<Side> {
        self.data.truncated
    }

    fn leave_version(&mut self, key: Key) {
        let key = self.key(key);
        self.data.bury(key, self.writes, None);
    }

    fn is_complete(&mut self) -> bool {
        !self.has_gaps() && !self.shape.deltas
    }

    fn has_gaps(&mut self) -> bool {
        matches!(self.op, Op::Update { large_sent: false, .. })
    }

    fn may_have_gaps(&mut self) -> bool {
        self.shape.large
    }

    fn fetch(&mut self, owner: NodeId) -> Fetch {
        if owner == self.here {
            return Fetch::Own;
        }
        let here = |fetched: &&(usize, NodeId, _)| (fetched.0, fetched.1) == (self.position, owner);
        match self.notes.fetched.iter().find(here) {
            Some((_, _, value)) => {
                self.value = *value;
                Fetch::Ready
            }
            None => Fetch::Ask,
        }
    }

    fn compose_from_dead(&mut self, key: Key) {
        let mut image = self.sent();
        if let Some(dead) = self.data.dead[self.key(key)].and_then(|dead| dead.image) {
            if self.has_gaps() {
                image.large = dead.large;
            }
            if let Some(delta) = self.delta() {
                image.sum = dead.sum + delta;
            }
        }
        self.new = Some(image);
    }

    fn has_deltas(&mut self) -> bool {
        self.delta().is_some_and(|delta| delta != 0)
    }

    fn amend(&mut self, fetched: bool) -> Written {
        let (delta, value, writes) = (self.delta().unwrap_or(0), self.value, self.writes);
        let key = self.place();
        self.data.before[key] = None;
        let row = self.found();
        row.image.sum += delta;
        if fetched {
            row.image.large = value.map_or(row.image.large, |value| value.image.large);
        }
        if delta != 0 && is_in(Defect::X1LoserTakesVersion) {
            row.version = Some(writes);
        }
        Written::Done
    }

    fn may_have_rivals(&mut self) -> bool {
        self.next_rival = 0;
        self.notes.losers.look();
        self.shape.unique
    }

    fn next_rival(&mut self) -> Option<LocalVersion> {
        let claims = self.sent().unique;
        // What it is written over is no rival.
        let own = self.found;
        while self.next_rival < self.data.rows.len() {
            let key = self.next_rival;
            self.next_rival += 1;
            let Some(row) = self.data.rows[key].filter(|_| Some(key) != own) else {
                continue;
            };
            if (0..2)
                .any(|column| claims[column] != 0 && claims[column] == row.image.unique[column])
            {
                self.rival = key;
                return Some(match row.version {
                    Some(version) if version == self.writes => LocalVersion::Own,
                    Some(version) => LocalVersion::Known(version),
                    None => LocalVersion::Unknown,
                });
            }
        }
        None
    }

    fn displace_rival(&mut self) {
        let version = self.data.rows[self.rival].and_then(|row| row.version);
        if version.is_some_and(|version| newer(version, self.remote)) {
            self.notes.fault = Some("a newer row lost its unique value".to_owned());
        }
        let loser = Loser { key: self.rival, rival: Some(version), position: self.position };
        self.notes.losers.displace(&self.rival, loser);
    }

    fn give_up_claim(&mut self) {
        let version = self.data.rows[self.rival].and_then(|row| row.version);
        if !version.is_some_and(|version| newer(version, self.remote)) {
            self.notes.fault = Some("an older row kept its unique value".to_owned());
        }
        let key = self.found.unwrap_or_else(|| self.key(Key::New));
        let position = self.position;
        self.notes.losers.give_way(Loser { key, rival: None, position });
    }
}

/// Which of two versions is newer, said once more and otherwise than the rules say it.
pub(crate) fn newer(a: Side, b: Side) -> bool {
    if a.version.time != b.version.time {
        return a.version.time > b.version.time;
    }
    if a.tiebreaker != b.tiebreaker {
        return a.tiebreaker < b.tiebreaker;
    }
    a.version.node < b.version.node
}

impl Table for ModelStore<'_> {
    fn truncated_at(&mut self) -> Option<Side> {
        self.data.truncated
    }

    fn set_truncated_at(&mut self, version: Side) {
        self.data.truncated = Some(version);
    }

    fn has_newer_rows(&mut self, version: Side) -> bool {
        let own = self.writes;
        self.data
            .rows
            .iter()
            .flatten()
            .any(|row| row.version.is_some_and(|known| known != own && newer(known, version)))
    }

    fn truncate(&mut self) {
        self.data.rows = Default::default();
    }

    fn delete_older_rows(&mut self, version: Side) {
        for row in &mut self.data.rows {
            let stays =
                row.is_some_and(|row| row.version.is_some_and(|known| newer(known, version)));
            if !stays {
                *row = None;
            }
        }
    }
}
