//! Writes the rows of a repair on one node, each only while it is what was compared.
//!
//! A row is locked and read again first; one that was written since is skipped, and says so. What was written
//! gets the version that it has where it comes from, and stands in the script that takes it back.

use tokio_postgres::types::ToSql;

use super::repair::{Action, Outcome, RowRepair};
use super::shape::Shape;
use super::undo::Undo;
use crate::client::Client;
use crate::error::Result;

/// A row as it is where it comes from.
pub(super) struct Source {
    pub(super) hash: i64,
    pub(super) values: Vec<Option<String>>,
    pub(super) version: Option<(jiff::Timestamp, u32)>,
}

/// Writes rows of one table on one node.
pub(super) struct Writer<'a> {
    pub(super) client: &'a Client,
    pub(super) shape: &'a Shape,
    pub(super) node: usize,
    pub(super) undo: &'a mut Undo,
}

impl Writer<'_> {
    /// Writes one row where it is still what it was; whether it did.
    pub(super) async fn write(self, row: &mut RowRepair, source: Option<Source>) -> Result<bool> {
        let now = source.as_ref().map(|source| source.hash.to_string());
        if now != row.source.hash {
            row.skip(format!("it was written on node {} since", row.from));
            return Ok(false);
        }
        if !self.shape.has_key() {
            return self.without_key(row, source).await;
        }
        let statements = &self.shape.statements[self.node];
        let id = row.id(self.shape);
        let found = self.client.query_opt(&statements.lock(), &texts(&id)).await?;
        let here = found
            .as_ref()
            .map(|found| (found.get::<_, i64>(0).to_string(), found.get::<_, i64>(1)));
        if here != row.target.hash.clone().zip(row.target.xmin) {
            row.skip(format!("it was written on node {} since", row.node));
            return Ok(false);
        }
        let old: Option<Vec<Option<String>>> = found.map(|found| found.get(2));
        let written = match (&old, &source) {
            (None, None) => return Ok(false),
            (Some(old), None) => {
                self.client.query(&statements.delete(), &texts(&id)).await?;
                self.undo.delete(statements, old);
                None
            }
            (None, Some(source)) => {
                let values = nullable(&source.values);
                let rows = self.client.query(&statements.insert(), &values).await?;
                if rows.is_empty() {
                    row.skip("another row has its key, or a value that must be unique");
                    return Ok(false);
                }
                self.undo.insert(statements, &source.values);
                rows.into_iter().next()
            }
            (Some(old), Some(source)) => {
                let changed: Vec<usize> =
                    (0..old.len()).filter(|at| old[*at] != source.values[*at]).collect();
                let new: Vec<Option<String>> =
                    changed.iter().map(|at| source.values[*at].clone()).collect();
                let parameters = [nullable(&new), texts(&id)].concat();
                let rows = self.client.query(&statements.update(&changed), &parameters).await?;
                self.undo.update(statements, old, &source.values, &changed);
                rows.into_iter().next()
            }
        };
        if let (Some(written), Some((time, author))) =
            (written, source.and_then(|source| source.version))
        {
            let (relation, at): (u32, String) = (written.get(0), written.get(1));
            self.client
                .query_one(
                    "SELECT spock.keep_version($1, $2, $3, $4)",
                    &[&relation, &at, &time, &author],
                )
                .await?;
        }
        row.outcome = Outcome::Done;
        Ok(true)
    }

    async fn without_key(self, row: &mut RowRepair, source: Option<Source>) -> Result<bool> {
        let statements = &self.shape.statements[self.node];
        let hash: i64 = row.id(self.shape)[0].parse().unwrap_or_default();
        let here: i64 = self.client.query_one(&statements.count_of(), &[&hash]).await?.get(0);
        if here != row.target.count {
            row.skip(format!("there are {here} on node {} by now", row.node));
            return Ok(false);
        }
        match source {
            Some(source) if row.action == Action::Insert => {
                for _ in 0..row.count {
                    self.client.query(&statements.insert(), &nullable(&source.values)).await?;
                    self.undo.insert(statements, &source.values);
                }
            }
            _ => {
                let values = self
                    .client
                    .query(&statements.values(), &[&vec![hash.to_string()]])
                    .await?
                    .first()
                    .map(|found| found.get::<_, Vec<Option<String>>>(2));
                self.client.query(&statements.delete_some(), &[&hash, &row.count, &here]).await?;
                for _ in 0..row.count {
                    self.undo.delete(statements, values.as_deref().unwrap_or_default());
                }
            }
        }
        row.outcome = Outcome::Done;
        Ok(true)
    }
}

fn texts(values: &[String]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| -> &(dyn ToSql + Sync) { value }).collect()
}

fn nullable(values: &[Option<String>]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| -> &(dyn ToSql + Sync) { value }).collect()
}
