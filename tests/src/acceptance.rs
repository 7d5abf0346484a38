//! `docs/acceptance.md`: each promise, the tests that check it, and how they ended.
//!
//! The rows stand in `docs/acceptance.toml`. A test belongs to a row when its name begins with the row's
//! id (`b26_apply_deadlock_is_retried`, also after a rule's id as in `v1_b49_`), or when the row lists it. The committed
//! page says which tests there are; with the results of a run it says how each row ended there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Rows that no test can prove, because they cannot be had: `docs/limitations.md` says why.
pub const CANNOT: &[&str] = &["B55", "B58"];

/// Rows that are still to come.
pub const LATER: &[&str] = &["B51"];

/// One promise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id, such as `B26`.
    pub id: String,
    /// What is promised, in a sentence.
    pub promise: String,
    /// Tests whose names do not begin with the id.
    #[serde(default)]
    pub tests: Vec<String>,
    /// What of it cannot be had, or is still to come.
    pub limit: Option<String>,
}

#[derive(Deserialize)]
struct Rows {
    row: Vec<Row>,
}

/// A test function.
#[derive(Debug)]
pub struct Test {
    /// The file that it stands in, from the root of the tree.
    pub file: PathBuf,
    /// The rows that its name names.
    pub rows: Vec<String>,
    /// Whether it runs only when it is asked for.
    pub ignored: bool,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It passed at its second try.
    Flaky,
    /// It failed.
    Failed,
}

/// Tests by the names that the runner gives them, such as `engine::keys::b15_keys_change`.
pub type Tests = BTreeMap<String, Test>;

/// How tests ended, by the same names.
pub type Outcomes = BTreeMap<String, Outcome>;

