//! A server, as a test speaks to it.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use postgres::types::{FromSqlOwned, ToSql};
use postgres::{Client, NoTls, Row, SimpleQueryMessage, SimpleQueryRow};
use spock_admin::local::LocalNode;

/// How long a kept session may take to show that it still lives.
const VALID_LIMIT: Duration = Duration::from_secs(10);

/// Values of a query.
pub type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// One server of a test's cluster; everything of [`LocalNode`] (start, stop, crash, settings, log)
/// works on it too.
///
/// Statements run in the cluster's first database on one session per database that is opened when
/// it is first used and again after it was lost; [`connect`](Self::connect) gives a session of
/// one's own.
pub struct Node<'a> {
    local: &'a LocalNode,
    sessions: &'a Sessions,
    database: String,
}

/// The sessions of one node, by database.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Client>>);

impl Deref for Node<'_> {
    type Target = LocalNode;

    fn deref(&self) -> &LocalNode {
        self.local
    }
}

impl<'a> Node<'a> {
    pub(crate) fn new(local: &'a LocalNode, sessions: &'a Sessions, database: String) -> Node<'a> {
        Node { local, sessions, database }
    }

    /// The same server, another database.
    #[must_use]
    pub fn database(&self, name: &str) -> Node<'a> {
        Node { local: self.local, sessions: self.sessions, database: name.to_owned() }
    }

    /// The database that statements run in.
    pub fn database_name(&self) -> &str {
        &self.database
    }

    /// The connection string that other nodes use.
    pub fn dsn(&self) -> String {
        self.local.conninfo(&self.database)
    }

    /// A session of one's own.
    pub fn connect(&self) -> Client {
        self.try_connect().unwrap_or_else(|e| panic!("{}: cannot connect: {e}", self.name()))
    }

    /// A session of one's own, when the server grants one.
    pub fn try_connect(&self) -> Result<Client, postgres::Error> {
        let dsn = format!(
            "{} application_name=test connect_timeout=10 options='-c statement_timeout=300s'",
            self.local.socket_conninfo(&self.database)
        );
        Client::connect(&dsn, NoTls)
    }

    fn with_session<T>(
        &self,
        use_it: impl FnOnce(&mut Client) -> Result<T, postgres::Error>,
    ) -> Result<T, postgres::Error> {
        // Out of the map while in use: another thread opens one of its own.
        // The client notices the end of its session only when it is used.
        let mut kept = self.lock().remove(&self.database);
        let lives = kept.as_mut().is_some_and(|client| client.is_valid(VALID_LIMIT).is_ok());
        let mut client = match kept {
            Some(client) if lives => client,
            _ => self.try_connect()?,
        };
        let result = use_it(&mut client);
        if !client.is_closed() {
            self.lock().insert(self.database.clone(), client);
        }
        result
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Client>> {
        self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the kept sessions, as before dropping a database.
    pub fn disconnect(&self) {
        self.lock().clear();
    }

    /// Runs statements.
    #[track_caller]
    pub fn sql(&self, sql: &str) {
        self.try_sql(sql).unwrap_or_else(|e| self.fail(sql, &e));
    }

    /// Runs statements that may fail.
    pub fn try_sql(&self, sql: &str) -> Result<(), postgres::Error> {
        self.with_session(|client| client.batch_execute(sql))
    }

    /// Runs statements that must fail, and gives the server's error.
    #[track_caller]
    pub fn sql_error(&self, sql: &str) -> postgres::error::DbError {
        match self.try_sql(sql) {
            Ok(()) => panic!("{}: expected to fail: {sql}", self.name()),
            Err(error) => match error.as_db_error() {
                Some(db) => db.clone(),
                None => self.fail(sql, &error),
            },
        }
    }

    /// The rows of a query.
    #[track_caller]
    pub fn query(&self, sql: &str, params: Params<'_>) -> Vec<Row> {
        self.try_query(sql, params).unwrap_or_else(|e| self.fail(sql, &e))
    }

    /// The rows of a query that may fail.
    pub fn try_query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, postgres::Error> {
        self.with_session(|client| client.query(sql, params))
    }

    /// The first column of the only row.
    #[track_caller]
    pub fn value<T: FromSqlOwned>(&self, sql: &str) -> T {
        let rows = self.query(sql, &[]);
        assert_eq!(rows.len(), 1, "{}: rows of: {sql}", self.name());
        rows[0].try_get(0).unwrap_or_else(|e| self.fail(sql, &e))
    }

    /// The rows of the last statement as the server prints them; NULL is `None`.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.try_rows(sql).unwrap_or_else(|e| self.fail(sql, &e))
    }

    /// [`rows`](Self::rows), when the statements may fail.
    pub fn try_rows(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, postgres::Error> {
        let messages = self.with_session(|client| client.simple_query(sql))?;
        let mut rows = Vec::new();
        for message in &messages {
            match message {
                SimpleQueryMessage::RowDescription(_) => rows.clear(),
                SimpleQueryMessage::Row(row) => {
                    rows.push((0..row.len()).map(|i| printed(row, i)).collect());
                }
                _ => {}
            }
        }
        Ok(rows)
    }

    /// The rows as text, one line each, columns between `|`, NULL as `∅`: for comparisons that a
    /// person reads.
    #[track_caller]
    pub fn table(&self, sql: &str) -> String {
        let line = |row: Vec<Option<String>>| {
            let columns: Vec<String> =
                row.into_iter().map(|c| c.unwrap_or_else(|| "∅".to_owned())).collect();
            columns.join("|")
        };
        self.rows(sql).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The position that the server's log of changes has reached.
    pub fn wal_lsn(&self) -> String {
        self.table("SELECT pg_current_wal_insert_lsn()")
    }

    #[track_caller]
    fn fail(&self, sql: &str, error: &postgres::Error) -> ! {
        let text = error.as_db_error().map_or_else(
            || error.to_string(),
            |db| {
                let more = |name, text: Option<&str>| {
                    text.map(|t| format!("\n  {name}: {t}")).unwrap_or_default()
                };
                format!(
                    "{} ({}){}{}{}",
                    db.message(),
                    db.code().code(),
                    more("detail", db.detail()),
                    more("hint", db.hint()),
                    more("context", db.where_()),
                )
            },
        );
        panic!("{} {}: {text}\n  in: {sql}", self.name(), self.database)
    }
}

/// A value as the server printed it. The text of other databases' statements, as in
/// `pg_stat_activity`, may be in another encoding.
fn printed(row: &SimpleQueryRow, column: usize) -> Option<String> {
    match row.try_get(column) {
        Ok(value) => value.map(str::to_owned),
        Err(_) => Some("(not UTF-8)".to_owned()),
    }
}
