//! `spockctl cluster topology`: who subscribes to whom, as a matrix, as a tree, or as a graph for the programs that draw
//! them.
//!
//! A matrix that is wider than the terminal becomes a tree.

use std::fmt::Write as _;

use spock_admin::operations::status::{self, SubStatus};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit, text};
use crate::{ui, watch};

/// Arguments of `cluster topology`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct TopologyArgs {
    /// How to draw it, in place of the format of --output
    #[arg(long, value_name = "FORM")]
    format: Option<Form>,
}

/// How who subscribes to whom is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// A row for each provider, a column for each subscriber
    Matrix,
    /// Each provider with its subscribers below it
    Tree,
    /// A graph for Graphviz
    Dot,
    /// A flowchart for Mermaid
    Mermaid,
}

pub(crate) async fn run(global: &Global, args: &TopologyArgs) -> Result {
    let context = Context::load(global, "cluster-topology")?;
    watch::run(global, "cluster topology", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &TopologyArgs) -> Result {
    let fleet = context.connect().await?;
    let answers = status::subscriptions(&fleet).await;
    let reachable: Vec<&str> = fleet.clients.iter().map(|client| client.node()).collect();
    let nodes: Vec<&str> = context.nodes()?.iter().map(|node| node.name.as_str()).collect();
    let graph = Graph { cluster: &context.cluster.name, nodes, reachable, subs: &answers.items };
    let is_table = global.output.is_for_people();
    let form = args.format.unwrap_or_else(|| {
        let fits = ui::terminal_width().is_none_or(|width| graph.matrix_width() <= width);
        if fits || !is_table { Form::Matrix } else { Form::Tree }
    });
    match form {
        Form::Tree => text(&graph.tree())?,
        Form::Dot => text(&graph.dot())?,
        Form::Mermaid => text(&graph.mermaid())?,
        Form::Matrix => emit(
            global,
            Document {
                schema: "spockctl/topology/1",
                cluster: Some(&context.cluster.name),
                table: graph.matrix(),
                items: &answers.items,
                warnings: &[],
                errors: &answers.errors,
            },
        )?,
    }
    let signs = "* replicating  ~ initializing  ! down  x unreachable";
    match form {
        Form::Tree => ui::note(global, signs),
        Form::Matrix if is_table => {
            ui::note(global, format!("rows provide, columns subscribe\n{signs}  - self  . none"));
        }
        _ => {}
    }
    Ok(if answers.errors.is_empty() { Exit::Ok } else { Exit::Partial })
}

/// Who subscribes to whom, and how that stands.
struct Graph<'a> {
    cluster: &'a str,
    nodes: Vec<&'a str>,
    reachable: Vec<&'a str>,
    subs: &'a [SubStatus],
}

/// The sign of a subscription's state.
fn sign(sub: &SubStatus) -> (&'static str, Tone) {
    match sub.status.as_str() {
        "replicating" => ("*", Tone::Good),
        "initializing" => ("~", Tone::Warning),
        _ => ("!", Tone::Bad),
    }
}

