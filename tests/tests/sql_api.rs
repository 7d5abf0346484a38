//! The SQL API against that of the existing Spock 6.0, whose catalog is kept as data: every function,
//! relation, column, constraint and setting is the same, extended, or on one of the lists below.

#![expect(clippy::unwrap_used, reason = "a test panics with what it did not find")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use spock_tests::{Cluster, Node};

/// Not built yet; later work shrinks these lists.
const FUNCTIONS_NOT_YET: &[&str] = &[
    "get_lsn_from_commit_ts",
    "md5_agg",
    "md5_agg_sfunc",
    "read_peer_progress",
    "reserved_object_add",
    "reserved_object_guard",
    "reserved_object_remove",
];
const RELATIONS_NOT_YET: &[&str] = &[];
const SETTINGS_NOT_YET: &[&str] = &[
    "spock.drop_extra_slots",
    "spock.failover_slots_feedback_naptime",
    "spock.failover_slots_naptime",
    "spock.pg_standby_slot_names",
    "spock.primary_dsn",
    "spock.standby_slots_min_confirmed",
    "spock.sync_timeout",
    "spock.synchronize_slot_names",
];

/// Extended: functions that return more columns, at the end, and tables that have more.
const FUNCTIONS_WITH_MORE_COLUMNS: &[&str] = &["sub_show_status"];
const TABLES_WITH_MORE_COLUMNS: &[&str] = &["local_sync_status", "resolutions", "sequence_state"];

/// Extended: settings that take more values.
const SETTINGS_WITH_MORE_VALUES: &[&str] = &["spock.conflict_resolution"];

/// Stricter on purpose: what changes replication, or waits inside the server, was open to everybody
/// there and is for superusers, and whom they grant it, here.
const NOT_FOR_PUBLIC: &[&str] = &[
    "node_add_interface",
    "node_create",
    "node_drop",
    "node_drop_interface",
    "repair_mode",
    "repset_add_all_seqs",
    "repset_add_all_tables",
    "repset_add_partition",
    "repset_add_seq",
    "repset_add_table",
    "repset_alter",
    "repset_create",
    "repset_drop",
    "repset_remove_partition",
    "repset_remove_seq",
    "repset_remove_table",
    "reset_channel_stats",
    "reset_subscription_stats",
    "sub_add_repset",
    "sub_alter_interface",
    "sub_alter_options",
    "sub_alter_skiplsn",
    "sub_alter_sync",
    "sub_create",
    "sub_disable",
    "sub_drop",
    "sub_enable",
    "sub_remove_repset",
    "sub_resync_table",
    "sub_show_status",
    "sub_wait_for_sync",
    "sync_event",
    "sync_seq",
    "table_wait_for_sync",
    "terminate_active_transactions",
    "wait_slot_confirm_lsn",
];

/// The live catalog in the form of the data.
const FUNCTIONS: &str = r#"SELECT json_agg(json_build_object(
        'name', p.proname, 'arguments', pg_get_function_arguments(p.oid),
        'result', coalesce(pg_get_function_result(p.oid), ''), 'kind', p.prokind,
        'volatility', p.provolatile, 'strict', p.proisstrict, 'parallel', p.proparallel,
        'public_execute', coalesce(p.proacl IS NULL OR EXISTS (
            SELECT FROM aclexplode(p.proacl) a
             WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'), false)))::text
   FROM pg_proc p WHERE p.pronamespace = 'spock'::regnamespace"#;
const RELATIONS: &str = r#"SELECT json_agg(json_build_object(
        'name', c.relname, 'kind', c.relkind, 'options', c.reloptions,
        'columns', (SELECT json_agg(json_build_object(
                'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                'not_null', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid))
                ORDER BY a.attnum)
             FROM pg_attribute a
             LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)))::text
   FROM pg_class c
  WHERE c.relnamespace = 'spock'::regnamespace AND c.relkind IN ('r', 'v', 'S')"#;
const CONSTRAINTS: &str = r#"SELECT json_agg(json_build_object(
        'table', 'spock.' || c.relname, 'name', k.conname,
        'definition', pg_get_constraintdef(k.oid)))::text
   FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE k.connamespace = 'spock'::regnamespace"#;
const SETTINGS: &str = r#"SELECT json_agg(json_build_object(
        'name', name, 'type', vartype, 'default', boot_val, 'unit', unit, 'context', context,
        'min', min_val, 'max', max_val, 'values', enumvals))::text
   FROM pg_settings WHERE name LIKE 'spock.%'"#;

