//! What can be asked of the program.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use spock_admin::wait::parse_duration;

/// What `--help` begins with.
const ABOUT: &str = "Make a new node out of a base backup of an existing one.

The directory that -D names becomes the data directory of a server whose databases are nodes that
subscribe to the same databases of the provider, without a copy of the tables through SQL: a base backup
is faster for large databases. Everything is checked first; --dry-run ends there.

Examples:
  spock_create_subscriber -D /srv/pg/n2 -n n2 \\
      --provider-dsn 'host=10.0.0.1 dbname=app user=postgres' \\
      --subscriber-dsn 'host=10.0.0.2 dbname=app user=postgres' --dry-run
  spock_create_subscriber -D /srv/pg/n2 -n n2 -P 'host=10.0.0.1 user=postgres' -a \\
      --subscriber-dsn 'host=10.0.0.2 user=postgres' --recovery-timeout 10m";

/// What `--help` ends with.
const AFTER: &str = "Run it on the machine of the new server, as root or as the account that is to run it. The \
password of the provider is read from --provider-dsn, --password-file, PGPASSWORD, or the password file, as \
libpq does; give it in no option of pg_basebackup.

Until the subscriptions are enabled, whatever goes wrong leaves nothing on the provider: slots are temporary, \
and go with the session of this program. What fails later ends with 11, and says what to drop.";

/// The command line.
#[derive(Debug, Clone, clap::Parser)]
#[command(
    name = "spock_create_subscriber",
    version,
    disable_help_flag = true,
    about = "Make a new node out of a base backup of an existing one",
    long_about = ABOUT,
    after_long_help = AFTER
)]
pub(crate) struct Cli {
    /// Data directory of the new node; must be empty or not be there
    #[arg(short = 'D', long, value_name = "DIR", env = "PGDATA")]
    pub(crate) pgdata: PathBuf,

    /// Name of the new node
    #[arg(short = 'n', long, value_name = "NAME")]
    pub(crate) subscriber_name: String,

    /// How to reach the provider, from this machine and from the new server
    #[arg(short = 'P', long, value_name = "CONNINFO")]
    pub(crate) provider_dsn: String,

    /// How other nodes, this program too, reach the new server
    #[arg(long, value_name = "CONNINFO")]
    pub(crate) subscriber_dsn: String,

    /// Database that becomes a node; may be given several times
    ///
    /// Without this, --databases and --all it is the database of --provider-dsn.
    #[arg(short = 'd', long = "database", value_name = "NAME")]
    pub(crate) database: Vec<String>,

    /// The same as a list
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) databases: Vec<String>,

    /// All databases that are nodes on the provider
    #[arg(short = 'a', long, conflicts_with_all = ["database", "databases"])]
    pub(crate) all: bool,

    /// Replication sets to subscribe to
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "default,default_insert_only,ddl_sql"
    )]
    pub(crate) replication_sets: Vec<String>,

    /// How long changes are held back before they are applied (30, 30s, 5m)
    #[arg(long, value_name = "DURATION", default_value = "0", value_parser = parse_duration)]
    pub(crate) apply_delay: Duration,

    /// Name of the subscriptions; {provider}, {subscriber} and {database} are filled in
    #[arg(long, value_name = "TEMPLATE", default_value = "sub_{provider}_{subscriber}")]
    pub(crate) subscription: String,

    /// Drop a slot of the same name that is there and not in use
    #[arg(long)]
    pub(crate) drop_slot_if_exists: bool,

    /// This file becomes postgresql.conf of the new server
    #[arg(long, value_name = "FILE")]
    pub(crate) postgresql_conf: Option<PathBuf>,

    /// This file becomes pg_hba.conf of the new server
    #[arg(long, value_name = "FILE")]
    pub(crate) hba_conf: Option<PathBuf>,

    /// Configuration file outside of the data directory that the new server runs with
    #[arg(long, value_name = "FILE", conflicts_with_all = ["postgresql_conf", "hba_conf"])]
    pub(crate) config_file: Option<PathBuf>,

    /// Checkpoint with which the base backup begins
    #[arg(long, value_name = "KIND", default_value = "fast", value_parser = ["fast", "spread"])]
    pub(crate) checkpoint: String,

    /// Most that the base backup transfers per second, as pg_basebackup reads it
    #[arg(long, value_name = "RATE")]
    pub(crate) max_rate: Option<String>,

    /// Directory for the new server's log
    #[arg(long, value_name = "DIR")]
    pub(crate) waldir: Option<PathBuf>,

    /// Place of a tablespace of the new server: OLD=NEW
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) tablespace_mapping: Vec<String>,

    /// More arguments for pg_basebackup, split as a shell does
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true)]
    pub(crate) extra_basebackup_args: Option<String>,

    /// Port of the new server while it is private
    #[arg(short = 'p', long, value_name = "PORT", default_value_t = 50432)]
    pub(crate) subscriber_port: u16,

    /// Directory of the new server's socket while it is private
    #[arg(long, value_name = "DIR")]
    pub(crate) socket_directory: Option<PathBuf>,

    /// Superuser of the new server while it is private; else the user of --provider-dsn
    #[arg(short = 'U', long, value_name = "NAME")]
    pub(crate) subscriber_username: Option<String>,

    /// How long recovery may take; 0 for no limit
    #[arg(short = 't', long, value_name = "DURATION", default_value = "0", value_parser = parse_duration)]
    pub(crate) recovery_timeout: Duration,

    /// How long each other wait may take
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = parse_duration)]
    pub(crate) timeout: Duration,

    /// Directory of the new server's log files; else "log" in the data directory
    #[arg(short = 'l', long, value_name = "DIR")]
    pub(crate) logdir: Option<PathBuf>,

    /// Stop the new server at the end
    #[arg(short = 's', long)]
    pub(crate) stop: bool,

    /// Keep the provider's system identifier
    #[arg(long)]
    pub(crate) no_reset_system_identifier: bool,

    /// Keep the data directory when something goes wrong
    #[arg(long)]
    pub(crate) no_cleanup: bool,

    /// Check everything, say what would be done, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Directory of the server's programs; else this program's own, or that of PG_CONFIG
    #[arg(long, value_name = "DIR")]
    pub(crate) bindir: Option<PathBuf>,

    /// File that holds the provider's password, and is nobody else's to read
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,

    /// Say more; twice for everything
    #[arg(short = 'v', long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Say nothing but errors
    #[arg(short = 'q', long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// No bar
    #[arg(long)]
    pub(crate) no_progress: bool,

    /// Print help
    #[arg(short = '?', short_alias = 'h', long, action = clap::ArgAction::Help)]
    pub(crate) help: Option<bool>,
}

/// Everything that the program can be started as.
#[derive(Debug)]
pub(crate) enum Start {
    /// By a person.
    Join(Box<Cli>),
    /// By itself, to become one of its children: see [`crate::child`].
    Child(Vec<OsString>),
    /// By `scripts/gen`: writes the derived files below this directory.
    Generate(PathBuf),
}
