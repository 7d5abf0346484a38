//! Subscriptions: what this node receives.
//!
//! `create` and `drop` talk to the provider ([`provider`] knows what to ask it), `alter` changes rows
//! and has the worker start anew, `sync` starts and awaits copies, `show` tells how things stand.

mod alter;
mod create;
mod drop;
mod provider;
mod show;
mod sync;

use pgrx::PgSqlErrorCode;

use super::checks::invalid;
use crate::catalog::subscription::{self, Subscription};
use crate::pg::error::SpockError;

/// Refuses two streams that may bring the same change: a subscription that forwards the changes of
/// other nodes has to be the only one that is enabled.
fn check_forwarding(name: &str, forwards: bool, others: &[Subscription]) -> Result<(), SpockError> {
    let conflict = |message: String, other: &Subscription| {
        SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message)
            .detail(format!("The other subscription is \"{}\".", other.name))
            .hint("A subscription that forwards changes must be the only one that is enabled.")
    };
    let mut enabled = others.iter().filter(|other| other.enabled && other.name != name);
    if forwards {
        if let Some(other) = enabled.next() {
            return Err(conflict(
                format!(
                    "cannot activate forwarding on subscription \"{name}\" while another \
                     subscription is enabled"
                ),
                other,
            ));
        }
    } else if let Some(other) = enabled.find(|other| other.forwards_all()) {
        return Err(conflict(
            format!(
                "cannot enable subscription \"{name}\" while another subscription forwards changes"
            ),
            other,
        ));
    }
    Ok(())
}

/// The origins that may be named: all, or none.
fn check_forward_origins(origins: &[String]) -> Result<(), SpockError> {
    match origins.iter().find(|origin| *origin != "all") {
        Some(other) => {
            Err(invalid(format!("invalid value \"{other}\" for option \"forward_origins\""))
                .hint("The only value is \"all\"."))
        }
        None => Ok(()),
    }
}

/// All other subscriptions of this database.
fn others(name: &str) -> Vec<Subscription> {
    subscription::all().into_iter().filter(|other| other.name != name).collect()
}
