//! The command line: global options and the tree of commands.
//!
//! Doc comments here and on the argument structs of `commands/` are the help text; man pages,
//! completions, and `docs/` derive from the same tree.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use spock_admin::wait::parse_duration;

use crate::commands;
use crate::failure::ErrorFormat;
use crate::output::Column;
use crate::watch::Until;

/// Make, watch, and prove clusters of PostgreSQL servers that replicate with Spock
#[derive(Debug, Parser)]
#[command(
    name = "spockctl",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_long_help = EXAMPLES
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  spockctl local up --nodes 3                      start three servers on this machine
  spockctl cluster init --add-all-tables public    make them a cluster
  spockctl sub status                              how each subscription stands, and why
  spockctl cluster verify --data                   prove that all nodes have the same rows

Exit status: 0 done, 1 failed, 2 usage, 3 configuration, 4 no connection, 5 only some nodes,
6 problems found, 7 timed out, 8 wrong state, 9 declined, 10 incompatible, 70 bug.";

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Cluster definition; `-` reads standard input
    #[arg(
        short = 'f',
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_CLUSTER_FILE",
        value_name = "PATH"
    )]
    pub(crate) cluster_file: Option<PathBuf>,

    /// What named the cluster file, for `config path`.
    #[arg(skip)]
    pub(crate) cluster_file_from: Option<String>,

    /// The columns of what the command prints, where they are known before it runs.
    #[arg(skip)]
    pub(crate) printed: Option<&'static [Column]>,

    /// Context of the user's configuration (see `spockctl context`)
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_CONTEXT",
        value_name = "NAME"
    )]
    pub(crate) context: Option<String>,

    /// Local cluster of this name (see `spockctl local`)
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_LOCAL",
        value_name = "NAME"
    )]
    pub(crate) local: Option<String>,

    /// Only these nodes, separated by commas (can be repeated)
    #[arg(
        short,
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_NODE",
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub(crate) node: Vec<String>,

    /// One node by connection string or URI, without a cluster definition
    #[arg(
        short,
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_DSN",
        value_name = "CONNINFO"
    )]
    pub(crate) dsn: Option<String>,

    /// Ask for the password
    #[arg(
        short = 'W',
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_PASSWORD",
        value_parser = switch(),
        num_args = 0,
        conflicts_with = "password_file"
    )]
    pub(crate) password: bool,

    /// Do not ask for the password, whatever the environment says
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_NO_PASSWORD",
        value_parser = switch(),
        num_args = 0
    )]
    pub(crate) no_password: bool,

    /// Read the password from this file, which nobody else may read; `-` reads standard input
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_PASSWORD_FILE",
        value_name = "PATH"
    )]
    pub(crate) password_file: Option<PathBuf>,

    /// Output format
    #[arg(
        short,
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_OUTPUT",
        default_value = "table"
    )]
    pub(crate) output: Format,

    /// How a table looks
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_TABLE_STYLE",
        default_value = "plain",
        value_name = "STYLE"
    )]
    pub(crate) table_style: TableStyle,

    /// Only these columns, in this order, separated by commas
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_COLUMNS",
        value_name = "COLUMNS",
        value_delimiter = ','
    )]
    pub(crate) columns: Vec<String>,

    /// Leave out the header line
    #[arg(long, global = true, hide_short_help = true, hide_env_values = true, env = "SPOCKCTL_NO_HEADERS", value_parser = switch(), num_args = 0)]
    pub(crate) no_headers: bool,

    /// Sort rows by this column
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_SORT_BY",
        value_name = "COLUMN"
    )]
    pub(crate) sort_by: Option<String>,

    /// Show again every so often, for commands that read
    #[arg(
        short,
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_WATCH",
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "2s",
        value_parser = parse_duration
    )]
    pub(crate) watch: Option<Duration>,

    /// Watch until every row has this value in this column, for as long as --timeout (can be repeated)
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_UNTIL",
        value_name = "COLUMN=VALUE",
        value_parser = Until::parse
    )]
    pub(crate) until: Vec<Until>,

    /// Connect to this many nodes at once, and ask as many; all of them unless given
    #[arg(
        short,
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_JOBS",
        value_name = "NODES"
    )]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Print only errors beside the result
    #[arg(short, long, global = true, hide_short_help = true, hide_env_values = true, env = "SPOCKCTL_QUIET", value_parser = switch(), num_args = 0)]
    pub(crate) quiet: bool,

    /// Say more: statements being run, then debug output, then everything (can be repeated)
    #[arg(
        short,
        long,
        global = true,
        hide_env_values = true,
        env = "SPOCKCTL_VERBOSE",
        action = clap::ArgAction::Count
    )]
    pub(crate) verbose: u8,

    /// Use colours
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_COLOR",
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(crate) color: When,

    /// Show no progress
    #[arg(long, global = true, hide_short_help = true, hide_env_values = true, env = "SPOCKCTL_NO_PROGRESS", value_parser = switch(), num_args = 0)]
    pub(crate) no_progress: bool,

    /// Never ask; fail where an answer is needed
    #[arg(long, global = true, hide_short_help = true, hide_env_values = true, env = "SPOCKCTL_NO_INPUT", value_parser = switch(), num_args = 0)]
    pub(crate) no_input: bool,

    /// Answer yes to questions
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,

    /// Show what would be done, and change nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,

    /// Limit of waits
    #[arg(
        long,
        global = true,
        hide_env_values = true, env = "SPOCKCTL_TIMEOUT",
        default_value = "10m",
        value_name = "DURATION",
        value_parser = parse_duration
    )]
    pub(crate) timeout: Duration,

    /// Limit of connecting to a node
    #[arg(
        long,
        global = true, hide_short_help = true,
        hide_env_values = true, env = "SPOCKCTL_CONNECT_TIMEOUT",
        default_value = "10s",
        value_name = "DURATION",
        value_parser = parse_duration
    )]
    pub(crate) connect_timeout: Duration,

    /// Limit of a statement that reads
    #[arg(
        long,
        global = true, hide_short_help = true,
        hide_env_values = true, env = "SPOCKCTL_STATEMENT_TIMEOUT",
        default_value = "30s",
        value_name = "DURATION",
        value_parser = parse_duration
    )]
    pub(crate) statement_timeout: Duration,

    /// Write everything that is done to this file, readable by nobody else
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_LOG_FILE",
        value_name = "PATH"
    )]
    pub(crate) log_file: Option<PathBuf>,

    /// Format of the log file
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub(crate) log_format: LogFormat,

    /// Format of errors; json when the output is json or jsonl
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_ERROR_FORMAT",
        value_name = "FORMAT"
    )]
    pub(crate) error_format: Option<ErrorFormat>,
}

