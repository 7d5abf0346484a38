//! Numbers that name things: the server's object ids and Spock's node and subscription ids.

use std::fmt;

/// An object id of a server. Ids of one server mean nothing on another.
pub type Oid = u32;

/// The id of a node: 16 bits, stored in catalogs as an `oid`, sent as `u16`.
///
/// Always between 1 and 65534: 0 means "written locally" and 65535 "do not replicate" in the
/// server's replication origins, whose width the id was chosen to fit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u16);

impl NodeId {
    /// The id with this number; none for the two reserved numbers.
    #[must_use]
    pub const fn new(raw: u16) -> Option<Self> {
        match raw {
            0 | u16::MAX => None,
            raw => Some(Self(raw)),
        }
    }

    /// The id that a catalog row holds.
    #[must_use]
    pub fn from_oid(oid: Oid) -> Option<Self> {
        u16::try_from(oid).ok().and_then(Self::new)
    }

    /// The number as sent on the wire.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The number as stored in catalogs.
    #[must_use]
    pub const fn as_oid(self) -> Oid {
        self.0 as Oid
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {}", self.0)
    }
}

/// The node id that belongs to a node name, given the server's 32-bit hash of that name.
///
/// None when the hash falls on a reserved number: such a name must be refused.
#[must_use]
pub const fn node_id_from_hash(hash: u32) -> Option<NodeId> {
    NodeId::new((hash & 0xFFFF) as u16)
}

/// The id of a subscription, unique within its database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SubId(pub Oid);

impl fmt::Display for SubId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_numbers_are_no_nodes() {
        assert_eq!(node_id_from_hash(0xABCD_0000), None);
        assert_eq!(node_id_from_hash(0x0000_FFFF), None);
        assert_eq!(node_id_from_hash(0xFFFF_0001), NodeId::new(1));
        assert_eq!(NodeId::from_oid(65_536 + 7), None);
        assert_eq!(NodeId::from_oid(49_708).map(NodeId::as_oid), Some(49_708));
    }
}
