//! The stream as JSON, one object for each message: for people, and for tests that read a slot by
//! SQL. No subscriber speaks it.

use serde_json::{Value, json};
use spock_core::lsn::Lsn;
use spock_core::proto::spock_message::{self, SpockMessage};

use super::negotiate::Session;
use super::relation::{Decision, Publication, Relations};
use crate::pg::encoding::to_server;
use crate::pg::error::SpockError;
use crate::pg::output_plugin::{Change, LogicalMessage, Output, Plugin, Truncate, Txn};
use crate::pg::relation::RelationRef;
use crate::pg::server::{self, Server};
use crate::pg::tuple::RowRef;

/// One stream in JSON.
pub(super) struct JsonStream {
    session: Session,
    server: Server,
    relations: Relations,
    /// What other nodes wrote is shown, too.
    forwards: bool,
    started: bool,
    repairing: bool,
}

impl JsonStream {
    pub(super) fn new(
        session: Session,
        server: Server,
        relations: Relations,
        forwards: bool,
    ) -> Self {
        Self { session, server, relations, forwards, started: false, repairing: false }
    }

    fn start(&mut self, out: &mut Output<'_>) -> Result<(), SpockError> {
        if self.started {
            return Ok(());
        }
        let params = self.session.startup_params(&self.server);
        let params: Vec<String> = params
            .iter()
            .map(|(name, value)| format!("{}:{}", Value::from(*name), Value::from(value.as_str())))
            .collect();
        self.started = true;
        send(out, &format!(r#"{{"action":"S", "params": {{{}}}}}"#, params.join(",")))
    }
}

fn send(out: &mut Output<'_>, text: &str) -> Result<(), SpockError> {
    out.send(to_server(text)?.as_bytes());
    Ok(())
}

fn flag(value: bool) -> &'static str {
    if value { "t" } else { "f" }
}

fn name(relation: RelationRef<'_>) -> Value {
    json!([relation.text_schema(), relation.text_name()])
}

/// Appends a row under a name.
fn append_row(
    text: &mut String,
    key: &str,
    publication: &mut Publication,
    relation: RelationRef<'_>,
    row: RowRef<'_>,
) {
    text.push_str(&format!(r#","{key}":"#));
    publication.rows.append_json(text, relation, row);
}

impl Plugin for JsonStream {
    fn is_text(&self) -> bool {
        true
    }

    fn drops_origin(&self, origin: u16) -> bool {
        origin != 0 && !self.forwards
    }

    fn begin(&mut self, out: &mut Output<'_>, txn: &Txn) -> Result<(), SpockError> {
        self.repairing = false;
        self.start(out)?;
        let catalogs = flag(txn.changes_catalogs);
        let mut text = format!(r#"{{"action":"B", "has_catalog_changes":"{catalogs}""#);
        if !self.session.no_txinfo {
            text.push_str(&format!(
                r#", "xid":"{}", "first_lsn":"{}", "origin_lsn":"{}", "commit_time":"{}""#,
                txn.xid,
                txn.first_lsn,
                txn.origin_lsn,
                server::timestamp_text(txn.commit_time)
            ));
        }
        send(out, &(text + "}"))
    }

    fn change(
        &mut self,
        out: &mut Output<'_>,
        _txn: &Txn,
        relation: RelationRef<'_>,
        change: Change<'_>,
    ) -> Result<(), SpockError> {
        let wanted = self.relations.judge(relation, change)?;
        let Some(change) = wanted.filter(|_| !self.repairing) else { return Ok(()) };
        let (Decision::Table(publication) | Decision::Queue(publication)) =
            self.relations.decision(relation)?
        else {
            return Ok(());
        };
        let (action, old, new) = match change {
            Change::Insert(new) => ("I", None, Some(new)),
            Change::Update { old, new } => ("U", old, Some(new)),
            Change::Delete { old } => ("D", old, None),
        };
        let mut text = format!(r#"{{"action":"{action}","relation":{}"#, name(relation));
        if let Some(old) = old {
            append_row(&mut text, "oldtuple", publication, relation, old);
        }
        if let Some(new) = new {
            append_row(&mut text, "newtuple", publication, relation, new);
        }
        send(out, &(text + "}"))
    }

    fn truncate(
        &mut self,
        out: &mut Output<'_>,
        _txn: &Txn,
        truncate: Truncate<'_>,
    ) -> Result<(), SpockError> {
        let mut names = Vec::new();
        for relation in truncate.relations() {
            if self.relations.wants_truncate(relation)? && !self.repairing {
                names.push(name(relation));
            }
        }
        if names.is_empty() {
            return Ok(());
        }
        send(
            out,
            &format!(
                r#"{{"action":"T","relations":{},"cascade":"{}","restart_seqs":"{}"}}"#,
                Value::from(names),
                flag(truncate.cascade),
                flag(truncate.restart_identity)
            ),
        )
    }

    fn message(
        &mut self,
        _out: &mut Output<'_>,
        _txn: Option<&Txn>,
        message: LogicalMessage<'_>,
    ) -> Result<(), SpockError> {
        if message.prefix == spock_message::PREFIX {
            match SpockMessage::decode(message.content) {
                Some(SpockMessage::RepairOn) => self.repairing = true,
                Some(SpockMessage::RepairOff) => self.repairing = false,
                Some(SpockMessage::SyncEvent { .. }) | None => {}
            }
        }
        Ok(())
    }

    fn commit(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        commit_lsn: Lsn,
    ) -> Result<(), SpockError> {
        let mut text = r#"{"action":"C""#.to_owned();
        if !self.session.no_txinfo {
            let end_lsn = txn.end_lsn;
            text.push_str(&format!(r#", "final_lsn":"{commit_lsn}", "end_lsn":"{end_lsn}""#));
        }
        send(out, &(text + "}"))
    }
}
