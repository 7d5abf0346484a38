//! Every document that a test reads from the program is compared with its schema in `docs/schema`, and may have no member that
//! stands in no schema.

use serde_json::{Value, json};

use crate::library;

/// Fails the test unless the document is as its schema says.
#[track_caller]
pub fn check(document: &Value) {
    let faults = faults(document);
    assert!(faults.is_empty(), "not as docs/schema says: {faults:#?}\n{document:#}");
}

fn faults(document: &Value) -> Vec<String> {
    let Some(name) = document["schema"].as_str() else {
        return vec!["the document does not name its schema".to_owned()];
    };
    let file = name.trim_start_matches("spockctl/").replace('/', "-");
    let path = library::root().join("docs/schema").join(file).with_extension("json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return vec![format!("there is no {}: see spockctl/src/schema.rs", path.display())];
    };
    let mut schema: Value = serde_json::from_str(&text).expect("a schema");
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    validator.iter_errors(document).map(|e| format!("{} {e}", e.instance_path())).collect()
}

/// Readers must pass over members that they do not know; for us such a member is one that was forgotten.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && !members.contains_key("additionalProperties") {
                members.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_are_not_as_the_schema_says_are_found() {
        let document = |items: Value| {
            json!({
                "schema": "spockctl/worker-list/1", "cluster": "c", "generated_at": "2026-11-21T10:00:00Z",
                "items": items, "warnings": [], "errors": []
            })
        };
        let worker = json!({
            "node": "n1", "kind": "apply", "pid": 7, "subscription": null, "provider": null,
            "status": "running", "wait_event": null, "blocked_by": [], "transaction_seconds": 0.5,
            "last_error": null
        });
        assert_eq!(faults(&document(json!([worker]))), Vec::<String>::new());
        let with = |member: &str, value: Value| {
            let mut worker = worker.clone();
            worker[member] = value;
            document(json!([worker]))
        };
        assert!(!faults(&with("pid", json!("seven"))).is_empty());
        assert!(!faults(&with("more", json!(1))).is_empty());
        let mut lacks = worker.clone();
        lacks.as_object_mut().expect("an object").remove("status");
        assert!(!faults(&document(json!([lacks]))).is_empty());
        assert!(!faults(&json!({"schema": "spockctl/nothing/1"})).is_empty());
        assert!(!faults(&json!([])).is_empty());
    }
}
