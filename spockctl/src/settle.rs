//! What the command line leaves open, before a command begins: spellings of the former tool, the context, and what the
//! user's own configuration says.
//!
//! A context that is read only refuses every command that may write ([`crate::access`]).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, ValueEnum};
use spock_admin::conninfo::resolve::ProcessEnv;
use spock_admin::error::AdminError;
use spock_admin::user_config::{self, UserConfig};

use crate::access::{self, Access, Watch};
use crate::cli::{Cli, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Commands of the former tool that have another name here.
const FORMER: &[(&str, &[&str])] = &[("replicate-ddl", &["ddl", "run"])];

/// The arguments with spellings of the former tool replaced, and a warning for each kind.
pub(crate) fn arguments(given: impl Iterator<Item = OsString>) -> (Vec<OsString>, Vec<String>) {
    let root = Cli::command();
    let is_command = |word: &str| root.find_subcommand(word).is_some();
    let (mut out, mut warnings) = (Vec::new(), Vec::new());
    let (mut has_command, mut is_over) = (false, false);
    let mut has_underscore = false;
    for argument in given {
        let Some(text) = argument.to_str().filter(|_| !is_over) else {
            out.push(argument);
            continue;
        };
        is_over = text == "--";
        if let Some(option) = text.strip_prefix("--") {
            let (name, rest) = option.split_at(option.find('=').unwrap_or(option.len()));
            let dashed = name.replace('_', "-");
            if dashed != name && has_option(&root, &dashed) {
                if !has_underscore {
                    warnings.push(format!("--{name} is spelled --{dashed} here"));
                }
                has_underscore = true;
                out.push(format!("--{dashed}{rest}").into());
                continue;
            }
        } else if !has_command && !out.is_empty() {
            if let Some((former, now)) = FORMER.iter().find(|(former, _)| *former == text) {
                has_command = true;
                warnings.push(format!("\"{former}\" is \"{}\" here", now.join(" ")));
                out.extend(now.iter().map(OsString::from));
                continue;
            }
            has_command = is_command(text);
        }
        out.push(argument);
    }
    (out, warnings)
}

fn has_option(command: &clap::Command, name: &str) -> bool {
    command.get_arguments().any(|arg| arg.get_long() == Some(name))
        || command.get_subcommands().any(|below| has_option(below, name))
}

/// The words of the command, `sub status`, and its own arguments.
pub(crate) fn command_of(matches: &ArgMatches) -> (String, &ArgMatches) {
    let mut words = Vec::new();
    let mut at = matches;
    while let Some((word, below)) = at.subcommand() {
        words.push(word);
        at = below;
    }
    (words.join(" "), at)
}

/// Fills the gaps of the global options from the context and the user's configuration.
pub(crate) fn settle(global: &mut Global, matches: &ArgMatches) -> Result<()> {
    let (command, args) = command_of(matches);
    let access = access::of(&command);
    let may_write = access::may_write(access, args);
    settle_watch(global, matches, &command, may_write)?;
    global.cluster_file_from = match matches.value_source("cluster_file") {
        Some(ValueSource::CommandLine) => Some("--cluster-file".to_owned()),
        Some(ValueSource::EnvVariable) => Some("SPOCKCTL_CLUSTER_FILE".to_owned()),
        _ => None,
    };
    if access == Access::Own && !command.starts_with("config") {
        return Ok(());
    }
    let Ok(path) = user_config::path(&ProcessEnv) else { return Ok(()) };
    if !path.exists() && global.context.is_none() {
        return Ok(());
    }
    let config = UserConfig::load(&path)?;
    let is_open = |id: &str| matches.value_source(id) == Some(ValueSource::DefaultValue);
    if let Some(word) = config.output.as_deref().filter(|_| is_open("output")) {
        global.output = word_of(&path, "output", word)?;
    }
    if let Some(word) = config.table_style.as_deref().filter(|_| is_open("table_style")) {
        global.table_style = word_of(&path, "table_style", word)?;
    }
    if let Some(word) = config.color.as_deref().filter(|_| is_open("color")) {
        global.color = word_of(&path, "color", word)?;
    }
    let Some(name) = context_of(global, matches, &config)? else { return Ok(()) };
    let entry = config.entry(&name)?;
    let dir = path.parent().unwrap_or_else(|| Path::new("."));
    global.cluster_file = Some(dir.join(&entry.cluster_file));
    global.cluster_file_from = Some(format!("context \"{name}\""));
    if global.node.is_empty() {
        global.node.extend(entry.default_node.clone());
    }
    if entry.read_only && !global.dry_run && may_write {
        return Err(Failure {
            exit: Exit::Declined,
            errors: vec![
                AdminError::failed(format!("context \"{name}\" is read only"))
                    .detail(format!("\"spockctl {command}\" may write."))
                    .hint("show what it would do with --dry-run, or choose another context"),
            ],
        });
    }
    Ok(())
}

/// Options of watching that the command does not have are refused on the line; in the environment they are for others.
fn settle_watch(
    global: &mut Global,
    matches: &ArgMatches,
    command: &str,
    may_write: bool,
) -> Result<()> {
    let watch = if may_write { Watch::Once } else { access::watch(command) };
    let given: Vec<&str> = ["watch", "until"]
        .into_iter()
        .filter(|option| matches.value_source(option) == Some(ValueSource::CommandLine))
        .collect();
    let until = given.contains(&"until");
    let refusal = match (watch, given.first()) {
        (Watch::Once, Some(option)) => {
            let flag = match access::of(command) {
                Access::WritesWith(flag) => format!(" --{flag}"),
                _ => String::new(),
            };
            Some(format!("\"spockctl {command}{flag}\" runs once, without --{option}"))
        }
        (Watch::Again, _) if until => Some(format!("\"spockctl {command}\" has no --until")),
        (Watch::Until, _) if until && global.watch.is_none() => {
            Some("--until is a condition of --watch, give both".to_owned())
        }
        _ => None,
    };
    if watch == Watch::Once {
        global.watch = None;
    }
    if watch != Watch::Until || global.watch.is_none() {
        global.until.clear();
    }
    refusal.map_or(Ok(()), |refusal| Err(Failure::usage(refusal)))
}

/// The context of the command, if its cluster comes from one. A flag counts more than a variable.
fn context_of(
    global: &Global,
    matches: &ArgMatches,
    config: &UserConfig,
) -> Result<Option<String>> {
    let is_on_line = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let other = ["dsn", "local", "cluster_file"];
    let is_other = global.dsn.is_some() || global.local.is_some() || global.cluster_file.is_some();
    if let Some(name) = &global.context {
        let by_flag = other.iter().any(|id| is_on_line(id));
        return match (is_on_line("context"), by_flag) {
            (true, true) => {
                Err(Failure::usage("--context and another option name the cluster, give one"))
            }
            (true, false) => Ok(Some(name.clone())),
            (false, _) => Ok((!is_other).then(|| name.clone())),
        };
    }
    let is_open = !is_other && !Path::new("cluster.toml").exists();
    Ok(config.current_context.clone().filter(|_| is_open))
}

fn word_of<T: ValueEnum>(path: &Path, key: &str, word: &str) -> Result<T> {
    T::from_str(word, false).map_err(|_| {
        let known: Vec<String> = T::value_variants()
            .iter()
            .filter_map(|value| Some(value.to_possible_value()?.get_name().to_owned()))
            .collect();
        AdminError::config(format!("{}: invalid value \"{word}\" of \"{key}\"", path.display()))
            .hint(format!("known here: {}", known.join(", ")))
            .into()
    })
}

/// Where the file of the user is, for those who look for it.
pub(crate) fn user_config_path() -> Result<PathBuf> {
    Ok(user_config::path(&ProcessEnv)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> (String, Vec<String>) {
        let given = text.split(' ').map(OsString::from);
        let (out, warnings) = arguments(given);
        let out: Vec<_> = out.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        (out.join(" "), warnings)
    }

    #[test]
    fn spellings_of_the_former_tool_are_understood() {
        let (out, warnings) =
            words("spockctl -o json replicate-ddl --dry_run --connect_timeout=3s");
        assert_eq!(out, "spockctl -o json ddl run --dry-run --connect-timeout=3s");
        assert_eq!(warnings.len(), 2, "one for each kind: {warnings:?}");
        for same in [
            "spockctl ddl run -c replicate-ddl",
            "spockctl local psql n1 -- --dry_run",
            "spockctl trace t a_b=--x_y",
            "spockctl sub show --no_such_option",
        ] {
            assert_eq!(words(same), (same.to_owned(), Vec::new()));
        }
    }
}
