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

/// Names stand for everything below them.
const OWN: &[&str] = &["completion", "config", "context", "generate", "help", "local", "version"];

const READS: &[&str] = &[
    "assess",
    "check",
    "cluster diff",
    "cluster export",
    "cluster status",
    "cluster topology",
    "cluster verify",
    "cluster wait",
    "conflict explain",
    "conflict list",
    "conflict replay",
    "conflict show",
    "conflict stats",
    "ddl history",
    "ddl status",
    "exception list",
    "exception show",
    "explain",
    "metrics",
    "node guc check",
    "node guc get",
    "node guc list",
    "node gucs",
    "node interfaces",
    "node list",
    "node pg-version",
    "node ping",
    "node show",
    "node spock-version",
    "node version",
    "repset diff",
    "repset list",
    "repset list-tables",
    "repset show",
    "runs list",
    "runs show",
    "seq list",
    "seq show",
    "slot list",
    "slot orphans",
    "status",
    "sub lag",
    "sub show",
    "sub show-status",
    "sub show-table",
    "sub stats",
    "sub status",
    "sub tables",
    "sub wait",
    "sub wait-for-sync",
    "table check",
    "table diff",
    "table list",
    "table show",
    "tail",
    "top",
    "trace",
    "upgrade plan",
    "upgrade status",
    "upgrade verify",
    "worker list",
];

const SOME: &[(&str, Access)] = &[
    ("doctor", Access::WritesWith("fix")),
    ("node readonly", Access::ReadsWith("mode", "status")),
    ("sql", Access::WritesWith("write")),
];

/// Commands that `--watch` shows again and again. The others run once.
const WATCHED: &[&str] = &[
    "cluster diff",
    "cluster status",
    "cluster topology",
    "conflict list",
    "conflict stats",
    "ddl history",
    "ddl status",
    "doctor",
    "exception list",
    "node guc check",
    "node guc get",
    "node guc list",
    "node gucs",
    "node interfaces",
    "node list",
    "node pg-version",
    "node ping",
    "node readonly",
    "node show",
    "node spock-version",
    "node version",
    "repset list",
    "repset list-tables",
    "repset show",
    "seq list",
    "seq show",
    "slot list",
    "slot orphans",
    "sql",
    "status",
    "sub lag",
    "sub show",
    "sub show-status",
    "sub show-table",
    "sub stats",
    "sub status",
    "sub tables",
    "table check",
    "table list",
    "top",
    "upgrade status",
    "worker list",
];

/// Whether the command heeds `--watch`.
pub(crate) fn is_watched(command: &str) -> bool {
    WATCHED.contains(&command)
}

/// What the command of these words may do.
pub(crate) fn of(command: &str) -> Access {
    if is_listed(OWN, command) {
        Access::Own
    } else if is_listed(READS, command) {
        Access::Reads
    } else {
        SOME.iter().find(|(some, _)| *some == command).map_or(Access::Writes, |(_, access)| *access)
    }
}

/// Whether the command may write, as it is given.
pub(crate) fn may_write(access: Access, matches: &ArgMatches) -> bool {
    let mut at = matches;
    while let Some((_, below)) = at.subcommand() {
        at = below;
    }
    let given = |id: &str| at.get_raw(id).into_iter().flatten().next();
    match access {
        Access::Own | Access::Reads => false,
        // A flag that is not given has a value too, by default.
        Access::WritesWith(id) => {
            at.value_source(id) != Some(ValueSource::DefaultValue) && given(id).is_some()
        }
        Access::ReadsWith(id, value) => given(id).is_none_or(|given| given != value),
        Access::Writes => true,
    }
}

fn is_listed(list: &[&str], command: &str) -> bool {
    list.iter().any(|listed| {
        command.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
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
        let some: Vec<&str> = SOME.iter().map(|(command, _)| *command).collect();
        let lists = [OWN, READS, &some, WRITES];
        for leaf in &leaves {
            let times = lists.iter().filter(|list| is_listed(list, leaf)).count();
            assert_eq!(times, 1, "{leaf}: spockctl/src/access.rs has to say what it may do");
        }
        for watched in WATCHED {
            assert!(leaves.iter().any(|leaf| leaf == watched), "there is no command {watched}");
            assert!(!matches!(of(watched), Access::Writes), "{watched} is not written again");
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
            may_write(of(&crate::settle::command_of(&matches)), &matches)
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
        ] {
            assert!(may_write(line), "{line}");
        }
        assert_eq!(of("statuses"), Access::Writes);
        assert_eq!(of("sub"), Access::Writes);
    }
}
