//! Connection poolers between this program and a server.
//!
//! A pooler that lends a session for as long as its client stays is as good as the server. One that lends it for a
//! transaction is refused before anything is set: our settings would be those of other clients, and prepared
//! statements would be missing or another's. Whether there is a pooler is told by the process that was named at login; how
//! it lends is found out with a second connection.
//!
//! ```text
//! pool of sessions      ours stays ours, and nobody else does anything in it
//! pool of transactions  the other connection begins a transaction and is given our session, which is idle;
//!                       or a third client has used it, as its activity shows; or has it, or it is not its turn: then we
//!                       are given another one
//! ```
//!
//! Each of these is proof of a pool of transactions. Without any of them it is tried again: of many sessions of a busy pool we
//! may have been given the same one by chance.

use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;

use super::quote_literal;
use crate::error::{AdminError, ErrorKind, Result};

/// How often it is tried.
const ROUNDS: usize = 5;

/// How long the other connection may wait for a session; less than any limit of poolers.
const PATIENCE: Duration = Duration::from_secs(1);

const LENT: &str = "The pooler gave the session of the connection to another one.";
const CHANGED: &str = "The pooler gave another session to the connection.";

/// A session that runs a statement.
struct Session {
    /// The process, and when it began: a number may be used again, or stand for a process of another server.
    id: String,
    /// When the statement began; of the other connection, that of ours as the server knows it.
    at: Option<String>,
}

/// Fails unless the session of this connection, which goes through a pooler, stays its own. `other` makes one more
/// connection.
pub(super) async fn require_session(
    node: &str,
    own: &tokio_postgres::Client,
    other: impl Future<Output = Result<tokio_postgres::Client>>,
) -> Result<()> {
    let id = look(own).await?.id;
    let other = other.await?;
    for _ in 0..ROUNDS {
        // Twice: a pooler that lends its sessions in turn has another one for us the second time, but not after the
        // other connection has had its turn.
        let before = look(own).await?;
        // Ours is the one that was given back last, which most poolers lend first.
        let ours = look(own).await?;
        if before.id != id || ours.id != id {
            return Err(refusal(node, CHANGED));
        }
        let Ok(begun) = tokio::time::timeout(PATIENCE, begin(&other, &id)).await else {
            // All sessions are lent. Whoever waits is served before us; so if we are served now, it is by our own.
            return match tokio::time::timeout(PATIENCE, look(own)).await {
                Ok(ours) if ours.as_ref().is_ok_and(|ours| ours.id != id) => {
                    Err(refusal(node, CHANGED))
                }
                Ok(ours) => ours.map(drop),
                Err(_) => Err(exhausted(node)),
            };
        };
        let begun =
            begun.map_err(|error| refusal(node, &format!("The pooler says: {}.", error.line())))?;
        let was_used = begun.at.is_some() && begun.at != ours.at;
        if begun.id == id || was_used {
            // Without waiting for ours, which may be the only one.
            other.batch_execute("ROLLBACK").await?;
            return Err(refusal(node, LENT));
        }
        let ours = look(own).await?;
        other.batch_execute("ROLLBACK").await?;
        if ours.id != id {
            return Err(refusal(node, CHANGED));
        }
    }
    Ok(())
}

/// The server's error, if it says that statements of this session are prepared in another one.
pub(super) fn lost_statement(node: &str, error: &AdminError) -> Option<AdminError> {
    let is_lost = matches!(error.sqlstate.as_deref(), Some("26000" | "42P05"));
    is_lost
        .then(|| refusal(node, &format!("The pooler lost a prepared statement: {}.", error.line())))
}

fn refusal(node: &str, detail: &str) -> AdminError {
    let message = format!(
        "node \"{node}\" is reached through a connection pooler that does not keep the session of a client"
    );
    AdminError::config(message)
        .detail(detail)
        .hint("give the address of the server itself, or of a pool of sessions (pool_mode = session), in \"admin\" of the node")
        .on(node)
}

fn exhausted(node: &str) -> AdminError {
    let message = format!("the connection pooler of node \"{node}\" has no session to spare");
    AdminError::new(ErrorKind::Connect, message)
        .hint("give the address of the server itself in \"admin\" of the node")
        .on(node)
}

/// The session of our connection.
async fn look(own: &tokio_postgres::Client) -> Result<Session> {
    let sql = format!(
        "SELECT {}, extract(epoch FROM a.query_start)
           FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a",
        id_of("a")
    );
    session(own, &sql).await
}

/// Begins a transaction of the other connection, which then looks at our session.
async fn begin(other: &tokio_postgres::Client, ours: &str) -> Result<Session> {
    let sql = format!(
        "BEGIN;
         SELECT {}, (SELECT extract(epoch FROM o.query_start)
                       FROM pg_catalog.pg_stat_get_activity(NULL) o WHERE {} OPERATOR(pg_catalog.=) {})
           FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a",
        id_of("a"),
        id_of("o"),
        quote_literal(ours)
    );
    session(other, &sql).await
}

fn id_of(row: &str) -> String {
    format!("pg_catalog.concat_ws(' ', {row}.pid, extract(epoch FROM {row}.backend_start))")
}

async fn session(client: &tokio_postgres::Client, sql: &str) -> Result<Session> {
    let messages = client.simple_query(sql).await?;
    let session = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some(Session { id: row.get(0)?.to_owned(), at: row.get(1).map(str::to_owned) })
        }
        _ => None,
    });
    session.ok_or_else(|| AdminError::failed("the server does not know its own session"))
}