fn live(node: &Node<'_>, query: &str) -> Vec<Value> {
    list(&serde_json::from_str(&node.value::<String>(query)).unwrap())
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().clone()
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

/// Arguments without OUT columns: what tells overloads apart.
fn inputs(function: &Value) -> String {
    let arguments = text(function, "arguments");
    let inputs: Vec<&str> =
        arguments.split(", ").filter(|argument| !argument.starts_with("OUT ")).collect();
    inputs.join(", ")
}

#[test]
fn sql_api_is_that_of_the_existing_version() {
    let golden: Value =
        serde_json::from_str(include_str!("../data/spock-6.0-sql-api.json")).unwrap();
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    let mut faults = Vec::new();
    compare_functions(&list(&golden["functions"]), &live(&node, FUNCTIONS), &mut faults);
    compare_relations(&list(&golden["relations"]), &live(&node, RELATIONS), &mut faults);
    compare_constraints(&list(&golden["constraints"]), &live(&node, CONSTRAINTS), &mut faults);
    compare_settings(&list(&golden["settings"]), &live(&node, SETTINGS), &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn compare_functions(golden: &[Value], live: &[Value], faults: &mut Vec<String>) {
    let key = |function: &Value| (text(function, "name").to_owned(), inputs(function));
    let found: BTreeMap<_, _> = live.iter().map(|function| (key(function), function)).collect();
    let mut stricter = BTreeSet::new();
    for expected in golden {
        let name = text(expected, "name");
        let exists = found.get(&key(expected));
        if FUNCTIONS_NOT_YET.contains(&name) {
            if exists.is_some() {
                faults.push(format!("function {name} exists: take it off the list"));
            }
            continue;
        }
        let Some(actual) = exists else {
            faults.push(format!("no function {name}({})", inputs(expected)));
            continue;
        };
        for field in ["arguments", "result", "kind", "volatility", "strict", "parallel"] {
            let more = field == "arguments"
                && FUNCTIONS_WITH_MORE_COLUMNS.contains(&name)
                && text(actual, field).starts_with(&format!("{}, OUT ", text(expected, field)));
            if actual[field] != expected[field] && !more {
                faults.push(format!(
                    "function {name}: {field} is {}, not {}",
                    actual[field], expected[field]
                ));
            }
        }
        if actual["public_execute"] != expected["public_execute"] {
            stricter.insert(name);
        }
    }
    let on_purpose: BTreeSet<&str> = NOT_FOR_PUBLIC.iter().copied().collect();
    if stricter != on_purpose {
        let differ: Vec<_> = stricter.symmetric_difference(&on_purpose).collect();
        faults.push(format!("other rights of PUBLIC than intended: {differ:?}"));
    }
}

fn compare_relations(golden: &[Value], live: &[Value], faults: &mut Vec<String>) {
    for expected in golden {
        let name = text(expected, "name");
        let actual = live.iter().find(|relation| text(relation, "name") == name);
        match (RELATIONS_NOT_YET.contains(&name), actual) {
            (true, Some(_)) => faults.push(format!("{name} exists: take it off the list")),
            (true, None) => {}
            (false, None) => faults.push(format!("no relation {name}")),
            (false, Some(actual)) => {
                for field in ["kind", "options"] {
                    if actual[field] != expected[field] {
                        faults.push(format!("{name}: {field} is {}", actual[field]));
                    }
                }
                let (wanted, mut columns) = (list(&expected["columns"]), list(&actual["columns"]));
                if TABLES_WITH_MORE_COLUMNS.contains(&name) {
                    columns.truncate(wanted.len());
                }
                if columns != wanted {
                    faults.push(format!("{name}: columns are {columns:?}\n  not {wanted:?}"));
                }
            }
        }
    }
}

fn compare_constraints(golden: &[Value], live: &[Value], faults: &mut Vec<String>) {
    for expected in golden.iter().filter(|expected| !live.contains(expected)) {
        faults.push(format!("no constraint {expected}"));
    }
}

fn compare_settings(golden: &[Value], live: &[Value], faults: &mut Vec<String>) {
    for expected in golden {
        let name = text(expected, "name");
        let actual = live.iter().find(|setting| text(setting, "name") == name);
        match (SETTINGS_NOT_YET.contains(&name), actual) {
            (true, Some(_)) => faults.push(format!("{name} exists: take it off the list")),
            (true, None) => {}
            (false, None) => faults.push(format!("no setting {name}")),
            (false, Some(actual)) if SETTINGS_WITH_MORE_VALUES.contains(&name) => {
                let (more, known) = (list(&actual["values"]), list(&expected["values"]));
                let mut actual = (*actual).clone();
                actual["values"] = expected["values"].clone();
                if actual != *expected || !known.iter().all(|value| more.contains(value)) {
                    faults.push(format!("setting {actual}\n  is not {expected}"));
                }
            }
            (false, Some(actual)) if actual != expected => {
                faults.push(format!("setting {actual}\n  is not {expected}"));
            }
            (false, Some(_)) => {}
        }
    }
}

/// The install script and the library name the same functions.
#[test]
fn install_script_and_library_name_the_same_functions() {
    let root = spock_tests::library::root().join("spock-ext");
    let script = std::fs::read_to_string(root.join("sql/spock--6.0.0.sql")).unwrap();
    let declared: BTreeSet<String> = script
        .split('\'')
        // Of one the guard has a function around it.
        .filter_map(|piece| piece.strip_suffix("_wrapper").or(piece.strip_suffix("_entry")))
        .map(str::to_owned)
        .collect();
    let mut exported = BTreeSet::new();
    collect_exports(&root.join("src"), &mut exported);
    assert_eq!(declared, exported);
}

fn collect_exports(directory: &std::path::Path, exported: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_exports(&path, exported);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for after in source.split("#[pg_extern(sql = false)]").skip(1) {
            let name = after.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            exported.insert(name.unwrap().to_owned());
        }
    }
}

/// Scripts keep variables of their own under the prefix.
#[test]
fn the_prefix_of_settings_is_not_reserved() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    assert_eq!(
        node.table("SET spock.provider_dsn = 'dbname=x'; SHOW spock.provider_dsn"),
        "dbname=x"
    );
}

/// The reference pages name everything that there is.
#[test]
fn reference_pages_are_complete() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    let page = |name: &str| {
        let path = spock_tests::library::root().join("docs").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let (functions, settings) = (page("functions.md"), page("settings.md"));
    let mut missing = Vec::new();
    for function in live(&node, FUNCTIONS) {
        let name = text(&function, "name");
        if !functions.contains(&format!("{name}(")) {
            missing.push(name.to_owned());
        }
    }
    for setting in live(&node, SETTINGS) {
        let name = text(&setting, "name");
        if !settings.contains(&format!("`{name}`")) {
            missing.push(name.to_owned());
        }
    }
    assert!(missing.is_empty(), "not documented: {missing:?}");
}
