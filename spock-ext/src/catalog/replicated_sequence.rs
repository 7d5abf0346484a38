//! `spock.replication_set_seq` and `spock.sequence_state`: the sequences of this node's replication sets, and
//! what the other nodes were told of them.
//!
//! **Invariant**: whoever writes a row of the state has the sequence to himself
//! ([`crate::pg::sequence::told::lock`]).

use spock_core::oid::{NodeId, Oid};
use spock_core::sequence::Told;

use crate::pg::spi;

/// Adds a sequence to a set; false when it is there.
pub(crate) fn add(set: Oid, sequence: Oid) -> bool {
    spi::execute(
        "INSERT INTO spock.replication_set_seq (set_id, set_seqoid)
         SELECT $1::oid, $2::oid::regclass WHERE NOT EXISTS (
            SELECT FROM spock.replication_set_seq
             WHERE set_id = $1::oid AND set_seqoid = $2::oid::regclass)",
        &[set.into(), sequence.into()],
    ) > 0
}

/// Takes a sequence out of a set; false when it was not in it.
pub(crate) fn remove(set: Oid, sequence: Oid) -> bool {
    let removed = spi::execute(
        "DELETE FROM spock.replication_set_seq
          WHERE set_id = $1::oid AND set_seqoid = $2::oid::regclass",
        &[set.into(), sequence.into()],
    );
    forget_strays();
    removed > 0
}

/// The sequences of a set.
pub(crate) fn of_set(set: Oid) -> Vec<Oid> {
    spi::select(
        "SELECT set_seqoid::oid FROM spock.replication_set_seq WHERE set_id = $1::oid ORDER BY 1",
        &[set.into()],
    )
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// All sequences of the local node's sets.
pub(crate) fn members() -> Vec<Oid> {
    spi::select(
        "SELECT DISTINCT q.set_seqoid::oid FROM spock.replication_set_seq q
           JOIN spock.replication_set s USING (set_id)
           JOIN spock.local_node l ON l.node_id = s.set_nodeid ORDER BY 1",
        &[],
    )
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// A sequence of the local node's sets, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) oid: Oid,
    pub(crate) schema: String,
    pub(crate) name: String,
}

/// The sequences of those of a node's sets that have these names.
pub(crate) fn of_sets(node: NodeId, sets: &[String]) -> Vec<Named> {
    spi::select(
        "SELECT DISTINCT c.oid, n.nspname, c.relname FROM spock.replication_set_seq q
           JOIN spock.replication_set s USING (set_id)
           JOIN pg_class c ON c.oid = q.set_seqoid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE s.set_nodeid = $1::oid AND s.set_name::text = ANY ($2) ORDER BY 2, 3",
        &[node.as_oid().into(), sets.into()],
    )
    .iter()
    .map(|row| Named { oid: row.get(0), schema: row.get(1), name: row.get(2) })
    .collect()
}

/// The names of the local node's sets that a sequence is in.
pub(crate) fn set_names(sequence: Oid) -> Vec<String> {
    spi::select(
        "SELECT s.set_name FROM spock.replication_set_seq q
           JOIN spock.replication_set s USING (set_id)
           JOIN spock.local_node l ON l.node_id = s.set_nodeid
          WHERE q.set_seqoid = $1::oid::regclass ORDER BY 1",
        &[sequence.into()],
    )
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// Schema and name of a sequence.
pub(crate) fn name_of(sequence: Oid) -> Option<(String, String)> {
    spi::select_one(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.oid = $1::oid",
        &[sequence.into()],
    )
    .map(|row| (row.get(0), row.get(1)))
}

/// A relation of that name, and whether it is a sequence.
pub(crate) fn find(schema: &str, name: &str) -> Option<(Oid, bool)> {
    spi::select_one(
        "SELECT c.oid, c.relkind = 'S' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1::name AND c.relname = $2::name",
        &[schema.into(), name.into()],
    )
    .map(|row| (row.get(0), row.get(1)))
}

/// What the other nodes were told of a sequence that is stored there, or told us. What they were told of it
/// before it began anew says nothing of its values now.
pub(crate) fn told(sequence: Oid, storage: Oid) -> Option<Told> {
    spi::select_one(
        "SELECT last_value, cache_size FROM spock.sequence_state
          WHERE seqoid = $1::oid AND (cache_size = 0 OR storage = $2::oid)",
        &[sequence.into(), storage.into()],
    )
    .map(|row| Told { value: row.get(0), cache: i64::from(row.get::<i32>(1)) })
}

/// Notes it.
pub(crate) fn note(sequence: Oid, storage: Oid, told: Told) {
    let cache = i32::try_from(told.cache).unwrap_or(i32::MAX);
    let parameters = [sequence.into(), cache.into(), told.value.into(), storage.into()];
    let updated = spi::execute(
        "UPDATE spock.sequence_state
            SET cache_size = $2::integer, last_value = $3, storage = $4::oid
          WHERE seqoid = $1::oid",
        &parameters,
    );
    if updated == 0 {
        spi::execute(
            "INSERT INTO spock.sequence_state (seqoid, cache_size, last_value, storage)
             VALUES ($1::oid, $2::integer, $3, $4::oid)",
            &parameters,
        );
    }
}

/// Forgets what was told of sequences that are in no set any more.
pub(crate) fn forget_strays() {
    spi::execute(
        "DELETE FROM spock.sequence_state t WHERE NOT EXISTS (
            SELECT FROM spock.replication_set_seq q WHERE q.set_seqoid::oid = t.seqoid)",
        &[],
    );
}
