//! The commands: one directory per noun, one file per verb.

pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod cluster;
pub(crate) mod columns;
pub(crate) mod completion;
pub(crate) mod config;
pub(crate) mod conflict;
pub(crate) mod context;
pub(crate) mod ddl;
pub(crate) mod doctor;
pub(crate) mod exception;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod help;
pub(crate) mod local;
pub(crate) mod metrics;
pub(crate) mod node;
pub(crate) mod repset;
pub(crate) mod runs;
pub(crate) mod seq;
pub(crate) mod slot;
pub(crate) mod sql;
pub(crate) mod sub;
pub(crate) mod table;
pub(crate) mod tail;
pub(crate) mod top;
pub(crate) mod trace;
pub(crate) mod upgrade;
pub(crate) mod version;
pub(crate) mod worker;

use crate::cli::{Cli, Command};
use crate::failure::Result;

/// Runs the command that was asked for.
pub(crate) async fn run(cli: Cli) -> Result {
    let global = &cli.global;
    match cli.command {
        Command::Status(args) => cluster::status::run(global, &args).await,
        Command::Top(args) => top::run(global, &args).await,
        Command::Doctor(args) => doctor::run(global, &args).await,
        Command::Assess(args) => doctor::assess(global, &args).await,
        Command::Check(command) => check::run(global, command).await,
        Command::Metrics(args) => metrics::run(global, &args).await,
        Command::Cluster(command) => cluster::run(global, command).await,
        Command::Node(command) => node::run(global, command).await,
        Command::Sub(command) => sub::run(global, command).await,
        Command::Repset(command) => repset::run(global, command).await,
        Command::Ddl(command) => ddl::run(global, command).await,
        Command::Table(command) => table::run(global, command).await,
        Command::Seq(command) => seq::run(global, command).await,
        Command::Conflict(command) => conflict::run(global, command).await,
        Command::Exception(command) => exception::run(global, command).await,
        Command::Slot(command) => slot::run(global, command).await,
        Command::Explain(args) => explain::run(global, &args).await,
        Command::Sql(args) => sql::run(global, &args).await,
        Command::Tail(args) => Box::pin(tail::run(global, &args)).await,
        Command::Worker(command) => worker::run(global, command).await,
        Command::Upgrade(command) => upgrade::run(global, command).await,
        Command::Runs(command) => runs::run(global, command).await,
        Command::Trace(args) => trace::run(global, &args).await,
        Command::Local(command) => local::run(global, command).await,
        Command::Config(command) => config::run(global, &command),
        Command::Context(command) => context::run(global, command),
        Command::Version(args) => version::run(global, &args),
        Command::Help(args) => help::run(&args),
        Command::Completion(args) => completion::run(&args),
        Command::Generate(args) => generate::run(&args),
    }
}