/// A flag whose environment variable may say `1`, `true`, `0`, `false`, or nothing.
fn switch() -> impl clap::builder::TypedValueParser<Value = bool> {
    clap::builder::FalseyValueParser::new()
}

impl Global {
    /// Format of errors, by flag or by the format of the output.
    pub(crate) fn error_format(&self) -> ErrorFormat {
        self.error_format.unwrap_or(match self.output {
            Format::Json | Format::Jsonl => ErrorFormat::Json,
            _ => ErrorFormat::Text,
        })
    }
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    Table,
    /// All columns
    Wide,
    /// One document
    Json,
    /// One object per line
    Jsonl,
    /// One document, as YAML
    Yaml,
    /// Comma separated, RFC 4180
    Csv,
    /// Tab separated
    Tsv,
    /// One identifier per line
    Name,
}

impl Format {
    /// Whether it is for people, who read notes as well.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Format::Table | Format::Wide)
    }

    /// Whether it has items as they are, not as cells.
    pub(crate) fn is_document(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl | Format::Yaml)
    }
}

/// How tables look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableStyle {
    /// Columns with blanks between them
    Plain,
    /// Lines between columns and below the header, as psql has them
    Psql,
    /// A frame with round corners
    Rounded,
    /// A table of Markdown
    Markdown,
}

