//! Foreign keys: replication applies rows without looking for their parents.

use futures::future::join_all;

use super::{Check, Limits, State};
use crate::client::{Client, ForeignKey, Orphans};
use crate::error::{AdminError, Result};
use crate::operations::Fleet;
use crate::operations::wait::caught_up;
use crate::progress::Silent;
use crate::wait::Deadline;

/// A foreign key of a node, and its rows without parents.
type Found = (ForeignKey, Orphans);

/// Whether rows of any node lack their parents there. A parent may come by another stream than its child: where some
/// are missing the streams are waited for, and it is looked again.
pub async fn foreign_keys(
    fleet: &Fleet,
    limits: Limits,
    samples: i64,
    deadline: Deadline,
) -> Check {
    let looks = join_all(fleet.clients.iter().map(|client| look(client, samples))).await;
    let is_found = |look: &Result<(usize, Vec<Found>, Vec<AdminError>)>| {
        look.as_ref().is_ok_and(|(_, found, _)| !found.is_empty())
    };
    let mut late = None;
    let looks = if fleet.clients.len() > 1 && looks.iter().any(is_found) {
        late = caught_up(fleet, deadline, &Silent).await.err();
        join_all(fleet.clients.iter().map(|client| look(client, samples))).await
    } else {
        looks
    };
    let mut check = Check::new("fk", String::new());
    for error in &fleet.errors {
        check.problem(State::Unknown, error.message.clone());
    }
    let mut keys = 0;
    for (client, look) in fleet.clients.iter().zip(looks) {
        let node = client.node();
        match look {
            Err(error) => {
                check.problem(State::Unknown, format!("{node} was not looked at: {error}"));
            }
            Ok((count, found, failures)) => {
                keys += count;
                for error in failures {
                    check.problem(State::Unknown, format!("{node}: {error}"));
                }
                report(&mut check, node, &found, limits);
            }
        }
    }
    if let Some(error) = late.filter(|_| !check.problems.is_empty()) {
        check.problem(
            State::Unknown,
            format!("what is on its way may be taken for missing: {error}"),
        );
    }
    check.summary = format!("{keys} foreign keys on {} nodes hold", fleet.clients.len());
    check
}

fn report(check: &mut Check, node: &str, found: &[Found], limits: Limits) {
    for (key, orphans) in found {
        #[expect(clippy::cast_precision_loss, reason = "a count is compared with small limits")]
        let count = orphans.count as f64;
        let rows = if orphans.count == 1 { "row" } else { "rows" };
        let text = format!(
            "{} {rows} of {} on {node} refer to what is not in {} ({}): {}",
            orphans.count,
            key.child,
            key.parent,
            key.name,
            orphans.samples.join(", ")
        );
        check.problem(limits.judge(count), text);
        check.measure(format!("{node}.{}.{}", key.child, key.name), count, "", Some(limits));
    }
}

/// How many keys a node has, those with orphans, and those that could not be looked at.
async fn look(client: &Client, samples: i64) -> Result<(usize, Vec<Found>, Vec<AdminError>)> {
    let keys = client.foreign_keys().await?;
    let count = keys.len();
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for key in keys {
        match client.orphans(&key, samples).await {
            Ok(orphans) if orphans.count > 0 => found.push((key, orphans)),
            Ok(_) => {}
            Err(error) => {
                failures.push(
                    error.context(format_args!("could not check {} of {}", key.name, key.child)),
                );
            }
        }
    }
    Ok((count, found, failures))
}
