//! `spockctl help TOPIC`: what no single command explains.

use std::io::Write as _;

use clap::{CommandFactory as _, ValueEnum};

use crate::cli::Cli;
use crate::exit::{Exit, table};
use crate::failure::{Failure, Result};

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
pub(crate) struct HelpArgs {
    /// A topic, or the words of a command
    #[arg(value_name = "TOPIC|COMMAND")]
    words: Vec<String>,
}

/// What there is beside the commands.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Topic {
    Environment,
    ExitCodes,
    Output,
    Credentials,
    Glossary,
}

pub(crate) fn run(args: &HelpArgs) -> Result {
    let text = match args.words.as_slice() {
        [] => {
            let mut text = Cli::command().render_help().to_string();
            text.push_str("\nTopics of `spockctl help`:\n");
            for topic in Topic::value_variants() {
                text.push_str(&format!("  {}\n", name(*topic)));
            }
            text
        }
        [word] if Topic::from_str(word, false).is_ok() => {
            Topic::from_str(word, false).map(text_of).unwrap_or_default()
        }
        words => help_of(words)?,
    };
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Failure::output(&e))?;
    Ok(Exit::Ok)
}

fn name(topic: Topic) -> String {
    topic.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn help_of(words: &[String]) -> Result<String> {
    let mut command = Cli::command();
    command.build();
    for word in words {
        let Some(below) = command.find_subcommand(word) else {
            let topics: Vec<String> = Topic::value_variants().iter().map(|t| name(*t)).collect();
            return Err(Failure::usage(format!(
                "there is no command or topic \"{}\" (topics: {})",
                words.join(" "),
                topics.join(", ")
            )));
        };
        command = below.clone();
    }
    Ok(command.render_long_help().to_string())
}

fn text_of(topic: Topic) -> String {
    match topic {
        Topic::Environment => environment(),
        Topic::ExitCodes => table()
            .map(|(exit, name, meaning)| format!("{:>3}  {name:<13}  {meaning}\n", exit.code()))
            .collect(),
        Topic::Output => OUTPUT.to_owned(),
        Topic::Credentials => CREDENTIALS.to_owned(),
        Topic::Glossary => GLOSSARY.to_owned(),
    }
}

/// Every variable that an option says to have, and those that stand behind none.
fn environment() -> String {
    let root = Cli::command();
    let mut rows: Vec<(String, String)> = root
        .get_arguments()
        .filter_map(|arg| {
            let variable = arg.get_env()?.to_string_lossy().into_owned();
            Some((variable, format!("--{}", arg.get_long()?)))
        })
        .collect();
    for (variable, meaning) in [
        (
            "SPOCKCTL_CONFIG",
            "the configuration of the user, in place of ~/.config/spockctl/config.toml",
        ),
        ("SPOCKCTL_LOG", "filter of the log that -v writes"),
        ("SPOCK_LOCAL_DIR", "where local clusters live"),
        ("SPOCK_LOCAL_CACHE", "where copies of servers for local clusters live"),
        ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "as everywhere"),
        ("PGHOST, PGPORT, PGUSER, ...", "what a connection string leaves open, as for psql"),
    ] {
        rows.push((variable.to_owned(), meaning.to_owned()));
    }
    rows.iter().map(|(variable, meaning)| format!("{variable:<34}  {meaning}\n")).collect()
}

const OUTPUT: &str = "\
Standard output has the result and nothing else, standard error everything else.

table   columns for people; `-` is what is not there; columns that do not fit are left out, and told
wide    all columns
json    one document: schema, cluster, generated_at, items, warnings, errors
jsonl   one object per line; with --watch one document per look
yaml    the document of json, as YAML
csv     RFC 4180, raw units
tsv     tab separated, raw units
name    one identifier per line

A document names its schema (spockctl/sub-status/1), which only grows under that number; docs/schema has all of them.
";

const CREDENTIALS: &str = "\
The password of a connection is the first of these that there is:

  --password (asks), --password-file
  the connection string, or password_command of the cluster file
  the service (service=, PGSERVICE), PGPASSWORD
  the password file: passfile=, PGPASSFILE, ~/.pgpass

A password file, and a cluster file with a password, may be read by their owner alone (chmod 0600). No password
is shown: outputs, errors, logs and journals have **** in its place.
";

const GLOSSARY: &str = "\
node             a database that takes part; its server may have several
subscription     the stream from one node (the provider) to another (the subscriber)
replication set  the tables and sequences of a node that go out together
slot             what a provider keeps of its log for one subscription
origin           the node that a row was written on first
conflict         two nodes wrote one row at once; a rule decides, and spock.resolutions has it
exception        a transaction that a node could not apply; it is kept until it is dealt with
barrier          a mark in the log of every node that all others have applied
seed             the node that structure and rows of a new cluster come from
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_says_something() {
        for topic in Topic::value_variants() {
            assert!(text_of(*topic).lines().count() > 5, "{topic:?}");
        }
        assert!(environment().contains("SPOCKCTL_CLUSTER_FILE               --cluster-file"));
        assert!(text_of(Topic::ExitCodes).contains("  9  DECLINED"));
    }
}
