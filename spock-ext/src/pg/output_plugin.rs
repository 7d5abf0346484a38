//! The server's logical decoding plugin interface (`replication/output_plugin.h`).
//!
//! The server finds [`_PG_output_plugin_init`] in the library that a slot names. Its callbacks turn
//! the server's structures into the types below and call a [`Plugin`], which the factory given to
//! [`register`] made from the options of the stream. The second door of the library, for readers of
//! the server's own protocol, is [`super::pgoutput`].
//!
//! **Invariants**
//! - One pgrx guard for each callback. Below it the hot path calls the server unguarded, so an ERROR
//!   may leave a method of [`Plugin`] by a long jump: on the way to a row nothing is owned by a frame.
//! - The state hangs on the decoding context: it is dropped with it, also when decoding fails (the
//!   server calls no shutdown then).
//! - What type functions allocate lives for one callback.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::sync::OnceLock;

use pgrx::{PgMemoryContexts, pg_guard, pg_sys};
use spock_core::lsn::Lsn;

use super::compat::change_tuple;
use super::encoding::from_server;
use super::error::{OrRaise, SpockError};
use super::pgoutput;
use super::preload;
use super::relation::RelationRef;
use super::transaction;
use super::tuple::{OwnedContext, RowRef};

mod raw {
    use super::pg_sys;

    unsafe extern "C-unwind" {
        // Unguarded, for every message.
        pub(super) fn OutputPluginPrepareWrite(
            ctx: *mut pg_sys::LogicalDecodingContext,
            last: bool,
        );
        pub(super) fn OutputPluginWrite(ctx: *mut pg_sys::LogicalDecodingContext, last: bool);
        pub(super) fn OutputPluginUpdateProgress(
            ctx: *mut pg_sys::LogicalDecodingContext,
            skipped: bool,
        );
        pub(super) fn appendBinaryStringInfo(
            buffer: pg_sys::StringInfo,
            data: *const core::ffi::c_char,
            length: i32,
        );
        pub(super) fn GetXLogInsertRecPtr() -> pg_sys::XLogRecPtr;
        pub(super) fn MemoryContextReset(context: pg_sys::MemoryContext);
    }
}

/// One side of a stream: what is done with each decoded change.
pub(crate) trait Plugin {
    /// Whether its packets are text, so that the SQL functions for text can read them.
    fn is_text(&self) -> bool {
        false
    }

    /// Whether large transactions are to be given to it before they commit, by [`Plugin::stream_start`].
    fn streams(&self) -> bool {
        false
    }

    /// Some changes of a transaction that has not ended, or is about to commit, follow.
    fn stream_start(&mut self, _out: &mut Output<'_>, _txn: &Txn) -> Result<(), SpockError> {
        Ok(())
    }

    /// They end.
    fn stream_stop(&mut self, _out: &mut Output<'_>, _txn: &Txn) -> Result<(), SpockError> {
        Ok(())
    }

    /// Such a transaction was rolled back, or a part of it (`of` is the whole one then).
    fn stream_abort(
        &mut self,
        _out: &mut Output<'_>,
        _txn: &Txn,
        _of: Option<&Txn>,
    ) -> Result<(), SpockError> {
        Ok(())
    }

    /// Such a transaction ends; what was left of its changes has come.
    fn stream_commit(
        &mut self,
        _out: &mut Output<'_>,
        _txn: &Txn,
        _commit_lsn: Lsn,
    ) -> Result<(), SpockError> {
        Ok(())
    }

    /// Whether a transaction that came from elsewhere (a replication origin's id) is left out.
    fn drops_origin(&self, origin: u16) -> bool;

