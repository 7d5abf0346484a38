//! Slots at the provider: may there be one, is there one already, create it.

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;

use crate::pg::error::SpockError;
use crate::pg::quoting::literal;
use crate::pg::walreceiver::{Connection, CreatedSlot, SlotSnapshot};

/// The output plugin of our slots.
pub(super) const PLUGIN: &str = "spock_output";

/// A slot that exists.
#[derive(Debug, Clone)]
pub(super) struct ExistingSlot {
    pub(super) confirmed: Lsn,
    active: bool,
}

/// Fails with what to do when the provider does not allow our output plugin. Servers without the
/// setting allow every plugin.
pub(crate) fn check_plugin_allowed(provider: &mut Connection) -> Result<(), SpockError> {
    let rows = provider.query(
        "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'output_plugin_libraries'",
        1,
    )?;
    let Some(setting) = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten())
    else {
        return Ok(());
    };
    let listed: Vec<&str> = setting.split(',').map(|name| name.trim().trim_matches('"')).collect();
    if listed.contains(&PLUGIN) {
        return Ok(());
    }
    let wanted: Vec<&str> =
        listed.into_iter().filter(|name| !name.is_empty()).chain([PLUGIN]).collect();
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("the provider does not allow the output plugin \"{PLUGIN}\""),
    )
    .detail(format!("Its setting output_plugin_libraries is \"{setting}\"."))
    .hint(format!(
        "Run on the provider: ALTER SYSTEM SET output_plugin_libraries = {}; SELECT pg_reload_conf();",
        wanted.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", "),
    )))
}

/// Looks for a logical slot of the provider's database.
pub(super) fn find(
    provider: &mut Connection,
    name: &str,
) -> Result<Option<ExistingSlot>, SpockError> {
    let query = format!(
        "SELECT plugin, database = pg_catalog.current_database(), active,
                coalesce(confirmed_flush_lsn, '0/0')
           FROM pg_catalog.pg_replication_slots WHERE slot_name = {}",
        literal(name),
    );
    let Some(row) = provider.query(&query, 4)?.into_iter().next() else { return Ok(None) };
    let at = |i: usize| row.get(i).and_then(Option::as_deref).unwrap_or_default();
    if at(0) != PLUGIN || at(1) != "t" {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!(
                "the provider has a replication slot \"{name}\" that is not this subscription's"
            ),
        ));
    }
    let confirmed = at(3).parse().map_err(|_| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
            format!("the provider gave an unreadable position of slot \"{name}\""),
        )
    })?;
    Ok(Some(ExistingSlot { confirmed, active: at(2) == "t" }))
}

/// Creates the slot of a subscription with an exported snapshot, in place of one that an earlier try
/// left.
pub(super) fn create_anew(
    provider: &mut Connection,
    name: &str,
) -> Result<CreatedSlot, SpockError> {
    check_plugin_allowed(provider)?;
    if let Some(slot) = find(provider, name)? {
        if slot.active {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
                format!("replication slot \"{name}\" is in use at the provider"),
            ));
        }
        provider.drop_slot(name, false)?;
    }
    provider.create_slot(name, PLUGIN, SlotSnapshot::Export, false)
}

/// The point from which a subscription without a copy streams: that of a slot which somebody made for
/// it, or of a new one.
pub(super) fn take_or_create(provider: &mut Connection, name: &str) -> Result<Lsn, SpockError> {
    check_plugin_allowed(provider)?;
    if let Some(slot) = find(provider, name)? {
        return Ok(slot.confirmed);
    }
    let created = provider.create_slot(name, PLUGIN, SlotSnapshot::None, false)?;
    Ok(Lsn(created.consistent_point))
}
