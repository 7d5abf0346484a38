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

use crate::access::{self, Access};
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

/// The words of the command: `sub status`.
pub(crate) fn command_of(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut at = matches;
    while let Some((word, below)) = at.subcommand() {
        words.push(word);
        at = below;
    }
    words.join(" ")
}

/// Fills the gaps of the global options from the context and the user's configuration.
pub(crate) fn settle(global: &mut Global, matches: &ArgMatches) -> Result<()> {
    let command = command_of(matches);
    settle_watch(global, matches, &command)?;
    global.cluster_file_from = match matches.value_source("cluster_file") {
        Some(ValueSource::CommandLine) => Some("--cluster-file".to_owned()),
        Some(ValueSource::EnvVariable) => Some("SPOCKCTL_CLUSTER_FILE".to_owned()),
        _ => None,
    };
    let access = access::of(&command);
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
    if entry.read_only && !global.dry_run && access::may_write(access, matches) {
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

/// A command that runs once is not watched: it refuses the options, and what the environment says is for others.
fn settle_watch(global: &mut Global, matches: &ArgMatches, command: &str) -> Result<()> {
    let is_on_line = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let has_conditions = !["cluster diff", "top"].contains(&command);
    match (access::is_watched(command), has_conditions) {
        (true, true) if is_on_line("until") && global.watch.is_none() => {
            return Err(Failure::usage("--until is a condition of --watch, give both"));
        }
        (true, false) if is_on_line("until") => {
            return Err(Failure::usage(format!("\"spockctl {command}\" has no --until")));
        }
        (true, has_conditions) => {
            if global.watch.is_none() || !has_conditions {
                global.until.clear();
            }
            return Ok(());
        }
        (false, _) => {}
    }
    if let Some(option) = ["watch", "until"].into_iter().find(|option| is_on_line(option)) {
        return Err(Failure::usage(format!(
            "\"spockctl {command}\" runs once, without --{option}"
        )));
    }
    global.watch = None;
    global.until.clear();
    Ok(())
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
