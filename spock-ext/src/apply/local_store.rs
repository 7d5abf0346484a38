//! The local table as the store that the convergence rules work on.
//!
//! One [`LocalStore`] is one change on one relation, inside the transaction that applies it. It owns
//! nothing: found row and new row are slots of the relation's target, which hold at most one row each.

mod resolved;

use spock_core::conflict::Side;
use spock_core::conflict::kind::{ConflictType, Operation, Resolution};
use spock_core::converge::{Conflict, Fetch, Key, LocalVersion, Store, Written};
use spock_core::oid::NodeId;
use spock_core::proto::Tuple;

use super::applier::Applier;
use super::change::CAREFUL_INSERTS;
use super::delta;
use super::open_relation::OpenRelation;
use super::resolution;
use crate::catalog::version_override;
use crate::pg::delete_marks::Moment;
use crate::pg::target::{self, Rival};
use crate::settings;
use crate::worker::statistics::Count;

/// Where the images of a change are.
#[derive(Clone, Copy)]
enum Images<'a> {
    /// The new row has been read already.
    Loaded,
    /// In the message; at least one of both.
    Sent { old: Option<&'a Tuple<'a>>, new: Option<&'a Tuple<'a>> },
}

/// One change on one local table; see the module's page.
pub(super) struct LocalStore<'a> {
    applier: &'a mut Applier,
    position: usize,
    images: Images<'a>,
    /// Which image the target's new row was read from.
    loaded: Option<Key>,
    /// It was read with the defaults of columns that the provider does not have.
    with_defaults: bool,
    /// The state of deletes in the relation when one of the new key was looked for.
    looked: Option<Moment>,
    /// What a resolver made of the change and the row it met, as text and as JSON.
    result: Option<(String, String)>,
    /// The last look found a row.
    found: bool,
    /// The row comes back after a delete.
    revives: bool,
    /// The new row was completed from a row that is deleted here, and goes to another partition.
    takes_along: bool,
    /// The partition that the row comes from, whose new row has values for this one.
    from: Option<usize>,
    /// Where the answer of the change's own node stands, and that of the node of a row that stays.
    answer: Option<usize>,
    kept_answer: Option<usize>,
    /// Rows that hold a unique value of the new row, those to come; and the last one.
    rivals: Vec<Rival>,
    rival: Option<Rival>,
}

impl<'a> LocalStore<'a> {
    fn new(applier: &'a mut Applier, position: usize, images: Images<'a>) -> Self {
        Self {
            applier,
            position,
            images,
            loaded: None,
            with_defaults: false,
            looked: None,
            result: None,
            found: false,
            revives: false,
            takes_along: false,
            from: None,
            answer: None,
            kept_answer: None,
            rivals: Vec::new(),
            rival: None,
        }
    }

    /// An insert whose row has been read into the target.
    pub(super) fn loaded(applier: &'a mut Applier, position: usize) -> Self {
        let store = Self::new(applier, position, Images::Loaded);
        Self { loaded: Some(Key::New), with_defaults: true, ..store }
    }

    /// An update or delete.
    pub(super) fn sent(
        applier: &'a mut Applier,
        position: usize,
        old: Option<&'a Tuple<'a>>,
        new: Option<&'a Tuple<'a>>,
    ) -> Self {
        Self::new(applier, position, Images::Sent { old, new })
    }

    /// Whether the new row was completed from the row that was deleted.
    pub(super) fn takes_along(&self) -> bool {
        self.takes_along
    }

    /// The row comes from another partition, where it was found: what the change does not say is taken from
    /// there if the row is inserted.
    pub(super) fn coming_from(self, from: Option<usize>) -> Self {
        Self { from, ..self }
    }

    fn open(&mut self) -> &mut OpenRelation {
        match &mut self.applier.relations.at(self.position).open {
            Some(open) => open,
            None => unreachable!("changes are applied to open relations"),
        }
    }

    /// Makes the image with this key the target's new row.
    fn load(&mut self, key: Key) {
        self.load_with(key, false);
    }

