//! Sets the stream of a subscription up, and starts it again after failures that pass by themselves.

use std::collections::HashMap;
use std::time::Duration;

use spock_core::exception::{ErrorClass, SqlState};
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;
use spock_core::proto::ProtoVersion;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::applier::{Applier, Ends};
use super::author::Authors;
use super::cause::Causes;
use super::exception::Failure;
use super::image::is_transient;
use super::mutual_wait::MutualWait;
use super::parallel::Lanes;
use super::policy::{self, Policies};
use super::receiver::Receiver;
use super::stream::{Ended, Stream};
use super::version::{OriginSpan, Versions};
use super::{copy_wait, identity, options, schema_compare};
use crate::catalog::origin_history::{self, OriginHistory};
use crate::catalog::provider_state::{self, ProviderState};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{exceptions, node};
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::quoting::literal;
use crate::pg::server::Server;
use crate::pg::walreceiver::{Connection, Mode, SystemIdentity};
use crate::pg::{bgworker, commit_ts, latch, origin, transaction, write_gate};
use crate::sequence::peers;
use crate::settings;
use crate::sync::handover::TableStates;
use crate::worker::entry::{Outcome, WorkerContext};
use crate::worker::head;
use crate::worker::passages;
use crate::worker::pause;
use crate::worker::slots;

/// Fresh starts after a transient failure before the worker gives its place back.
const QUICK_RESTARTS: u32 = 10;

/// So many transactions that are not to be streamed are named to the provider; one that was rolled back there
/// stays among them.
const NOT_STREAMED_LIMIT: usize = 64;

/// So long nothing is streamed when a transaction could not be applied before its commit; twice as long each
/// time, until one could. Each of them costs a new start of the stream.
const STREAMING_PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(64));

/// How often, and at which interval, a slot is looked at that another stream has.
const SLOT_PATIENCE: u32 = 100;
const SLOT_PAUSE: Duration = Duration::from_millis(50);

/// What a stream needs to know from the catalogs.
pub(super) struct Setup {
    pub(super) subscription: Subscription,
    pub(super) server: Server,
    /// The replication origin of the subscription.
    pub(super) origin: u16,
    spans: Vec<OriginSpan>,
    tiebreakers: HashMap<NodeId, i64>,
    provider: Option<ProviderState>,
    policies: Policies,
    /// The policies as they are compared with the provider's.
    fingerprint: String,
}

/// What a stream learnt that the next one of this worker has to know.
struct Known {
    /// What transactions of it wait for.
    causes: Causes,
    /// A transaction that cannot be applied.
    failure: Option<Failure>,
    /// One that may have failed by bad luck.
    suspected: Option<(Lsn, u32)>,
    /// Transactions that are not to come before their commit.
    not_streamed: Vec<u32>,
    /// Nor are any others for so long.
    streaming_pause: Duration,
    /// There was a stream before.
    comes_back: bool,
}

impl Known {
    fn new(subscription: u32) -> Self {
        Self {
            causes: Causes::new(subscription),
            failure: None,
            suspected: None,
            not_streamed: Vec::new(),
            streaming_pause: Duration::ZERO,
            comes_back: false,
        }
    }
}

