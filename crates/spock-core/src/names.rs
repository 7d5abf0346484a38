//! Names that are derived from other names, alike on every node and in the programs.

use crate::oid::{NodeId, node_id_from_hash};

mod hash;

pub use hash::hash_bytes;

/// Longest name of the server, in bytes.
pub const MAX_NAME_LEN: usize = 63;

/// Longest part of a slot name.
const PART_LEN: usize = 16;

/// The name of a subscription's slot at the provider, and of its replication origin at the
/// subscriber: `spk_<database>_<provider node>_<subscription>`.
///
/// Long parts are cut, with a hash of the whole; what a slot name cannot hold becomes `_`. At most
/// 54 bytes, so that [`table_slot_name`] has room.
#[must_use]
pub fn slot_name(database: &str, provider: &str, subscription: &str) -> String {
    let mut name = String::from("spk");
    for part in [database, provider, subscription] {
        name.push('_');
        push_part(&mut name, part);
    }
    name
}

fn push_part(name: &mut String, part: &str) {
    let bytes = part.as_bytes();
    let (kept, hash) = if bytes.len() <= PART_LEN {
        (bytes, String::new())
    } else {
        // One byte short of the limit: existing clusters have such names, so it stays.
        let digits = format!("{:08x}", hash_bytes(bytes));
        (&bytes[..PART_LEN - 8], digits[..7].to_owned())
    };
    name.extend(kept.iter().map(|byte| if is_slot_byte(*byte) { char::from(*byte) } else { '_' }));
    name.push_str(&hash);
}

/// The name of the slot with which one table of a subscription is copied.
#[must_use]
pub fn table_slot_name(slot_name: &str, namespace: &str, table: &str) -> String {
    // A NUL cannot be part of either name: ("a", "b.c") and ("a.b", "c") get different hashes.
    let whole = format!("{namespace}\0{table}");
    format!("{slot_name}_{:08x}", hash_bytes(whole.as_bytes()))
}

/// The name that tools give the subscription between two nodes, made into a valid one.
#[must_use]
pub fn default_sub_name(provider: &str, subscriber: &str) -> String {
    let name = format!("sub_{provider}_{subscriber}");
    let clean = |byte| if is_slot_byte(byte) { char::from(byte) } else { '_' };
    if name.len() <= MAX_NAME_LEN {
        return name.to_ascii_lowercase().bytes().map(clean).collect();
    }
    let hash = hash_bytes(name.as_bytes());
    let kept = &name.to_ascii_lowercase().into_bytes()[..MAX_NAME_LEN - 9];
    let kept: String = kept.iter().copied().map(clean).collect();
    format!("{kept}_{hash:08x}")
}

/// The id of a node with this name; none for the few names that must be refused.
#[must_use]
pub fn node_id(name: &str) -> Option<NodeId> {
    node_id_from_hash(hash_bytes(name.as_bytes()))
}

/// Why a name cannot be a subscription's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubNameError {
    /// It is empty.
    #[error("subscription name \"{0}\" is too short")]
    TooShort(String),
    /// It is longer than a name of the server.
    #[error("subscription name \"{0}\" is too long")]
    TooLong(String),
    /// It has a character that slot names cannot have.
    #[error("subscription name \"{0}\" contains invalid character")]
    InvalidCharacter(String),
}

/// Checks a subscription's name: lower-case letters, digits and underscores.
pub fn validate_sub_name(name: &str) -> Result<(), SubNameError> {
    if name.is_empty() {
        Err(SubNameError::TooShort(name.to_owned()))
    } else if name.len() > MAX_NAME_LEN {
        Err(SubNameError::TooLong(name.to_owned()))
    } else if !name.bytes().all(is_slot_byte) {
        Err(SubNameError::InvalidCharacter(name.to_owned()))
    } else {
        Ok(())
    }
}

const fn is_slot_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_parts_stand_as_they_are() {
        assert_eq!(slot_name("app", "n1", "sub_n1_n2"), "spk_app_n1_sub_n1_n2");
        assert_eq!(slot_name("My-DB", "n é", "s"), "spk__y____n____s");
    }

    #[test]
    fn long_parts_are_cut_as_in_existing_clusters() {
        let name = slot_name("postgres", "test_provider", "test_subscription");
        assert_eq!(name, "spk_postgres_test_provider_test_sube55bf37");
        // Sixteen bytes are not long.
        assert_eq!(slot_name("a", "b", "sixteen_bytes_16"), "spk_a_b_sixteen_bytes_16");
    }

    #[test]
    fn node_ids_are_those_of_existing_clusters() {
        assert_eq!(node_id("n1").map(NodeId::get), Some(0xc22c));
    }

    #[test]
    fn sub_names_are_checked_with_the_known_messages() {
        assert_eq!(validate_sub_name("sub_1"), Ok(()));
        let message = |name: &str| validate_sub_name(name).map_err(|error| error.to_string());
        assert_eq!(message(""), Err("subscription name \"\" is too short".into()));
        let long = "x".repeat(64);
        assert_eq!(message(&long), Err(format!("subscription name \"{long}\" is too long")));
        for bad in ["A", "a-b", "a b", "é", "a\"b"] {
            let expected = format!("subscription name \"{bad}\" contains invalid character");
            assert_eq!(message(bad), Err(expected));
        }
    }

    #[test]
    fn tables_of_one_subscription_get_slots_of_their_own() {
        let slot = slot_name("app", "n1", "s");
        assert_ne!(table_slot_name(&slot, "a", "b.c"), table_slot_name(&slot, "a.b", "c"));
    }

    proptest! {
        #[test]
        fn derived_names_are_valid(db in ".{0,70}", node in ".{0,70}", sub in ".{0,70}") {
            let slot = slot_name(&db, &node, &sub);
            prop_assert!(slot.len() <= 54);
            prop_assert_eq!(validate_sub_name(&slot), Ok(()));
            prop_assert_eq!(validate_sub_name(&table_slot_name(&slot, &db, &node)), Ok(()));
            prop_assert_eq!(validate_sub_name(&default_sub_name(&db, &node)), Ok(()));
        }
    }
}
