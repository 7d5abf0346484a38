//! What goes out of each relation, decided once and kept until something changes it.
//!
//! A table's changes go out when the table is in a subscribed replication set of this node, for the
//! actions that one of these sets replicates, with the columns that the sets' column lists name (a
//! set without a list adds none to those of others), and rows that meet a row filter, where there are some
//! ([`super::row_filter`]). Of spock's own tables only `queue` goes out.
//!
//! The decision is read from the catalogs in the historic snapshot, so it is that of the moment in
//! the stream. It is dropped when the relation, its schema, or the membership tables change: the API
//! invalidates the table it changes, and a change of the membership tables passes by in the stream.

use std::collections::HashMap;
use std::ffi::CStr;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::encode::{form_of, relation_message};
use super::negotiate::Forms;
use super::options::TableName;
use super::row_filter::RowFilters;
use crate::catalog::delta_column;
use crate::pg::error::SpockError;
use crate::pg::output_plugin::Change;
use crate::pg::relation::{ColumnRef, Invalidations, RelationRef};
use crate::pg::row_filter::RowFilter;
use crate::pg::systable::{self, Condition, Way};
use crate::pg::tuple::{RowRef, RowWriter};

const SCHEMA: &CStr = c"spock";

/// Which actions of a table go out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Actions {
    pub(super) insert: bool,
    pub(super) update: bool,
    pub(super) delete: bool,
    pub(super) truncate: bool,
}

impl Actions {
    /// Those of either.
    fn union(self, other: Self) -> Self {
        Self {
            insert: self.insert || other.insert,
            update: self.update || other.update,
            delete: self.delete || other.delete,
            truncate: self.truncate || other.truncate,
        }
    }
}

/// What is done with the changes of a relation.
pub(super) enum Decision {
    /// Nothing goes out.
    Skip,
    /// A change here changes the decisions about others.
    Membership,
    /// Rows of `spock.queue`: each says itself whom it is for.
    Queue(Publication),
    /// An ordinary table.
    Table(Publication),
}

/// How the rows of a relation go out.
pub(super) struct Publication {
    pub(super) actions: Actions,
    /// Which rows go out, where not all do.
    pub(super) filters: Option<Box<RowFilters>>,
    pub(super) rows: RowWriter,
    /// For a table with delta columns: which columns of its old rows go out, the key and these.
    pub(super) old_columns: Option<Box<[bool]>>,
    /// The message that describes the relation, without prefix.
    pub(super) description: Vec<u8>,
    /// The subscriber has been told.
    pub(super) described: bool,
    /// The streamed transaction that has been told last, or 0.
    pub(super) described_in: u32,
    /// Where the stream's tally counts it.
    pub(super) counted_at: usize,
    /// The log has been told that deletes do not go out.
    told_of_deletes: bool,
}

impl Publication {
    /// A row was deleted, and the log does not say which: nobody could find it. The API refuses such tables;
    /// but one can lose its key in a set.
    #[cold]
    fn tell_of_lost_delete(&mut self, relation: RelationRef<'_>) {
        if std::mem::replace(&mut self.told_of_deletes, true) {
            return;
        }
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "deletes of table \"{}.{}\" are not replicated: it has no replica identity",
                relation.text_schema(),
                relation.text_name()
            ),
        )
        .hint(
            "Give it a primary key, or move it to a replication set without updates and deletes. Rows that were \
             deleted meanwhile still stand on other nodes.",
        )
        .report(PgLogLevel::WARNING);
    }
}

/// A table with delta columns. It has REPLICA IDENTITY FULL, so that their old values stand in the log;
/// of its old rows only what a subscriber uses goes out, and rows are found by the primary key.
struct DeltaTable {
    key: Vec<i16>,
    columns: Vec<i16>,
}

