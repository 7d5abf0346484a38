//! The columns of what commands print, known before they run.
//!
//! A command that changes something, or looks for long, must not do its work and then fail because of a name in
//! `--columns`, `--sort-by`, or `--until`. Those that only read, and soon, tell it themselves.

use clap::ArgMatches;

use super::{
    change, cluster, conflict, context, ddl, doctor, exception, local, node, runs, seq, slot, sub,
    table, worker,
};
use crate::access::{self, Access};
use crate::cli::Global;
use crate::engine;
use crate::failure::Result;
use crate::output::{self, Column};
use crate::settle::command_of;

/// A table that a command prints.
enum Printed {
    /// In all formats.
    Always(&'static [Column]),
    /// In formats for programs: people have it as text.
    ForPrograms(&'static [Column]),
}

use Printed::{Always, ForPrograms};

/// Refuses names that the table of the command will not have. What the command prints is held against this (in
/// builds that have assertions).
pub(crate) fn settle(global: &mut Global, matches: &ArgMatches) -> Result<()> {
    let (command, args) = command_of(matches);
    global.printed = match of(&command, args, global.dry_run) {
        Some(Always(columns)) => Some(columns),
        Some(ForPrograms(columns)) if !global.output.is_for_people() => Some(columns),
        _ => None,
    };
    match global.printed {
        // Its --columns are those that are replicated.
        Some(columns) if command == "repset add-table" => {
            output::require_columns(&Global { columns: Vec::new(), ..global.clone() }, columns)
        }
        Some(columns) => output::require_columns(global, columns),
        None => Ok(()),
    }
}

fn of(command: &str, args: &ArgMatches, is_dry: bool) -> Option<Printed> {
    let is = |flag: &str| args.get_flag(flag);
    Some(match command {
        "assess" | "doctor" | "table check" => Always(doctor::COLUMNS),
        "cluster apply" | "cluster destroy" | "cluster init" | "ddl run" | "upgrade run"
            if is_dry =>
        {
            Always(engine::PLAN_COLUMNS)
        }
        "cluster destroy" | "cluster init" | "upgrade run" => ForPrograms(runs::show::COLUMNS),
        "cluster apply" => Always(cluster::apply::COLUMNS),
        "cluster barrier" => Always(cluster::barrier::COLUMNS),
        "cluster pause" | "cluster resume" => Always(cluster::pause::COLUMNS),
        "cluster readonly" | "ddl disable" | "ddl enable" => Always(ddl::switch::COLUMNS),
        "cluster verify" if is("arch") => Always(cluster::arch::COLUMNS),
        "cluster verify" if is("connectivity") => Always(node::ping::COLUMNS),
        "cluster verify" if is("data") => Always(cluster::verify::COLUMNS),
        "cluster verify" => ForPrograms(cluster::verify::COLUMNS),
        "cluster wait" => ForPrograms(cluster::wait::COLUMNS),
        "conflict purge" => Always(conflict::purge::COLUMNS),
        "context add" | "context remove" | "context use" => ForPrograms(context::COLUMNS),
        "ddl run" => Always(ddl::run::COLUMNS),
        "exception retry" => Always(exception::retry::COLUMNS),
        "local down" => ForPrograms(local::COLUMNS),
        "local up" => Always(local::COLUMNS),
        "node guc set" => Always(node::guc::RESULTS),
        "node readonly" => match args.get_raw("mode").into_iter().flatten().next() {
            Some(mode) if mode == "status" => Always(node::guc::SETTINGS),
            _ => Always(ddl::switch::COLUMNS),
        },
        // The command that it runs has its own; `sql` knows them afterwards.
        "runs resume" => return None,
        "runs unlock" => Always(runs::unlock::COLUMNS),
        "seq sync" => Always(seq::sync::COLUMNS),
        "slot enable-failover" => Always(slot::failover::COLUMNS),
        "sub skip" => Always(sub::skip::COLUMNS),
        "sub stats" if is("reset") => ForPrograms(change::COLUMNS),
        "sub wait" | "sub wait-for-sync" => Always(sub::wait::COLUMNS),
        "table diff" => Always(table::diff::COLUMNS),
        "table repair" => Always(table::repair::COLUMNS),
        "worker pause" | "worker resume" => Always(worker::pause::COLUMNS),
        _ if access::of(command) == Access::Writes => ForPrograms(change::COLUMNS),
        _ => return None,
    })
}
