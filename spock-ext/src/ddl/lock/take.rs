//! Taking the DDL lock: of every node, one by one, in the order of node ids.

use std::time::{Duration, Instant};

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::held::{self, Grant, Held};
use super::site::{self, Answer, Holder};
use crate::catalog::node;
use crate::catalog::subscription;
use crate::pg::deadline;
use crate::pg::error::SpockError;
use crate::pg::quoting::literal;
use crate::pg::walreceiver::{Connection, Mode};
use crate::settings::{self, DdlLockQuorum};

/// Name of these connections on the other side.
const APPLICATION: &str = "spock ddl lock";
/// How long connecting may take; a node that takes longer counts as one that cannot be reached.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// More than a question is said to take: the other side raises when its time is over.
pub(super) const GRACE: Duration = Duration::from_secs(5);
/// So much of a statement is shown to others.
const SHOWN: usize = 200;

/// A node that is to be asked.
struct Site {
    id: NodeId,
    name: String,
    /// None: this node.
    dsn: Option<String>,
}

/// Takes the lock for this transaction, unless it has it. `statement` is what others are shown.
pub(crate) fn acquire(statement: &str, wait: bool) -> Result<(), SpockError> {
    if held::is_held() {
        return Ok(());
    }
    let Some(local) = node::local() else { return Ok(()) };
    let shown: String = statement.chars().take(SHOWN).collect();
    let mut taking = Taking {
        local: local.node.name.clone(),
        statement: shown,
        waits: wait,
        until: Instant::now() + settings::ddl_lock_timeout(),
        grants: Vec::new(),
        vector: Vec::new(),
        without: 0,
        refusals: Vec::new(),
    };
    let sites = sites(local.node.id, &local.node.name);
    let mut needed = sites.len();
    taking.queue_up()?;
    for (at, site) in sites.iter().enumerate() {
        taking.ask(site)?;
        let all = sites.len() - taking.without;
        needed = match settings::ddl_lock_quorum() {
            DdlLockQuorum::All => all,
            DdlLockQuorum::Majority => all / 2 + 1,
        };
        let left = sites.len() - at - 1;
        if taking.grants.len() + left < needed {
            return Err(taking.refused(needed, all));
        }
    }
    catch_up(&taking.local, &mut taking.grants, &taking.vector, taking.until)?;
    held::keep(Held { grants: taking.grants, needed, rewritable: Vec::new() });
    Ok(())
}

/// Every node has to have what the others had committed up to these positions.
pub(super) fn catch_up(
    local: &str,
    grants: &mut [Grant],
    vector: &[(NodeId, Lsn)],
    until: Instant,
) -> Result<(), SpockError> {
    let left = || until.saturating_duration_since(Instant::now());
    if let Some(behind) = site::catch_up(vector, left()) {
        return Err(behind_error(local, &behind));
    }
    let nodes: Vec<_> = vector.iter().map(|(node, _)| node.as_oid().to_string()).collect();
    let lsns: Vec<_> = vector.iter().map(|(_, lsn)| lsn.to_string()).collect();
    let left = left();
    for grant in grants {
        let Some(connection) = &mut grant.connection else { continue };
        let query = format!(
            "SELECT spock.ddl_lock_catch_up({}::pg_catalog.text[], {}::pg_catalog.text[], {})",
            literal(&format!("{{{}}}", nodes.join(","))),
            literal(&format!("{{{}}}", lsns.join(","))),
            left.as_millis().max(1),
        );
        let answer = deadline::with_limit(left + GRACE, || connection.query_row(&query, 1));
        let row = match answer {
            Ok(row) => row?,
            Err(deadline::Expired) => return Err(behind_error(&grant.name, "another node")),
        };
        if let Some(behind) = row.into_iter().next().flatten() {
            return Err(behind_error(&grant.name, &behind));
        }
    }
    Ok(())
}

/// All nodes that this one hears, and itself.
fn sites(local: NodeId, name: &str) -> Vec<Site> {
    let mut sites = vec![Site { id: local, name: name.to_owned(), dsn: None }];
    for sub in subscription::all().into_iter().filter(|sub| sub.enabled) {
        if sites.iter().all(|site| site.id != sub.provider.id) {
            sites.push(Site {
                id: sub.provider.id,
                name: sub.provider.name.clone(),
                dsn: Some(sub.provider_interface.dsn.reveal().to_owned()),
            });
        }
    }
    sites.sort_by_key(|site| site.id.as_oid());
    sites
}

/// The lock while it is being taken. What was taken so far goes with it.
struct Taking {
    local: String,
    statement: String,
    waits: bool,
    until: Instant,
    grants: Vec<Grant>,
    /// Up to where the log of each of these nodes has to be applied everywhere.
    vector: Vec<(NodeId, Lsn)>,
    /// Nodes that know no such lock.
    without: usize,
    /// Nodes that could not be asked, and why.
    refusals: Vec<String>,
}

impl Taking {
    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Other sessions of this node come first if they came first.
    fn queue_up(&self) -> Result<(), SpockError> {
        if site::queue_up(None) {
            return Ok(());
        }
        let holder = Holder { node: self.local.clone(), ..Holder::default() };
        if !self.waits {
            return Err(taken(&self.local, &holder));
        }
        self.tell(&self.local, &holder);
        site::queue_up(Some(self.left()));
        Ok(())
    }

