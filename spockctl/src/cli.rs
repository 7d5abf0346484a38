//! The command line: the tree of commands, and the options that all of them have (`global`).
//!
//! Doc comments here and on the argument structs of `commands/` are the help text; man pages,
//! completions, and `docs/` derive from the same tree.

mod global;

use clap::{Parser, Subcommand};

use crate::commands;

pub(crate) use global::{Format, Global, LogFormat, TableStyle, When};

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
