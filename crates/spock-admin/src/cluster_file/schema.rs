//! JSON Schema of `cluster.toml`, made from the types that are read, for editors and other programs.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::document::{ConninfoTable, Document, Named, Replicate, TableEntry};
use crate::conninfo::KEYWORDS;
use crate::replication_set::Actions;

/// The schema.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Document>().to_value();
    schema["title"] = json!("cluster.toml of spockctl");
    schema["properties"]["schema_version"] = json!({"const": 1});
    schema
}

impl JsonSchema for Replicate {
    fn schema_name() -> Cow<'static, str> {
        "Changes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "array", "items": {"enum": Actions::WORDS}})
    }
}

impl JsonSchema for Named {
    fn schema_name() -> Cow<'static, str> {
        "Relation".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "schema.name, or schema.* for all of a schema",
            "type": "string",
            "pattern": "\\."
        })
    }
}

impl JsonSchema for TableEntry {
    fn schema_name() -> Cow<'static, str> {
        "Table".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = generator.subschema_for::<Named>();
        json_schema!({"anyOf": [name.clone(), {
            "type": "object",
            "properties": {
                "name": name,
                "columns": {"type": "array", "items": {"type": "string"}},
                "row_filter": {"type": "string"}
            },
            "required": ["name"],
            "additionalProperties": false
        }]})
    }
}

impl JsonSchema for ConninfoTable {
    fn schema_name() -> Cow<'static, str> {
        "Connection".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut properties: serde_json::Map<String, Value> = KEYWORDS
            .iter()
            .map(|key| ((*key).to_owned(), json!({"type": ["string", "integer", "boolean"]})))
            .collect();
        let words = json!({"type": "array", "items": {"type": "string"}});
        properties.insert("password_command".to_owned(), words);
        json_schema!({
            "description": "a connection string, or its parameters",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": properties, "additionalProperties": false}
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Cluster, Node};
    use crate::cluster_file::{parse, template};
    use crate::conninfo::Conninfo;

    /// What is read and what the schema takes are the same. Seen to fail with a key that the schema lacks.
    #[test]
    fn the_schema_takes_what_is_read() {
        let schema = schema();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let takes = |text: &str| {
            let value: Value = toml::from_str(text).expect("TOML");
            validator.is_valid(&value)
        };
        let page = include_str!("../../../../docs/cli.md");
        let (_, example) = page.split_once("```toml\nschema_version").expect("the example");
        let (example, _) = example.split_once("\n```").expect("its end");
        let example = format!("schema_version{example}\n");
        let nodes = vec![Node::new("n1", Conninfo::new().with("host", "a"))];
        for text in [&example, &template(&Cluster::mesh("c", nodes))] {
            parse(text, "t").expect("it is read");
            assert!(takes(text), "{text}");
        }
        let with = |line: &str| format!("{example}{line}\n");
        for line in [
            "[[node]]\nname = 'n3'\nadmin = { prot = 1 }",
            "[[node]]\nname = 'n3'\nadmni = 'host=a'",
            "[[node]]\nname = 'n3'\nadmin = 7",
            "[[repset]]\nname = 'r'\nreplicate = ['inserts']",
            "[[repset]]\nname = 'r'\ntables = ['orders']",
            "[[repset]]\nname = 'r'\ntables = [{ columns = [] }]",
            "[[subscription]]\nsubscriber = 'n1'",
            "[strange]",
        ] {
            assert!(parse(&with(line), "t").is_err(), "{line}");
            assert!(!takes(&with(line)), "{line}");
        }
        for line in [
            "[[node]]\nname = 'n3'\nadmin = { port = 1, password_command = ['a'] }",
            "[[repset]]\nname = 'r'\ntables = [{ name = 'a.b', columns = ['c'] }]",
            "[guc]\nwork_mem = 7",
        ] {
            parse(&with(line), "t").expect("it is read");
            assert!(takes(&with(line)), "{line}");
        }
    }
}
