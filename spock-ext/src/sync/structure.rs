//! Copies the structure: dumped at the provider in the slot's snapshot, restored here in two halves,
//! each half in one transaction together with the note that it was done.
//!
//! The dump is made by the programs of the provider's major version, where they are installed; this
//! server's own are taken when they are of that version. What a provider of the same version knows and
//! we may not is left out of the script: column option `pg_attver` of 15.20, which other servers refuse.
//! Schemas and extensions listed in `spock.reserved_object`, native publications and subscriptions, and
//! tablespaces belong to a node and are not copied.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use pgrx::PgSqlErrorCode;
use spock_core::conninfo::Conninfo;
use spock_core::dump::{self, Entry};

use super::in_transaction;
use crate::catalog::subscription::Subscription;
use crate::pg::child_process::{Program, server_programs};
use crate::pg::error::SpockError;
use crate::pg::{guc, spi};
use crate::settings;

/// Settings of the sessions that restore: nothing times out, nothing is captured as DDL to replicate.
const SESSION: &str = "-c statement_timeout=0 -c lock_timeout=0 -c idle_session_timeout=0 \
     -c client_min_messages=warning -c spock.subscription_schema_restore=on \
     -c spock.enable_ddl_replication=off -c spock.deny_all_ddl=off";

/// Longest wait of the dump for a lock at the provider.
const DUMP_LOCK_TIMEOUT: &str = "--lock-wait-timeout=600000";

/// A half of the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// What rows need: types, functions, tables.
    PreData,
    /// What is built over rows: indexes, constraints, triggers.
    PostData,
}

impl Section {
    fn option(self) -> &'static str {
        match self {
            Self::PreData => "--section=pre-data",
            Self::PostData => "--section=post-data",
        }
    }
}

/// Things listed in `spock.reserved_object` that no dump contains.
#[derive(Debug, Default)]
struct Reserved {
    schemas: Vec<String>,
    extensions: Vec<String>,
}

/// The structure of one provider on its way here.
pub(super) struct Structure {
    subscription: u32,
    directory: PathBuf,
    programs: PathBuf,
    provider: Conninfo,
    local: Conninfo,
    reserved: Reserved,
}

