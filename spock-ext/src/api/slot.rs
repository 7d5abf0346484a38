//! Slots of this node's subscribers that a physical standby keeps too.

use pgrx::pg_extern;

use super::checks::require_preloaded;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::{logical_slot, session, spi, transaction};

/// Slots of subscribers that are not failover slots yet, and whether one is in use. Asked only of servers
/// whose view has the column.
const WITHOUT: &str = "SELECT slot_name::text, active FROM pg_replication_slots \
     WHERE slot_type = 'logical' AND plugin = 'spock_output' AND database = current_database() \
       AND NOT temporary AND NOT failover AND slot_name NOT LIKE 'spk\\_log\\_%' ORDER BY 1";

/// `spock.slot_enable_failover()`: has standbys that synchronize slots (17 and later) take over those of
/// this database's subscribers. New slots are made so; these are from before. The number of slots changed.
#[pg_extern(sql = false)]
fn slot_enable_failover() -> i32 {
    require_preloaded().or_raise();
    if !logical_slot::CAN_FAIL_OVER {
        pgrx::notice!(
            "this server has no failover slots: they came with PostgreSQL 17, nothing was changed"
        );
        return 0;
    }
    if session::in_recovery() {
        pgrx::notice!("this server is a standby: slots are changed on its primary");
        return 0;
    }
    let mut changed = 0;
    for row in spi::select(WITHOUT, &[]) {
        let (name, active) = (row.get::<String>(0), row.get::<bool>(1));
        if active {
            pgrx::notice!(
                "replication slot \"{name}\" is in use and was left as it is: disable its subscription \
                 first"
            );
            continue;
        }
        match enable(&name) {
            Ok(()) => changed += 1,
            Err(error) => pgrx::warning!(
                "replication slot \"{name}\" could not be made a failover slot: {}",
                error.message
            ),
        }
    }
    changed
}

fn enable(name: &str) -> Result<(), SpockError> {
    let mut result = Ok(());
    let caught = transaction::in_subtransaction(&mut || {
        result = logical_slot::enable_failover(name);
    });
    match caught {
        Ok(()) => result,
        Err(error) => {
            logical_slot::let_go();
            Err(error.into_error())
        }
    }
}
