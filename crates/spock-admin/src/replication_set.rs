//! Replication sets as the cluster's definition has them: what a set of a name holds on every node.

use std::borrow::Cow;
use std::fmt;

use crate::client::TableRef;

/// A set and what is to be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicationSet {
    /// Its name.
    pub name: String,
    /// Which changes go out; what the set has already, or all, when that is not said.
    pub replicate: Option<Actions>,
    /// Its tables.
    pub tables: Vec<TableRule>,
    /// Its sequences.
    pub sequences: Vec<Pattern>,
    /// The nodes that have it; all when that is not said.
    pub nodes: Option<Vec<String>>,
}

/// Sets that every node has from its beginning. Tables come and go there by themselves, so a definition names what
/// must be in them, not all that may be.
pub const BUILT_IN: [&str; 3] = ["default", "default_insert_only", "ddl_sql"];

impl ReplicationSet {
    /// Whether this node is to have it.
    pub fn is_of(&self, node: &str) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes.iter().any(|name| name == node))
    }
}

/// Kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actions {
    /// INSERT.
    pub insert: bool,
    /// UPDATE.
    pub update: bool,
    /// DELETE.
    pub delete: bool,
    /// TRUNCATE.
    pub truncate: bool,
}

impl Actions {
    /// The words for them.
    pub const WORDS: [&'static str; 4] = ["insert", "update", "delete", "truncate"];

    /// Every kind.
    pub const ALL: Actions = Actions { insert: true, update: true, delete: true, truncate: true };

    /// The words for those that are let out.
    pub fn words(self) -> Vec<&'static str> {
        let on = [self.insert, self.update, self.delete, self.truncate];
        Self::WORDS.into_iter().zip(on).filter(|(_, on)| *on).map(|(word, _)| word).collect()
    }

    /// Those that are named, or the word that is none.
    pub fn named(words: &[String]) -> Result<Self, &str> {
        if let Some(stranger) = words.iter().find(|word| !Self::WORDS.contains(&word.as_str())) {
            return Err(stranger);
        }
        let [insert, update, delete, truncate] =
            Self::WORDS.map(|known| words.iter().any(|word| word == known));
        Ok(Self { insert, update, delete, truncate })
    }
}

/// Tables, and what of them is replicated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRule {
    /// Which ones.
    pub tables: Pattern,
    /// Their columns, when it is not all.
    pub columns: Option<Vec<String>>,
    /// Which rows.
    pub row_filter: Option<String>,
}

/// A relation, or all of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The schema.
    pub schema: String,
    /// One of it; all when there is none.
    pub name: Option<String>,
}

impl Pattern {
    /// Reads `schema.name` or `schema.*`. A name that has a dot or is a star stands in double quotes;
    /// names are taken as they are written.
    pub fn parse(text: &str) -> Option<Self> {
        let (schema, rest) = part(text)?;
        let name = rest.strip_prefix('.')?;
        if name == "*" {
            return Some(Self { schema, name: None });
        }
        let (name, rest) = part(name)?;
        rest.is_empty().then_some(Self { schema, name: Some(name) })
    }

    /// Whether a relation is meant.
    pub fn matches(&self, relation: &TableRef) -> bool {
        relation.schema == self.schema
            && self.name.as_ref().is_none_or(|name| *name == relation.name)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}.{}", written(&self.schema), written(name)),
            None => write!(f, "{}.*", written(&self.schema)),
        }
    }
}

impl From<&TableRef> for Pattern {
    fn from(relation: &TableRef) -> Self {
        Self { schema: relation.schema.clone(), name: Some(relation.name.clone()) }
    }
}

/// A name as [`Pattern::parse`] reads it.
fn written(name: &str) -> Cow<'_, str> {
    if name.contains(['.', '*', '"']) {
        Cow::Owned(crate::client::quote_identifier(name))
    } else {
        Cow::Borrowed(name)
    }
}

/// A name at the beginning, and what follows it.
fn part(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        return (!name.is_empty() && !name.contains(['"', '*'])).then(|| (name.to_owned(), rest));
    };
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return (!name.is_empty()).then_some((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read() {
        let read = |text: &str| Pattern::parse(text).map(|p| (p.schema, p.name));
        let named = |schema: &str, name: &str| Some((schema.to_owned(), Some(name.to_owned())));
        assert_eq!(read("public.orders"), named("public", "orders"));
        assert_eq!(read("Odd One.T"), named("Odd One", "T"));
        assert_eq!(read("\"a.b\".\"c\"\"d\""), named("a.b", "c\"d"));
        assert_eq!(read("a.\"*\""), named("a", "*"));
        assert_eq!(read("audit.*"), Some(("audit".to_owned(), None)));
        for bad in ["", "orders", "*", "*.*", ".a", "a.", "a.b.c", "a.\"b", "a.b*", "\"\".a"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn patterns_are_written_as_they_are_read() {
        for (schema, name) in
            [("public", "orders"), ("a.b", "*"), ("Odd One", "T\"x"), ("é", "x y")]
        {
            let table = TableRef { schema: schema.to_owned(), name: name.to_owned() };
            let pattern = Pattern::from(&table);
            assert_eq!(Pattern::parse(&pattern.to_string()), Some(pattern));
        }
        assert_eq!(Pattern::parse("audit.*").map(|p| p.to_string()).as_deref(), Some("audit.*"));
    }
}
