//! How conflicts of single tables are decided: by a policy, or by a function of the user's.

use pgrx::pg_extern;
use spock_core::conflict::Policy;
use spock_core::conflict::kind::ConflictType;
use spock_core::oid::Oid;

use super::checks::{invalid, not_now, require_local_node, require_table};
use crate::catalog::conflict_policy::{self, TablePolicy};
use crate::catalog::subscription;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;
use crate::settings;
use crate::worker::notify;

/// Types of conflict that a policy decides.
const DECIDED: [ConflictType; 3] = [
    ConflictType::InsertExists,
    ConflictType::UpdateOriginDiffers,
    ConflictType::DeleteOriginDiffers,
];

/// Types of conflict where there is no row, and what can be done with the change.
const MISSING: [ConflictType; 2] = [ConflictType::UpdateMissing, ConflictType::DeleteMissing];
const MISSING_POLICIES: [&str; 3] = ["skip", "pending", "error"];

/// `spock.set_conflict_policy()`: how conflicts of a type are decided in a table from now on; a policy
/// of null takes that back. Whether anything changed.
#[pg_extern(sql = false)]
fn set_conflict_policy(
    relation: Option<In<Oid>>,
    conflict_type: Option<In<String>>,
    policy: Option<In<String>>,
) -> bool {
    let set = || -> Result<bool, SpockError> {
        require_local_node()?;
        let relation = relation.ok_or_else(|| invalid("relation must not be null"))?.0;
        let conflict_type =
            conflict_type.ok_or_else(|| invalid("conflict_type must not be null"))?.0;
        let table = require_table(relation)?;
        let is_one_of =
            |kinds: &[ConflictType]| kinds.iter().any(|kind| kind.name() == conflict_type);
        let is_missing = is_one_of(&MISSING);
        if !is_missing && !is_one_of(&DECIDED) {
            let names = [DECIDED.as_slice(), &MISSING].concat();
            let names: Vec<&str> = names.into_iter().map(ConflictType::name).collect();
            let names = names.join(", ");
            return Err(invalid(format!(
                "no policy decides conflicts of type \"{conflict_type}\""
            ))
            .hint(format!("Types with a policy: {names}.")));
        }
        let changed = match policy {
            None => conflict_policy::remove(&table.schema, &table.name, &conflict_type),
            Some(In(policy)) => {
                check(&policy, is_missing)?;
                let row =
                    TablePolicy { schema: table.schema, table: table.name, conflict_type, policy };
                let is_news = !conflict_policy::all().contains(&row);
                if is_news {
                    conflict_policy::set(&row);
                }
                is_news
            }
        };
        if changed {
            restart_all();
        }
        Ok(changed)
    };
    set().or_raise()
}

/// `spock.set_conflict_resolver()`: has a function make one row of two versions in a table, or takes that
/// back. Whether anything changed.
#[pg_extern(sql = false)]
fn set_conflict_resolver(relation: Option<In<Oid>>, resolver: Option<In<Oid>>) -> bool {
    let set = || -> Result<bool, SpockError> {
        require_local_node()?;
        let relation = relation.ok_or_else(|| invalid("relation must not be null"))?.0;
        let table = require_table(relation)?;
        let function = resolver.map(|resolver| resolver.0);
        if let Some(function) = function
            && let Some(reason) = conflict_policy::objection(relation, function)
        {
            return Err(invalid(format!("function cannot resolve conflicts: {reason}"))
                .hint("See spock.check_conflict_resolver(table, function)."));
        }
        let changed = conflict_policy::set_resolver(&table.schema, &table.name, function);
        if changed {
            restart_all();
        }
        Ok(changed)
    };
    set().or_raise()
}

/// Workers read policies when they start.
fn restart_all() {
    for sub in subscription::all() {
        notify::restart_after_commit(sub.id);
    }
}

/// Refuses names that mean nothing, and policies that may not be used on this node.
fn check(policy: &str, is_missing: bool) -> Result<(), SpockError> {
    if is_missing {
        if MISSING_POLICIES.contains(&policy) {
            return Ok(());
        }
        return Err(invalid(format!("unknown policy \"{policy}\" for rows that are missing"))
            .hint("Policies: skip, pending, error."));
    }
    let Some(known) = Policy::from_name(policy) else {
        let names = Policy::ALL.map(Policy::name).join(", ");
        return Err(invalid(format!("unknown conflict policy \"{policy}\""))
            .hint(format!("Policies: {names}.")));
    };
    if !known.converges()
        && !settings::allow_divergent_policy()
        && conflict_policy::has_subscribers()
    {
        return Err(not_now(format!(
            "policy \"{policy}\" is for nodes that nobody subscribes to: nodes would end with \
             different rows"
        ))
        .hint("To use it all the same, set spock.allow_divergent_policy to on."));
    }
    Ok(())
}