impl Graph<'_> {
    fn matrix_width(&self) -> usize {
        let width = |name: &str| name.chars().count() + 2;
        let first = self.nodes.iter().map(|name| width(name)).max().unwrap_or_default();
        let others: usize = self.nodes.iter().map(|name| width(name)).sum();
        first.max("PROVIDER  ".len()) + others - 2
    }

    fn matrix(&self) -> Table {
        let mut columns = vec![Column::new("PROVIDER")];
        columns.extend(self.nodes.iter().map(|name| Column::named((*name).to_owned())));
        let mut table = Table::new(columns).named("node", 0);
        for provider in &self.nodes {
            let mut row = vec![Cell::text(*provider)];
            for subscriber in &self.nodes {
                let sub = self
                    .subs
                    .iter()
                    .find(|sub| sub.node == *subscriber && sub.provider == *provider);
                row.push(match sub {
                    _ if provider == subscriber => Cell::text("-"),
                    _ if !self.reachable.contains(subscriber) => Cell::toned("x", Tone::Bad),
                    None => Cell::text("."),
                    Some(sub) => {
                        let (sign, tone) = sign(sub);
                        Cell::toned(sign, tone)
                    }
                });
            }
            table.row(row);
        }
        table
    }

    fn is_away(&self, node: &str) -> bool {
        self.nodes.contains(&node) && !self.reachable.contains(&node)
    }

    /// Providers that are nodes of the definition, then those that are not.
    fn providers(&self) -> Vec<&str> {
        let mut out = self.nodes.clone();
        for sub in self.subs {
            if !out.contains(&sub.provider.as_str()) {
                out.push(&sub.provider);
            }
        }
        out
    }

    fn tree(&self) -> String {
        let mut out = String::new();
        for provider in self.providers() {
            if self.is_away(provider) {
                out.push_str(&format!("{provider}  {} unreachable\n", Tone::Bad.paint("x")));
            } else {
                out.push_str(&format!("{provider}\n"));
            }
            let subs: Vec<&SubStatus> =
                self.subs.iter().filter(|sub| sub.provider == provider).collect();
            for (at, sub) in subs.iter().enumerate() {
                let branch = if at + 1 == subs.len() { "`-" } else { "|-" };
                let (sign, tone) = sign(sub);
                let sign = tone.paint(sign);
                let _ = write!(out, "{branch} {sign} {}  {}", sub.node, sub.name);
                if sub.status != "replicating" {
                    let _ = write!(out, "  {}", sub.status);
                }
                out.push('\n');
            }
        }
        out
    }

    fn dot(&self) -> String {
        let mut out = format!("digraph {} {{\n", dot_name(self.cluster));
        for node in self.providers() {
            let style = if self.is_away(node) { " [style=dashed, color=red]" } else { "" };
            let _ = writeln!(out, "  {}{style};", dot_name(node));
        }
        for sub in self.subs {
            let style = match sign(sub).1 {
                Tone::Good => String::new(),
                tone => {
                    let color = if tone == Tone::Warning { "orange" } else { "red" };
                    format!(", xlabel={}, style=dashed, color={color}", dot_name(&sub.status))
                }
            };
            let _ = writeln!(
                out,
                "  {} -> {} [label={}{style}];",
                dot_name(&sub.provider),
                dot_name(&sub.node),
                dot_name(&sub.name)
            );
        }
        out.push_str("}\n");
        out
    }

    /// Nodes by number, as ids there must be plain words.
    fn mermaid(&self) -> String {
        let nodes = self.providers();
        let mut out = "flowchart LR\n".to_owned();
        for (at, node) in nodes.iter().enumerate() {
            let _ = writeln!(out, "  node{at}[{}]", mermaid_text(node));
        }
        for sub in self.subs {
            let at = |name: &str| nodes.iter().position(|node| *node == name);
            let (Some(from), Some(to)) = (at(&sub.provider), at(&sub.node)) else { continue };
            let (arrow, label) = match sign(sub).1 {
                Tone::Good => ("-->", sub.name.clone()),
                _ => ("-.->", format!("{}: {}", sub.name, sub.status)),
            };
            let _ = writeln!(out, "  node{from} {arrow}|{}| node{to}", mermaid_text(&label));
        }
        out
    }
}

fn dot_name(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// In quotes; what would end them is written as an entity.
fn mermaid_text(text: &str) -> String {
    format!("\"{}\"", text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_quoted_and_lone_providers_shown() {
        let nodes = vec!["odd \"one", "back\\slash", "n<3"];
        let graph = Graph { cluster: "a \"b\"", reachable: nodes[..2].to_vec(), nodes, subs: &[] };
        assert_eq!(
            graph.dot(),
            "digraph \"a \\\"b\\\"\" {\n  \"odd \\\"one\";\n  \"back\\\\slash\";\n  \
             \"n<3\" [style=dashed, color=red];\n}\n"
        );
        assert_eq!(
            graph.mermaid(),
            "flowchart LR\n  node0[\"odd #quot;one\"]\n  node1[\"back\\slash\"]\n  node2[\"n#lt;3\"]\n"
        );
        let tree = anstream::adapter::strip_str(&graph.tree()).to_string();
        assert_eq!(tree, "odd \"one\nback\\slash\nn<3  x unreachable\n");
        assert_eq!(graph.matrix_width(), "back\\slash  odd \"one  back\\slash  n<3".len());
    }
}
