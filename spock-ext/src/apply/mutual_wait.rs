//! Notices two nodes whose commits wait for each other (convergence rule S2).
//!
//! Where this node's `synchronous_standby_names` lists a subscription of the provider, and the provider's
//! lists this one, sessions of both can keep locks that the other's apply worker wants, until that worker
//! confirms. [`crate::worker`] ends such a standstill; here the set-up itself is found, and said before
//! it happens. The provider is asked over a connection of its own, once a minute, and only while this
//! node has the setting.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::sync_standby::setting_lists;

use crate::catalog::subscription::Subscription;
use crate::pg::error::SpockError;
use crate::pg::quoting::literal;
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{deadline, guc, sync_standby};
use crate::worker::commit_waits;

/// Between two questions, in microseconds.
const INTERVAL: i64 = 60_000_000;

/// How long connecting, and the answer, may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What is known of it.
pub(super) struct MutualWait {
    subscription: Subscription,
    asked_at: i64,
    /// The setting of this node when the provider was asked.
    setting: String,
    found: bool,
}

impl MutualWait {
    pub(super) fn new(subscription: &Subscription) -> Self {
        let subscription = subscription.clone();
        Self { subscription, asked_at: 0, setting: String::new(), found: false }
    }

    /// Asks when it is time, or the setting was changed. Outside of any transaction.
    pub(super) fn turn(&mut self, now: i64, worker_slot: usize) {
        if !sync_standby::are_named() && !self.found {
            return;
        }
        let setting = guc::get("synchronous_standby_names").unwrap_or_default();
        if now - self.asked_at < INTERVAL && setting == self.setting {
            return;
        }
        (self.asked_at, self.setting) = (now, setting);
        // Who cannot be asked now is asked in a minute.
        let Ok(found) = self.ask() else { return };
        if found && !self.found {
            self.warn();
        }
        self.found = found;
        commit_waits::show_mutual(worker_slot, found);
    }

    /// Do both nodes wait for each other?
    fn ask(&self) -> Result<bool, SpockError> {
        let subscription = &self.subscription;
        let Some(rule) = sync_standby::rule() else { return Ok(false) };
        let dsn = subscription.provider_interface.dsn.reveal();
        let mut connection = Connection::connect_within(dsn, "spock", Mode::Sql, LIMIT)?;
        let query = format!(
            "SELECT pg_catalog.current_setting('synchronous_standby_names'), \
                    (SELECT pg_catalog.string_agg(s.sub_slot_name, ' ') FROM spock.subscription s \
                       JOIN spock.node n ON n.node_id = s.sub_origin \
                      WHERE s.sub_enabled AND n.node_name = {})",
            literal(&subscription.subscriber.name),
        );
        let answer = deadline::with_limit(LIMIT, || connection.query_row(&query, 2));
        let Ok(answer) = answer else { return Ok(false) };
        let mut row = answer?.into_iter().map(Option::unwrap_or_default);
        let (setting, slots) = (row.next().unwrap_or_default(), row.next().unwrap_or_default());
        let waits_here = slots.split(' ').any(|slot| rule.lists(slot.as_bytes()));
        Ok(waits_here && setting_lists(&setting, &subscription.slot_name))
    }

    fn warn(&self) {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!(
                "commits of this node and of node \"{}\" wait for each other",
                self.subscription.provider.name
            ),
        )
        .detail("Each lists a subscription of the other in synchronous_standby_names.")
        .hint(
            "Let one of them wait alone: a commit of either can keep locks that the other's changes \
             need, until spock.synchronous_wait_limit ends its wait.",
        )
        .report(PgLogLevel::WARNING);
    }
}
