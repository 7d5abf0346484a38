//! What was replicated, counted; see `worker::statistics`.

use pgrx::pg_extern;
use spock_core::oid::Oid;

use super::checks::require_preloaded;
use crate::pg::error::OrRaise;
use crate::pg::function::{In, Record, Rows};
use crate::pg::value::Value;
use crate::worker::statistics::{self, OfSubscription};

fn number(count: u64) -> Value {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

fn time(micros: i64) -> Value {
    if micros == 0 { Value::Null } else { Value::Timestamp(micros) }
}

/// `spock.get_channel_stats()`: the counters of each table and stream of this database; subscription 0
/// is what this node sent.
#[pg_extern(sql = false)]
fn get_channel_stats() -> Rows {
    require_preloaded().or_raise();
    let mut tables = statistics::of_tables();
    tables.sort_by_key(|table| (table.sub, table.relation));
    let row = |table: &statistics::OfTable| {
        let mut row: Vec<Value> = vec![table.sub.into(), table.relation.into()];
        row.extend(table.counts.map(number));
        row
    };
    Rows(tables.iter().map(row).collect())
}

/// `spock.reset_channel_stats()`: the counters of this database's tables start from zero.
#[pg_extern(sql = false)]
fn reset_channel_stats() {
    require_preloaded().or_raise();
    statistics::reset_tables();
}

/// `spock.get_subscription_stats()`: conflicts of a subscription, by kind; zeros where nothing is known.
#[pg_extern(sql = false)]
fn get_subscription_stats(subid: Option<In<Oid>>) -> Record {
    require_preloaded().or_raise();
    let Some(In(sub)) = subid else { return Record(vec![Value::Null; 9]) };
    let stats = statistics::of_subscriptions().into_iter().find(|stats| stats.sub == sub);
    let stats = stats.unwrap_or_default();
    let mut row: Vec<Value> = vec![sub.into()];
    row.extend(stats.conflicts.map(number));
    row.push(time(stats.reset_at));
    Record(row)
}

/// `spock.get_subscription_counters()`: everything that is counted for each subscription.
#[pg_extern(sql = false)]
fn get_subscription_counters() -> Rows {
    require_preloaded().or_raise();
    let mut all = statistics::of_subscriptions();
    all.sort_by_key(|stats| stats.sub);
    let row = |stats: &OfSubscription| {
        let mut row: Vec<Value> =
            vec![stats.sub.into(), number(stats.commits), number(stats.rollbacks)];
        for (rows, conflicts) in stats.rows.into_iter().zip(stats.row_conflicts) {
            row.push(number(rows));
            row.push(number(conflicts));
        }
        row.push(number(stats.disconnects));
        row.extend(stats.rare.map(number));
        row.push(time(stats.reset_at));
        row
    };
    Rows(all.iter().map(row).collect())
}

/// `spock.reset_subscription_stats()`: the counters of a subscription, or of all, start from zero.
#[pg_extern(sql = false)]
fn reset_subscription_stats(subid: Option<In<Oid>>) {
    require_preloaded().or_raise();
    statistics::reset_subscriptions(subid.map(|subid| subid.0));
}
