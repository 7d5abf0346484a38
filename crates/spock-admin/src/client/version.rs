//! Versions of the extension on one server: the library that runs, the files that are installed, and what the
//! database has.

use std::time::Duration;

use serde::Serialize;

use super::{Client, quote_literal};
use crate::error::Result;

/// Versions of the wire protocol, oldest and newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Protocols {
    /// The oldest.
    pub min: u32,
    /// The newest.
    pub max: u32,
}

impl std::fmt::Display for Protocols {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.min, self.max)
    }
}

/// What a library file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LibraryFile {
    /// Version of the extension.
    pub version: String,
    /// What it speaks.
    pub protocols: Protocols,
}

/// The versions of one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Versions {
    /// The library that the server runs; `None` when it did not say.
    pub library: Option<String>,
    /// What it speaks.
    pub protocols: Option<Protocols>,
    /// The extension in the database.
    pub extension: Option<String>,
    /// The version that the installed scripts make.
    pub scripts: Option<String>,
    /// The library file that the next start of the server loads; `None` when this role may not read it.
    pub file: Option<LibraryFile>,
    /// The server.
    pub postgres: String,
}

/// Where the line of a library begins that says what it is.
const MARK: &str = "@(#)spock ";

/// Finds the line in the file that `$libdir/spock` is. Parts overlap by more than it is long.
const FILE: &str = "
    WITH file AS (
        SELECT setting || '/spock.so' AS path FROM pg_catalog.pg_config() WHERE name = 'PKGLIBDIR'
    ), part AS (
        SELECT pg_catalog.pg_read_binary_file(path, at, 1048576 + 128) AS bytes
          FROM file, LATERAL pg_catalog.pg_stat_file(path) s,
               pg_catalog.generate_series(0::bigint, s.size, 1048576) at
    ), found AS (
        SELECT pg_catalog.substr(bytes, position($1::bytea IN bytes), 128) AS line
          FROM part WHERE position($1::bytea IN bytes) > 0 LIMIT 1
    )
    SELECT pg_catalog.substr(line, 1, position('\\x0a'::bytea IN line) - 1) FROM found
     WHERE position('\\x0a'::bytea IN line) > 0";

impl Client {
    /// The versions of this node.
    pub async fn versions(&self) -> Result<Versions> {
        let row = self
            .query_one(
                "SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'spock'),
                        (SELECT default_version FROM pg_catalog.pg_available_extensions
                          WHERE name = 'spock'),
                        pg_catalog.current_setting('server_version')",
                &[],
            )
            .await?;
        let extension: Option<String> = row.get(0);
        let mut out = Versions {
            library: None,
            protocols: None,
            scripts: row.get(1),
            // A role that may not read the server's files is told less.
            file: self.library_file().await.unwrap_or_default(),
            postgres: row.get(2),
            extension,
        };
        if out.extension.is_some() {
            let row = self
                .query_one(
                    "SELECT spock.spock_version(), spock.spock_min_proto_version(),
                            spock.spock_max_proto_version()",
                    &[],
                )
                .await?;
            out.library = Some(row.get(0));
            let (min, max) = (row.get::<_, i32>(1), row.get::<_, i32>(2));
            out.protocols = Some(Protocols { min: min.unsigned_abs(), max: max.unsigned_abs() });
        }
        Ok(out)
    }

    /// What the installed library file says of itself; needs the right to read files of the server.
    pub async fn library_file(&self) -> Result<Option<LibraryFile>> {
        let row = self.query_opt(FILE, &[&MARK.as_bytes()]).await?;
        let line: Option<Vec<u8>> = row.and_then(|row| row.get(0));
        Ok(line.and_then(|line| read_mark(&String::from_utf8_lossy(&line))))
    }

    /// Whether the installed scripts make this version.
    pub async fn has_scripts_of(&self, version: &str) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_available_extension_versions
                                   WHERE name = 'spock' AND version = $1)";
        Ok(self.query_one(sql, &[&version]).await?.get(0))
    }

    /// Whether installed scripts lead from one version to the other.
    pub async fn has_update_path(&self, from: &str, to: &str) -> Result<bool> {
        if from == to {
            return Ok(true);
        }
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension_update_paths('spock')
                                   WHERE source = $1 AND target = $2 AND path IS NOT NULL)";
        Ok(self.query_one(sql, &[&from, &to]).await?.get(0))
    }

    /// Version of the extension in the database.
    pub async fn extension_version(&self) -> Result<Option<String>> {
        let sql = "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'spock'";
        Ok(self.query_opt(sql, &[]).await?.map(|row| row.get(0)))
    }

    /// Version that the running library says of itself.
    pub async fn library_version(&self) -> Result<String> {
        Ok(self.query_one("SELECT spock.spock_version()", &[]).await?.get(0))
    }

    /// `ALTER EXTENSION spock UPDATE TO` this version, which may take so long: it waits for who uses the extension.
    pub async fn update_extension(&self, version: &str, limit: Duration) -> Result<()> {
        let sql = format!("ALTER EXTENSION spock UPDATE TO {}", quote_literal(version));
        self.within(limit, self.batch(&sql)).await
    }
}

fn read_mark(line: &str) -> Option<LibraryFile> {
    let mut words = line.strip_prefix(MARK)?.split(' ');
    let version = words.next()?.to_owned();
    let (min, max) = words.nth(1)?.split_once('-')?;
    let protocols = Protocols { min: min.parse().ok()?, max: max.parse().ok()? };
    Some(LibraryFile { version, protocols })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_library_is_read() {
        let protocols = Protocols { min: 4, max: 5 };
        assert_eq!(
            read_mark("@(#)spock 6.0.1 protocol 4-5"),
            Some(LibraryFile { version: "6.0.1".into(), protocols })
        );
        assert_eq!(read_mark("@(#)spock 6.0.1"), None);
        assert_eq!(read_mark("6.0.1 protocol 4-5"), None);
    }
}