    /// A committed transaction begins.
    fn begin(&mut self, out: &mut Output<'_>, txn: &Txn) -> Result<(), SpockError>;

    /// A row changed.
    fn change(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        relation: RelationRef<'_>,
        change: Change<'_>,
    ) -> Result<(), SpockError>;

    /// Relations were emptied by one command.
    fn truncate(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        truncate: Truncate<'_>,
    ) -> Result<(), SpockError>;

    /// Somebody wrote a logical message; without transaction it may be anywhere in the stream.
    fn message(
        &mut self,
        out: &mut Output<'_>,
        txn: Option<&Txn>,
        message: LogicalMessage<'_>,
    ) -> Result<(), SpockError>;

    /// The transaction ends.
    fn commit(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        commit_lsn: Lsn,
    ) -> Result<(), SpockError>;
}

/// Makes the plugin of one stream from its start options, in the order given.
pub(crate) type Factory = fn(Vec<StartOption>) -> Result<Box<dyn Plugin>, SpockError>;

static FACTORY: OnceLock<Factory> = OnceLock::new();

/// Says who makes plugins; called when the library is loaded.
pub(crate) fn register(factory: Factory) {
    let _already = FACTORY.set(factory);
}

/// One option of START_REPLICATION or of `pg_logical_slot_get_changes`.
#[derive(Debug, Clone)]
pub(crate) struct StartOption {
    /// Its name.
    pub(crate) name: String,
    /// Its value, if it has one.
    pub(crate) value: Option<String>,
}

/// A transaction under replay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Txn {
    /// The transaction's id.
    pub(crate) xid: u32,
    /// Position of its first record.
    pub(crate) first_lsn: Lsn,
    /// Position of its commit record.
    pub(crate) final_lsn: Lsn,
    /// Position after its commit record.
    pub(crate) end_lsn: Lsn,
    /// Microseconds since 2000; 0 while it has not committed, as its positions are.
    pub(crate) commit_time: i64,
    /// It changed catalogs, those of extensions included.
    pub(crate) changes_catalogs: bool,
    /// Replication origin it came from, 0 for none.
    pub(crate) origin: u16,
    /// Where it lies in the log of that origin.
    pub(crate) origin_lsn: Lsn,
}

/// What happened to a row.
pub(crate) enum Change<'a> {
    /// It is new.
    Insert(RowRef<'a>),
    /// It changed; `old` holds the old key where that changed, or the whole old row.
    Update { old: Option<RowRef<'a>>, new: RowRef<'a> },
    /// It is gone; `old` holds its key, or the whole row, where the table has an identity.
    Delete { old: Option<RowRef<'a>> },
}

/// Relations emptied by one command.
pub(crate) struct Truncate<'a> {
    /// CASCADE was said.
    pub(crate) cascade: bool,
    /// RESTART IDENTITY was said.
    pub(crate) restart_identity: bool,
    relations: &'a [pg_sys::Relation],
}

impl<'a> Truncate<'a> {
    /// The relations.
    pub(crate) fn relations(&self) -> impl Iterator<Item = RelationRef<'a>> + use<'a> {
        // SAFETY: the server holds them open for the callback.
        self.relations.iter().map(|raw| unsafe { RelationRef::new(*raw) })
    }
}

/// A logical message.
pub(crate) struct LogicalMessage<'a> {
    /// Position after it.
    pub(crate) lsn: Lsn,
    /// Part of its transaction?
    pub(crate) transactional: bool,
    /// Whose it is.
    pub(crate) prefix: &'a CStr,
    /// What it says.
    pub(crate) content: &'a [u8],
}

/// The way out to the subscriber, for the time of one callback.
pub(crate) struct Output<'a> {
    ctx: *mut pg_sys::LogicalDecodingContext,
    life: PhantomData<&'a ()>,
}

impl Output<'_> {
    /// Sends one packet.
    pub(crate) fn send(&mut self, packet: &[u8]) {
        // SAFETY: inside a callback that may write; the buffer refuses more than 1 GB by an ERROR,
        // and a longer slice than i32 counts is cut to what makes it refuse.
        unsafe {
            raw::OutputPluginPrepareWrite(self.ctx, true);
            raw::appendBinaryStringInfo(
                (*self.ctx).out,
                packet.as_ptr().cast(),
                i32::try_from(packet.len()).unwrap_or(i32::MAX),
            );
            raw::OutputPluginWrite(self.ctx, true);
        }
    }

    /// Lets the server answer its client in the middle of a wait, at the end of a transaction too.
    pub(crate) fn sign_of_life(&mut self) {
        // SAFETY: inside a callback; the server looks at the mark only within this call.
        unsafe {
            let end_xact = std::mem::replace(&mut (*self.ctx).end_xact, false);
            pg_sys::OutputPluginUpdateProgress(self.ctx, false);
            (*self.ctx).end_xact = end_xact;
        }
    }

    /// From here on large transactions are given before they commit; see [`Plugin::streams`].
    pub(crate) fn begin_streaming(&mut self) {
        // SAFETY: inside a callback; the server reads it before it chooses a transaction to stream.
        unsafe { (*self.ctx).streaming = true }
    }

    /// Tells the server that the stream goes on although nothing is sent: it keeps the connection
    /// alive and takes the lag. `skipped` at the end of a transaction that was left out whole.
    pub(crate) fn progress(&mut self, skipped: bool) {
        // SAFETY: inside a callback.
        unsafe { raw::OutputPluginUpdateProgress(self.ctx, skipped) };
    }
}