/// Runs the apply worker of a subscription until it fails or is told to end.
pub(crate) fn run(context: &WorkerContext) -> Result<Outcome, SpockError> {
    if let Some(cell) = head::cell(context.slot.index) {
        cell.uses_nothing();
    }
    write_gate::pass();
    write_gate::accept_members();
    if let Some(outcome) = crate::sync::bring_up(context)? {
        return Ok(outcome);
    }
    let Some(setup) = load(context.sub)? else { return Ok(Outcome::Done) };
    let progress = acquire_origin(setup.origin);
    let mut quick_restarts = 0;
    let mut known = Known::new(context.sub);
    loop {
        let started = transaction::now();
        let ended = stream(context, &setup, progress, &mut known)?;
        if let Some(cell) = head::cell(context.slot.index) {
            cell.uses_nothing();
        }
        known.comes_back = true;
        let failure = match ended {
            Ended::Lost(error) => return Err(error),
            Ended::Stopped(error) => return Err(error.into_error()),
            Ended::Failed(error) => error,
            Ended::Wait(missing) => {
                let head = head::cell(context.slot.index);
                let name = &setup.subscription.name;
                let mut keep_alive = || Ok::<_, SpockError>(());
                if let Some(copy) = &missing.copy {
                    let subscription = &setup.subscription;
                    let mut tables =
                        TableStates::load(subscription.id, subscription.provider.id, head)?;
                    copy_wait::wait(copy, name, &mut tables, head, &mut keep_alive)?;
                    if let Some(cell) = head {
                        cell.uses_nothing();
                    }
                } else {
                    known.causes.wait(&missing, name, head, &mut keep_alive)?;
                }
                if context.asked_to_stop() {
                    return Ok(Outcome::Restart);
                }
                continue;
            }
            Ended::GaveUp(transactions) => {
                let (shortest, longest) = STREAMING_PAUSE;
                known.streaming_pause = (known.streaming_pause * 2).clamp(shortest, longest);
                known.not_streamed.extend(transactions);
                let surplus = known.not_streamed.len().saturating_sub(NOT_STREAMED_LIMIT);
                known.not_streamed.drain(..surplus);
                if context.asked_to_stop() {
                    return Ok(Outcome::Restart);
                }
                continue;
            }
            Ended::Paused => {
                pause::until_writable(context.slot.index);
                if context.asked_to_stop() {
                    return Ok(Outcome::Restart);
                }
                continue;
            }
            Ended::Again => {
                latch::wait(settings::restart_delay_on_exception());
                if context.asked_to_stop() {
                    return Ok(Outcome::Restart);
                }
                continue;
            }
        };
        let transient = is_transient(&failure);
        if transaction::now() - started > 60_000_000 {
            quick_restarts = 0;
        }
        quick_restarts += 1;
        if !transient || quick_restarts > QUICK_RESTARTS {
            failure.raise();
        }
        tell_transient(context, &setup, &failure);
        latch::wait(Duration::from_millis(100 << quick_restarts.min(5)));
        if context.asked_to_stop() {
            return Ok(Outcome::Restart);
        }
    }
}

/// Says, at most every 10 s, why a transaction is tried again.
fn tell_transient(context: &WorkerContext, setup: &Setup, failure: &CaughtError) {
    if !context.may_log() {
        return;
    }
    let code = SqlState::new(&failure.sqlstate).unwrap_or(SqlState::INTERNAL_ERROR);
    let what = match ErrorClass::of(code) {
        ErrorClass::Contention => "transient error (deadlock/lock timeout)",
        ErrorClass::Resource => "transient resource error",
        ErrorClass::Connection => "connection error during apply",
        ErrorClass::Cancelled | ErrorClass::Permanent => "transient error",
    };
    SpockError::new(
        PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
        format!(
            "subscription \"{}\": {what}, will restart and retry: {}",
            setup.subscription.name, failure.message
        ),
    )
    .report(PgLogLevel::LOG);
}

pub(super) fn load(subscription: u32) -> Result<Option<Setup>, SpockError> {
    let loaded = bgworker::transaction(|| {
        let subscription = subscription::by_id(subscription)?;
        if !subscription.enabled {
            return None;
        }
        let (spans, tiebreakers) = origins();
        let origin = origin::by_name(&subscription.slot_name);
        let provider = provider_state::get(subscription.id);
        Some((subscription, Server::describe(), origin, spans, tiebreakers, provider))
    })
    .map_err(CaughtError::into_error)?;
    let Some((subscription, server, origin, spans, tiebreakers, provider)) = loaded else {
        return Ok(None);
    };
    // Each in a transaction of its own: the server's table of a process's locks never shrinks, and every
    // commit looks through it.
    let policies = bgworker::transaction(Policies::load).map_err(CaughtError::into_error)??;
    let fingerprint =
        bgworker::transaction(policy::fingerprint).map_err(CaughtError::into_error)?;
    let Some(origin) = origin else {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            format!("replication origin \"{}\" does not exist", subscription.slot_name),
        )
        .hint("Drop the subscription and create it again."));
    };
    Ok(Some(Setup {
        subscription,
        server,
        origin,
        spans,
        tiebreakers,
        provider,
        policies,
        fingerprint,
    }))
}

