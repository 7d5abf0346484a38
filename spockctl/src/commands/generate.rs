//! `spockctl generate`: the files that are derived from the command line, for packages.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use spock_admin::exit::manual_section;
use spock_admin::generated::{File, write};

use crate::cli::Cli;
use crate::exit::{Exit, table};
use crate::failure::Result;

/// Arguments of `generate`.
#[derive(Debug, clap::Args)]
pub(crate) struct GenerateArgs {
    /// Directory in which `completions`, `man` and `docs/schema` are written
    #[arg(default_value = ".")]
    root: PathBuf,
}

pub(crate) fn run(args: &GenerateArgs) -> Result {
    write(&args.root, files())?;
    Ok(Exit::Ok)
}

/// Every generated file, by its path in the repository.
fn files() -> Vec<File> {
    let mut out = Vec::new();
    for (shell, name) in
        [(Shell::Bash, "spockctl.bash"), (Shell::Zsh, "_spockctl"), (Shell::Fish, "spockctl.fish")]
    {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "spockctl", &mut script);
        out.push((Path::new("completions").join(name), script));
    }
    out.extend(crate::schema::files());
    let definition = format!("{:#}\n", spock_admin::cluster_file::schema());
    out.push((Path::new("docs/schema/cluster.toml.json").to_owned(), definition.into_bytes()));
    let mut root = Cli::command().disable_help_flag(true);
    root.build();
    out.push((Path::new("man").join("spockctl.1"), page(&root, "spockctl", true)));
    for noun in root.get_subcommands().filter(|noun| !noun.is_hide_set()) {
        let name = format!("spockctl-{}", noun.get_name());
        let mut content = page(noun, &name, false);
        // The verbs stand before the last section, which points to the first page.
        let rest = content.split_off(find(&content, b".SH \"SEE ALSO\""));
        for verb in noun.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            content.extend(verb_section(verb));
        }
        content.extend(rest);
        out.push((Path::new("man").join(format!("{name}.1")), content));
    }
    out
}

/// Where a piece of a page begins.
fn find(page: &[u8], piece: &[u8]) -> usize {
    page.windows(piece.len()).position(|window| window == piece).unwrap_or(page.len())
}

/// A manual page; options of every command stand in the first page only.
fn page(command: &clap::Command, name: &str, is_root: bool) -> Vec<u8> {
    let command = if is_root { command.clone() } else { without_shared(command) };
    let has_verbs = !is_root && command.has_subcommands();
    let man = clap_mangen::Man::new(command.display_name(name))
        .date("")
        .source(concat!("spockctl ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = man.render_title(&mut out);
    let _ = man.render_name_section(&mut out);
    let _ = man.render_synopsis_section(&mut out);
    let _ = man.render_description_section(&mut out);
    if !has_verbs {
        let _ = man.render_options_section(&mut out);
    }
    if is_root {
        let _ = man.render_subcommands_section(&mut out);
        out.extend(manual_section(table()).bytes());
    } else {
        out.extend(b".SH \"SEE ALSO\"\nspockctl(1) for options of every command, exit status\n");
    }
    out
}

/// The text, options, and arguments of one verb.
fn verb_section(verb: &clap::Command) -> Vec<u8> {
    let man = clap_mangen::Man::new(without_shared(verb));
    let mut out = format!(".SH \"{}\"\n", verb.get_name().to_uppercase()).into_bytes();
    if let Some(about) = verb.get_long_about().or_else(|| verb.get_about()) {
        out.extend(format!("{about}\n").bytes());
    }
    let mut options = Vec::new();
    let _ = man.render_options_section(&mut options);
    // The section of the page is a part of a section here.
    let options = String::from_utf8_lossy(&options).replace(".SH OPTIONS", ".SS OPTIONS");
    out.extend(options.bytes());
    out
}

/// The command with the options that only it has.
fn without_shared(command: &clap::Command) -> clap::Command {
    command.clone().disable_version_flag(true).mut_args(|arg| {
        let is_shared = arg.is_global_set() || arg.get_id() == "version";
        arg.hide(is_shared)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let stale = spock_admin::generated::stale(&root, files());
        assert!(stale.is_empty(), "run `make gen`; out of date: {stale:?}");
    }
}
