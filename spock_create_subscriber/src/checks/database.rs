//! The checks of one database.

use std::time::Duration;

use spock_admin::client::Client;
use spock_admin::conninfo::Conninfo;
use spock_admin::error::{AdminError, Result};
use spock_core::names;
use spock_core::oid::NodeId;

use super::{Report, connect};
use crate::backup;
use crate::cli::Cli;
use crate::plan::Database;
use crate::target::{Target, private_dir};

/// The name of the subscription in a database.
pub(super) fn subscription_name(cli: &Cli, provider: &str, database: &str) -> String {
    if cli.subscription == "sub_{provider}_{subscriber}" {
        return names::default_sub_name(provider, &cli.subscriber_name);
    }
    cli.subscription
        .replace("{provider}", provider)
        .replace("{subscriber}", &cli.subscriber_name)
        .replace("{database}", database)
}

/// One database; `None` when it cannot become a node, which the report says.
pub(super) async fn check(
    cli: &Cli,
    target: &Target,
    name: &str,
    (given, provider, subscriber): (&Conninfo, &Conninfo, &Conninfo),
    report: &mut Report,
) -> Result<Option<Database>> {
    let provider = provider.clone().with("dbname", name);
    let client = match connect(&provider, Duration::from_secs(30)).await {
        Ok(client) => client,
        Err(error) => {
            report.error(error);
            return Ok(None);
        }
    };
    let Some(node) = client.local_node().await? else {
        report.precondition(
            format!("database \"{name}\" of the provider is no node"),
            "make it one with spock.node_create(), and add its tables to replication sets",
        );
        return Ok(None);
    };
    let subscription = subscription_name(cli, &node.name, name);
    let slot = names::slot_name(name, &node.name, &subscription);
    check_name(cli, &client, name, report).await?;
    if client
        .query_opt(
            "SELECT FROM pg_catalog.pg_proc WHERE proname = 'clone_detach'
                       AND pronamespace = 'spock'::regnamespace",
            &[],
        )
        .await?
        .is_none()
    {
        report.incompatible(
            format!("the extension in database \"{name}\" has no function spock.clone_detach()"),
            "it is older than this program: update it",
        );
    }
    for set in &cli.replication_sets {
        let known = client
            .query_opt(
                "SELECT FROM spock.replication_set WHERE set_nodeid = $1 AND set_name::text = $2",
                &[&node.id, set],
            )
            .await?;
        if known.is_none() {
            report.precondition(
                format!("the provider has no replication set \"{set}\" in database \"{name}\""),
                "change --replication-sets",
            );
        }
    }
    let temporary = format!("{slot}_clone");
    let slots = client
        .query(
            "SELECT slot_name::text, active FROM pg_catalog.pg_replication_slots
              WHERE slot_name::text = ANY ($1)",
            &[&vec![slot.clone(), temporary]],
        )
        .await?;
    let mut drops_slot = false;
    for row in &slots {
        let (found, is_active): (String, bool) = (row.get(0), row.get(1));
        if found == slot && !is_active && cli.drop_slot_if_exists {
            drops_slot = true;
        } else if is_active {
            report.precondition(
                format!("replication slot \"{found}\" of the provider is in use"),
                "end whoever uses it, or choose another name",
            );
        } else {
            report.precondition(
                format!("replication slot \"{found}\" exists on the provider"),
                "drop it there if nobody needs it, or give --drop-slot-if-exists",
            );
        }
    }
    let stored = stored_dsn(given, &provider);
    if let Err(error) = reaches(target, &stored).await {
        report.error(error);
    }
    Ok(Some(Database {
        name: name.to_owned(),
        provider_node: node.name,
        subscription,
        slot,
        drops_slot,
        provider_dsn: stored.dsn(),
        provider,
        subscriber: subscriber.clone().with("dbname", name),
    }))
}

/// The name and id of the new node are nobody's.
async fn check_name(cli: &Cli, client: &Client, database: &str, report: &mut Report) -> Result<()> {
    let id = names::node_id(&cli.subscriber_name).map_or(0, NodeId::as_oid);
    let taken = client
        .query_opt(
            "SELECT node_name::text FROM spock.node WHERE node_name::text = $1 OR node_id = $2",
            &[&cli.subscriber_name, &id],
        )
        .await?;
    if let Some(row) = taken {
        report.precondition(
            format!(
                "node name \"{}\" is taken in database \"{database}\" by node \"{}\"",
                cli.subscriber_name,
                row.get::<_, &str>(0)
            ),
            "choose another name",
        );
    }
    Ok(())
}

/// The new server will reach the provider by what it stores, and by what its account has in its home. Asked
/// by `psql`, where it is there.
async fn reaches(target: &Target, stored: &Conninfo) -> Result<()> {
    if !target.program("psql").is_file() {
        return Ok(());
    }
    let mut plain = Conninfo::new().with("connect_timeout", 10);
    for key in spock_admin::conninfo::KEYWORDS {
        if let Some(value) = stored.get(key) {
            plain = plain.with(key, value);
        }
    }
    let dir = private_dir(target)?;
    if stored.password().is_some() {
        let passfile = dir.path().join("pgpass");
        target.write_private(&passfile, &backup::passfile_line(stored))?;
        plain = plain.with("passfile", passfile.display());
    }
    let conninfo = plain.dsn();
    let args = ["-X", "-q", "-w", "-c", "SELECT 1", "-o", "/dev/null", "-d", conninfo.reveal()];
    target.run("psql", &args.map(std::ffi::OsStr::new)).await.map_err(|error| {
        AdminError::precondition("the new server will not reach the provider")
            .detail(error.detail.clone().unwrap_or_else(|| error.message.clone()))
            .hint(
                "its account connects by --provider-dsn: the password belongs into the string, or into \
                 the account's own password file",
            )
    })
}

/// What the new node stores: everything spelled out, the password only where the string had it.
fn stored_dsn(given: &Conninfo, provider: &Conninfo) -> Conninfo {
    let mut stored = Conninfo::new();
    for key in spock_admin::conninfo::KEYWORDS {
        if !matches!(*key, "service" | "application_name" | "connect_timeout")
            && let Some(value) = provider.get(key)
            && (*key != "passfile" || given.get(key).is_some())
        {
            stored = stored.with(key, value);
        }
    }
    if let Some(password) = given.password() {
        stored.set_password(password.clone());
    }
    stored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_dsn_has_only_the_password_that_was_given() {
        let provider =
            Conninfo::parse("host=h user=u dbname=d password=canary").unwrap_or_default();
        let given = Conninfo::parse("host=h").unwrap_or_default();
        assert_eq!(stored_dsn(&given, &provider).dsn().reveal(), "host=h dbname=d user=u");
        let stored = stored_dsn(&provider, &provider);
        assert_eq!(stored.dsn().reveal(), "host=h dbname=d user=u password=canary");
    }
}
