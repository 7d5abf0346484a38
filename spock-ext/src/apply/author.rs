//! Who first wrote a transaction: the provider, or another node whose changes it forwards.
//!
//! What another node wrote is committed under an origin of its own, so that its rows have its version
//! (convergence rules V1 and V2). A transaction of this very node that comes back is left out. Where this
//! node has a disabled subscription to the author, the author's progress is kept for it.
//!
//! Two ways to the same node would bring every change twice: a subscription that forwards is the only
//! one that is enabled.

use std::collections::HashMap;
use std::ffi::CStr;

use pgrx::PgSqlErrorCode;
use spock_core::conflict::Version;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::applier::Applier;
use super::detour::Detour;
use crate::catalog::{forwarded_progress, node, origin_history, subscription};
use crate::pg::error::{CaughtError, OrRaise, SpockError};
use crate::pg::{bgworker, origin, session_origin, transaction};

/// How long the answer which subscriptions are disabled is good for.
const LOOK_AGAIN: i64 = 1_000_000;

/// The authors of one stream.
pub(super) struct Authors {
    /// Name of the stream's own origin, and its id.
    stream: String,
    main: u16,
    /// The subscription asks for what other nodes wrote.
    forwards: bool,
    /// The origin that the session holds; none after a failed exchange.
    held: Option<u16>,
    /// Their origins.
    known: HashMap<NodeId, u16>,
    /// The transaction at hand, where it lies in its author's log, and whose it is.
    forwarded: Option<(NodeId, Lsn)>,
    /// Disabled subscriptions to authors, with their origins, and when that was looked up.
    followers: HashMap<NodeId, Option<(Oid, u16)>>,
    looked_at: i64,
}

impl Authors {
    /// For a stream whose session holds the origin `main`.
    pub(super) fn new(stream: &str, main: u16, forwards: bool) -> Self {
        Self {
            stream: stream.to_owned(),
            main,
            forwards,
            held: Some(main),
            known: HashMap::new(),
            forwarded: None,
            followers: HashMap::new(),
            looked_at: 0,
        }
    }

    /// Whether the transaction at hand is the provider's, and the session ready for it.
    #[inline]
    fn is_at_home(&self) -> bool {
        self.held == Some(self.main)
    }

    /// Makes the session hold an origin.
    fn hold(&mut self, wanted: u16) {
        if self.held == Some(wanted) {
            return;
        }
        transaction::begin();
        session_origin::exchange(self.held.take(), wanted);
        self.held = Some(wanted);
        transaction::commit();
    }

    /// The stream is over, or a failed exchange was rolled back: the session holds its own origin again.
    pub(super) fn go_home(&mut self) {
        self.forwarded = None;
        self.hold(self.main);
    }

    /// Lets another process commit under the stream's origin; until [`Self::go_home`] this one may not.
    pub(super) fn lend(&mut self) {
        if session_origin::lend() {
            self.held = None;
        }
    }

    /// Whether an exchange failed.
    pub(super) fn is_lost(&self) -> bool {
        self.held.is_none()
    }

    fn origin_of(
        &mut self,
        author: NodeId,
        name: Option<&CStr>,
        subscription: Oid,
    ) -> Result<u16, SpockError> {
        if let Some(id) = self.known.get(&author) {
            return Ok(*id);
        }
        let stream = &self.stream;
        let id = bgworker::transaction(|| {
            if let Some(name) = name.and_then(|name| name.to_str().ok()) {
                node::hear_of(author, name);
            }
            origin_history::establish_author(subscription, stream, author)
        })
        .map_err(CaughtError::into_error)??;
        self.known.insert(author, id);
        Ok(id)
    }

    /// The disabled subscription to an author.
    fn follower(&mut self, author: NodeId) -> Option<(Oid, u16)> {
        let now = transaction::now();
        if now - self.looked_at > LOOK_AGAIN {
            self.followers.clear();
            self.looked_at = now;
        }
        *self.followers.entry(author).or_insert_with(|| {
            let disabled =
                subscription::of_provider(author).into_iter().find(|other| !other.enabled)?;
            let id = origin::by_name(&disabled.slot_name)?;
            Some((disabled.id, id))
        })
    }
}

impl Applier {
    /// The author of the transaction that begins.
    #[inline]
    pub(super) fn origin(&mut self, node: u16, lsn: Lsn, name: Option<&CStr>) {
        if node != self.ends.provider.get() {
            self.foreign(node, lsn, name);
        } else if !self.authors.is_at_home() {
            self.authors.go_home();
        }
    }

    #[cold]
    fn foreign(&mut self, node: u16, lsn: Lsn, name: Option<&CStr>) {
        let Some(author) = NodeId::new(node) else {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
                format!("provider sent the reserved node id {node}"),
            )
            .raise();
        };
        if !self.authors.forwards {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                format!("provider sent a transaction of node {node}, which it forwards"),
            )
            .detail(format!(
                "Subscription \"{}\" asks for transactions of node {} alone.",
                self.ends.subscription, self.ends.provider
            ))
            .hint("Subscribe to that node directly, or with forward_origins := '{all}'.")
            .raise();
        }
        self.authors.forwarded = None;
        if author == self.ends.local {
            self.detour = Detour::Returned;
            return;
        }
        let id = self.authors.origin_of(author, name, self.ends.subscription_id).or_raise();
        self.authors.hold(id);
        self.authors.forwarded = lsn.is_valid().then_some((author, lsn));
        let version = Version { time: self.remote.commit_time, node: author };
        self.remote.side = self.versions.side(version);
        if let Some(run) = &mut self.run {
            run.is_of(author);
        }
    }

    /// Keeps the progress of the author, in the transaction that is to be committed.
    #[inline]
    pub(super) fn keep_author_progress(&mut self) {
        if let Some((author, lsn)) = self.authors.forwarded {
            self.keep_progress_of(author, lsn);
        }
    }

    #[cold]
    fn keep_progress_of(&mut self, author: NodeId, lsn: Lsn) {
        self.ready(true);
        match self.authors.follower(author) {
            Some((subscription, _)) => forwarded_progress::note(subscription, lsn),
            None => self.authors.forwarded = None,
        }
        self.end_row();
    }

    /// Shows it, now that it is committed.
    #[inline]
    pub(super) fn show_author_progress(&mut self) {
        if let Some((author, lsn)) = self.authors.forwarded.take()
            && let Some(Some((_, origin))) = self.authors.followers.get(&author)
        {
            origin::show_progress(*origin, lsn, self.applied.local_end);
        }
    }
}