/// Where the server would write its next log record.
#[inline]
pub(crate) fn insert_lsn() -> Lsn {
    // SAFETY: reads shared memory under its own spinlock.
    Lsn(unsafe { raw::GetXLogInsertRecPtr() })
}

/// What hangs on a decoding context.
struct State {
    /// None while a slot is being made: nothing is decoded then.
    plugin: Option<Box<dyn Plugin>>,
    /// The memory of one callback.
    scratch: OwnedContext,
}

/// Called by the server when a slot with our plugin begins to decode.
#[pg_guard]
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "the server looks the symbol up by this name")]
pub unsafe extern "C-unwind" fn _PG_output_plugin_init(
    callbacks: *mut pg_sys::OutputPluginCallbacks,
) {
    if let Some(init) = preload::preloaded_plugin() {
        // SAFETY: the same function of the library that this server preloaded, with the same argument.
        unsafe { pg_sys::ffi::pg_guard_ffi_boundary(|| init(callbacks)) };
        return;
    }
    // SAFETY: the server gives a zeroed structure to fill.
    let callbacks = unsafe { &mut *callbacks };
    if slot_plugin() == c"mmlite" {
        *callbacks = pgoutput::callbacks();
        return;
    }
    // A reader may still turn out to be a native one, who may ask for streaming and two-phase commits:
    // the server looks at these callbacks before the startup tells.
    *callbacks = pgoutput::callbacks();
    callbacks.shutdown_cb = None;
    callbacks.startup_cb = Some(startup);
    callbacks.begin_cb = Some(begin);
    callbacks.change_cb = Some(change);
    callbacks.truncate_cb = Some(truncate);
    callbacks.commit_cb = Some(commit);
    callbacks.message_cb = Some(message);
    callbacks.filter_by_origin_cb = Some(filter_by_origin);
    callbacks.stream_start_cb = Some(stream_start);
    callbacks.stream_stop_cb = Some(stream_stop);
    callbacks.stream_abort_cb = Some(stream_abort);
    callbacks.stream_commit_cb = Some(stream_commit);
    callbacks.stream_change_cb = Some(change);
    callbacks.stream_truncate_cb = Some(truncate);
    callbacks.stream_message_cb = Some(message);
}

/// Name of the plugin in the slot of this process.
fn slot_plugin() -> &'static CStr {
    // SAFETY: the server acquires the slot before it loads the plugin; the name ends with a zero
    // byte and does not change while the slot exists.
    unsafe {
        let slot = pg_sys::MyReplicationSlot;
        if slot.is_null() { c"" } else { CStr::from_ptr((*slot).data.plugin.data.as_ptr()) }
    }
}

/// The names of the stream's options.
unsafe fn option_names<'a>(ctx: *mut pg_sys::LogicalDecodingContext) -> Vec<&'a CStr> {
    // SAFETY: a list of DefElem, which lives as long as the stream.
    unsafe {
        let list = (*ctx).output_plugin_options;
        (0..pg_sys::list_length(list))
            .map(|index| {
                let option = pg_sys::list_nth(list, index).cast::<pg_sys::DefElem>();
                CStr::from_ptr((*option).defname)
            })
            .collect()
    }
}

