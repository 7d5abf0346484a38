//! `spock.repair_needed`: tables of subscriptions whose rows may differ from the provider's, because a
//! change came that could not be compared with what happened here before (convergence rules D1 and V2).

use spock_core::oid::Oid;

use crate::pg::spi;

/// Stands for all tables of a subscription.
pub(crate) const ALL: Oid = 0;

/// Notes that rows of the table may differ, and why; false when that stands there already.
pub(crate) fn note(subscription: Oid, relation: Oid, reason: &str) -> bool {
    spi::execute(
        "INSERT INTO spock.repair_needed (sub_id, reloid, reason) VALUES ($1::oid, $2::oid, $3)
         ON CONFLICT (sub_id, reloid) DO NOTHING",
        &[subscription.into(), relation.into(), reason.into()],
    ) > 0
}

/// Whether that stands there.
pub(crate) fn is_noted(subscription: Oid, relation: Oid) -> bool {
    spi::select_one(
        "SELECT 1 FROM spock.repair_needed WHERE sub_id = $1::oid AND reloid = $2::oid",
        &[subscription.into(), relation.into()],
    )
    .is_some()
}

/// The first reason of a subscription, with its table, and how many more tables there are.
pub(crate) fn of_subscription(subscription: Oid) -> Option<String> {
    let rows = spi::select(
        "SELECT CASE WHEN c.oid IS NULL THEN r.reason
                     ELSE pg_catalog.format('%I.%I: %s', n.nspname, c.relname, r.reason) END
           FROM spock.repair_needed r
           LEFT JOIN pg_class c ON c.oid = r.reloid
           LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE r.sub_id = $1::oid AND (r.reloid = 0 OR c.oid IS NOT NULL)
          ORDER BY r.since, r.reloid",
        &[subscription.into()],
    );
    let first: String = rows.first()?.get(0);
    Some(match rows.len() {
        1 => first,
        count => format!("{first} (and {} more)", count - 1),
    })
}

/// A table was copied again, with its partitions.
pub(crate) fn table_copied(subscription: Oid, schema: &str, table: &str) {
    spi::execute(
        "DELETE FROM spock.repair_needed r USING pg_class c, pg_namespace n
          WHERE r.sub_id = $1::oid AND n.oid = c.relnamespace
            AND (r.reloid = c.oid OR r.reloid IN (SELECT p.relid FROM pg_partition_tree(c.oid) p))
            AND n.nspname = $2::name AND c.relname = $3::name",
        &[subscription.into(), schema.into(), table.into()],
    );
}

/// All tables of a subscription are as they should be; how many reasons there were.
pub(crate) fn clear(subscription: Oid) -> u64 {
    spi::execute("DELETE FROM spock.repair_needed WHERE sub_id = $1::oid", &[subscription.into()])
}
