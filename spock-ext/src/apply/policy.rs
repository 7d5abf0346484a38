//! How conflicts are decided here (rule P1): by the setting, and for single tables as
//! `spock.set_conflict_policy()` says.
//!
//! Read when the worker starts and when the setting changes; a relation keeps what concerns it. Policies
//! under which nodes can differ are refused on a node that others subscribe to, unless
//! `spock.allow_divergent_policy` is on; and a provider that decides in another way is warned about.

use std::collections::HashMap;
use std::ffi::CStr;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::conflict::Policy;
use spock_core::conflict::kind::{ConflictType, Operation};

use crate::catalog::conflict_policy::{self, TableResolver};
use crate::pg::encoding::as_utf8;
use crate::pg::error::SpockError;
use crate::pg::walreceiver::Connection;
use crate::settings;

/// The policies of one table, by operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TablePolicies {
    by_operation: [Policy; 3],
    /// What becomes of an update or delete that finds no row, beyond doubt.
    missing: [MissingPolicy; 3],
    /// A function that makes one row of two.
    pub(super) resolver: Option<u32>,
}

impl Default for TablePolicies {
    fn default() -> Self {
        Self::all(Policy::default())
    }
}

impl TablePolicies {
    /// The policy for a change that meets a row.
    #[inline]
    pub(super) fn of(self, operation: Operation) -> Policy {
        self.by_operation[operation as usize]
    }

    /// What becomes of a change that finds no row.
    pub(super) fn of_missing(self, operation: Operation) -> MissingPolicy {
        self.missing[operation as usize]
    }

    fn all(policy: Policy) -> Self {
        Self { by_operation: [policy; 3], missing: MissingPolicy::STANDARD, resolver: None }
    }
}

/// The policies of all tables.
#[derive(Debug, Clone, Default)]
pub(super) struct Policies {
    standard: Policy,
    tables: HashMap<(String, String), TablePolicies>,
}

/// The operation whose conflicts a type names, if a policy can decide them.
fn operation_of(conflict_type: &str) -> Option<Operation> {
    match ConflictType::ALL.into_iter().find(|kind| kind.name() == conflict_type)? {
        ConflictType::InsertExists => Some(Operation::Insert),
        ConflictType::UpdateOriginDiffers => Some(Operation::Update),
        ConflictType::DeleteOriginDiffers => Some(Operation::Delete),
        _ => None,
    }
}

/// The operation whose missing rows a type of conflict names.
fn missing_of(conflict_type: &str) -> Option<Operation> {
    match ConflictType::ALL.into_iter().find(|kind| kind.name() == conflict_type)? {
        ConflictType::UpdateMissing => Some(Operation::Update),
        ConflictType::DeleteMissing => Some(Operation::Delete),
        _ => None,
    }
}

/// What becomes of a change whose row is missing beyond doubt. It is recorded in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingPolicy {
    /// It is left out.
    Skip,
    /// It is left out, and stands among the exceptions as pending.
    Pending,
    /// Its transaction fails.
    Error,
}

impl MissingPolicy {
    /// By operation: where the row of an update is not here nodes may differ, and somebody has to look.
    const STANDARD: [Self; 3] = [Self::Skip, Self::Pending, Self::Skip];

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "skip" => Some(Self::Skip),
            "pending" => Some(Self::Pending),
            "error" => Some(Self::Error),
            _ => None,
        }
    }
}

