//! Reaching a server: hosts one after the other, each with and without encryption as `sslmode` says, until one takes us
//! that is what `target_session_attrs` asks for.
//!
//! As libpq goes on: to the next host when this one cannot be reached, is starting up, or is not what was asked for;
//! not when it refuses the login.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Connection, Socket};

use super::Open;
use crate::conninfo::driver::{self, invalid};
use crate::conninfo::resolve::{Env, each_host};
use crate::conninfo::{Conninfo, tls};
use crate::error::{AdminError, ErrorKind, Result};

/// What stands for every host that was tried: how it went, in order.
struct Failures(Vec<(String, AdminError)>);

/// A connection, and how it came about.
pub(super) struct Connected {
    pub(super) client: tokio_postgres::Client,
    /// The one host that took us.
    pub(super) host: Conninfo,
    /// How long an attempt might take.
    pub(super) limit: Duration,
}

/// Connects; `limit` is that of each attempt, unless the string has one.
pub(super) async fn connect(
    name: &str,
    info: &Conninfo,
    env: &dyn Env,
    application_name: &str,
    limit: Duration,
) -> Result<Connected> {
    let mut hosts = each_host(info, env).map_err(|e| e.on(name))?;
    let first = hosts.first().cloned().unwrap_or_default();
    if is_shuffled(&first).map_err(|e| e.on(name))? {
        let chance = RandomState::new();
        hosts.sort_by_cached_key(|host| {
            chance.hash_one((host.get("host"), host.get("hostaddr"), host.get("port")))
        });
    }
    let wanted = Wanted::of(&first).map_err(|e| e.on(name))?;
    let mut failures = Failures(Vec::new());
    for wanted in wanted {
        for host in &hosts {
            let prepared = Attempt::prepare(name, host, application_name, limit);
            let attempt = prepared.map_err(|e| e.on(name))?;
            match attempt.run(*wanted).await {
                Ok(client) => {
                    return Ok(Connected { client, host: host.clone(), limit: attempt.limit });
                }
                Err(failed) => {
                    failures.0.push((place(host), failed.error));
                    if failed.next != Next::Host {
                        return Err(failures.into_error(name));
                    }
                }
            }
        }
    }
    Err(failures.into_error(name))
}

impl Failures {
    fn into_error(mut self, name: &str) -> AdminError {
        let Some((place, last)) = self.0.pop() else {
            return AdminError::failed("no host to connect to").on(name);
        };
        let mut error = last;
        error.kind = ErrorKind::Connect;
        let mut error =
            error.context(format_args!("could not connect to node \"{name}\" at {place}")).on(name);
        let mut others: Vec<String> =
            self.0.into_iter().map(|(place, error)| format!("{place}: {}", error.line())).collect();
        if !others.is_empty() {
            others.dedup();
            others.insert(0, error.detail.take().unwrap_or_default());
            error.detail = Some(others.join("\n"));
        }
        error
    }
}

/// Where a connection to one host goes, for messages.
fn place(info: &Conninfo) -> String {
    let host = info.get("host").or(info.get("hostaddr")).unwrap_or("?");
    format!("{host}:{}", info.get("port").unwrap_or("?"))
}

fn is_shuffled(info: &Conninfo) -> Result<bool> {
    match info.get("load_balance_hosts") {
        None | Some("disable") => Ok(false),
        Some("random") => Ok(true),
        Some(other) => Err(invalid("load_balance_hosts", other)),
    }
}

/// What a server has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
}

impl Wanted {
    /// What is asked for, and what is taken when no host is that.
    fn of(info: &Conninfo) -> Result<&'static [Wanted]> {
        Ok(match info.get("target_session_attrs") {
            None | Some("any") => &[Wanted::Any],
            Some("read-write") => &[Wanted::ReadWrite],
            Some("read-only") => &[Wanted::ReadOnly],
            Some("primary") => &[Wanted::Primary],
            Some("standby") => &[Wanted::Standby],
            Some("prefer-standby") => &[Wanted::Standby, Wanted::Any],
            Some(other) => return Err(invalid("target_session_attrs", other)),
        })
    }

    /// What the server is instead, if it is not that.
    async fn refuses(self, client: &tokio_postgres::Client) -> Result<Option<&'static str>> {
        if self == Wanted::Any {
            return Ok(None);
        }
        let state = "SELECT pg_catalog.pg_is_in_recovery(), \
                     pg_catalog.current_setting('default_transaction_read_only')::bool";
        let row = client.query_one(state, &[]).await?;
        let (is_standby, is_read_only): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
        Ok(match self {
            Wanted::ReadWrite if is_standby || is_read_only => Some("session is read-only"),
            Wanted::ReadOnly if !is_standby && !is_read_only => Some("session is not read-only"),
            Wanted::Primary if is_standby => Some("server is in hot standby mode"),
            Wanted::Standby if !is_standby => Some("server is not in hot standby mode"),
            _ => None,
        })
    }
}

/// One host, and everything that is needed to try it.
struct Attempt {
    node: String,
    config: tokio_postgres::Config,
    tls: MakeTlsConnector,
    ways: &'static [SslMode],
    limit: Duration,
}

