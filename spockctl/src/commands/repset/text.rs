//! `spockctl repset edit|apply|diff|copy`: a replication set as a text, on one node or on several.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use spock_admin::client::{Client, SetDefinition};
use spock_admin::cluster_file::{parse_set, set_text};
use spock_admin::error::AdminError;
use spock_admin::operations::ask_all;
use spock_admin::operations::repset::{Read, read};
use spock_admin::operations::status::require_node;

use super::{changes, connected, could_not, object, require_set, writer};
use crate::cli::Global;
use crate::commands::change::Verb;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::{input, output, ui};

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl repset diff audit                              between the nodes
  spockctl repset diff audit -F audit.toml --node n1
  spockctl repset apply audit -F audit.toml --node n1 --yes
  spockctl repset copy audit --from n1 --to n2,n3
  EDITOR=vi spockctl repset edit audit --node n1
  spockctl repset edit audit --all-nodes";

const ALTER: Verb = Verb("alter", "altered");
const CREATE: Verb = Verb("create", "created");

/// Arguments of `repset edit`.
#[derive(Debug, clap::Args)]
pub(crate) struct EditArgs {
    /// The replication set
    set: String,

    /// Edit it once for all nodes, which must have it alike
    #[arg(long)]
    all_nodes: bool,
}

/// Arguments of `repset apply`.
#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArgs {
    /// The replication set
    set: String,

    /// What it is to be: replicate, tables, and sequences, as `repset edit` shows them; `-` reads standard input
    #[arg(short = 'F', long, value_name = "PATH")]
    file: PathBuf,
}

/// Arguments of `repset diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The replication set
    set: String,

    /// Compare one node with this file, and not the nodes with each other; `-` reads standard input
    #[arg(short = 'F', long, value_name = "PATH")]
    file: Option<PathBuf>,
}

/// Arguments of `repset copy`.
#[derive(Debug, clap::Args)]
pub(crate) struct CopyArgs {
    /// The replication set
    set: String,

    /// The node that has it as it is to be
    #[arg(long, value_name = "NODE")]
    from: String,

    /// The nodes that are to have it so, separated by commas (can be repeated)
    #[arg(long, value_name = "NODE", value_delimiter = ',', required = true)]
    to: Vec<String>,
}

/// The set on one node, and what it is to be there.
struct Target {
    client: Arc<Client>,
    now: Read,
    wanted: SetDefinition,
}

impl Target {
    /// What makes the one out of the other; nothing when they are equal.
    fn difference(&self, name: &str) -> String {
        let now = self.now.set.as_ref().map(set_text).unwrap_or_default();
        let node = self.client.node();
        output::unified(&now, &set_text(&self.wanted), &format!("live on {node}"), name)
    }
}

pub(super) async fn apply(global: &Global, args: &ApplyArgs) -> Result {
    let context = Context::load(global, "repset-apply")?;
    let client = writer(&context).await?;
    let now = find(&client, &args.set).await?;
    let text = input::read(&args.file)?;
    let wanted = wanted(&client, &now, &args.set, &text, &input::name(&args.file)).await?;
    make(global, &context, &args.set, &[Target { client, now, wanted }]).await
}

pub(super) async fn diff(global: &Global, args: &DiffArgs) -> Result {
    let context = Context::load(global, "repset-diff")?;
    let Some(file) = &args.file else { return diff_nodes(global, &context, &args.set).await };
    let client = writer(&context).await?;
    let now = find(&client, &args.set).await?;
    let wanted = wanted(&client, &now, &args.set, &input::read(file)?, &input::name(file)).await?;
    let target = Target { client, now, wanted };
    tell_difference(global, &context, &args.set, &[target], &input::name(file), "the file says")
}

