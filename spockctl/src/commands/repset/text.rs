//! `spockctl repset edit|apply|diff`: a replication set as a text.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use spock_admin::client::{Client, SetDefinition};
use spock_admin::cluster_file::{parse_set, set_text};
use spock_admin::error::{AdminError, ErrorKind};
use spock_admin::operations::repset::{Read, read};

use super::{changes, could_not, object, require_set, writer};
use crate::cli::{Format, Global};
use crate::commands::change::Verb;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output;
use crate::ui;

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl repset diff audit -F audit.toml --node n1
  spockctl repset apply audit -F audit.toml --node n1 --yes
  EDITOR=vi spockctl repset edit audit --node n1";

const ALTER: Verb = Verb("alter", "altered");

/// Arguments of `repset edit`.
#[derive(Debug, clap::Args)]
pub(crate) struct EditArgs {
    /// The replication set
    set: String,
}

/// Arguments of `repset apply` and `repset diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// The replication set
    set: String,

    /// What it is to be: replicate, tables, and sequences, as `repset edit` shows them; `-` reads standard input
    #[arg(short = 'F', long, value_name = "PATH")]
    file: PathBuf,
}

pub(super) async fn apply(global: &Global, args: &FileArgs) -> Result {
    let context = Context::load(global, "repset-apply")?;
    let client = writer(&context).await?;
    let now = find(&client, &args.set).await?;
    let wanted = wanted(&client, &now, &args.set, &load(&args.file)?, &name_of(&args.file)).await?;
    make(global, &context, &client, &args.set, &now, &wanted).await
}

pub(super) async fn diff(global: &Global, args: &FileArgs) -> Result {
    let context = Context::load(global, "repset-diff")?;
    let client = writer(&context).await?;
    let now = find(&client, &args.set).await?;
    let wanted = wanted(&client, &now, &args.set, &load(&args.file)?, &name_of(&args.file)).await?;
    let difference = difference(client.node(), &now.set, &wanted, &name_of(&args.file));
    if matches!(global.output, Format::Table | Format::Wide) {
        output::text(&difference)?;
    }
    let mut told = changes(global, &context);
    let what = format!("replication set {}", args.set);
    if difference.is_empty() {
        let why = format!("{what} on node {} is as the file says", client.node());
        told.unchanged(ALTER, client.node(), object(&args.set), why);
        return told.emit();
    }
    told.planned(ALTER, client.node(), object(&args.set), &what);
    told.emit()?;
    Ok(Exit::Unhealthy)
}

pub(super) async fn edit(global: &Global, args: &EditArgs) -> Result {
    let context = Context::load(global, "repset-edit")?;
    let client = writer(&context).await?;
    let (node, set) = (client.node(), &args.set);
    let now = find(&client, set).await?;
    let before = set_text(&now.set);
    let file = tempfile::Builder::new()
        .prefix(&format!("spockctl-{}-", set.replace(['/', '.'], "_")))
        .suffix(".toml")
        .tempfile()
        .map_err(|e| unwritten(&e))?;
    let about = format!(
        "# Replication set {set} of node {node}. Lines that begin with # are left out; an empty text changes nothing.\n\
         # A table is \"schema.name\", \"schema.*\", or {{ name = \"schema.name\", columns = [\"id\"], row_filter = \"id > 0\" }}.\n\
         # Partitions of a table that is listed stay.\n"
    );
    write(file.path(), &format!("{about}{before}"))?;
    let wanted = loop {
        open_editor(global, file.path())?;
        let text = std::fs::read_to_string(file.path()).map_err(|e| unwritten(&e))?;
        let said: String = text.lines().filter(|l| !l.trim_start().starts_with('#')).collect();
        if said.trim().is_empty() {
            return unchanged(global, &context, node, set);
        }
        match wanted(&client, &now, set, &text, "the text").await {
            Ok(wanted) => break wanted,
            // Who cannot be asked would get the same text again and again.
            Err(failure) if !ui::can_prompt(global) => return Err(keep(file, failure)),
            Err(failure) => {
                let faults = failure.errors.iter().map(|e| format!("# error: {}\n", e.line()));
                let faults: String = faults.collect();
                let is_fault = |line: &&str| !line.starts_with("# error: ");
                let rest: String =
                    text.lines().filter(is_fault).map(|line| format!("{line}\n")).collect();
                write(file.path(), &format!("{faults}{rest}"))?;
                crate::failure::print(&failure.errors, global.error_format(), false);
                if let Err(declined) = ui::confirm::again("Edit it again?") {
                    return Err(keep(file, declined));
                }
            }
        }
    };
    match make(global, &context, &client, set, &now, &wanted).await {
        Err(failure) => Err(keep(file, failure)),
        done => done,
    }
}

