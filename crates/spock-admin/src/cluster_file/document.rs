//! The document as it is written: tables and keys of `cluster.toml`, and their types.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::cluster::{SUB_NAME, Synchronize, Topology};
use crate::conninfo::Conninfo;
use crate::error::AdminError;
use crate::replication_set::{Actions, Pattern, TableRule};

/// The document as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) schema_version: u32,
    pub(super) cluster: ClusterTable,
    #[serde(default)]
    pub(super) defaults: Defaults,
    #[serde(default)]
    pub(super) ddl: Option<DdlTable>,
    #[serde(default)]
    pub(super) node: Vec<NodeTable>,
    #[serde(default)]
    pub(super) repset: Vec<RepsetTable>,
    #[serde(default)]
    pub(super) subscription: Vec<SubscriptionTable>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub(super) guc: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClusterTable {
    pub(super) name: String,
    pub(super) database: Option<String>,
    #[serde(default)]
    pub(super) topology: Topology,
    pub(super) seed: Option<String>,
    #[serde(default = "default_sub_name")]
    pub(super) sub_name: String,
}

fn default_sub_name() -> String {
    SUB_NAME.to_owned()
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Defaults {
    #[serde(default)]
    pub(super) admin: ConninfoTable,
    #[serde(default)]
    pub(super) peer: ConninfoTable,
    #[serde(default)]
    pub(super) subscription: SubscriptionDefaultsTable,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionDefaultsTable {
    pub(super) replication_sets: Option<Vec<String>>,
    pub(super) forward_origins: Option<Vec<String>>,
    pub(super) apply_delay: Option<String>,
    pub(super) synchronize: Option<Synchronize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DdlTable {
    pub(super) auto: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeTable {
    pub(super) name: String,
    #[serde(default)]
    pub(super) admin: ConninfoTable,
    #[serde(default)]
    pub(super) peer: ConninfoTable,
    pub(super) location: Option<String>,
    pub(super) country: Option<String>,
    pub(super) info: Option<serde_json::Value>,
    #[serde(default)]
    pub(super) interface: Vec<InterfaceTable>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InterfaceTable {
    pub(super) name: String,
    pub(super) peer: ConninfoTable,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RepsetTable {
    pub(super) name: String,
    pub(super) replicate: Option<Replicate>,
    #[serde(default)]
    pub(super) tables: Vec<TableEntry>,
    #[serde(default)]
    pub(super) sequences: Vec<Named>,
    pub(super) nodes: Option<Vec<String>>,
}

/// A replication set alone, as it is edited.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetTable {
    pub(super) replicate: Option<Replicate>,
    #[serde(default)]
    pub(super) tables: Vec<TableEntry>,
    #[serde(default)]
    pub(super) sequences: Vec<Named>,
}

/// Kinds of changes, by their words.
#[derive(Debug)]
pub(super) struct Replicate(pub(super) Actions);

impl<'de> Deserialize<'de> for Replicate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Actions::named(&words).map(Replicate).map_err(|stranger| {
            de::Error::custom(format_args!(
                "\"{stranger}\" is no kind of change\nknown here: {}",
                Actions::WORDS.join(", ")
            ))
        })
    }
}

/// A relation, or all of a schema.
#[derive(Debug)]
pub(super) struct Named(pub(super) Pattern);

impl Named {
    fn read<E: de::Error>(text: &str) -> Result<Self, E> {
        Pattern::parse(text).map(Named).ok_or_else(|| {
            E::custom(format_args!(
                "\"{text}\" names no relation\nwrite schema.name, or schema.* for all of a schema"
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(deserializer)?)
    }
}

/// A table by its name, or with what of it is replicated.
#[derive(Debug)]
pub(super) struct TableEntry(pub(super) TableRule);

impl<'de> Deserialize<'de> for TableEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            name: Named,
            columns: Option<Vec<String>>,
            row_filter: Option<String>,
        }

        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = TableEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table's name, or a table with name, columns, and row_filter")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TableEntry, E> {
                let Named(tables) = Named::read(text)?;
                Ok(TableEntry(TableRule { tables, columns: None, row_filter: None }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TableEntry, A::Error> {
                let Whole { name: Named(tables), columns, row_filter } =
                    Whole::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(TableEntry(TableRule { tables, columns, row_filter }))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionTable {
    pub(super) subscriber: String,
    pub(super) provider: String,
    pub(super) name: Option<String>,
    pub(super) replication_sets: Option<Vec<String>>,
    pub(super) apply_delay: Option<String>,
    pub(super) forward_origins: Option<Vec<String>>,
    #[serde(default)]
    pub(super) skip_schema: Vec<String>,
    #[serde(default)]
    pub(super) force_text_transfer: bool,
    pub(super) enabled: Option<bool>,
    pub(super) interface: Option<String>,
    pub(super) dsn: Option<ConninfoTable>,
}

/// A connection string, or the same as a table.
#[derive(Debug, Default)]
pub(super) struct ConninfoTable {
    pub(super) info: Conninfo,
    pub(super) password_command: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for ConninfoTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = ConninfoTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a connection string or a table of connection parameters")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ConninfoTable, E> {
                let info = Conninfo::parse(text).map_err(custom)?;
                Ok(ConninfoTable { info, password_command: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConninfoTable, A::Error> {
                let mut out = ConninfoTable::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "password_command" {
                        out.password_command = Some(map.next_value()?);
                        continue;
                    }
                    let Scalar(value) = map.next_value()?;
                    let value = if key == "connect_timeout" {
                        crate::wait::parse_duration(&value)
                            .map_err(de::Error::custom)?
                            .as_secs()
                            .to_string()
                    } else {
                        value
                    };
                    out.info.set(&key, &value).map_err(custom)?;
                }
                Ok(out)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// An error of this crate inside a document.
fn custom<E: de::Error>(error: AdminError) -> E {
    match error.hints.first() {
        Some(hint) => E::custom(format_args!("{}\n{hint}", error.message)),
        None => E::custom(&error.message),
    }
}

/// A parameter's value: text, number, or switch.
pub(super) struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Scalar(text)),
            toml::Value::Integer(number) => Ok(Scalar(number.to_string())),
            toml::Value::Boolean(on) => Ok(Scalar(u8::from(on).to_string())),
            other => Err(de::Error::custom(format_args!(
                "a connection parameter is text or a number, not {}",
                other.type_str()
            ))),
        }
    }
}