    /// Asks one node. A node that cannot be asked refuses.
    fn ask(&mut self, site: &Site) -> Result<(), SpockError> {
        let Some(dsn) = &site.dsn else { return self.ask_own(site) };
        let connected =
            Connection::connect_within(dsn, APPLICATION, Mode::Sql, CONNECT_LIMIT.min(self.left()));
        let mut connection = match connected {
            Ok(connection) => connection,
            Err(error) => {
                self.refusals
                    .push(format!("node {} cannot be asked: {}", site.name, error.message));
                return Ok(());
            }
        };
        let mut answer = self.question(&mut connection, None);
        if let Ok(Answer::Taken(holder)) = &answer {
            if !self.waits {
                return Err(taken(&site.name, holder));
            }
            self.tell(&site.name, holder);
            let holder = holder.clone();
            answer = self.question(&mut connection, Some(self.left()));
            if matches!(&answer, Err(error) if error.code == PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE)
            {
                return Err(self.timed_out(&site.name, &holder));
            }
        }
        match answer {
            Ok(Answer::Granted(lsn)) => {
                self.vector.push((site.id, lsn));
                let (id, name) = (site.id, site.name.clone());
                self.grants.push(Grant { id, name, connection: Some(connection) });
            }
            Ok(Answer::Taken(holder)) => return Err(self.timed_out(&site.name, &holder)),
            Err(error) if error.code == PgSqlErrorCode::ERRCODE_UNDEFINED_FUNCTION => {
                self.without += 1;
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_WARNING,
                    format!("node {} knows no DDL lock, and is not asked for one", site.name),
                )
                .report(PgLogLevel::NOTICE);
            }
            Err(error) => {
                self.refusals.push(format!("node {} refuses: {}", site.name, error.message));
            }
        }
        Ok(())
    }

    fn ask_own(&mut self, site: &Site) -> Result<(), SpockError> {
        let mut answer = site::take_own(None)?;
        if let Answer::Taken(holder) = &answer {
            if !self.waits {
                return Err(taken(&site.name, holder));
            }
            self.tell(&site.name, holder);
            answer = site::take_own(Some(self.left()))?;
        }
        if let Answer::Granted(lsn) = answer {
            self.vector.push((site.id, lsn));
            let (id, name) = (site.id, site.name.clone());
            self.grants.push(Grant { id, name, connection: None });
        }
        Ok(())
    }

    /// Asks a node for its lock, over a connection that keeps it from then on.
    fn question(
        &self,
        connection: &mut Connection,
        wait: Option<Duration>,
    ) -> Result<Answer, SpockError> {
        let query = format!(
            "SELECT granted::text, holder, statement, since::text, lsn::text FROM spock.ddl_lock_give({}, {}, {})",
            literal(&self.local),
            literal(&self.statement),
            wait.map_or(0, |wait| wait.as_millis().max(1)),
        );
        let limit = wait.unwrap_or_default() + GRACE;
        let row = match deadline::with_limit(limit, || connection.query_row(&query, 5)) {
            Ok(row) => row?,
            Err(deadline::Expired) => {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
                    "no answer in time",
                ));
            }
        };
        let mut values = row.into_iter();
        let mut next = || values.next().flatten();
        if next().as_deref() != Some("true") {
            let (node, statement) = (next().unwrap_or_default(), next().unwrap_or_default());
            return Ok(Answer::Taken(Holder { node, statement, since: 0 }));
        }
        position(values.nth(3).flatten()).map(Answer::Granted)
    }

    /// Says what is waited for.
    fn tell(&self, node: &str, holder: &Holder) {
        let error = SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!("waiting for the DDL lock of node {node}"),
        );
        detailed(error, holder).report(PgLogLevel::NOTICE);
    }

    fn timed_out(&self, node: &str, holder: &Holder) -> SpockError {
        let error = SpockError::new(
            PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
            format!(
                "could not get the DDL lock of node {node} within {} ms",
                settings::ddl_lock_timeout().as_millis()
            ),
        );
        detailed(error, holder).hint("Try again, or raise spock.ddl_lock_timeout.")
    }

    fn refused(&self, needed: usize, all: usize) -> SpockError {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
            format!("could not get the DDL lock of {needed} of {all} nodes"),
        )
        .detail(self.refusals.join("\n"))
        .hint(
            "Every node whose subscription is enabled has to give its lock, or more than half of them with \
             spock.ddl_lock_quorum = majority. SET spock.ddl_lock = off runs the statement without.",
        )
    }
}

/// The end of a node's log, as the node gave it.
pub(super) fn position(text: Option<String>) -> Result<Lsn, SpockError> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
            "peer gave an unreadable position with its DDL lock",
        )
    })
}

fn detailed(error: SpockError, holder: &Holder) -> SpockError {
    match (holder.node.as_str(), holder.statement.as_str()) {
        ("", _) => error,
        (node, "") => error.detail(format!("Node {node} has it.")),
        (node, statement) => error.detail(format!("Node {node} has it, for: {statement}")),
    }
}

fn taken(node: &str, holder: &Holder) -> SpockError {
    let error = SpockError::new(
        PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
        format!("the DDL lock of node {node} is taken"),
    );
    detailed(error, holder).hint("With spock.ddl_lock = wait the statement waits for it.")
}

fn behind_error(node: &str, behind: &str) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
        format!("node {node} did not apply the changes of node {behind} in time"),
    )
    .detail("A statement under the DDL lock runs when all nodes have what the others had committed before.")
    .hint(
        "Look at spock.sub_show_status() there. Locks that this transaction took before may be in the way: run \
         the statement first in its transaction. spock.ddl_lock_timeout is how long is waited.",
    )
}
