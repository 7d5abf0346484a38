//! Notices a provider that is not what it was: another server, or one that went back in time
//! (convergence rule V7).
//!
//! After a failover to an asynchronous standby or a point-in-time restore the provider's log may end,
//! or fork off, before what was applied here. `START_REPLICATION` would then silently skip everything
//! up to our progress. So the stream does not start; the reason is kept with the subscription.

use spock_core::lsn::Lsn;

use crate::catalog::provider_state::ProviderState;
use crate::pg::error::SpockError;
use crate::pg::walreceiver::{Connection, SystemIdentity};

/// Why the stream of this provider must not go on, if so. `applied` is our progress.
pub(super) fn objection(
    known: Option<&ProviderState>,
    found: &SystemIdentity,
    applied: Lsn,
    connection: &mut Connection,
) -> Result<Option<String>, SpockError> {
    if let Some(known) = known
        && known.system_identifier != found.system_identifier
    {
        return Ok(Some(format!(
            "the provider is another server: its system identifier is {}, it was {}",
            found.system_identifier, known.system_identifier
        )));
    }
    // Also of a provider never seen before: an origin that somebody left behind, or set by hand, may
    // be ahead of everything it has.
    let flushed = Lsn(found.flush_lsn);
    if flushed < applied {
        return Ok(Some(format!(
            "the provider went back in time: its log ends at {flushed}, but {applied} was applied \
             here"
        )));
    }
    let Some(known) = known else { return Ok(None) };
    let timeline = i64::from(found.timeline);
    let known_timeline = i64::from(known.timeline);
    if timeline < known_timeline {
        return Ok(Some(format!(
            "the provider went back in time: it is on timeline {timeline}, it was on \
             {known_timeline}"
        )));
    }
    if timeline > known_timeline {
        let fork = fork_of(connection, found.timeline, known_timeline)?;
        match fork {
            Some(fork) if fork >= applied => {}
            Some(fork) => {
                return Ok(Some(format!(
                    "the provider went back in time: timeline {timeline} left timeline \
                     {known_timeline} at {fork}, but {applied} was applied here"
                )));
            }
            None => {
                return Ok(Some(format!(
                    "the provider's timeline {timeline} does not come from timeline \
                     {known_timeline}, whose changes were applied here"
                )));
            }
        }
    }
    Ok(None)
}

/// Where the history of `timeline` leaves `parent`.
fn fork_of(
    connection: &mut Connection,
    timeline: u32,
    parent: i64,
) -> Result<Option<Lsn>, SpockError> {
    let rows = connection.query(&format!("TIMELINE_HISTORY {timeline}"), 2)?;
    let history =
        rows.first().and_then(|row| row.get(1)).and_then(Option::as_deref).unwrap_or_default();
    Ok(fork_in(history, parent))
}

/// Reads a timeline history file: lines of a timeline and the position where it was left.
fn fork_in(history: &str, parent: i64) -> Option<Lsn> {
    history.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let timeline: i64 = words.next()?.parse().ok()?;
        let lsn = words.next()?.parse().ok()?;
        (timeline == parent).then_some(lsn)
    })
}