impl Attempt {
    fn prepare(
        node: &str,
        host: &Conninfo,
        application_name: &str,
        limit: Duration,
    ) -> Result<Attempt> {
        let mut config = driver::to_config(host)?;
        config.application_name(application_name);
        let limit = config.get_connect_timeout().copied().unwrap_or(limit);
        config.connect_timeout(limit);
        let (tls, ways) = (tls::connector(host)?, tls::attempts(host)?);
        Ok(Attempt { node: node.to_owned(), config, tls, ways, limit })
    }

    /// Tries the host in every way that may help.
    async fn run(&self, wanted: Wanted) -> std::result::Result<tokio_postgres::Client, Failed> {
        let mut earlier: Option<AdminError> = None;
        let mut ways = self.ways.iter().peekable();
        while let Some(way) = ways.next() {
            let mut failed = match self.once(*way, wanted).await {
                Ok(client) => return Ok(client),
                Err(failed) => failed,
            };
            if failed.next == Next::OtherWay && ways.peek().is_some() {
                earlier = Some(failed.error);
                continue;
            }
            if let Some(earlier) = earlier.filter(|earlier| earlier.message != failed.error.message)
            {
                let (one, other) = match way {
                    SslMode::Disable => ("without TLS", "with TLS"),
                    _ => ("with TLS", "without TLS"),
                };
                let both = format!("{}\n{other}: {}", failed.error.message, earlier.message);
                failed.error.message = format!("{one}: {both}");
            }
            return Err(failed);
        }
        Err(Failed { next: Next::Stop, error: AdminError::failed("no way to connect") })
    }

    async fn once(
        &self,
        way: SslMode,
        wanted: Wanted,
    ) -> std::result::Result<tokio_postgres::Client, Failed> {
        let mut config = self.config.clone();
        config.ssl_mode(way);
        let tls = Watched { inner: self.tls.clone(), is_used: Arc::default() };
        let is_used = Arc::clone(&tls.is_used);
        let next_host = |error: AdminError| Failed { next: Next::Host, error };
        // The driver's limit covers the socket only; this one covers the login as well.
        let login = async {
            let (client, connection) = config.connect(tls).await.map_err(|e| {
                let is_encrypted = is_used.load(Ordering::Relaxed);
                Failed { next: Next::after(&e, way, is_encrypted), error: e.into() }
            })?;
            self.drive(connection);
            match wanted.refuses(&client).await {
                Ok(None) => Ok(client),
                Ok(Some(why)) => Err(next_host(AdminError::failed(why))),
                Err(error) => Err(next_host(error)),
            }
        };
        tokio::time::timeout(self.limit, login)
            .await
            .unwrap_or_else(|_| Err(next_host(AdminError::failed("timed out while logging in"))))
    }

    fn drive<S>(&self, connection: Connection<Socket, S>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let node = self.node.clone();
        let open = Open::new();
        tokio::spawn(async move {
            let _open = open;
            if let Err(e) = connection.await {
                let error = AdminError::from(e);
                tracing::debug!(%node, %error, "connection ended");
            }
        });
    }
}

/// Why an attempt failed, and what is to be tried then.
struct Failed {
    error: AdminError,
    next: Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The same host, with encryption if this was without, and the other way round.
    OtherWay,
    Host,
    Stop,
}

impl Next {
    fn after(error: &tokio_postgres::Error, way: SslMode, is_encrypted: bool) -> Next {
        let by_server = error.as_db_error().map(tokio_postgres::error::DbError::code);
        if by_server == Some(&SqlState::CANNOT_CONNECT_NOW) {
            return Next::Host;
        }
        match way {
            SslMode::Disable if by_server.is_some() => Next::OtherWay,
            SslMode::Prefer if is_encrypted => Next::OtherWay,
            _ if by_server.is_none() && is_io(error) => Next::Host,
            _ => Next::Stop,
        }
    }
}

/// Whether it was the network, or the other side went away.
fn is_io(error: &tokio_postgres::Error) -> bool {
    use std::error::Error as _;
    error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// A connector that tells whether it came to an encrypted connection.
struct Watched {
    inner: MakeTlsConnector,
    is_used: Arc<AtomicBool>,
}

impl MakeTlsConnect<Socket> for Watched {
    type Stream = <MakeTlsConnector as MakeTlsConnect<Socket>>::Stream;
    type TlsConnect = WatchedOnce;
    type Error = <MakeTlsConnector as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, domain: &str) -> std::result::Result<WatchedOnce, Self::Error> {
        let inner = <MakeTlsConnector as MakeTlsConnect<Socket>>::make_tls_connect(
            &mut self.inner,
            domain,
        )?;
        Ok(WatchedOnce { inner, is_used: Arc::clone(&self.is_used) })
    }
}

struct WatchedOnce {
    inner: <MakeTlsConnector as MakeTlsConnect<Socket>>::TlsConnect,
    is_used: Arc<AtomicBool>,
}

impl TlsConnect<Socket> for WatchedOnce {
    type Stream = <MakeTlsConnector as MakeTlsConnect<Socket>>::Stream;
    type Error = <postgres_native_tls::TlsConnector as TlsConnect<Socket>>::Error;
    type Future = <postgres_native_tls::TlsConnector as TlsConnect<Socket>>::Future;

    fn connect(self, stream: Socket) -> Self::Future {
        self.is_used.store(true, Ordering::Relaxed);
        self.inner.connect(stream)
    }
}
