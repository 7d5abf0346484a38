//! Waiting until a table here fits that of the provider again.
//!
//! A change that does not fit ([`super::schema_match`]) is neither dropped nor applied in part: its
//! transaction is rolled back, and the stream stands still, with nothing open, until a person (or a statement
//! of another node) has mended one of the two tables. The reason stands in `spock.schema_difference` and in the
//! subscription's status, and is told to the log once a minute.
//!
//! Mended here: the change is tried again. Mended at the provider: what its older changes hold of the other
//! shape is gone or converted there, too, so they are applied as far as they fit ([`Agreed`]).

use std::time::Duration;

use pgrx::PgLogLevel;
use spock_core::oid::Oid;
use spock_core::schema::{self, ColumnFacts, Difference};

use super::schema_match::{Agreed, Mismatch};
use crate::catalog::{schema_difference, subscription};
use crate::pg::error::SpockError;
use crate::pg::quoting::literal;
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{bgworker, deadline, latch, transaction};
use crate::settings::{self, SchemaMismatch};

/// Name of these connections on the other side.
const APPLICATION: &str = "spock schema";
/// How often the table here is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often the provider is asked, and hears from us: microseconds.
const ASK_EVERY: i64 = 1_000_000;
/// How long it may take to connect, and to answer.
const LIMIT: Duration = Duration::from_secs(3);
/// How often the log is told.
const TELL_EVERY: i64 = 60_000_000;

/// What an apply worker knows of tables that do not fit.
#[derive(Default)]
pub(super) struct SchemaWait {
    pub(super) agreed: Agreed,
    told_at: Option<i64>,
}

impl SchemaWait {
    /// Waits until the table may fit; outside of any transaction. `keep_alive` is called every second.
    pub(super) fn wait<E: From<SpockError>>(
        &mut self,
        mismatch: &Mismatch,
        own: Oid,
        keep_alive: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let (schema, table) = (mismatch.schema.as_str(), mismatch.table.as_str());
        let difference =
            Difference { column: mismatch.column.clone(), reason: mismatch.message.clone() };
        let (name, dsn, before) = in_transaction(|| {
            schema_difference::note(own, schema, table, &difference, true);
            let found = subscription::by_id(own);
            let name = found.as_ref().map(|found| found.name.clone()).unwrap_or_default();
            let dsn = found.map(|found| found.provider_interface.dsn.reveal().to_owned());
            (name, dsn.unwrap_or_default(), schema_difference::state(schema, table))
        })?;
        bgworker::report_activity(Some(&format!("waiting for the schema of {schema}.{table}")));
        self.tell(mismatch, &name);
        let mut provider = Provider::new(dsn);
        let mut asked = latch::steady_micros() - ASK_EVERY;
        loop {
            transaction::check_for_interrupts();
            bgworker::reload_config_if_asked();
            let now = latch::steady_micros();
            if settings::schema_mismatch() != SchemaMismatch::Wait
                || in_transaction(|| schema_difference::state(schema, table))? != before
            {
                break;
            }
            if now - asked >= ASK_EVERY {
                asked = now;
                keep_alive()?;
                let there = provider.describe(schema, table);
                if let Some(there) = there
                    && in_transaction(|| fits_now(mismatch, &there))?
                {
                    self.agreed.add(mismatch);
                    break;
                }
                self.tell(mismatch, &name);
            }
            latch::wait(LOOK_EVERY);
        }
        bgworker::report_activity(None);
        in_transaction(|| schema_difference::forget(own, Some((schema, table))))?;
        self.told_at = None;
        Ok(())
    }

    /// Says, at most once a minute, that a stream stands still and a person has to mend a table.
    fn tell(&mut self, mismatch: &Mismatch, subscription: &str) {
        let now = latch::steady_micros();
        if self.told_at.is_some_and(|told| now - told < TELL_EVERY) {
            return;
        }
        self.told_at = Some(now);
        SpockError::new(
            mismatch.code,
            format!("subscription \"{subscription}\" stands still: {}", mismatch.message),
        )
        .detail("Nothing is lost: the change waits at the provider.")
        .hint("Alter the table here, or at the provider. The stream goes on by itself.")
        .report(PgLogLevel::WARNING);
    }
}

/// Whether the provider's table was changed since it sent what is waited for, and differs no more in that.
fn fits_now(mismatch: &Mismatch, there: &[ColumnFacts]) -> bool {
    let here = schema_difference::describe(&mismatch.schema, &mismatch.table);
    let differences = schema::differences(there, &here, None);
    mismatch.is_past(there)
        && !differences.iter().any(|difference| difference.column == mismatch.column)
}

fn in_transaction<T, E: From<SpockError>>(body: impl FnOnce() -> T) -> Result<T, E> {
    bgworker::transaction(body).map_err(|error| E::from(error.into_error()))
}

/// The provider, asked for what its table looks like now. One that cannot be asked says nothing.
struct Provider {
    dsn: String,
    connection: Option<Connection>,
}

impl Provider {
    fn new(dsn: String) -> Self {
        Self { dsn, connection: None }
    }

    fn describe(&mut self, schema: &str, table: &str) -> Option<Vec<ColumnFacts>> {
        let answer = self.ask(schema, table);
        if answer.is_err() {
            self.connection = None;
            // A query that failed half way leaves its transaction open.
            transaction::abort();
        }
        answer.ok().filter(|columns| !columns.is_empty())
    }

    fn ask(&mut self, schema: &str, table: &str) -> Result<Vec<ColumnFacts>, SpockError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::connect_within(&self.dsn, APPLICATION, Mode::Sql, LIMIT)?,
        };
        let connection = self.connection.insert(connection);
        let query = schema_difference::query_for(&literal(schema), &literal(table));
        match deadline::with_limit(LIMIT, || connection.query(&query, schema_difference::WIDTH)) {
            Ok(rows) => Ok(rows?.into_iter().filter_map(schema_difference::read).collect()),
            Err(deadline::Expired) => Err(SpockError::new(
                pgrx::PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
                "peer did not answer in time",
            )),
        }
    }
}
