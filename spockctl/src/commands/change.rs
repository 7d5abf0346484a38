//! What commands that change one node say of it: a line on standard error for people, an item for programs.

use serde::Serialize;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::ui;

/// What is done to an object, in the infinitive and afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verb(pub(crate) &'static str, pub(crate) &'static str);

/// What became of a change.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome {
    /// It would be made.
    Planned,
    /// It was made.
    Done,
    /// It was as wanted.
    Unchanged,
}

/// A change of an object of a node.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Change {
    /// The node that is changed.
    node: String,
    /// What is changed: kind and name, as in `sub/sub_n1_n2`.
    object: String,
    /// What is done to it: create, drop, alter, and the like.
    action: &'static str,
    /// done; planned, with --dry-run; or unchanged, when it was as wanted.
    outcome: &'static str,
    /// The change in words.
    detail: String,
}

/// The changes of one command.
pub(crate) struct Changes<'a> {
    global: &'a Global,
    context: &'a Context,
    items: Vec<Change>,
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("OBJECT"),
    Column::new("ACTION"),
    Column::new("OUTCOME"),
    Column::new("DETAIL"),
];

impl<'a> Changes<'a> {
    pub(crate) fn new(global: &'a Global, context: &'a Context) -> Self {
        Changes { global, context, items: Vec::new() }
    }

    /// It would be done: `what` follows the verb.
    pub(crate) fn planned(&mut self, verb: Verb, node: &str, object: String, what: &str) {
        let text = format!("would {} {what} on node {node}", verb.0);
        self.push(verb, node, object, "planned", text);
    }

    /// It was done: `what` follows the verb.
    pub(crate) fn done(&mut self, verb: Verb, node: &str, object: String, what: &str) {
        let text = format!("{} {what} on node {node}", verb.1);
        self.push(verb, node, object, "done", text);
    }

    /// Nothing was to be done, and why.
    pub(crate) fn unchanged(&mut self, verb: Verb, node: &str, object: String, why: String) {
        self.push(verb, node, object, "unchanged", why);
    }

    /// One of these three; the text is what follows the verb, or why nothing was to be done.
    pub(crate) fn tell(
        &mut self,
        outcome: Outcome,
        verb: Verb,
        node: &str,
        object: String,
        text: String,
    ) {
        match outcome {
            Outcome::Planned => self.planned(verb, node, object, &text),
            Outcome::Done => self.done(verb, node, object, &text),
            Outcome::Unchanged => self.unchanged(verb, node, object, text),
        }
    }

    fn push(
        &mut self,
        verb: Verb,
        node: &str,
        object: String,
        outcome: &'static str,
        detail: String,
    ) {
        ui::note(self.global, &detail);
        let node = node.to_owned();
        self.items.push(Change { node, object, action: verb.0, outcome, detail });
    }

    /// Prints the items, in a format for programs.
    pub(crate) fn emit(self) -> Result {
        if self.global.output.is_for_people() {
            return Ok(Exit::Ok);
        }
        let mut table = Table::new(COLUMNS).named("", 1);
        for item in &self.items {
            table.row(vec![
                Cell::text(&item.node),
                Cell::text(&item.object),
                Cell::text(item.action),
                Cell::text(item.outcome),
                Cell::text(&item.detail),
            ]);
        }
        let answered = self.items.len();
        let answers = spock_admin::operations::answers::Answers {
            items: self.items,
            errors: Vec::new(),
            answered,
        };
        emit_of_nodes(self.global, self.context, "spockctl/change/1", &answers, table)
    }
}
