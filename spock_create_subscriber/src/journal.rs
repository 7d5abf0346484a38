//! What was made on the provider, written down before it is made.
//!
//! Until the promotion nothing is made there that outlives the session of this program, so the journal
//! begins then, in the new data directory. It goes when the node is complete. A later run that finds it says
//! what is left.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use spock_admin::client::quote_literal;
use spock_admin::error::{AdminError, Result};

use crate::target::Target;

/// A slot that subscribes a database of the new server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MadeSlot {
    pub(crate) slot: String,
    pub(crate) database: String,
}

impl MadeSlot {
    /// The statement that drops it.
    pub(crate) fn drop_statement(&self) -> String {
        format!("SELECT pg_drop_replication_slot({})", quote_literal(&self.slot))
    }
}

fn path(pgdata: &Path) -> PathBuf {
    pgdata.join("spock_create_subscriber.journal")
}

/// Notes, durably, that a slot is about to be made.
pub(crate) fn note(target: &Target, slot: &MadeSlot) -> Result<()> {
    let path = path(&target.pgdata);
    let line = serde_json::to_string(slot).unwrap_or_default();
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{line}").and_then(|()| file.sync_all()))
        .and_then(|()| fs::File::open(&target.pgdata)?.sync_all());
    written
        .map_err(|e| AdminError::failed(format!("could not write \"{}\": {e}", path.display())))?;
    target.account.own(&path)
}

/// Takes a note back: the provider has refused to make that slot. One of that name may be somebody else's.
pub(crate) fn retract(target: &Target, slot: &MadeSlot) -> Result<()> {
    let noted = read(&target.pgdata);
    close(&target.pgdata);
    noted.iter().filter(|noted| *noted != slot).try_for_each(|noted| note(target, noted))
}

/// What a run that did not end well has noted here.
pub(crate) fn read(pgdata: &Path) -> Vec<MadeSlot> {
    let text = fs::read_to_string(path(pgdata)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The node is complete.
pub(crate) fn close(pgdata: &Path) {
    // It may never have been begun.
    let _ = fs::remove_file(path(pgdata));
}