impl Structure {
    /// Finds programs and a place for files.
    pub(super) fn new(
        subscription: &Subscription,
        provider_version: i32,
    ) -> Result<Self, SpockError> {
        let ours = guc::get_int("server_version_num").unwrap_or(0) / 10_000;
        let theirs = i64::from(provider_version) / 10_000;
        if theirs > ours {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                format!("cannot synchronize structure from provider running PostgreSQL {theirs}"),
            )
            .hint("The provider must not be of a newer major version than the subscriber."));
        }
        let reserved = in_transaction(|| Ok(read_reserved(&subscription.skip_schema)))?;
        let directory = directory(subscription.id);
        Ok(Self {
            subscription: subscription.id,
            directory,
            programs: find_programs(theirs, ours)?,
            provider: conninfo(subscription.provider_interface.dsn.reveal())?,
            local: conninfo(subscription.subscriber_interface.dsn.reveal())?,
            reserved,
        })
    }

    /// Dumps the structure at the provider, as the snapshot shows it.
    pub(super) fn dump(&self, snapshot: &str) -> Result<(), SpockError> {
        self.make_directory()?;
        let mut provider = self.provider.clone();
        provider.merge(&conninfo(&settings::extra_connection_options())?);
        let exclude =
            |schema: &String| format!("--exclude-schema=\"{}\"", schema.replace('"', "\"\""));
        self.program("pg_dump", &provider)
            .args(["--format=custom", "--schema-only", "--compress=0", "--no-tablespaces"])
            .args(["--no-publications", "--no-subscriptions", DUMP_LOCK_TIMEOUT])
            .arg(format!("--snapshot={snapshot}"))
            .arg(format!("--file={}", self.file("structure.dump").display()))
            .args(self.reserved.schemas.iter().map(exclude))
            .run(&self.file("pg_dump.log"), &mut || {})
    }

    /// Restores a half. With `replace`, what an earlier try restored (of both) is dropped in the same
    /// transaction; a half that fails leaves nothing.
    pub(super) fn restore(&self, section: Section, replace: bool) -> Result<(), SpockError> {
        let list = self.file("contents.list");
        self.restorer().arg("--list").run(&list, &mut || {})?;
        let contents = fs::read_to_string(&list).map_err(|error| self.io_error(&list, &error))?;
        let mut scripts = Vec::new();
        if replace {
            scripts.push(self.drop_script(&contents)?);
        }
        scripts.push(self.create_script(section, &contents)?);
        let mut local = self.local.clone();
        let options = local.get("options").map(|own| format!("{own} ")).unwrap_or_default();
        local.set("options", format!("{options}{SESSION}"));
        let done = match section {
            Section::PreData => "sync_truncate = true",
            Section::PostData => "sync_snapshot = NULL",
        };
        self.program("psql", &local)
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"])
            .args(["--output=/dev/null"])
            .args(scripts.iter().map(|script| format!("--file={}", script.display())))
            .arg(format!(
                "--command=UPDATE spock.local_sync_status SET {done} \
                 WHERE sync_subid = {} AND sync_relname IS NULL",
                self.subscription
            ))
            .run(&self.file("psql.log"), &mut || {})?;
        if section == Section::PostData {
            let _ = fs::remove_dir_all(&self.directory);
        }
        Ok(())
    }

    fn is_wanted(&self, entry: &Entry<'_>) -> bool {
        let Some(extension) = entry.extension() else { return true };
        !self.reserved.extensions.iter().any(|name| name == extension)
    }

    /// Writes the SQL that creates a section.
    fn create_script(&self, section: Section, contents: &str) -> Result<PathBuf, SpockError> {
        let options = [section.option()];
        let wanted = |entry: &Entry<'_>| self.is_wanted(entry);
        let (script, text) = self.script("create", &options, contents, wanted)?;
        if let Some(cleaned) = dump::without_type_versions(&text) {
            fs::write(&script, cleaned).map_err(|error| self.io_error(&script, &error))?;
        }
        Ok(script)
    }

    /// Writes the SQL that drops everything of both sections, where it is there. Extensions stay: what
    /// depends on them may be older than the copy.
    fn drop_script(&self, contents: &str) -> Result<PathBuf, SpockError> {
        let options = ["--clean", "--if-exists"];
        let (script, text) = self.script("drop", &options, contents, |entry| {
            self.is_wanted(entry) && !entry.is_extension()
        })?;
        fs::write(&script, dump::drops_only(&text)).map_err(|e| self.io_error(&script, &e))?;
        Ok(script)
    }

    /// Makes a script of the chosen entries.
    fn script(
        &self,
        name: &str,
        options: &[&str],
        contents: &str,
        choose: impl Fn(&Entry<'_>) -> bool,
    ) -> Result<(PathBuf, Vec<u8>), SpockError> {
        let list = self.file(&format!("{name}.list"));
        let chosen: String = contents
            .lines()
            .filter(|line| Entry::read(line).is_some_and(|entry| choose(&entry)))
            .flat_map(|line| [line, "\n"])
            .collect();
        fs::write(&list, chosen).map_err(|error| self.io_error(&list, &error))?;
        let script = self.file(&format!("{name}.sql"));
        self.restorer()
            .arg("--no-tablespaces")
            .args(options)
            .arg(format!("--use-list={}", list.display()))
            .arg(format!("--file={}", script.display()))
            .run(&self.file("pg_restore.log"), &mut || {})?;
        let text = fs::read(&script).map_err(|error| self.io_error(&script, &error))?;
        Ok((script, text))
    }

    /// `pg_restore` of the dump; it needs no connection.
    fn restorer(&self) -> Program {
        Program::new(self.programs.join("pg_restore")).arg(self.file("structure.dump"))
    }

    /// A program that connects: the password travels in its environment.
    fn program(&self, name: &str, conninfo: &Conninfo) -> Program {
        let program = Program::new(self.programs.join(name))
            .arg(format!("--dbname={}", conninfo.without_secrets().reveal()))
            .env("PGAPPNAME", "spock structure copy")
            .env("PGCONNECT_TIMEOUT", "30");
        match conninfo.get("password") {
            Some(password) => program.env("PGPASSWORD", password),
            None => program,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// A fresh directory that only this server's account can look into.
    fn make_directory(&self) -> Result<(), SpockError> {
        let made = match fs::remove_dir_all(&self.directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => fs::DirBuilder::new().mode(0o700).create(&self.directory),
        };
        made.map_err(|error| {
            self.io_error(&self.directory, &error).hint("See the setting spock.temp_directory.")
        })
    }

    fn io_error(&self, path: &Path, error: &std::io::Error) -> SpockError {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_IO_ERROR,
            format!("structure copy cannot use \"{}\": {error}", path.display()),
        )
    }
}

/// Where the files of a subscription's copy are, while it runs or after it failed. Servers of one
/// machine share the parent, and copies of one server even their ids.
pub(super) fn directory(subscription: u32) -> PathBuf {
    let port = guc::get_int("port").unwrap_or(0);
    let database = crate::pg::database::my_database();
    settings::temp_directory().join(format!("spock-{port}-{database}-{subscription}"))
}

fn conninfo(dsn: &str) -> Result<Conninfo, SpockError> {
    Conninfo::parse(dsn).map_err(|error| {
        SpockError::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, error.to_string())
    })
}

fn read_reserved(skipped: &[String]) -> Reserved {
    let mut reserved = Reserved { schemas: skipped.to_vec(), extensions: Vec::new() };
    let query = "SELECT name, kind = 'schema' FROM spock.reserved_object WHERE exclude_from_dump";
    for row in spi::select(query, &[]) {
        let list: &mut Vec<String> =
            if row.get(1) { &mut reserved.schemas } else { &mut reserved.extensions };
        list.push(row.get(0));
    }
    reserved
}

/// The directory with the client programs of a major version: ours, or Debian's place for that
/// version, or ours if that is newer (a newer pg_dump reads older servers).
fn find_programs(major: i64, ours: i64) -> Result<PathBuf, SpockError> {
    let own = server_programs();
    let packaged = PathBuf::from(format!("/usr/lib/postgresql/{major}/bin"));
    let candidates = if major == ours { [&own, &packaged] } else { [&packaged, &own] };
    let complete = |directory: &&&PathBuf| {
        ["pg_dump", "pg_restore", "psql"].iter().all(|name| directory.join(name).is_file())
    };
    candidates.iter().find(complete).map(|directory| (*directory).clone()).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_FILE,
            format!(
                "pg_dump, pg_restore and psql of PostgreSQL {major} are not in \"{}\" or \"{}\"",
                own.display(),
                packaged.display()
            ),
        )
        .hint("Install the client package of that version on the subscriber.")
    })
}
