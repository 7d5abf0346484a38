//! Marks in this node's stream: whoever has come to one has applied all that lies before it.

use std::ffi::CString;

use spock_core::lsn::Lsn;
use spock_core::proto::spock_message::{PREFIX, SpockMessage};

use crate::catalog::node::LocalNode;
use crate::pg::encoding::to_server;
use crate::pg::error::SpockError;
use crate::pg::{logical_message, session};

/// Writes a mark and returns its position. One that is not transactional counts at once, whatever becomes
/// of the transaction, and is durable then. Not for sessions with a replication origin: their marks do not
/// travel.
pub(crate) fn write(local: &LocalNode, transactional: bool) -> Result<Lsn, SpockError> {
    let name: CString = to_server(&local.node.name)?;
    let mut message = Vec::new();
    SpockMessage::SyncEvent { node: local.node.id.as_oid(), name: &name }.encode(&mut message);
    let end = logical_message::write(PREFIX, &message, transactional);
    if !transactional {
        session::flush_wal(end);
    }
    Ok(end)
}