impl DeltaTable {
    fn of(relation: RelationRef<'_>) -> Option<Self> {
        if !relation.has_full_identity() {
            return None;
        }
        let columns = delta_column::of_table(relation.oid());
        let key = relation.primary_key();
        (!columns.is_empty() && !key.is_empty()).then_some(Self { key, columns })
    }

    fn old_columns(&self, relation: RelationRef<'_>) -> Box<[bool]> {
        let sent = |number: i16| self.key.contains(&number) || self.columns.contains(&number);
        relation.columns().map(|column| sent(column.number())).collect()
    }
}

/// What the subscribed sets say about a table.
#[derive(Default)]
struct Membership {
    actions: Actions,
    /// Those of sets without a filter for it.
    unfiltered: Actions,
    /// The columns, where there are lists.
    columns: Option<Vec<String>>,
    /// What a set replicates, its name, and its filter.
    filters: Vec<(Actions, String, String)>,
}

/// A subscribed replication set.
struct Set {
    id: u32,
    name: String,
    actions: Actions,
}

struct Entry {
    relid: u32,
    /// None after an invalidation.
    decision: Option<Decision>,
}

/// The decisions of one stream.
pub(super) struct Relations {
    node: u32,
    subscribed: Vec<String>,
    only_table: Option<TableName>,
    forms: Forms,
    /// The subscribed sets that exist; read when first needed.
    sets: Option<Vec<Set>>,
    /// The table they were read from: whoever changes a set invalidates it.
    sets_table: Option<u32>,
    entries: Vec<Entry>,
    places: HashMap<u32, usize>,
    /// The relation of the last change is most often that of the next.
    last: usize,
}

impl Relations {
    pub(super) fn new(
        node: u32,
        subscribed: Vec<String>,
        only_table: Option<TableName>,
        forms: Forms,
    ) -> Self {
        Invalidations::watch();
        // What was noted before this stream began concerns nothing of it.
        let _earlier = Invalidations::take();
        Self {
            node,
            subscribed,
            only_table,
            forms,
            sets: None,
            sets_table: None,
            entries: Vec::new(),
            places: HashMap::new(),
            last: 0,
        }
    }

    /// Drops what invalidations have put in doubt; before each use of a decision.
    #[inline]
    fn heed_invalidations(&mut self) {
        if let Some(noted) = Invalidations::take() {
            self.invalidate(&noted);
        }
    }

    #[cold]
    fn invalidate(&mut self, noted: &Invalidations) {
        let sets_changed = self.sets_table.is_some_and(|table| noted.relations.contains(&table));
        if noted.everything || sets_changed {
            self.forget_all();
            return;
        }
        for relation in &noted.relations {
            if let Some(place) = self.places.get(relation) {
                self.entries[*place].decision = None;
            }
        }
    }

    /// Drops all decisions.
    fn forget_all(&mut self) {
        self.sets = None;
        for entry in &mut self.entries {
            entry.decision = None;
        }
    }

    /// The decision about a relation.
    #[inline]
    pub(super) fn decision(
        &mut self,
        relation: RelationRef<'_>,
    ) -> Result<&mut Decision, SpockError> {
        let relid = relation.oid();
        if self.entries.get(self.last).is_none_or(|entry| entry.relid != relid) {
            self.last = self.place(relid);
        }
        let fits = match &self.entries[self.last].decision {
            None => false,
            Some(Decision::Skip | Decision::Membership) => true,
            Some(Decision::Queue(publication) | Decision::Table(publication)) => {
                publication.rows.fits(relation)
            }
        };
        if !fits {
            self.entries[self.last].decision = Some(self.decide(relation)?);
        }
        match &mut self.entries[self.last].decision {
            Some(decision) => Ok(decision),
            None => unreachable!("decided above"),
        }
    }