/// The rows of `docs/acceptance.toml`, in its order.
#[must_use]
pub fn rows(root: &Path) -> Vec<Row> {
    let path = root.join("docs/acceptance.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str::<Rows>(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())).row
}

/// All tests of the suites, and those of the crates without a server.
#[must_use]
pub fn tests(root: &Path) -> Tests {
    let mut found = Tests::new();
    scan(root, Path::new("tests/tests"), "", &mut found);
    for name in ["spock-core", "spock-admin"] {
        scan(root, &Path::new("crates").join(name).join("src"), name, &mut found);
        scan(root, &Path::new("crates").join(name).join("tests"), name, &mut found);
    }
    found
}

/// Adds the tests of a directory, whose modules stand below `module`.
fn scan(root: &Path, dir: &Path, module: &str, found: &mut Tests) {
    let Ok(entries) = fs::read_dir(root.join(dir)) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let file = dir.join(entry.file_name());
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let below = match &*stem {
            "lib" | "main" | "mod" => module.to_owned(),
            stem => join(module, stem),
        };
        if path.is_dir() {
            scan(root, &file, &below, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            tests_of(&text, &file, &below, found);
        }
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// Adds the tests of one file: functions below `#[test]`, in the file or in a module of it.
fn tests_of(text: &str, file: &Path, module: &str, found: &mut Tests) {
    let (mut inner, mut is_test, mut ignored) = (module.to_owned(), false, false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("mod ").and_then(|l| l.strip_suffix(" {")) {
            inner = join(module, name);
        }
        let code = line.trim_start();
        if code == "#[test]" {
            (is_test, ignored) = (true, false);
        } else if is_test && code.starts_with("#[ignore") {
            ignored = true;
        } else if is_test && let Some(rest) = code.strip_prefix("fn ") {
            is_test = false;
            let name = rest.split('(').next().unwrap_or_default();
            let test = Test { file: file.to_owned(), rows: rows_in(name), ignored };
            found.insert(join(&inner, name), test);
        }
    }
}

/// The rows that a test's name begins with, rules among them.
fn rows_in(name: &str) -> Vec<String> {
    name.split('_')
        .take_while(|word| {
            let mut chars = word.chars();
            chars.next().is_some_and(|c| c.is_ascii_lowercase())
                && !chars.as_str().is_empty()
                && chars.all(|c| c.is_ascii_digit())
        })
        .map(str::to_uppercase)
        .filter(|word| word.starts_with(['B', 'M']))
        .collect()
}

/// The outcomes in a file that the runner wrote (its profile names the place).
///
/// # Errors
/// When it is no such file.
pub fn outcomes(text: &str) -> Result<Outcomes, String> {
    let document = roxmltree::Document::parse(text).map_err(|e| e.to_string())?;
    let mut found = Outcomes::new();
    for case in document.descendants().filter(|node| node.has_tag_name("testcase")) {
        let (Some(suite), Some(name)) = (case.attribute("classname"), case.attribute("name"))
        else {
            return Err("a test case without a name".to_owned());
        };
        let module = suite.strip_prefix("spock-tests::").unwrap_or(suite);
        let has =
            |tags: [&str; 2]| case.children().any(|child| tags.contains(&child.tag_name().name()));
        let outcome = if has(["failure", "error"]) {
            Outcome::Failed
        } else if has(["flakyFailure", "flakyError"]) {
            Outcome::Flaky
        } else {
            Outcome::Passed
        };
        found.insert(format!("{module}::{name}"), outcome);
    }
    Ok(found)
}

/// The tests of a row.
#[must_use]
pub fn tests_of_row<'a>(row: &'a Row, tests: &'a Tests) -> Vec<&'a str> {
    let named = tests.iter().filter(|(_, test)| test.rows.contains(&row.id));
    let mut all: Vec<&str> = named.map(|(name, _)| name.as_str()).collect();
    for listed in &row.tests {
        if !all.contains(&listed.as_str()) {
            all.push(listed);
        }
    }
    all
}

/// What is wrong between the rows and the tests; empty when all is well.
#[must_use]
pub fn faults(rows: &[Row], tests: &Tests) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let id = &row.id;
        if rows[..index].iter().any(|other| other.id == *id) {
            faults.push(format!("{id} stands twice in docs/acceptance.toml"));
        }
        for name in &row.tests {
            match tests.get(name) {
                None => faults.push(format!("{id} lists {name}, which is no test")),
                Some(test) if test.rows.contains(id) => {
                    faults.push(format!("{id} lists {name}, whose name says so already"));
                }
                Some(_) => {}
            }
        }
        let excused = CANNOT.contains(&id.as_str()) || LATER.contains(&id.as_str());
        let is_tested = !tests_of_row(row, tests).is_empty();
        if !is_tested && !excused {
            faults.push(format!("{id} has no test"));
        }
        if is_tested && excused {
            faults.push(format!("{id} has tests, and is on a list of rows that have none"));
        }
        if !is_tested && row.limit.is_none() {
            faults.push(format!("{id} does not say why it has no test"));
        }
    }
    for id in CANNOT.iter().chain(LATER) {
        if !rows.iter().any(|row| row.id == *id) {
            faults.push(format!("{id} is no row"));
        }
    }
    for (name, test) in tests {
        for id in &test.rows {
            if !rows.iter().any(|row| row.id == *id) {
                faults.push(format!("{name} names {id}, which is no row"));
            }
        }
    }
    faults
}

/// The page; with outcomes it says how the run of them ended.
#[must_use]
pub fn page(rows: &[Row], tests: &Tests, outcomes: Option<&Outcomes>) -> String {
    let mut page = String::from(HEAD);
    if let Some(outcomes) = outcomes {
        let count = |wanted| outcomes.values().filter(|outcome| **outcome == wanted).count();
        let _ = writeln!(
            page,
            "\nThe run had {} tests: {} passed, {} passed at the second try, {} failed.",
            outcomes.len(),
            count(Outcome::Passed),
            count(Outcome::Flaky),
            count(Outcome::Failed)
        );
    }
    page.push_str("\n| Row | Promise | Tests | Result |\n|---|---|---|---|\n");
    for row in rows {
        let names = tests_of_row(row, tests);
        let cell: Vec<String> = names.iter().map(|name| test_cell(name, tests)).collect();
        let promise = match &row.limit {
            Some(limit) => format!("{} *{limit}*", row.promise),
            None => row.promise.clone(),
        };
        let _ = writeln!(
            page,
            "| {} | {promise} | {} | {} |",
            row.id,
            cell.join("<br>"),
            result_cell(row, &names, tests, outcomes)
        );
    }
    page
}

const HEAD: &str = "\
<!-- Written by `scripts/gen` from docs/acceptance.toml and the names of the tests. Change those. -->
# Acceptance

What is promised, and the tests that check it. Most of them run real servers. This page says which tests there are;
`scripts/gen acceptance --results target/nextest/default/junit.xml` prints it with the results of the last `make test`
that ran with cargo-nextest. What cannot be had, and what is open, is explained in [limitations](limitations.md).
";

fn test_cell(name: &str, tests: &Tests) -> String {
    let by_hand = if tests.get(name).is_some_and(|test| test.ignored) { " (by hand)" } else { "" };
    match tests.get(name) {
        Some(test) => format!("[`{name}`](../{}){by_hand}", test.file.display()),
        None => format!("`{name}`"),
    }
}

fn result_cell(row: &Row, names: &[&str], tests: &Tests, outcomes: Option<&Outcomes>) -> String {
    if names.is_empty() {
        let cannot = CANNOT.contains(&row.id.as_str());
        return if cannot { "cannot be had" } else { "to come" }.to_owned();
    }
    let Some(outcomes) = outcomes else { return "tested".to_owned() };
    let with = |wanted| names.iter().filter(|name| outcomes.get(**name) == Some(&wanted)).count();
    let (passed, flaky) = (with(Outcome::Passed), with(Outcome::Flaky));
    let usual = names.iter().filter(|name| tests.get(**name).is_some_and(|test| !test.ignored));
    let not_run = usual.filter(|name| !outcomes.contains_key(**name)).count();
    if with(Outcome::Failed) > 0 {
        "**failed**".to_owned()
    } else if not_run > 0 {
        format!("**{not_run} not run**")
    } else if flaky > 0 {
        format!("passed ({passed}), {flaky} at the second try")
    } else {
        format!("passed ({passed})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_names() {
        assert_eq!(rows_in("b26_apply_deadlock_is_retried"), ["B26"]);
        assert_eq!(rows_in("v1_b49_twenty_kills"), ["B49"]);
        assert_eq!(rows_in("m7_b1_b2b_x"), ["M7", "B1"]);
        assert!(rows_in("spock_40_b1_x").is_empty());
        assert!(rows_in("b_1").is_empty());
    }

    #[test]
    fn tests_are_found_in_files() {
        let mut found = Tests::new();
        let text = "#[test]\nfn b1_a() {}\nfn b2_helper() {}\n#[cfg(test)]\nmod inner {\n    \
                    #[test]\n    #[ignore = \"long\"]\n    fn b3_c() {}\n}";
        tests_of(text, Path::new("x.rs"), "x", &mut found);
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(names, ["x::b1_a", "x::inner::b3_c"]);
        assert!(found["x::inner::b3_c"].ignored && !found["x::b1_a"].ignored);
    }

    #[test]
    fn results_of_a_run_show() {
        let outcomes = outcomes(
            r#"<testsuites><testsuite name="spock-tests::x">
               <testcase name="y::b1_a" classname="spock-tests::x"/>
               <testcase name="y::b1_b" classname="spock-tests::x"><flakyFailure/></testcase>
               <testcase name="y::b2_a" classname="spock-tests::x"><failure/></testcase>
               </testsuite></testsuites>"#,
        )
        .expect("a file of the runner");
        let mut tests = Tests::new();
        let text = "#[test]\nfn b1_a() {}\n#[test]\nfn b1_b() {}\n#[test]\nfn b2_a() {}\n\
                    #[test]\nfn b3_a() {}";
        tests_of(text, Path::new("tests/tests/x/y.rs"), "x::y", &mut tests);
        let row = |id: &str| Row {
            id: id.to_owned(),
            promise: "Holds.".to_owned(),
            tests: Vec::new(),
            limit: None,
        };
        let rows = [row("B1"), row("B2"), row("B3"), row("B4")];
        let page = page(&rows, &tests, Some(&outcomes));
        for line in [
            "3 tests: 1 passed, 1 passed at the second try, 1 failed.",
            "| B1 | Holds. | [`x::y::b1_a`](../tests/tests/x/y.rs)<br>[`x::y::b1_b`](../tests/tests/x/y.rs) \
             | passed (1), 1 at the second try |",
            "| **failed** |",
            "| **1 not run** |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
        assert_eq!(
            faults(&rows, &tests)[..2],
            ["B4 has no test", "B4 does not say why it has no test"]
        );
    }
}