/// Which node each origin stands for, and the nodes' tie-breakers, as the catalogs say it now.
pub(super) fn origins() -> (Vec<OriginSpan>, HashMap<NodeId, i64>) {
    let history = OriginHistory::load();
    let next = transaction::next_xid();
    let spans = history
        .spans()
        .iter()
        .filter_map(|span| {
            OriginSpan::new(span.origin, span.node, span.from_xid, span.to_xid, next)
        })
        .collect();
    let tiebreakers =
        node::all().into_iter().map(|node| (node.id, i64::from(node.tiebreaker))).collect();
    (spans, tiebreakers)
}

fn acquire_origin(origin: u16) -> Lsn {
    transaction::begin();
    let progress = transaction::acquire_session_origin(origin);
    transaction::commit();
    progress
}

/// Connects, starts the stream and runs it to its end.
fn stream(
    context: &WorkerContext,
    setup: &Setup,
    progress: Lsn,
    known: &mut Known,
) -> Result<Ended, SpockError> {
    let subscription = &setup.subscription;
    let (applied, oldest) =
        bgworker::transaction(|| (origin_history::applied(subscription), commit_ts::oldest()))
            .map_err(CaughtError::into_error)?;
    // What comes first to a new subscription is younger than its making.
    if setup.provider.is_some() && !known.comes_back {
        known.causes.recall.resume(oldest);
    }
    let progress = progress.max(applied);
    let tables = TableStates::load(
        subscription.id,
        subscription.provider.id,
        head::cell(context.slot.index),
    )?;
    let held_back = bgworker::transaction(|| {
        exceptions::held_back((!subscription.forwards_all()).then_some(subscription.provider.id))
    })
    .map_err(CaughtError::into_error)?;
    let mut connection = Connection::connect(
        subscription.provider_interface.dsn.reveal(),
        &subscription.slot_name,
        Mode::Replication,
    )?;
    let found = connection.identify_system()?;
    let objection =
        identity::objection(setup.provider.as_ref(), &found, progress, &mut connection)?;
    if let Some(reason) = objection {
        return stop(subscription, &found, &reason);
    }
    bgworker::transaction(|| record(subscription, &found)).map_err(CaughtError::into_error)?;
    policy::compare(&subscription.name, &setup.fingerprint, &mut connection);
    compare_numbers(subscription, &mut connection)?;
    if !known.comes_back {
        schema_compare::compare(subscription, &mut connection)?;
    }
    let mut options =
        options::start_options(subscription, &setup.server, settings::trust_peer_datums(), None);
    options.extend(options::streaming(subscription, &known.not_streamed, known.streaming_pause));
    let options: Vec<_> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
    await_slot(&subscription.slot_name, &mut connection)?;
    connection.start_replication(&subscription.slot_name, progress.0, &options)?;
    slots::update(context.slot, |slot| slot.streams = true);
    let authors = Authors::new(&subscription.slot_name, setup.origin, subscription.forwards_all());
    let mut receiver = receiver(setup, authors, tables);
    receiver.applier.skip_lsn = subscription.skip_lsn;
    receiver.not_streamed = std::mem::take(&mut known.not_streamed);
    if let Some(head) = head::cell(context.slot.index) {
        head.start(subscription.id, progress);
    }
    passages::start(context.slot.index, subscription.id);
    receiver.applier.passage = Some(context.slot.index);
    receiver.applier.causes = std::mem::replace(&mut known.causes, Causes::new(subscription.id));
    receiver.applier.held_back = held_back;
    receiver.applier.failure = known.failure.take();
    receiver.applier.suspected = known.suspected.take();
    let mut stream = Stream::new(connection, receiver, context.slot.index);
    stream.takes_exceptions = true;
    stream.leaves_for_pauses = true;
    stream.mutual_wait = Some(MutualWait::new(subscription));
    stream.receiver.applier.leaves_out = true;
    let ended = stream.run();
    stream.receiver.lanes.end();
    if stream.streamed {
        known.streaming_pause = Duration::ZERO;
    }
    known.not_streamed = std::mem::take(&mut stream.receiver.not_streamed);
    if matches!(ended, Ended::Lost(_)) {
        stream.receiver.applier.tally.disconnected();
    }
    known.causes =
        std::mem::replace(&mut stream.receiver.applier.causes, Causes::new(subscription.id));
    known.failure = stream.receiver.applier.failure.take();
    known.suspected = stream.receiver.applier.suspected.take();
    if stream.receiver.applier.in_transaction() {
        stream.receiver.applier.abort();
    }
    stream.receiver.applier.authors.go_home();
    stream.receiver.applier.close();
    Ok(ended)
}

