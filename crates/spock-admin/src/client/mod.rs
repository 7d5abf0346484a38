//! A connection to one node, and typed calls of the SQL API over it.
//!
//! One file per noun of the API. Every call names its node in its errors and passes values as
//! parameters. Sessions have an empty `search_path` and print values in one fixed way, whatever the
//! role or database is set to.

mod architecture;
mod backend_key;
mod conflict;
mod conflict_history;
mod connect;
mod ddl;
mod definition;
mod exception;
mod foreign_key;
mod node;
mod operator_lock;
mod pause;
mod pooler;
mod registration;
mod replicated_ddl;
mod repset;
mod repset_members;
mod row_history;
mod script;
mod sequence;
mod server_settings;
mod setting;
mod slot;
mod slot_changes;
mod statistics;
mod sub_options;
mod subscription;
mod sync_event;
mod table;
mod table_shape;
mod version;
mod worker;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt as _};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, SimpleQueryMessage, Statement};

use crate::cluster::Node;
use crate::conninfo::Conninfo;
use crate::conninfo::resolve::{Env, ProcessEnv};
use crate::error::{AdminError, ErrorKind, Result};
use crate::secret::Secret;

pub use architecture::Architecture;
pub use conflict::{Conflict, ConflictFilter, ConflictSide};
pub use conflict_history::{ConflictCount, PurgedConflicts};
use connect::Connected;
pub use ddl::{DdlState, QueuedDdl};
pub(crate) use definition::bare;
pub use definition::{NodeDefinition, Relations, SetDefinition, SubscriptionDefinition, TablePart};
pub use exception::{ExceptionFilter, FailedChange, FailedTransaction, RetriedChange};
pub use foreign_key::{ForeignKey, Orphans};
pub use node::{LocalNode, ServerFacts};
pub use operator_lock::{LockClaim, LockHolder, Taken};
pub use pause::PausedState;
pub use registration::{Fact, KnownInterface, Registration};
pub use replicated_ddl::{ExecutedDdl, NewDdl};
pub use repset::{SequenceMembership, TableMembership, TableOptions};
pub use repset_members::{SetMember, SetState};
pub use row_history::RowFact;
pub use script::ResultSet;
pub use sequence::SequenceState;
pub use server_settings::ServerSetting;
pub use setting::Setting;
pub use slot::{SlotClaim, SlotFacts};
pub use slot_changes::{SlotChange, SlotReader};
pub use statistics::{Conflicts, SubscriptionStatistics, TableStatistics};
pub use sub_options::{NewOptions, SubscriptionOptions};
pub use subscription::{NewSubscription, SubscriptionState, TableSync, Worker};
pub use sync_event::OriginProgress;
pub use table::{Checksum, TableRef, quote_identifier, quote_literal};
pub use table_shape::{ColumnShape, KeyColumn, Published, TableShape};
pub use version::{LibraryFile, Protocols, Versions};
pub use worker::{StreamState, WorkerState};

/// How many nodes are worked on at once; all of them unless it says a number. A node that is away costs its time only
/// once then, however many of them there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct AtOnce(pub Option<NonZeroUsize>);

impl AtOnce {
    /// Results of all of these, in their order.
    pub async fn join<T, F: Future<Output = T>>(
        self,
        futures: impl IntoIterator<Item = F>,
    ) -> Vec<T> {
        let futures: Vec<F> = futures.into_iter().collect();
        let limit = self.0.map_or(futures.len(), NonZeroUsize::get).max(1);
        stream::iter(futures).buffered(limit).collect().await
    }
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// What the server shows as `application_name`.
    pub application_name: String,
    /// Limit of one attempt to connect; `connect_timeout` of the connection string wins.
    pub connect_timeout: Duration,
    /// Limit of one statement that reads; zero for none.
    pub statement_timeout: Duration,
    /// How many nodes are connected to, and asked, at once.
    pub at_once: AtOnce,
    /// Password for every node, asked for or read from a file by the program.
    pub password: Option<Secret>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        ConnectOptions {
            application_name: "spockctl".to_owned(),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            at_once: AtOnce::default(),
            password: None,
        }
    }
}

