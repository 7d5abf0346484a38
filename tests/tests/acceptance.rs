//! The page of promises is that of the tests there are, and every promise has one.

use spock_tests::acceptance::{faults, page, rows, tests};
use spock_tests::library::root;

/// Meant to fail when a test that is named after a row, or listed for one, comes, goes, or gets another name.
#[test]
fn m21_every_promise_has_a_test_and_the_page_is_up_to_date() {
    let (rows, tests) = (rows(root()), tests(root()));
    let faults = faults(&rows, &tests);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let written = std::fs::read_to_string(root().join("docs/acceptance.md")).unwrap_or_default();
    assert!(
        written == page(&rows, &tests, None),
        "docs/acceptance.md is out of date: run `make gen`"
    );
}

/// What cannot be had is explained.
#[test]
fn limitations_are_explained() {
    let text = std::fs::read_to_string(root().join("docs/limitations.md")).expect("the page");
    for row in rows(root()).iter().filter(|row| row.limit.is_some()) {
        assert!(text.contains(&row.id), "docs/limitations.md does not name {}", row.id);
    }
}