/// Formats of the log file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One line per entry
    Text,
    /// One object per line
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On terminals, unless the environment says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show how the nodes stand (same as `cluster status`)
    Status(commands::cluster::status::StatusArgs),
    /// Watch the whole cluster on one screen
    Top(commands::top::TopArgs),
    /// Find what is wrong with the cluster, why, and what mends it
    Doctor(commands::doctor::DoctorArgs),
    /// Is this database ready for several nodes that write?
    Assess(commands::doctor::AssessArgs),
    /// Check one thing for monitoring (ends with 0 ok, 1 warning, 2 critical, 3 unknown)
    #[command(subcommand)]
    Check(commands::check::CheckCommand),
    /// Print or serve what is measured, in the format of OpenMetrics
    Metrics(commands::metrics::MetricsArgs),
    /// Make, watch, and prove a cluster
    #[command(subcommand)]
    Cluster(commands::cluster::ClusterCommand),
    /// Look at nodes
    #[command(subcommand)]
    Node(commands::node::NodeCommand),
    /// Look at and change subscriptions
    #[command(subcommand)]
    Sub(commands::sub::SubCommand),
    /// Look at and change replication sets: which tables and sequences go out
    #[command(subcommand)]
    Repset(commands::repset::RepsetCommand),
    /// Define objects on all nodes
    #[command(subcommand)]
    Ddl(commands::ddl::DdlCommand),
    /// Look at tables, and compare and mend their rows
    #[command(subcommand)]
    Table(commands::table::TableCommand),
    /// Look at sequences, and keep subscribers ahead of them
    #[command(subcommand)]
    Seq(commands::seq::SeqCommand),
    /// Look at rows that two nodes wrote at once: which version won, and why
    #[command(subcommand)]
    Conflict(commands::conflict::ConflictCommand),
    /// Look at transactions that could not be applied, and deal with them
    #[command(subcommand)]
    Exception(commands::exception::ExceptionCommand),
    /// Look at replication slots: how much log each keeps, and for whom
    #[command(subcommand)]
    Slot(commands::slot::SlotCommand),
    /// Say what an id means: of a finding, an exit code, a conflict, an exception
    Explain(commands::explain::ExplainArgs),
    /// Run statements on every node, which may only read unless told otherwise
    Sql(commands::sql::SqlArgs),
    /// Show what a slot would send, as JSON lines, without moving it
    ///
    /// Each line is a change of a committed transaction: node, slot, lsn, xid, committed_at, action (insert, update,
    /// delete, truncate), table, old, new. It reads a temporary copy of the slot, which needs a free replication slot.
    Tail(commands::tail::TailArgs),
    /// Look at the processes of the extension
    #[command(subcommand)]
    Worker(commands::worker::WorkerCommand),
    /// Bring the nodes to another version of the extension, one at a time
    #[command(subcommand)]
    Upgrade(commands::upgrade::UpgradeCommand),
    /// Look at runs of commands of several steps, and go on with one
    #[command(subcommand)]
    Runs(commands::runs::RunsCommand),
    /// Show one row on all nodes: who wrote it, and the conflicts and exceptions recorded for it
    Trace(commands::trace::TraceArgs),
    /// Run clusters of real servers on this machine
    #[command(subcommand)]
    Local(commands::local::LocalCommand),
    /// Look at the cluster definition
    #[command(subcommand)]
    Config(commands::config::ConfigCommand),
    /// Name the clusters that you work with
    #[command(subcommand)]
    Context(commands::context::ContextCommand),
    /// Print the completion script of a shell
    Completion(commands::completion::CompletionArgs),
    /// Print the version of this program
    Version(commands::version::VersionArgs),
    /// Explain a command or a topic: environment, exit-codes, output, credentials, glossary
    Help(commands::help::HelpArgs),
    /// Write completion scripts and manual pages
    #[command(hide = true)]
    Generate(commands::generate::GenerateArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn tree_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_is_documented() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} has no help");
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                assert!(arg.get_help().is_some(), "{path}: {} has no help", arg.get_id());
            }
            command.get_subcommands().for_each(|sub| check(sub, &path));
        }
        check(&Cli::command(), "");
    }

    /// Options that have to stand on the line, wherever they are.
    const ON_THE_LINE: &[&str] = &["yes", "confirm", "force", "dry-run"];

    /// Seen to fail with an option without a variable, one with a misspelled one, and one of the four with one.
    #[test]
    fn every_global_option_has_a_variable_but_for_those_that_must_be_on_the_line() {
        let root = Cli::command();
        let mut checked = 0;
        for arg in root.get_arguments().filter(|arg| arg.is_global_set()) {
            let name = arg.get_long().expect("a long name");
            let variable = arg.get_env().map(|variable| variable.to_string_lossy().into_owned());
            let twin = format!("SPOCKCTL_{}", name.to_uppercase().replace('-', "_"));
            let expected = (!ON_THE_LINE.contains(&name)).then_some(twin);
            assert_eq!(variable, expected, "--{name}");
            // Values may be secrets.
            assert!(arg.is_hide_env_values_set() || variable.is_none(), "--{name}");
            checked += 1;
        }
        assert!(checked > 20, "{checked}");
        // An option means the same everywhere, and clap takes one of the two for the other.
        let global: Vec<&str> = root
            .get_arguments()
            .filter(|arg| arg.is_global_set())
            .map(|arg| arg.get_id().as_str())
            .collect();
        fn check(command: &clap::Command, global: &[&str]) {
            for arg in command.get_arguments() {
                let path = (command.get_name(), arg.get_id());
                assert!(!global.contains(&arg.get_id().as_str()), "{path:?} is a global option");
                let is_on_the_line = arg.get_long().is_some_and(|name| ON_THE_LINE.contains(&name));
                assert!(!is_on_the_line || arg.get_env().is_none(), "{}", command.get_name());
            }
            command.get_subcommands().for_each(|below| check(below, global));
        }
        root.get_subcommands().for_each(|noun| check(noun, &global));
    }

    #[test]
    fn every_command_is_in_the_documentation() {
        let page = include_str!("../../docs/cli.md");
        let root = Cli::command();
        for noun in root.get_subcommands().filter(|noun| !noun.is_hide_set()) {
            let verbs = noun.get_subcommands().filter(|verb| !verb.is_hide_set());
            let verbs: Vec<&str> = verbs.map(clap::Command::get_name).collect();
            assert!(page.contains(&format!("`{}", noun.get_name())), "{}", noun.get_name());
            let rows: String = page
                .lines()
                .filter(|line| line.starts_with(&format!("| `{} ", noun.get_name())))
                .collect();
            for verb in verbs {
                assert!(rows.contains(verb), "docs/cli.md lacks {} {verb}", noun.get_name());
            }
        }
    }
}