/// The options of the stream; one that is a bare word has no value.
unsafe fn start_options(ctx: *mut pg_sys::LogicalDecodingContext) -> Vec<StartOption> {
    // SAFETY: a list of DefElem whose values are strings, as the server's grammar makes it.
    unsafe {
        let list = (*ctx).output_plugin_options;
        (0..pg_sys::list_length(list))
            .map(|index| {
                let option = pg_sys::list_nth(list, index).cast::<pg_sys::DefElem>();
                let value = (!(*option).arg.is_null()).then(|| pg_sys::defGetString(option));
                StartOption {
                    name: from_server((*option).defname),
                    value: value.map(|value| from_server(value)),
                }
            })
            .collect()
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn startup(
    ctx: *mut pg_sys::LogicalDecodingContext,
    options: *mut pg_sys::OutputPluginOptions,
    is_init: bool,
) {
    // SAFETY: the server's own structures, valid for the call; the state is dropped with the
    // decoding context.
    unsafe {
        if pgoutput::is_asked_for(&option_names(ctx)) {
            pgoutput::take_over(ctx, options, is_init);
            return;
        }
        (*ctx).twophase = false;
        let plugin = if is_init { None } else { Some(make_plugin(ctx).or_raise()) };
        (*ctx).streaming = plugin.as_ref().is_some_and(|plugin| plugin.streams());
        (*options).output_type = if plugin.as_ref().is_some_and(|plugin| plugin.is_text()) {
            pg_sys::OutputPluginOutputType::OUTPUT_PLUGIN_TEXTUAL_OUTPUT
        } else {
            pg_sys::OutputPluginOutputType::OUTPUT_PLUGIN_BINARY_OUTPUT
        };
        let state = State { plugin, scratch: OwnedContext::new(c"spock output row") };
        let state = PgMemoryContexts::For((*ctx).context).leak_and_drop_on_delete(state);
        (*ctx).output_plugin_private = state.cast();
    }
}

/// Makes the plugin of a stream.
///
/// # Safety
/// Only from the startup callback of `ctx`.
unsafe fn make_plugin(
    ctx: *mut pg_sys::LogicalDecodingContext,
) -> Result<Box<dyn Plugin>, SpockError> {
    let factory = FACTORY.get().ok_or_else(|| {
        SpockError::new(
            pgrx::PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            "spock_output was loaded without its library",
        )
    })?;
    // SAFETY: as the caller promises.
    // A walsender starts without a transaction.
    transaction::within(|| factory(unsafe { start_options(ctx) }))
}

/// Calls the plugin with the row memory as current context, and empties that afterwards.
///
/// # Safety
/// Only from a callback of `ctx`, whose startup has run.
unsafe fn with_plugin(
    ctx: *mut pg_sys::LogicalDecodingContext,
    body: impl FnOnce(&mut dyn Plugin, &mut Output<'_>) -> Result<(), SpockError>,
) {
    // SAFETY: startup put the state there; callbacks do not nest.
    unsafe {
        let state = &mut *(*ctx).output_plugin_private.cast::<State>();
        let Some(plugin) = state.plugin.as_deref_mut() else { return };
        let context = pg_sys::CurrentMemoryContext;
        pg_sys::CurrentMemoryContext = state.scratch.raw();
        let result = body(plugin, &mut Output { ctx, life: PhantomData });
        pg_sys::CurrentMemoryContext = context;
        raw::MemoryContextReset(state.scratch.raw());
        result.or_raise();
    }
}

/// The parts of a transaction that plugins see.
///
/// # Safety
/// `txn` is under replay.
#[inline]
unsafe fn txn_of(txn: *mut pg_sys::ReorderBufferTXN) -> Txn {
    // SAFETY: as promised; the commit time is the member of the union that a commit sets.
    unsafe {
        Txn {
            xid: (*txn).xid.into_inner(),
            first_lsn: Lsn((*txn).first_lsn),
            final_lsn: Lsn((*txn).final_lsn),
            end_lsn: Lsn((*txn).end_lsn),
            commit_time: (*txn).xact_time.commit_time,
            changes_catalogs: (*txn).txn_flags & pg_sys::RBTXN_HAS_CATALOG_CHANGES != 0,
            origin: (*txn).origin_id,
            origin_lsn: Lsn((*txn).origin_lsn),
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn filter_by_origin(
    ctx: *mut pg_sys::LogicalDecodingContext,
    origin: pg_sys::RepOriginId,
) -> bool {
    // SAFETY: as in with_plugin; no transaction is open here, so the plugin may not look anything up.
    unsafe {
        let state = &*(*ctx).output_plugin_private.cast::<State>();
        state.plugin.as_deref().is_some_and(|plugin| plugin.drops_origin(origin))
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn begin(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
) {
    // SAFETY: a callback of ctx.
    unsafe { with_plugin(ctx, |plugin, out| plugin.begin(out, &txn_of(txn))) };
}

#[pg_guard]
unsafe extern "C-unwind" fn commit(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
    commit_lsn: pg_sys::XLogRecPtr,
) {
    // SAFETY: a callback of ctx.
    unsafe { with_plugin(ctx, |plugin, out| plugin.commit(out, &txn_of(txn), Lsn(commit_lsn))) };
}

#[pg_guard]
unsafe extern "C-unwind" fn stream_start(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
) {
    // SAFETY: a callback of ctx.
    unsafe { with_plugin(ctx, |plugin, out| plugin.stream_start(out, &txn_of(txn))) };
}

#[pg_guard]
unsafe extern "C-unwind" fn stream_stop(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
) {
    // SAFETY: a callback of ctx.
    unsafe { with_plugin(ctx, |plugin, out| plugin.stream_stop(out, &txn_of(txn))) };
}

#[pg_guard]
unsafe extern "C-unwind" fn stream_abort(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
    _abort_lsn: pg_sys::XLogRecPtr,
) {
    // SAFETY: a callback of ctx; a subtransaction lives no longer than the one that it is part of.
    unsafe {
        let of = (*txn).toptxn;
        let of = (!of.is_null()).then(|| txn_of(of));
        with_plugin(ctx, |plugin, out| plugin.stream_abort(out, &txn_of(txn), of.as_ref()));
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn stream_commit(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
    commit_lsn: pg_sys::XLogRecPtr,
) {
    // SAFETY: a callback of ctx.
    unsafe {
        with_plugin(ctx, |plugin, out| plugin.stream_commit(out, &txn_of(txn), Lsn(commit_lsn)));
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn change(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
    relation: pg_sys::Relation,
    change: *mut pg_sys::ReorderBufferChange,
) {
    use pg_sys::ReorderBufferChangeType as Kind;
    // SAFETY: a callback of ctx; relation and rows stay for its time.
    unsafe {
        let rows = (*change).data.tp;
        let old = RowRef::new(change_tuple(rows.oldtuple));
        let new = RowRef::new(change_tuple(rows.newtuple));
        let change = match ((*change).action, new) {
            (Kind::REORDER_BUFFER_CHANGE_INSERT, Some(new)) => Change::Insert(new),
            (Kind::REORDER_BUFFER_CHANGE_UPDATE, Some(new)) => Change::Update { old, new },
            (Kind::REORDER_BUFFER_CHANGE_DELETE, _) => Change::Delete { old },
            _ => return,
        };
        with_plugin(ctx, |plugin, out| {
            plugin.change(out, &txn_of(txn), RelationRef::new(relation), change)
        });
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn truncate(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
    count: i32,
    relations: *mut pg_sys::Relation,
    change: *mut pg_sys::ReorderBufferChange,
) {
    // SAFETY: a callback of ctx; the server gives `count` open relations.
    unsafe {
        let data = (*change).data.truncate;
        let relations = std::slice::from_raw_parts(relations, usize::try_from(count).unwrap_or(0));
        let truncate =
            Truncate { cascade: data.cascade, restart_identity: data.restart_seqs, relations };
        with_plugin(ctx, |plugin, out| plugin.truncate(out, &txn_of(txn), truncate));
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn message(
    ctx: *mut pg_sys::LogicalDecodingContext,
    txn: *mut pg_sys::ReorderBufferTXN,
    lsn: pg_sys::XLogRecPtr,
    transactional: bool,
    prefix: *const core::ffi::c_char,
    size: pg_sys::Size,
    content: *const core::ffi::c_char,
) {
    // SAFETY: a callback of ctx; prefix ends with a zero byte, content has `size` bytes.
    unsafe {
        let content =
            if size == 0 { &[] } else { std::slice::from_raw_parts(content.cast::<u8>(), size) };
        let message = LogicalMessage {
            lsn: Lsn(lsn),
            transactional,
            prefix: CStr::from_ptr(prefix),
            content,
        };
        let txn = (!txn.is_null()).then(|| txn_of(txn));
        with_plugin(ctx, |plugin, out| plugin.message(out, txn.as_ref(), message));
    }
}