/// Compares the first node that has the set with the others.
async fn diff_nodes(global: &Global, context: &Context, set: &str) -> Result {
    let mut read = read_all(context, set).await?;
    let Some(at) = read.iter().position(|(_, now)| now.set.is_some()) else {
        return Err(no_set(&read[0].0, set).await);
    };
    if read.len() < 2 {
        return Err(Failure::usage("one node cannot differ from itself")
            .hint("name two nodes or more, leave out --node, or compare it with a file (-F)"));
    }
    let (first, there) = read.remove(at);
    let (node, Some(there)) = (first.node(), there.set) else { return Ok(Exit::Ok) };
    let target = |(client, now)| Target { client, now, wanted: there.clone() };
    let targets: Vec<Target> = read.into_iter().map(target).collect();
    tell_difference(
        global,
        context,
        set,
        &targets,
        &format!("live on {node}"),
        &format!("on node {node}"),
    )
}

fn tell_difference(
    global: &Global,
    context: &Context,
    set: &str,
    targets: &[Target],
    name: &str,
    alike: &str,
) -> Result {
    let mut told = changes(global, context);
    let what = format!("replication set {set}");
    let mut differs = false;
    for target in targets {
        let difference = target.difference(name);
        let node = target.client.node();
        if difference.is_empty() {
            told.unchanged(
                ALTER,
                node,
                object(set),
                format!("{what} on node {node} is as {alike}"),
            );
            continue;
        }
        differs = true;
        if global.output.is_for_people() {
            output::text(&difference)?;
        }
        let verb = if target.now.set.is_some() { ALTER } else { CREATE };
        told.planned(verb, node, object(set), &what);
    }
    told.emit()?;
    Ok(if differs { Exit::Unhealthy } else { Exit::Ok })
}

pub(super) async fn copy(global: &Global, args: &CopyArgs) -> Result {
    let context = Context::load(global, "repset-copy")?;
    let set = &args.set;
    if args.to.contains(&args.from) {
        return Err(Failure::usage(format!("node \"{}\" is to be copied to itself", args.from)));
    }
    let source = connected(&context, &args.from).await?;
    let there = find(&source, set).await?;
    let text = &there.set.as_ref().map(set_text).unwrap_or_default();
    let (context, name) = (&context, &format!("replication set {set} of node {}", args.from));
    let is_first = |(at, node): &(usize, &String)| !args.to[..*at].contains(node);
    let nodes = args.to.iter().enumerate().filter(is_first).map(|(_, node)| async move {
        let client = connected(context, node).await?;
        let now = read(&client, set).await?;
        let wanted = wanted(&client, &now, set, text, name).await?;
        Ok::<_, Failure>(Target { client, now, wanted })
    });
    let targets: Result<Vec<_>> = context.options.at_once.join(nodes).await.into_iter().collect();
    make(global, context, set, &targets?).await
}

/// The set on every node of the command.
async fn read_all(context: &Context, set: &str) -> Result<Vec<(Arc<Client>, Read)>> {
    let fleet = context.connect_all().await?;
    let read = ask_all(&fleet, |client| async move {
        require_node(client).await?;
        read(client, set).await
    });
    let read = read.await?;
    Ok(fleet.clients.into_iter().zip(read).collect())
}

/// A node does not have it.
async fn no_set(client: &Client, set: &str) -> Failure {
    let gone = || AdminError::precondition("the replication set is gone").into();
    require_set(client, set).await.err().unwrap_or_else(gone)
}

/// The nodes whose set is edited, with what it is there.
async fn edited(context: &Context, args: &EditArgs) -> Result<Vec<(Arc<Client>, Read)>> {
    let set = &args.set;
    if !args.all_nodes {
        let client = writer(context).await?;
        let now = find(&client, set).await?;
        return Ok(vec![(client, now)]);
    }
    let read = read_all(context, set).await?;
    if read.iter().all(|(_, now)| now.set.is_none()) {
        return Err(no_set(&read[0].0, set).await);
    }
    let is_other = |(_, now): &&(Arc<Client>, Read)| now.set != read[0].1.set;
    if let Some((other, _)) = read.iter().find(is_other) {
        let (one, other) = (read[0].0.node(), other.node());
        return Err(AdminError::precondition(format!(
            "replication set \"{set}\" is not the same on nodes {one} and {other}"
        ))
        .hint(format!(
            "see `spockctl repset diff {set}`; `spockctl repset copy {set} --from {one} --to {other}` makes it so"
        ))
        .into());
    }
    Ok(read)
}

