//! What a change said, and what it met, as JSON for `spock.exception_log`.
//!
//! The values are shown as the local table's columns show them. Where that fails (the table is
//! missing, a value is no value of its type here), as the text that the provider's columns have.

use std::collections::BTreeSet;

use pgrx::PgSqlErrorCode;
use serde_json::{Map, Value};
use spock_core::conflict::Side;
use spock_core::exception::{ErrorClass, SqlState};
use spock_core::proto::{Column, Tuple};

use super::applier::Applier;
use super::relation_map::RemoteRelation;
use crate::catalog::exceptions::Image;
use crate::pg::arena::Arena;
use crate::pg::column_input::text_of;
use crate::pg::encoding::as_utf8;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::transaction;

/// The images of one change.
#[derive(Default)]
pub(super) struct Images {
    pub(super) old: Option<Image>,
    pub(super) new: Option<Image>,
    /// The local row with that key, and who wrote it.
    pub(super) local: Option<(String, Option<Side>)>,
}

impl RemoteRelation {
    /// Whether a column of an old row says something: under an identity of key columns the others
    /// come as null, whatever they are, but for delta columns, which are never null.
    fn tells_old(&self, key: bool, value: &Column<'_>) -> bool {
        key || !matches!(value, Column::Null) || !self.columns.iter().any(|column| column.key)
    }

    /// The columns of a row that came with it.
    fn present(&self, tuple: &Tuple<'_>, is_old: bool) -> Vec<String> {
        let columns = self.columns.iter().zip(tuple);
        columns
            .filter(|(column, value)| {
                !matches!(value, Column::Unchanged)
                    && (!is_old || self.tells_old(column.key, value))
            })
            .map(|(column, _)| as_utf8(&column.name))
            .collect()
    }

    /// A row as the texts of its values.
    fn text_image(&self, tuple: &Tuple<'_>, is_old: bool, arena: &mut Arena) -> Image {
        let keep = self.present(tuple, is_old);
        let wanted: BTreeSet<&String> = keep.iter().collect();
        let mut row = Map::new();
        for (column, value) in self.columns.iter().zip(tuple) {
            let name = as_utf8(&column.name);
            if wanted.contains(&name) {
                let text = text_of(&value, column.type_oid, column.typmod, arena);
                row.insert(name, text.map_or(Value::Null, Value::String));
            }
        }
        Image { json: Value::Object(row).to_string(), keep }
    }

    /// One column of a row as text.
    pub(super) fn text_column(
        &self,
        tuple: &Tuple<'_>,
        wanted: &str,
        arena: &mut Arena,
    ) -> Option<String> {
        let mut columns = self.columns.iter().zip(tuple);
        let (column, value) = columns.find(|(column, _)| as_utf8(&column.name) == wanted)?;
        text_of(&value, column.type_oid, column.typmod, arena)
    }
}

impl Applier {
    /// The images of a change; with `look` that of the local row, too.
    pub(super) fn images(
        &mut self,
        position: usize,
        old: Option<&Tuple<'_>>,
        new: Option<&Tuple<'_>>,
        look: bool,
    ) -> Images {
        self.ready(true);
        let mut images = Images::default();
        let shown = transaction::in_subtransaction(&mut || {
            self.images_of_table(position, old, new, look, &mut images);
        });
        if let Err(error) = shown {
            self.after_rollback();
            self.forget_mismatch();
            raise_if_transient(error);
            images = Images::default();
            let shown = transaction::in_subtransaction(&mut || {
                let Self { relations, arena, .. } = self;
                let relation = relations.at(position);
                images.old = old.map(|tuple| relation.text_image(tuple, true, arena));
                images.new = new.map(|tuple| relation.text_image(tuple, false, arena));
            });
            if let Err(error) = shown {
                // Not even that: the row cannot be shown at all.
                self.after_rollback();
                raise_if_transient(error);
            }
        }
        self.end_row();
        images
    }

    fn images_of_table(
        &mut self,
        position: usize,
        old: Option<&Tuple<'_>>,
        new: Option<&Tuple<'_>>,
        look: bool,
        images: &mut Images,
    ) {
        self.open(position);
        let position = match old.or(new) {
            Some(row) if self.relations.is_routed(position) => {
                let partition = self.partition_of(position, row, None);
                self.open(partition);
                partition
            }
            _ => position,
        };
        let Self { relations, arena, unchanged, .. } = self;
        let relation = relations.at(position);
        let present = |tuple: &Tuple<'_>, is_old| relation.present(tuple, is_old);
        let keep = (old.map(|tuple| present(tuple, true)), new.map(|tuple| present(tuple, false)));
        let Some(open) = relation.open.as_mut() else { return };
        if let (Some(tuple), Some(keep)) = (new, keep.1) {
            open.fill(tuple, arena, unchanged, false);
            images.new = Some(Image { json: storable(open.target.new_row_as_json()), keep });
        }
        if let (Some(tuple), Some(keep)) = (old, keep.0) {
            open.fill(tuple, arena, unchanged, false);
            images.old = Some(Image { json: storable(open.target.new_row_as_json()), keep });
        }
        // The old row, where there is one, stands in the target now: the key to look for.
        if look && open.target.has_identity() && (open.target.look() || open.target.look_again()) {
            let (xmin, row) = (open.target.local_xmin(), storable(open.target.local_row_as_json()));
            open.target.end_row();
            images.local = Some((row, self.version_of_xmin(xmin).side()));
        } else {
            open.target.end_row();
        }
    }

    /// After a subtransaction was rolled back: nothing that was opened in it may be touched again,
    /// and what the transaction wrote before stays locked.
    pub(super) fn after_rollback(&mut self) {
        self.relations.give_back_but_locks();
        self.gathering = None;
        self.end_row();
    }
}

/// Refuses what `jsonb` cannot hold: a value of type `json` may name the character zero.
fn storable(json: String) -> String {
    if json.contains("\\u0000") {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNTRANSLATABLE_CHARACTER,
            "the row cannot be shown as jsonb",
        )
        .raise();
    }
    json
}

/// What goes away by itself is no property of the change: the whole transaction is tried again.
pub(super) fn raise_if_transient(error: CaughtError) {
    if is_transient(&error) {
        error.raise();
    }
}

/// Whether the transaction that failed is to be tried again, however often.
pub(super) fn is_transient(error: &CaughtError) -> bool {
    SqlState::new(&error.sqlstate).is_some_and(|code| ErrorClass::of(code).is_transient())
}