    fn load_with(&mut self, key: Key, with_defaults: bool) {
        let Images::Sent { old, new } = self.images else { return };
        let (key, tuple) = match (key, old, new) {
            (Key::Old, Some(old), _) | (Key::New, Some(old), None) => (Key::Old, old),
            (_, _, Some(new)) => (Key::New, new),
            (_, None, None) => unreachable!("a change has an image"),
        };
        if self.loaded == Some(key) && self.with_defaults == with_defaults {
            return;
        }
        self.loaded = Some(key);
        self.with_defaults = with_defaults;
        let Applier { relations, arena, unchanged, .. } = &mut *self.applier;
        if let Some(open) = &mut relations.at(self.position).open {
            open.fill(tuple, arena, unchanged, with_defaults);
            if key == Key::Old && open.target.has_deltas() {
                open.target.keep_old_values();
            }
        }
    }

    fn wrote(&mut self, written: target::Written) -> Written {
        if written == target::Written::Changed {
            return Written::Changed;
        }
        self.applier.wrote = true;
        Written::Done
    }

    /// After a row went in while others deleted from the relation: takes it back if its own key was
    /// deleted by something newer.
    #[cold]
    fn insert_stands(&mut self) -> Written {
        let remote = self.applier.remote.side;
        let dead = self.applier.newest_of_all_deletes(self.position, true);
        if dead.is_none_or(|dead| dead.age_order(&remote).is_le()) {
            return Written::Done;
        }
        self.open().target.undo_insert();
        self.applier.wrote = true;
        Written::Changed
    }

    /// Whether anybody wants to hear of a conflict: what is not applied is always kept.
    fn is_wanted(kind: ConflictType, resolution: Resolution) -> (bool, bool) {
        let saved = resolution != Resolution::ApplyRemote
            || kind == ConflictType::DeltaBaseDiffers
            || (settings::save_resolutions() && !kind.is_origin_change());
        (resolution::is_logged(kind), saved)
    }
}