    /// The change as it goes out; nothing when it does not.
    #[inline]
    pub(super) fn judge<'a>(
        &mut self,
        relation: RelationRef<'_>,
        change: Change<'a>,
    ) -> Result<Option<Change<'a>>, SpockError> {
        self.heed_invalidations();
        let is_wanted = match (self.decision(relation)?, &change) {
            (Decision::Table(publication), _) => {
                let is_wanted = match &change {
                    Change::Insert(_) => publication.actions.insert,
                    Change::Update { .. } => publication.actions.update,
                    Change::Delete { old: Some(_) } => publication.actions.delete,
                    Change::Delete { old: None } => {
                        if publication.actions.delete {
                            publication.tell_of_lost_delete(relation);
                        }
                        false
                    }
                };
                match &mut publication.filters {
                    Some(filters) if is_wanted => return Ok(filters.judge(relation, change)),
                    _ => is_wanted,
                }
            }
            (Decision::Membership, _) => {
                self.forget_all();
                false
            }
            (Decision::Queue(_), Change::Insert(row)) => self.wants_queue_row(relation, *row),
            (Decision::Queue(_) | Decision::Skip, _) => false,
        };
        Ok(is_wanted.then_some(change))
    }

    /// Does a truncate of this relation go out?
    pub(super) fn wants_truncate(&mut self, relation: RelationRef<'_>) -> Result<bool, SpockError> {
        self.heed_invalidations();
        Ok(match self.decision(relation)? {
            Decision::Table(publication) => publication.actions.truncate,
            Decision::Membership => {
                self.forget_all();
                false
            }
            Decision::Queue(_) | Decision::Skip => false,
        })
    }

    #[cold]
    fn place(&mut self, relid: u32) -> usize {
        *self.places.entry(relid).or_insert_with(|| {
            self.entries.push(Entry { relid, decision: None });
            self.entries.len() - 1
        })
    }

    /// Is a row of `spock.queue` for this subscriber? One that names no sets is for everybody.
    fn wants_queue_row(&self, relation: RelationRef<'_>, row: RowRef<'_>) -> bool {
        /// Number of the column `replication_sets`.
        const REPLICATION_SETS: i16 = 3;
        let sets: Option<Vec<Option<String>>> = row.get(relation, REPLICATION_SETS);
        sets.is_none_or(|sets| {
            sets.iter().flatten().any(|set| self.subscribed.iter().any(|name| name == set))
        })
    }

    #[cold]
    fn decide(&mut self, relation: RelationRef<'_>) -> Result<Decision, SpockError> {
        let Some(schema) = systable::schema_name(relation.namespace()) else {
            return Ok(Decision::Skip);
        };
        if schema.as_c_str() == SCHEMA {
            return Ok(self.decide_own(relation));
        }
        if let Some(only) = &self.only_table
            && (only.schema != relation.text_schema() || only.name != relation.text_name())
        {
            return Ok(Decision::Skip);
        }
        let Some(membership) = self.membership(relation) else {
            return Ok(Decision::Skip);
        };
        let Membership { actions, unfiltered, columns, filters } = membership;
        let mut publication = self.publication(relation, &schema, actions, columns.as_deref());
        let filters = filters
            .iter()
            .map(|(actions, set, tree)| Ok((*actions, RowFilter::compile(relation, set, tree)?)));
        let filters = filters.collect::<Result<Vec<_>, SpockError>>()?;
        publication.filters = RowFilters::new(relation, actions, unfiltered, filters).map(Box::new);
        Ok(Decision::Table(publication))
    }

    /// A table of spock itself.
    fn decide_own(&self, relation: RelationRef<'_>) -> Decision {
        let name = relation.name();
        if name == c"replication_set" || name == c"replication_set_table" {
            Decision::Membership
        } else if name == c"queue" && self.only_table.is_none() {
            let actions = Actions { insert: true, ..Actions::default() };
            Decision::Queue(self.publication(relation, SCHEMA, actions, None))
        } else {
            Decision::Skip
        }
    }

    fn publication(
        &self,
        relation: RelationRef<'_>,
        schema: &CStr,
        actions: Actions,
        columns: Option<&[String]>,
    ) -> Publication {
        let sent = |column: ColumnRef<'_>| {
            !column.is_dropped()
                && !column.is_generated()
                && columns.is_none_or(|columns| columns.contains(&column.text_name()))
        };
        let rows = RowWriter::new(relation, |column| {
            sent(column).then(|| form_of(column.type_oid(), self.forms))
        });
        let deltas = DeltaTable::of(relation);
        let key = deltas.as_ref().map(|deltas| deltas.key.as_slice());
        let description = relation_message(relation, schema, key, sent);
        let old_columns = deltas.map(|deltas| deltas.old_columns(relation));
        Publication {
            actions,
            filters: None,
            rows,
            old_columns,
            description,
            described: false,
            described_in: 0,
            counted_at: 0,
            told_of_deletes: false,
        }
    }

    /// What the subscribed sets publish of a table; none when it is in none.
    fn membership(&mut self, relation: RelationRef<'_>) -> Option<Membership> {
        // Columns of spock.replication_set_table.
        const SET_ID: i16 = 1;
        const RELATION: i16 = 2;
        const COLUMNS: i16 = 3;
        const ROW_FILTER: i16 = 4;
        let table = systable::relation_oid(SCHEMA, c"replication_set_table")?;
        let mut found: Option<Membership> = None;
        for set in self.sets() {
            let key = [Condition::Oid(SET_ID, set.id), Condition::Oid(RELATION, relation.oid())];
            systable::scan(table, Way::PrimaryKey, &key, |row| {
                let member = found.get_or_insert_default();
                member.actions = member.actions.union(set.actions);
                if let Some(list) = row.get::<Vec<String>>(COLUMNS) {
                    member.columns.get_or_insert_default().extend(list);
                }
                match row.get::<String>(ROW_FILTER) {
                    Some(tree) => member.filters.push((set.actions, set.name.clone(), tree)),
                    None => member.unfiltered = member.unfiltered.union(set.actions),
                }
            });
        }
        found
    }

    /// The subscribed sets that exist at this place in the stream.
    fn sets(&mut self) -> &[Set] {
        if self.sets.is_none() {
            self.sets = self.read_sets();
        }
        self.sets.as_deref().unwrap_or_default()
    }

    /// Reads the sets; none when at this place in the stream the extension is not there (it was
    /// created later than the slot, or dropped and created again): then no table is in a set.
    fn read_sets(&mut self) -> Option<Vec<Set>> {
        // Columns of spock.replication_set.
        const ID: i16 = 1;
        const NODE: i16 = 2;
        const NAME: i16 = 3;
        const INSERT: i16 = 4;
        const UPDATE: i16 = 5;
        const DELETE: i16 = 6;
        const TRUNCATE: i16 = 7;
        let table = systable::relation_oid(SCHEMA, c"replication_set")?;
        let is_first_time = self.sets_table.replace(table).is_none();
        let mut sets: Vec<Set> = Vec::new();
        let of_node = [Condition::Oid(NODE, self.node)];
        systable::scan(table, Way::Sequential, &of_node, |row| {
            let (Some(id), Some(name)) = (row.get(ID), row.get::<String>(NAME)) else { return };
            if !self.subscribed.contains(&name) {
                return;
            }
            let replicates = |column| row.get(column).unwrap_or(false);
            let actions = Actions {
                insert: replicates(INSERT),
                update: replicates(UPDATE),
                delete: replicates(DELETE),
                truncate: replicates(TRUNCATE),
            };
            sets.push(Set { id, name, actions });
        });
        for name in &self.subscribed {
            if is_first_time && !sets.iter().any(|set| set.name == *name) {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
                    format!("subscribed replication set \"{name}\" does not exist on this node"),
                )
                .report(PgLogLevel::LOG);
            }
        }
        Some(sets)
    }
}
