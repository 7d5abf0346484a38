//! What a server is built for, and how its database keeps text.

use serde::Serialize;

use super::Client;
use crate::error::Result;

/// What makes two nodes differ in how they keep values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Architecture {
    /// The node.
    pub node: String,
    /// Major version of the server.
    pub major: i32,
    /// Machine and system that it was built for, as the server writes it.
    pub platform: String,
    /// Bits of a pointer.
    pub bits: Option<i32>,
    /// Bytes that values are aligned to at most.
    pub max_data_alignment: i32,
    /// Whether values of 8 bytes are passed by value.
    pub float8_by_value: bool,
    /// Encoding of the database.
    pub encoding: String,
    /// Its collation.
    pub collation: String,
}

impl Client {
    /// What this server is built for, and how its database keeps text.
    pub async fn architecture(&self) -> Result<Architecture> {
        let row = self
            .query_one(
                "SELECT pg_catalog.current_setting('server_version_num')::int / 10000,
                        coalesce(
                          pg_catalog.substring(pg_catalog.version(), ' on ([^ ,]+)'), 'unknown'),
                        pg_catalog.substring(pg_catalog.version(), '([0-9]+)-bit')::int,
                        i.max_data_alignment, i.float8_pass_by_value,
                        pg_catalog.current_setting('server_encoding'), d.datcollate::text
                   FROM pg_catalog.pg_control_init() i, pg_catalog.pg_database d
                  WHERE d.datname = pg_catalog.current_database()",
                &[],
            )
            .await?;
        Ok(Architecture {
            node: self.node().to_owned(),
            major: row.get(0),
            platform: row.get(1),
            bits: row.get(2),
            max_data_alignment: row.get(3),
            float8_by_value: row.get(4),
            encoding: row.get(5),
            collation: row.get(6),
        })
    }
}
