//! Brings the sequences of the subscribed sets to where a subscriber is to have them.
//!
//! Sequences are not part of a snapshot. What the provider answers is ahead of all that it has given out by
//! then; what it tells its subscribers later comes with the stream.

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::in_transaction;
use crate::catalog::subscription::Subscription;
use crate::pg::error::SpockError;
use crate::pg::quoting::text_array;
use crate::pg::walreceiver::{Connection, Mode};
use crate::sequence::receive;

/// Raises all sequences of a new subscription that begins with a copy, in a transaction of its own. One that
/// is not here fails the copy, as a missing table does.
pub(super) fn copy(subscription: &Subscription) -> Result<(), SpockError> {
    let values = ask(&mut connect(subscription)?, subscription)?;
    if values.is_empty() {
        return Ok(());
    }
    in_transaction(|| {
        for value in &values {
            value.take(subscription)?;
        }
        Ok(())
    })
}

/// Raises those of a new subscription without a copy: to what the provider has told its subscribers until now.
/// Those of which other nodes tell are left to these. Warns of what cannot be raised. Asks over the connection
/// that is there: a provider may have no other one to spare.
pub(super) fn begin(
    provider: &mut Connection,
    subscription: &Subscription,
) -> Result<(), SpockError> {
    let mut values = ask(provider, subscription)?;
    values.retain(|value| !value.at_rest);
    if values.is_empty() {
        return Ok(());
    }
    in_transaction(|| {
        values.iter().for_each(|value| value.take_or_warn(subscription));
        Ok(())
    })
}

/// Raises all in this transaction; warns of what cannot be raised.
pub(crate) fn refresh(subscription: &Subscription) -> Result<(), SpockError> {
    let values = ask(&mut connect(subscription)?, subscription)?;
    values.iter().for_each(|value| value.take_or_warn(subscription));
    Ok(())
}

/// Where a sequence is to be.
struct Value {
    schema: String,
    name: String,
    value: i64,
    /// The provider was told it by another node, and nobody took a value there since.
    at_rest: bool,
}

impl Value {
    fn take(&self, subscription: &Subscription) -> Result<(), SpockError> {
        let source = || subscription.provider.name.clone();
        receive::raise(&self.schema, &self.name, self.value, source)
    }

    fn take_or_warn(&self, subscription: &Subscription) {
        if let Err(error) = self.take(subscription) {
            error.report(PgLogLevel::WARNING);
        }
    }
}

/// Nodes of the existing Spock have no function for it. There the tables are read, in which a sequence may
/// have been told of a thousand values ahead.
const OF_OTHERS: &str = "SELECT n.nspname, c.relname, \
        CASE WHEN q.seqincrement > 0 \
             THEN least(q.seqmax, greatest(l.value + 1000 * q.seqincrement, t.last_value)) \
             ELSE greatest(q.seqmin, l.value + 1000 * q.seqincrement) END::pg_catalog.int8, \
        false \
   FROM (SELECT DISTINCT m.set_seqoid::pg_catalog.oid AS oid \
           FROM spock.replication_set_seq m JOIN spock.replication_set s USING (set_id) \
           JOIN spock.local_node o ON o.node_id = s.set_nodeid \
          WHERE s.set_name::pg_catalog.text = ANY (SETS)) m \
   JOIN pg_catalog.pg_class c ON c.oid = m.oid \
   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
   JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid \
   LEFT JOIN spock.sequence_state t ON t.seqoid = c.oid, \
   LATERAL (SELECT coalesce(pg_catalog.pg_sequence_last_value(c.oid), q.seqstart)::pg_catalog.numeric \
               AS value) l";

fn connect(subscription: &Subscription) -> Result<Connection, SpockError> {
    let dsn = subscription.provider_interface.dsn.reveal();
    Connection::connect(dsn, &subscription.slot_name, Mode::Sql)
}

/// What the provider says.
fn ask(provider: &mut Connection, subscription: &Subscription) -> Result<Vec<Value>, SpockError> {
    let sets = text_array(&subscription.replication_sets);
    let ours = format!(
        "SELECT v.nspname, v.relname, v.value, v.at_rest FROM spock.sequence_values({sets}) v"
    );
    let answer = match provider.query(&ours, 4) {
        Err(error) if error.code == PgSqlErrorCode::ERRCODE_UNDEFINED_FUNCTION => {
            provider.query(&OF_OTHERS.replace("SETS", &sets), 4)
        }
        answer => answer,
    };
    let rows = match answer {
        Err(error) if error.code == PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE => {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_WARNING,
                format!(
                    "provider \"{}\" does not say where its sequences are to be here",
                    subscription.provider.name
                ),
            )
            .detail(error.message)
            .hint("Grant EXECUTE on spock.sequence_values() there, and run spock.sub_alter_sync().")
            .report(PgLogLevel::WARNING);
            return Ok(Vec::new());
        }
        answer => answer?,
    };
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        let [Some(schema), Some(name), Some(value), at_rest] = row.as_slice() else { continue };
        let Ok(value) = value.parse() else { continue };
        if !subscription.skip_schema.contains(schema) {
            let at_rest = at_rest.as_deref() == Some("t");
            values.push(Value { schema: schema.clone(), name: name.clone(), value, at_rest });
        }
    }
    Ok(values)
}
