//! What each command may do to a cluster, for contexts that are read only.
//!
//! Every command stands in one list, which a test holds against the tree; one that is in none counts as one that
//! writes. Marks that a command sets in the log of a node to see them arrive (`cluster wait`) are no writes.

use clap::ArgMatches;
use clap::parser::ValueSource;

/// What a command may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It has nothing to do with a cluster that somebody else uses.
    Own,
    /// It only reads.
    Reads,
    /// It reads, and writes if this argument is given.
    WritesWith(&'static str),
    /// It reads with this value of this argument, and writes otherwise.
    ReadsWith(&'static str, &'static str),
    /// It may write.
    Writes,
}

/// How a command heeds `--watch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    /// It runs once.
    Once,
    /// It is shown again and again, and has no conditions.
    Again,
    /// It is shown again and again, until the conditions of `--until` are met.
    Until,
}

/// Names stand for everything below them.
const OWN: &[&str] = &["completion", "config", "context", "generate", "help", "local", "version"];

const READS: &[(&str, Watch)] = &[
    ("assess", Watch::Once),
    ("check", Watch::Once),
    ("cluster diff", Watch::Again),
    ("cluster export", Watch::Once),
    ("cluster status", Watch::Until),
    ("cluster topology", Watch::Until),
    ("cluster verify", Watch::Once),
    ("cluster wait", Watch::Once),
    ("conflict explain", Watch::Once),
    ("conflict list", Watch::Until),
    ("conflict replay", Watch::Once),
    ("conflict show", Watch::Once),
    ("conflict stats", Watch::Until),
    ("ddl history", Watch::Until),
    ("ddl status", Watch::Until),
    ("exception list", Watch::Until),
    ("exception show", Watch::Once),
    ("explain", Watch::Once),
    ("metrics", Watch::Once),
    ("node guc check", Watch::Until),
    ("node guc get", Watch::Until),
    ("node guc list", Watch::Until),
    ("node gucs", Watch::Until),
    ("node interfaces", Watch::Until),
    ("node list", Watch::Until),
    ("node pg-version", Watch::Until),
    ("node ping", Watch::Until),
    ("node show", Watch::Until),
    ("node spock-version", Watch::Until),
    ("node version", Watch::Until),
    ("repset diff", Watch::Once),
    ("repset list", Watch::Until),
    ("repset list-tables", Watch::Until),
    ("repset show", Watch::Until),
    ("runs list", Watch::Once),
    ("runs show", Watch::Once),
    ("seq list", Watch::Until),
    ("seq show", Watch::Until),
    ("slot list", Watch::Until),
    ("slot orphans", Watch::Until),
    ("status", Watch::Until),
    ("sub lag", Watch::Until),
    ("sub show", Watch::Until),
    ("sub show-status", Watch::Until),
    ("sub show-table", Watch::Until),
    ("sub status", Watch::Until),
    ("sub tables", Watch::Until),
    ("sub wait", Watch::Once),
    ("sub wait-for-sync", Watch::Once),
    ("table check", Watch::Until),
    ("table diff", Watch::Once),
    ("table list", Watch::Until),
    ("table show", Watch::Once),
    ("tail", Watch::Once),
    ("top", Watch::Again),
    ("trace", Watch::Once),
    ("upgrade plan", Watch::Once),
    ("upgrade status", Watch::Until),
    ("upgrade verify", Watch::Once),
    ("worker list", Watch::Until),
];

const SOME: &[(&str, Access, Watch)] = &[
    ("doctor", Access::WritesWith("fix"), Watch::Until),
    ("node readonly", Access::ReadsWith("mode", "status"), Watch::Until),
    ("sql", Access::WritesWith("write"), Watch::Until),
    ("sub stats", Access::WritesWith("reset"), Watch::Until),
];

/// What the command of these words may do.
pub(crate) fn of(command: &str) -> Access {
    known(command).map_or(Access::Writes, |(access, _)| access)
}

/// How the command of these words heeds `--watch`, unless it writes as it is given.
pub(crate) fn watch(command: &str) -> Watch {
    known(command).map_or(Watch::Once, |(_, watch)| watch)
}

fn known(command: &str) -> Option<(Access, Watch)> {
    if OWN.iter().any(|own| is_of(command, own)) {
        return Some((Access::Own, Watch::Once));
    }
    let reads = READS.iter().find(|(name, _)| is_of(command, name));
    let some = || SOME.iter().find(|(name, ..)| is_of(command, name));
    reads
        .map(|(_, watch)| (Access::Reads, *watch))
        .or_else(|| some().map(|(_, access, watch)| (*access, *watch)))
}