pub(super) async fn edit(global: &Global, args: &EditArgs) -> Result {
    let context = Context::load(global, "repset-edit")?;
    let set = &args.set;
    let nodes = edited(&context, args).await?;
    let names: Vec<&str> = nodes.iter().map(|(client, _)| client.node()).collect();
    let node = names.join(", ");
    let before =
        nodes.iter().find_map(|(_, now)| now.set.as_ref().map(set_text)).unwrap_or_default();
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
    let targets = loop {
        open_editor(global, file.path())?;
        let text = std::fs::read_to_string(file.path()).map_err(|e| unwritten(&e))?;
        let said: String = text.lines().filter(|l| !l.trim_start().starts_with('#')).collect();
        if said.trim().is_empty() {
            return unchanged(global, &context, &names, set);
        }
        match targets(&nodes, set, &text).await {
            Ok(targets) => break targets,
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
    match make(global, &context, set, &targets).await {
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

/// What the text wants of each node.
async fn targets(nodes: &[(Arc<Client>, Read)], set: &str, text: &str) -> Result<Vec<Target>> {
    let mut out = Vec::new();
    for (client, now) in nodes {
        let wanted = wanted(client, now, set, text, "the text").await?;
        out.push(Target { client: Arc::clone(client), now: now.clone(), wanted });
    }
    Ok(out)
}

/// Shows the differences, asks, and makes the set so on each node.
async fn make(global: &Global, context: &Context, set: &str, targets: &[Target]) -> Result {
    let nodes: Vec<&str> = targets.iter().map(|target| target.client.node()).collect();
    let differences: Vec<String> =
        targets.iter().map(|target| target.difference("wanted")).collect();
    if differences.iter().all(String::is_empty) {
        return unchanged(global, context, &nodes, set);
    }
    if global.output.is_for_people() {
        output::text(&differences.concat())?;
    }
    let mut changes = changes(global, context);
    let what = format!("replication set {set}");
    if !global.dry_run {
        let where_ = if nodes.len() == 1 { "node" } else { "nodes" };
        let question = format!("Make {what} on {where_} {} so?", nodes.join(", "));
        ui::confirm::moderate(global, &question)?;
    }
    for (target, difference) in targets.iter().zip(&differences) {
        let node = target.client.node();
        let verb = if target.now.set.is_some() { ALTER } else { CREATE };
        if difference.is_empty() {
            changes.unchanged(verb, node, object(set), so_already(set, node));
        } else if global.dry_run {
            changes.planned(verb, node, object(set), &what);
        } else {
            let made = target.now.change(&target.client, set, &target.wanted).await;
            made.map_err(|e| could_not(format_args!("{} {what}", verb.0), e))?;
            changes.done(verb, node, object(set), &what);
        }
    }
    changes.emit()
}

fn so_already(set: &str, node: &str) -> String {
    format!("nothing changed: replication set {set} on node {node} is so already")
}

fn unchanged(global: &Global, context: &Context, nodes: &[&str], set: &str) -> Result {
    let mut changes = changes(global, context);
    for node in nodes {
        changes.unchanged(ALTER, node, object(set), so_already(set, node));
    }
    changes.emit()
}

/// A set that has to be there.
async fn find(client: &Client, set: &str) -> Result<Read> {
    let found = read(client, set).await?;
    if found.set.is_none() {
        return Err(no_set(client, set).await);
    }
    Ok(found)
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

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|e| unwritten(&e).into())
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
    let status =
        Command::new(&words[0]).args(&words[1..]).arg(path).status().map_err(|e| {
            AdminError::config(format!("could not run editor \"{}\": {e}", words[0]))
        })?;
    if !status.success() {
        return Err(AdminError::failed(format!("editor \"{}\" failed: {status}", words[0]))
            .detail("Nothing was changed.")
            .into());
    }
    Ok(())
}
