//! The provider's tables against those here, when a stream starts: what differs is known before a change
//! meets it.
//!
//! A node describes each table by a fingerprint, so that two nodes with equal tables exchange one short line
//! for each. Of a table whose fingerprint differs the columns are asked for. What is found stands in
//! `spock.schema_difference`, and stops nothing: more columns here, or a wider type, are as may be wanted.

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::schema;

use crate::catalog::schema_difference::{self, Published};
use crate::catalog::subscription::Subscription;
use crate::pg::bgworker;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::quoting::{literal, text_array};
use crate::pg::walreceiver::Connection;

/// Nodes of the existing Spock know no fingerprints, and not every role may ask.
const KNOWN: &str = "SELECT (pg_catalog.has_schema_privilege('spock', 'USAGE')
    AND pg_catalog.to_regprocedure('spock.schema_fingerprints(text[])') IS NOT NULL)::text";

/// Compares, and notes what differs.
pub(super) fn compare(
    subscription: &Subscription,
    provider: &mut Connection,
) -> Result<(), SpockError> {
    let known = provider.query_row(KNOWN, 1)?.into_iter().next().flatten();
    if known.as_deref() != Some("true") {
        return Ok(());
    }
    let sets = text_array(&subscription.replication_sets);
    let query = format!(
        "SELECT nspname::text, relname::text, columns::text, fingerprint FROM spock.schema_fingerprints({sets})"
    );
    let published: Vec<Published> =
        provider.query(&query, 4)?.into_iter().filter_map(published).collect();
    let differing = bgworker::transaction(|| schema_difference::differing(&published))
        .map_err(CaughtError::into_error)?;
    let mut found = Vec::new();
    for (schema, table, columns, _) in differing {
        let query = schema_difference::query_for(&literal(&schema), &literal(&table));
        let there: Vec<_> = provider
            .query(&query, schema_difference::WIDTH)?
            .into_iter()
            .filter_map(schema_difference::read)
            .collect();
        found.push((schema, table, columns, there));
    }
    let id = subscription.id;
    let count = bgworker::transaction(|| {
        schema_difference::forget(id, None);
        let mut count = 0;
        for (schema, table, columns, there) in &found {
            let here = schema_difference::describe(schema, table);
            let sent = columns.as_deref().map(schema_difference::names_in);
            // Without a table there is nothing to compare, and the first change says so.
            if here.is_empty() {
                continue;
            }
            for difference in schema::differences(there, &here, sent.as_deref()) {
                schema_difference::note(id, schema, table, &difference, false);
                count += 1;
            }
        }
        count
    })
    .map_err(CaughtError::into_error)?;
    if count > 0 {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!(
                "tables of subscription \"{}\" differ from the provider's in {count} places",
                subscription.name
            ),
        )
        .hint("The view spock.schema_mismatch shows them.")
        .report(PgLogLevel::LOG);
    }
    Ok(())
}

fn published(row: Vec<Option<String>>) -> Option<Published> {
    let mut values = row.into_iter();
    let mut next = || values.next().flatten();
    let (schema, table) = (next()?, next()?);
    let columns = next();
    Some((schema, table, columns, next()?))
}