/// Whether the command is this one, or one below it.
fn is_of(command: &str, name: &str) -> bool {
    command.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether the command may write, as it is given.
pub(crate) fn may_write(access: Access, args: &ArgMatches) -> bool {
    let given = |id: &str| args.get_raw(id).into_iter().flatten().next();
    match access {
        Access::Own | Access::Reads => false,
        // A flag that is not given has a value too, by default.
        Access::WritesWith(id) => {
            args.value_source(id) != Some(ValueSource::DefaultValue) && given(id).is_some()
        }
        Access::ReadsWith(id, value) => given(id).is_none_or(|given| given != value),
        Access::Writes => true,
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;
    use crate::cli::Cli;

    /// Commands that write; here so that a new one is thought about.
    const WRITES: &[&str] = &[
        "cluster apply",
        "cluster barrier",
        "cluster destroy",
        "cluster init",
        "cluster pause",
        "cluster readonly",
        "cluster resume",
        "conflict purge",
        "ddl disable",
        "ddl enable",
        "ddl run",
        "exception resolve",
        "exception retry",
        "node add-interface",
        "node alter",
        "node create",
        "node drop",
        "node drop-interface",
        "node guc set",
        "repset add-all-seqs",
        "repset add-all-tables",
        "repset add-partition",
        "repset add-seq",
        "repset add-table",
        "repset alter",
        "repset apply",
        "repset copy",
        "repset create",
        "repset drop",
        "repset edit",
        "repset remove-partition",
        "repset remove-seq",
        "repset remove-table",
        "runs resume",
        "runs unlock",
        "seq sync",
        "slot advance",
        "slot drop",
        "slot enable-failover",
        "sub add-repset",
        "sub alter",
        "sub alter-interface",
        "sub create",
        "sub disable",
        "sub drop",
        "sub enable",
        "sub remove-repset",
        "sub resync-table",
        "sub skip",
        "sub skip-lsn",
        "sub sync",
        "table repair",
        "upgrade run",
        "worker pause",
        "worker resume",
    ];

    /// The commands of the tree, and those that have commands of their own.
    fn tree() -> (Vec<String>, Vec<String>) {
        fn walk(command: &Command, path: &str, leaves: &mut Vec<String>, nouns: &mut Vec<String>) {
            for below in command.get_subcommands() {
                let path = format!("{path} {}", below.get_name()).trim().to_owned();
                if below.has_subcommands() {
                    nouns.push(path.clone());
                    walk(below, &path, leaves, nouns);
                } else {
                    leaves.push(path);
                }
            }
        }
        let (mut leaves, mut nouns) = (Vec::new(), Vec::new());
        walk(&Cli::command(), "", &mut leaves, &mut nouns);
        (leaves, nouns)
    }

    #[test]
    fn every_command_is_in_one_list() {
        let (leaves, nouns) = tree();
        let some: Vec<&str> = SOME.iter().map(|(command, ..)| *command).collect();
        let reads: Vec<&str> = READS.iter().map(|(command, _)| *command).collect();
        let lists = [OWN, &reads, &some, WRITES];
        for leaf in &leaves {
            let times = lists.iter().filter(|list| list.iter().any(|name| is_of(leaf, name)));
            assert_eq!(
                times.count(),
                1,
                "{leaf}: spockctl/src/access.rs has to say what it may do"
            );
        }
        for listed in lists.concat() {
            let is_there = leaves.iter().chain(&nouns).any(|command| command == listed);
            assert!(is_there, "there is no command {listed}");
        }
    }

    #[test]
    fn what_may_write_is_told_by_the_arguments() {
        let may_write = |line: &str| {
            let matches = Cli::command()
                .try_get_matches_from(line.split(' '))
                .unwrap_or_else(|e| panic!("{line}: {e}"));
            let (command, args) = crate::settle::command_of(&matches);
            may_write(of(&command), args)
        };
        for line in [
            "spockctl status",
            "spockctl check lag",
            "spockctl sub status",
            "spockctl table diff public.t",
            "spockctl doctor",
            "spockctl sql -c x",
            "spockctl sql --command=--write",
            "spockctl node readonly status",
            "spockctl conflict replay n1/1 --resolver f",
            "spockctl local down one",
        ] {
            assert!(!may_write(line), "{line}");
        }
        for line in [
            "spockctl cluster init",
            "spockctl sub drop s",
            "spockctl doctor --fix",
            "spockctl sql --write -c x",
            "spockctl node readonly on",
            "spockctl sub stats --reset",
        ] {
            assert!(may_write(line), "{line}");
        }
        assert_eq!(of("statuses"), Access::Writes);
        assert_eq!(of("sub"), Access::Writes);
    }
}