/// Waits a moment for a slot that another stream has: the provider may not have noticed yet that ours is
/// over, of this worker or of the one before. Whoever has it longer is named by the error that follows.
fn await_slot(slot: &str, provider: &mut Connection) -> Result<(), SpockError> {
    let is_active = format!(
        "SELECT active::pg_catalog.text FROM pg_catalog.pg_replication_slots WHERE slot_name = {}",
        literal(slot)
    );
    for _ in 0..SLOT_PATIENCE {
        let rows = provider.query(&is_active, 1)?;
        let is_free = rows.first().and_then(|row| row.first()?.as_deref()) != Some("true");
        if is_free {
            break;
        }
        latch::wait(SLOT_PAUSE);
    }
    Ok(())
}

/// Makes sure that the provider and this node still have numbers of their own in snowflake values.
fn compare_numbers(
    subscription: &Subscription,
    provider: &mut Connection,
) -> Result<(), SpockError> {
    let answer = peers::ask(provider)?;
    let (local, provider) = (subscription.subscriber.id, &subscription.provider);
    let number = bgworker::transaction(|| peers::compare(local, provider, &answer))
        .map_err(CaughtError::into_error)??;
    if let Some(number) = number {
        pgrx::log!(
            "spock: this node has number {number} in snowflake values now, because node \"{}\" has the \
             one before",
            provider.name
        );
    }
    Ok(())
}

pub(super) fn receiver(setup: &Setup, authors: Authors, tables: TableStates) -> Receiver {
    let subscription = &setup.subscription;
    let ends = Ends {
        subscription_id: subscription.id,
        subscription: subscription.name.clone(),
        local: subscription.subscriber.id,
        local_name: subscription.subscriber.name.clone(),
        provider: subscription.provider.id,
    };
    let versions =
        Versions::new(subscription.subscriber.id, setup.spans.clone(), setup.tiebreakers.clone());
    Receiver {
        applier: Applier::new(ends, authors, versions, tables, setup.policies.clone()),
        version: ProtoVersion::MAX,
        framed: false,
        streaming: false,
        lanes: Lanes::default(),
        beside: None,
        not_streamed: Vec::new(),
        delay: subscription.apply_delay,
        held: None,
        received: Lsn(0),
        insert_lsn: Lsn(0),
        reply_requested: false,
        heard_at: 0,
        applied_before: 0,
        mid_transaction: false,
    }
}

/// Notes what was seen of the provider.
fn record(subscription: &Subscription, found: &SystemIdentity) {
    provider_state::record(
        subscription.id,
        &found.system_identifier,
        found.timeline.cast_signed(),
        Lsn(found.flush_lsn),
    );
}

/// Stops the subscription for good: somebody has to look first.
fn stop(
    subscription: &Subscription,
    found: &SystemIdentity,
    reason: &str,
) -> Result<Ended, SpockError> {
    bgworker::transaction(|| {
        if !provider_state::stop(subscription.id, reason) {
            record(subscription, found);
            provider_state::stop(subscription.id, reason);
        }
        subscription::set_enabled(subscription.id, false);
    })
    .map_err(CaughtError::into_error)?;
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("subscription \"{}\" was disabled: {reason}", subscription.name),
    )
    .detail("What was applied here and the provider no longer has would be skipped silently.")
    .hint(
        "Compare and repair the data of both nodes, then drop the subscription and create it again.",
    ))
}
