//! The options of every command, and the words that they take.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use spock_admin::wait::parse_duration;

use crate::failure::ErrorFormat;
use crate::output::Column;
use crate::watch::Until;

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