impl Policies {
    /// Reads them, in a transaction; an error when they may not be used here.
    pub(super) fn load() -> Result<Self, SpockError> {
        let standard = settings::conflict_resolution().policy();
        let mut divergent = (!standard.converges())
            .then(|| format!("spock.conflict_resolution is \"{}\"", standard.name()));
        let mut tables = HashMap::new();
        for row in conflict_policy::all() {
            if let Some(operation) = missing_of(&row.conflict_type) {
                let table: &mut TablePolicies =
                    tables.entry((row.schema, row.table)).or_insert(TablePolicies::all(standard));
                if let Some(policy) = MissingPolicy::from_name(&row.policy) {
                    table.missing[operation as usize] = policy;
                }
                continue;
            }
            let (Some(operation), Some(policy)) =
                (operation_of(&row.conflict_type), Policy::from_name(&row.policy))
            else {
                continue;
            };
            if !policy.converges() && divergent.is_none() {
                divergent = Some(format!(
                    "the policy for {} of table \"{}.{}\" is \"{}\"",
                    row.conflict_type,
                    row.schema,
                    row.table,
                    policy.name()
                ));
            }
            let table: &mut TablePolicies =
                tables.entry((row.schema, row.table)).or_insert(TablePolicies::all(standard));
            table.by_operation[operation as usize] = policy;
        }
        for row in conflict_policy::resolvers() {
            let Some(function) = row.function else { return Err(no_resolver(&row)) };
            let table =
                tables.entry((row.schema, row.table)).or_insert(TablePolicies::all(standard));
            // It wants to know which of the two rows is the newer one, and so must the decision.
            let (insert, update) = (Operation::Insert as usize, Operation::Update as usize);
            table.by_operation[insert] = Policy::LastUpdateWins;
            table.by_operation[update] = Policy::LastUpdateWins;
            table.resolver = Some(function);
        }
        match divergent {
            Some(reason)
                if !settings::allow_divergent_policy() && conflict_policy::has_subscribers() =>
            {
                Err(refusal(&reason))
            }
            _ => Ok(Self { standard, tables }),
        }
    }

    /// Whether the setting is not what it was when they were read.
    pub(super) fn are_stale(&self) -> bool {
        settings::conflict_resolution().policy() != self.standard
    }

    /// Those of one table.
    pub(super) fn of(&self, schema: &CStr, name: &CStr) -> TablePolicies {
        if self.tables.is_empty() {
            return TablePolicies::all(self.standard);
        }
        let key = (as_utf8(schema), as_utf8(name));
        self.tables.get(&key).copied().unwrap_or(TablePolicies::all(self.standard))
    }
}

fn no_resolver(row: &TableResolver) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_UNDEFINED_FUNCTION,
        format!(
            "conflict resolver {} of table \"{}.{}\" does not exist",
            row.name, row.schema, row.table
        ),
    )
    .hint("Create it, or take it back with spock.set_conflict_resolver(table, NULL).")
}

fn refusal(reason: &str) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("nothing is applied: {reason}, under which nodes end with different rows"),
    )
    .detail("Other nodes subscribe to this one, and decide the same conflicts by themselves.")
    .hint("Set it to \"last_update_wins\", or spock.allow_divergent_policy to on.")
}

/// What two nodes must have in common.
const FINGERPRINT: &str = "SELECT spock.conflict_rules()";

/// Warns when the provider decides conflicts in another way than this node.
pub(super) fn compare(subscription: &str, here: &str, provider: &mut Connection) {
    let mut ask = |query: &str| -> Option<String> {
        provider.query(query, 1).ok()?.into_iter().next()?.into_iter().next()?
    };
    // Nodes of the existing Spock know no such function, and not every role may ask.
    let known = ask("SELECT pg_catalog.has_schema_privilege('spock', 'USAGE')
            AND pg_catalog.to_regprocedure('spock.conflict_rules()') IS NOT NULL");
    if known.as_deref() != Some("t") {
        return;
    }
    let Some(there) = ask(FINGERPRINT) else { return };
    if there != here {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!("provider of subscription \"{subscription}\" decides conflicts in another way"),
        )
        .detail(format!("Here: {here}. There: {there}."))
        .hint("Nodes that write the same rows end with different ones, unless all decide alike.")
        .report(PgLogLevel::WARNING);
    }
}

/// What this node would answer to a subscriber.
pub(super) fn fingerprint() -> String {
    crate::pg::spi::select_one(FINGERPRINT, &[])
        .and_then(|row| row.get::<Option<String>>(0))
        .unwrap_or_default()
}