impl Store for LocalStore<'_> {
    type Place = u64;

    fn look(&mut self, key: Key) -> bool {
        self.load(key);
        self.found = self.open().target.look();
        self.found
    }

    fn look_again(&mut self, key: Key) -> bool {
        self.load(key);
        self.open().target.look_again()
    }

    fn place(&self) -> u64 {
        self.applier.relations.get(self.position).map_or(0, |open| open.target.local_place())
    }

    fn local_version(&mut self) -> LocalVersion {
        let xmin = self.open().target.local_xmin();
        let local = self.applier.version_of_xmin(xmin);
        let target = &self.open().target;
        if version_override::may_exist(target.relation_oid().to_u32())
            && let Some(kept) = self.applier.kept_version(self.position, local)
        {
            self.applier.meet(kept);
            return LocalVersion::Known(kept);
        }
        if let LocalVersion::Known(side) = local {
            self.applier.meet(side);
        }
        local
    }

    fn compose(&mut self) {
        self.compose_sent();
        self.put_answer();
        if self.open().target.has_resolver() {
            self.resolve();
        }
    }

    fn release(&mut self) {
        self.takes_along = false;
        self.open().target.unresolve();
        if let Images::Loaded = self.images {
            self.open().drop_rest();
            return;
        }
        self.open().target.end_row();
        self.applier.end_row();
        self.loaded = None;
    }

    fn insert(&mut self) -> Written {
        self.load_with(Key::New, true);
        self.put_answer();
        if let Some(from) = self.from {
            let Applier { relations, unchanged, .. } = &mut *self.applier;
            let left_out = if self.answer.is_some() { &[][..] } else { unchanged };
            relations.hand_over(from, self.position, left_out);
        }
        if std::mem::take(&mut self.revives) && self.open().target.knows_old_values() {
            self.open().target.add_deltas_to_dead();
        }
        self.open().target.insert();
        self.applier.wrote = true;
        if self.open().target.has_deferred_unique() {
            self.defer(None);
        }
        let looked = self.looked.take();
        let time = self.applier.remote.commit_time;
        let target = &self.open().target;
        if target.is_exposed(time) && looked.is_none_or(|looked| target.departures_since(looked)) {
            return self.insert_stands();
        }
        Written::Done
    }

    fn update(&mut self) -> Written {
        let target = &self.open().target;
        let over = target.has_deferred_unique().then(|| target.local_place());
        let written = self.open().target.update();
        if over.is_some() && written == target::Written::Done {
            self.defer(over);
        }
        if self.open().target.knows_old_values() {
            self.count_delta(written);
        }
        self.wrote(written)
    }

    fn delete(&mut self) -> Written {
        let written = self.open().target.delete();
        self.wrote(written)
    }

    fn dead_version(&mut self, key: Key) -> Option<Side> {
        self.load(key);
        if key == Key::New {
            // What arrives loses only against a delete that is newer.
            let time = self.applier.remote.commit_time;
            let target = &self.open().target;
            if !target.is_exposed(time) {
                return None;
            }
            self.looked = Some(target.departures());
        }
        if let Images::Sent { new: None, .. } = self.images {
            // Nothing depends on it: the row is gone here, and will be.
            return self.applier.newest_delete(self.position);
        }
        self.applier.newest_of_all_deletes(self.position, key == Key::New)
    }

    fn truncated_at(&mut self) -> Option<Side> {
        self.applier.truncated_at(self.position)
    }

    fn leave_version(&mut self, key: Key) {
        self.load(key);
        self.applier.leave_version(self.position);
    }

    fn compose_from_dead(&mut self, _key: Key) {
        self.revives = true;
    }

    fn take_along(&mut self) {
        // A report may have composed it already.
        self.loaded = None;
        self.compose_sent();
        self.takes_along = true;
    }

    fn is_complete(&mut self) -> bool {
        // What columns hold that the provider does not send is known to other nodes at best.
        !self.has_gaps() && self.open().sends_all() && !self.open().target.knows_old_values()
    }

    fn has_deltas(&mut self) -> bool {
        // A resolver may make something of a change that lost, as a delta would.
        let target = &self.open().target;
        target.knows_old_values() || target.has_resolver()
    }

    fn amend(&mut self, fetched: bool) -> Written {
        let version = self.local_version();
        let answer = self.kept_answer.filter(|_| fetched);
        let written = if self.open().target.has_resolver() {
            self.applier.merge_into_newer(self.position, version)
        } else {
            let written = self.applier.add_to_newer(self.position, version, answer);
            if self.open().target.knows_old_values() {
                self.count_delta(written);
            }
            written
        };
        self.wrote(written)
    }

    fn has_gaps(&mut self) -> bool {
        if let Images::Loaded = self.images {
            return false;
        }
        self.load(Key::New);
        !self.applier.unchanged.is_empty()
    }

    /// Only rows that are large at their node have values that updates leave out: a change of a small
    /// row that leaves out nothing stands for none.
    fn may_have_gaps(&mut self) -> bool {
        if !self.open().target.has_toast() {
            return false;
        }
        self.load(Key::New);
        self.has_gaps() || self.open().target.new_row_is_large()
    }

    fn fetch(&mut self, owner: NodeId) -> Fetch {
        self.load(Key::New);
        // With a row here the change can be tried before the answers are known: all questions of a
        // transaction are asked at once.
        let version = self.applier.remote.side.version;
        if owner == version.node {
            let is_here = self.found || self.from.is_some();
            let (fetch, answer) = self.applier.ask_owner(self.position, version, is_here);
            self.answer = answer;
            return fetch;
        }
        // The change lost against the row here.
        let LocalVersion::Known(side) = self.local_version() else { return Fetch::Own };
        let (fetch, answer) = self.applier.ask_owner(self.position, side.version, self.found);
        self.kept_answer = answer;
        fetch
    }

    fn merges_losers(&self) -> bool {
        let relation = self.applier.relations.get(self.position);
        relation.is_some_and(|open| open.target.has_resolver())
    }

    fn may_have_rivals(&mut self) -> bool {
        if !self.applier.looks_for_rivals(self.position) {
            return false;
        }
        let found = self.found_place();
        if found.is_none() {
            // The new row is not composed.
            self.load_with(Key::New, true);
            self.put_answer();
        }
        self.rivals = self.applier.rivals(self.position, found);
        !self.rivals.is_empty()
    }

    fn next_rival(&mut self) -> Option<LocalVersion> {
        let rival = self.rivals.pop()?;
        let version = self.applier.version_of_rival(self.position, &rival);
        self.rival = Some(rival);
        Some(version)
    }

    fn displace_rival(&mut self) {
        if let Some(rival) = self.rival.take() {
            self.applier.displace(self.position, &rival);
            let found = self.found_place();
            self.applier.leave_out_of_run(self.position, found);
        }
    }

    fn give_up_claim(&mut self) {
        if let Some(rival) = self.rival.take() {
            let found = self.found_place();
            self.applier.give_way(self.position, &rival, found);
            self.applier.leave_out_of_run(self.position, found);
        }
    }

    fn conflict(&mut self, conflict: &Conflict) {
        if self.applier.early.is_some() {
            self.count_plain_conflict(conflict);
            return;
        }
        if self.open().target.has_resolver() {
            self.report_resolved(conflict);
            return;
        }
        if !self.open().target.has_deltas() {
            self.report(conflict);
            return;
        }
        let remote = self.applier.remote.side;
        let target = &mut self.open().target;
        if delta::loses_nothing(target, conflict) {
            return;
        }
        let base_differs = delta::base_differs(target, conflict, remote);
        let adds = conflict.operation == Operation::Update
            && conflict.local.is_some()
            && target.knows_old_values();
        if adds {
            // What is told of is what was sent.
            self.loaded = None;
            self.load(Key::New);
        }
        self.report(conflict);
        if base_differs {
            self.report(&Conflict { kind: ConflictType::DeltaBaseDiffers, ..*conflict });
        }
        if adds {
            self.compose();
        }
    }
}