/// Keeps what was edited, and says where.
fn keep(file: tempfile::NamedTempFile, failure: Failure) -> Failure {
    match file.keep() {
        Ok((_, path)) => failure.hint(format!("the text is kept in \"{}\"", path.display())),
        Err(_) => failure,
    }
}

/// Shows the difference, asks, and makes the set so.
async fn make(
    global: &Global,
    context: &Context,
    client: &Client,
    set: &str,
    now: &Read,
    wanted: &SetDefinition,
) -> Result {
    let node = client.node();
    let difference = difference(node, &now.set, wanted, "wanted");
    if difference.is_empty() {
        return unchanged(global, context, node, set);
    }
    if matches!(global.output, Format::Table | Format::Wide) {
        output::text(&difference)?;
    }
    let mut changes = changes(global, context);
    let what = format!("replication set {set}");
    if global.dry_run {
        changes.planned(ALTER, node, object(set), &what);
        return changes.emit();
    }
    ui::confirm::moderate(global, &format!("Make {what} on node {node} so?"))?;
    now.change(client, set, wanted)
        .await
        .map_err(|e| could_not(format_args!("alter {what}"), e))?;
    changes.done(ALTER, node, object(set), &what);
    changes.emit()
}

fn unchanged(global: &Global, context: &Context, node: &str, set: &str) -> Result {
    let mut changes = changes(global, context);
    let why = format!("nothing changed: replication set {set} on node {node} is so already");
    changes.unchanged(ALTER, node, object(set), why);
    changes.emit()
}

async fn find(client: &Client, set: &str) -> Result<Read> {
    require_set(client, set).await?;
    let found = read(client, set).await?;
    Ok(found.ok_or_else(|| AdminError::precondition("the replication set is gone"))?)
}

async fn wanted(
    client: &Client,
    now: &Read,
    set: &str,
    text: &str,
    name: &str,
) -> Result<SetDefinition> {
    let said = parse_set(set, text, name)?;
    let wanted = now.wanted(client, &said).await;
    wanted.map_err(|e| could_not(format_args!("read what replication set {set} is to be"), e))
}

fn difference(node: &str, now: &SetDefinition, wanted: &SetDefinition, name: &str) -> String {
    output::unified(&set_text(now), &set_text(wanted), &format!("live on {node}"), name)
}

fn name_of(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() }
}

fn load(path: &Path) -> Result<String> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    read.map_err(|e| {
        AdminError::config(format!("could not read {}", name_of(path))).detail(e.to_string())
    })?;
    Ok(text)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).truncate(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| unwritten(&e).into())
}

fn unwritten(error: &std::io::Error) -> AdminError {
    AdminError::failed(format!("could not keep the text to be edited: {error}"))
}

/// Runs `$VISUAL` or `$EDITOR` on the file, as git does; vi where nobody says what.
fn open_editor(global: &Global, path: &Path) -> Result<()> {
    let said = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok());
    let said = said.filter(|editor| !editor.trim().is_empty());
    if said.is_none() && !ui::can_prompt(global) {
        return Err(Failure::declined("no terminal to edit in", "EDITOR, or `repset apply -F`,"));
    }
    let said = said.unwrap_or_else(|| "vi".to_owned());
    let words = shlex::split(&said).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| AdminError::config(format!("EDITOR is no command: {said}")))?;
    let status = Command::new(&words[0]).args(&words[1..]).arg(path).status().map_err(|e| {
        AdminError::new(ErrorKind::Config, format!("could not run editor \"{}\": {e}", words[0]))
    })?;
    if !status.success() {
        return Err(AdminError::failed(format!("editor \"{}\" failed: {status}", words[0]))
            .detail("Nothing was changed.")
            .into());
    }
    Ok(())
}