/// Settings of each session: nothing of the role or the database may change what we read.
const SETTINGS: [(&str, &str); 9] = [
    ("search_path", ""),
    ("client_min_messages", "warning"),
    ("DateStyle", "ISO, YMD"),
    ("IntervalStyle", "postgres"),
    ("TimeZone", "UTC"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
    ("xmloption", "content"),
    ("lc_monetary", "C"),
];

/// The settings of each session as statements.
pub(crate) fn session_settings() -> String {
    SETTINGS.map(|(name, value)| format!("SET {name} = {}", quote_literal(value))).join("; ")
}

/// Connections of this process that have not ended.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Counts a connection for as long as it lives.
struct Open;

impl Open {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Open
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits until every connection whose client was dropped has said goodbye to its server, which
/// would otherwise log a lost client; gives up at the limit.
pub async fn disconnected(limit: Duration) {
    let deadline = Instant::now() + limit;
    while OPEN.load(Ordering::Relaxed) > 0 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A connection to one node.
pub struct Client {
    node: String,
    inner: tokio_postgres::Client,
    statement_timeout: Duration,
    /// Something stands between us and the server.
    is_pooled: bool,
}

impl Client {
    /// Connects to a node of a cluster.
    pub async fn connect(node: &Node, options: &ConnectOptions) -> Result<Client> {
        let mut info = node.admin.clone();
        if let Some(password) = &options.password {
            info.set_password(password.clone());
        } else if info.password().is_none()
            && let Some(command) = &node.password_command
        {
            info.set_password(run_password_command(command).await?);
        }
        Client::connect_to(&node.name, &info, options, &ProcessEnv).await
    }

    /// Connects with a connection string; `name` is how errors call the node.
    pub async fn connect_to(
        name: &str,
        info: &Conninfo,
        options: &ConnectOptions,
        env: &dyn Env,
    ) -> Result<Client> {
        let connect = async |info: &Conninfo| {
            let (application_name, limit) = (&options.application_name, options.connect_timeout);
            connect::connect(name, info, env, application_name, limit).await
        };
        let Connected { client: inner, host, limit } = connect(info).await?;
        let (node, statement_timeout) = (name.to_owned(), options.statement_timeout);
        let mut client = Client { node, inner, statement_timeout, is_pooled: false };
        let begin = async {
            if client.begin_session().await? {
                return Ok(client);
            }
            client.is_pooled = true;
            let other = async { connect(&host).await.map(|connected| connected.client) };
            pooler::require_session(name, &client.inner, other).await?;
            client.set_session("false").await?;
            Ok(client)
        };
        let begun = tokio::time::timeout(limit, begin)
            .await
            .unwrap_or_else(|_| Err(AdminError::failed("timed out while beginning a session")));
        begun.map_err(|mut error: AdminError| {
            if error.kind != ErrorKind::Config {
                error.kind = ErrorKind::Connect;
                error = error
                    .context(format_args!("could not begin a session on node \"{name}\""))
                    .on(name);
            }
            error
        })
    }

    /// Makes the settings of the session if it is the one of the login, and says whether it is. Otherwise nothing is set:
    /// whose session it is has to be found out.
    async fn begin_session(&self) -> Result<bool> {
        let process = backend_key::process_at_login(&self.inner)
            .await
            .map_err(|error| AdminError::failed(error.to_string()))?;
        let is_other = format!("pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.<>) ({process})");
        Ok(self.set_session(&is_other).await?.as_deref() == Some("f"))
    }

    /// Makes the settings, of the session, or of this statement alone where the expression is true; what that is.
    async fn set_session(&self, is_local: &str) -> Result<Option<String>> {
        let timeout = self.statement_timeout.as_millis().to_string();
        let settings = SETTINGS.into_iter().chain([("statement_timeout", timeout.as_str())]);
        let set = settings.map(|(name, value)| {
            format!("pg_catalog.set_config('{name}', {}, {is_local})", quote_literal(value))
        });
        let sql = format!("SELECT {is_local}, {}", set.collect::<Vec<_>>().join(", "));
        let messages = self.inner.simple_query(&sql).await.map_err(|e| self.error(&e))?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }

    /// Name of the node.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Whether the connection is known to be lost.
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// Lifts the limit of statements, for one that is known to take long, and puts it back.
    pub async fn without_statement_timeout<T>(
        &self,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.with_statement_timeout(Duration::ZERO, work).await
    }

    /// Gives statements another limit (none when it is zero), and puts the limit back.
    pub async fn with_statement_timeout<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // The server counts in a signed number of 32 bits.
        let limit = limit.as_millis().min(i32::MAX.unsigned_abs().into());
        self.batch(&format!("SET statement_timeout = {limit}")).await?;
        let result = work.await;
        let ms = self.statement_timeout.as_millis();
        let restored = self.batch(&format!("SET statement_timeout = {ms}")).await;
        let value = result?;
        restored?;
        Ok(value)
    }

    /// Gives statements this limit, at which the server cancels them, and puts the usual one back. The error says so.
    pub async fn within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // None at all is what zero means to the server.
        let limit = limit.max(Duration::from_millis(1));
        let begun = Instant::now();
        self.with_statement_timeout(limit, work).await.map_err(|error| {
            // The same code has what somebody else has cancelled.
            if error.kind != ErrorKind::Timeout || begun.elapsed() < limit {
                return error;
            }
            let limit = crate::wait::duration_text(limit);
            error
                .context(format_args!("not done within {limit}"))
                .hint("wait longer with --timeout")
        })
    }

    /// Ends what takes longer than one statement may, and a little. The limit of statements is kept by
    /// the server, which says nothing when the network is gone.
    pub async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = match self.statement_timeout {
            Duration::ZERO => Duration::from_secs(60),
            limit => limit + Duration::from_secs(2),
        };
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            let limit = crate::wait::duration_text(limit);
            Err(AdminError::timeout(format!("no answer within {limit}")).on(&self.node))
        })
    }

    /// Does all of it in one transaction, or nothing.
    pub async fn in_transaction<T, E: From<AdminError>>(
        &self,
        work: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<T, E> {
        self.batch("BEGIN").await?;
        let result = work.await;
        let ended = self.batch(if result.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
        let value = result?;
        ended?;
        Ok(value)
    }

    /// Runs statements without parameters or results.
    pub async fn batch(&self, sql: &str) -> Result<()> {
        tracing::debug!(node = %self.node, sql = %crate::error::redact(sql), "execute");
        self.inner.batch_execute(sql).await.map_err(|e| self.error(&e))
    }

    /// Rows of a query.
    pub async fn query(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        tracing::debug!(node = %self.node, sql, "query");
        self.inner.query(sql, params).await.map_err(|e| self.error(&e))
    }

    /// The one row of a query.
    pub async fn query_one(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Row> {
        tracing::debug!(node = %self.node, sql, "query");
        self.inner.query_one(sql, params).await.map_err(|e| self.error(&e))
    }

    /// The one row of a query, or none.
    pub async fn query_opt(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>> {
        tracing::debug!(node = %self.node, sql, "query");
        self.inner.query_opt(sql, params).await.map_err(|e| self.error(&e))
    }

    /// Rows of a prepared query.
    pub async fn query_prepared(
        &self,
        statement: &Statement,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>> {
        self.inner.query(statement, params).await.map_err(|e| self.error(&e))
    }

    /// Prepares a statement.
    pub async fn prepare(&self, sql: &str) -> Result<Statement> {
        self.inner.prepare(sql).await.map_err(|e| self.error(&e))
    }

    /// A failure of the driver, with this node's name.
    fn error(&self, error: &tokio_postgres::Error) -> AdminError {
        let mut out = AdminError::from_postgres(error).on(&self.node);
        if out.sqlstate.as_deref() == Some("57014") {
            out.kind = ErrorKind::Timeout;
        }
        if self.is_pooled
            && let Some(lost) = pooler::lost_statement(&self.node, &out)
        {
            return lost;
        }
        out
    }
}

/// Runs the command that prints a password; its first line counts.
async fn run_password_command(command: &[String]) -> Result<Secret> {
    let (program, args) = command
        .split_first()
        .ok_or_else(|| AdminError::config("password_command must not be empty"))?;
    let output = tokio::process::Command::new(program)
        .args(args)
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .output()
        .await
        .map_err(|e| {
            AdminError::config(format!("could not run password command \"{program}\": {e}"))
        })?;
    if !output.status.success() {
        return Err(AdminError::config(format!(
            "password command \"{program}\" failed: {}",
            output.status
        )));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| AdminError::config("password command printed text that is not UTF-8"))?;
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

/// A time of the server as RFC 3339 in UTC; as it is where it is none.
fn rfc3339(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(|_| text.to_owned(), |at| at.to_string())
}

/// A column by name, or `None` when this version of the extension has no such column.
pub(crate) fn optional<'a, T>(row: &'a Row, column: &str) -> Option<T>
where
    Option<T>: tokio_postgres::types::FromSql<'a>,
{
    row.columns().iter().any(|c| c.name() == column).then(|| row.try_get(column).ok().flatten())?
}