impl LocalStore<'_> {
    fn found_place(&self) -> Option<u64> {
        self.found.then(|| self.place())
    }

    /// Notes that claims of the row just written are to be checked at the end of the transaction.
    #[cold]
    fn defer(&mut self, over: Option<u64>) {
        if let Some(place) = self.open().target.written_place() {
            self.applier.causes.claims.defer(self.position, place, over);
        }
    }

    /// Puts what the row's owner answered in place of what the change left out.
    #[inline]
    fn put_answer(&mut self) {
        if let Some(at) = self.answer
            && let Images::Sent { .. } = self.images
        {
            let wanted = self.applier.unchanged.clone();
            self.applier.put_answer(self.position, at, Some(&wanted));
        }
    }

    /// Adds the change's differences to the found row's values, in the new row.
    #[cold]
    fn add_deltas(&mut self) {
        if let Images::Sent { old: None, .. } = self.images {
            self.applier.tell_of_lack(self.position);
        }
        self.open().target.add_deltas();
    }

    #[cold]
    fn count_delta(&mut self, written: target::Written) {
        if written == target::Written::Done {
            self.applier.count(self.position, Count::Delta, 1);
        }
    }

    /// Completes the new row from the row that was found.
    fn compose_sent(&mut self) {
        if let Images::Loaded = self.images {
            self.applier.relations.at(self.position).careful_inserts = CAREFUL_INSERTS;
            self.open().keep_rest(&[]);
            return;
        }
        self.load(Key::New);
        let Applier { relations, unchanged, .. } = &mut *self.applier;
        if let Some(open) = &mut relations.at(self.position).open {
            open.keep_rest(unchanged);
            if open.target.has_deltas() {
                self.add_deltas();
            }
        }
    }

    /// A conflict of a transaction that is not known to commit: one that nobody is told of is counted.
    #[cold]
    fn count_plain_conflict(&mut self, conflict: &Conflict) {
        let target = &self.open().target;
        let is_plain = !target.has_resolver() && !target.has_deltas();
        if !is_plain || Self::is_wanted(conflict.kind, conflict.resolution) != (false, false) {
            self.applier.only_committed("a conflict of it is to be told of");
        }
        self.applier.count_conflict(self.position, conflict.operation, conflict.kind);
    }

    /// Tells whoever wants to hear of a conflict.
    fn report(&mut self, conflict: &Conflict) {
        let &Conflict { operation, kind, resolution, local, dead } = conflict;
        if kind != ConflictType::DeltaBaseDiffers {
            self.applier.count_conflict(self.position, operation, kind);
        }
        let (log, save) = Self::is_wanted(kind, resolution);
        if !(log || save) {
            return;
        }
        if self.loaded == Some(Key::Old) {
            self.load(Key::New);
        }
        self.applier.ready(true);
        let remote = self.applier.remote;
        let result = self.result.take();
        let Applier { relations, ends, .. } = &mut *self.applier;
        let relation = relations.at(self.position);
        let name = relation.qualified_name();
        let Some(open) = &mut relation.open else { return };
        let images = if save {
            let local = local.map(|_| open.target.local_row_as_json());
            (local, Some(open.target.new_row_as_json()))
        } else {
            (None, None)
        };
        let conflict = resolution::Conflict {
            ends,
            relation: name,
            index: open.target.identity_index_name(),
            operation,
            kind,
            resolution,
            local_row: local.map(|_| open.target.local_row_text()),
            local: local.map(|version| (open.target.local_xmin(), version.side())),
            deleted: dead,
            remote_row: open.target.new_row_text(),
            remote,
            images,
            result,
        };
        if log {
            conflict.log();
        }
        if save {
            conflict.save();
            self.applier.wrote = true;
        }
    }
}
