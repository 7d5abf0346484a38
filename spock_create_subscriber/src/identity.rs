//! Makes the promoted copy another node than the one it is a copy of.
//!
//! In every database: transactions that were prepared come by the stream as well, so those of the copy
//! go; native subscriptions go without their slots, which are the provider's; and the extension forgets who it
//! was (`spock.clone_detach()`), but not whose the rows are.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use spock_admin::client::{Client, quote_identifier};
use spock_admin::error::{AdminError, Result};

use crate::server::Server;
use crate::target::Target;

/// Does it in all databases of the private server.
pub(crate) async fn detach(server: &Server, target: &Target, limit: Duration) -> Result<()> {
    let client = server.connect("postgres", limit).await?;
    let databases = client
        .query("SELECT datname::text FROM pg_catalog.pg_database WHERE datallowconn", &[])
        .await?;
    let row = client
        .query_one(
            "SELECT ((EXTRACT(epoch FROM timestamp) - 946684800) * 1000000)::bigint
               FROM pg_catalog.pg_last_committed_xact()",
            &[],
        )
        .await?;
    let newest: Option<i64> = row.get(0);
    for row in &databases {
        let client = server.connect(row.get(0), limit).await?;
        roll_back_prepared(&client).await?;
        drop_native_subscriptions(&client).await?;
        if client.has_extension().await? {
            client.query_one("SELECT spock.clone_detach()::text", &[]).await?;
        }
    }
    forget_saved_state(target, newest)
}

async fn roll_back_prepared(client: &Client) -> Result<()> {
    let prepared = client
        .query(
            "SELECT pg_catalog.quote_literal(gid) FROM pg_catalog.pg_prepared_xacts
              WHERE database = pg_catalog.current_database()",
            &[],
        )
        .await?;
    for row in &prepared {
        client.batch(&format!("ROLLBACK PREPARED {}", row.get::<_, &str>(0))).await?;
    }
    Ok(())
}

async fn drop_native_subscriptions(client: &Client) -> Result<()> {
    let subscriptions = client
        .query(
            "SELECT s.subname::text FROM pg_catalog.pg_subscription s
               JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
              WHERE d.datname = pg_catalog.current_database()",
            &[],
        )
        .await?;
    for row in &subscriptions {
        let name = quote_identifier(row.get(0));
        client.batch(&format!("ALTER SUBSCRIPTION {name} DISABLE")).await?;
        client.batch(&format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")).await?;
        client.batch(&format!("DROP SUBSCRIPTION {name}")).await?;
    }
    Ok(())
}

/// The files of the extension in the data directory: the provider's statistics go, and the list of its
/// nodes. The clock's mark stays, no earlier than the newest commit in the copy.
fn forget_saved_state(target: &Target, newest: Option<i64>) -> Result<()> {
    let dir = target.pgdata.join("spock");
    if !dir.is_dir() {
        return Ok(());
    }
    let _ = fs::remove_file(dir.join("statistics.json"));
    let path = dir.join("state.json");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(()) };
    let failed = |why: String| {
        AdminError::failed(format!("could not change \"{}\"", path.display())).detail(why)
    };
    let state: Value = serde_json::from_str(&text).map_err(|e| failed(e.to_string()))?;
    target.write_private(&path, &without_nodes(state, newest).to_string())
}

fn without_nodes(mut state: Value, newest: Option<i64>) -> Value {
    let mark = state["mark"].as_i64().unwrap_or(0).max(newest.unwrap_or(0));
    state["mark"] = json!(mark);
    state["nodes"] = json!([]);
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_state_keeps_the_later_mark_and_no_node() {
        let state = json!({"version": 1, "mark": 5, "nodes": [{"database": 1, "node": "n1"}]});
        assert_eq!(
            without_nodes(state.clone(), Some(7)),
            json!({"version": 1, "mark": 7, "nodes": []})
        );
        assert_eq!(without_nodes(state, None), json!({"version": 1, "mark": 5, "nodes": []}));
    }
}
