//! What is to be said of clocks that differ.

use super::{Facts, Finding};
use crate::operations::clock::Skew;

/// The nodes whose clocks differ from the others'.
pub(super) fn findings(skews: &[Skew], facts: &[Facts]) -> Vec<Finding> {
    let limit = facts
        .iter()
        .filter_map(|node| node.number("spock.max_clock_skew"))
        .min()
        .map_or(f64::INFINITY, |ms| f64::from(i32::try_from(ms).unwrap_or(i32::MAX)) / 1000.0);
    let mut out = Vec::new();
    for skew in skews.iter().filter(|skew| skew.matters()) {
        let (seconds, word, reference) = (skew.seconds, skew.word(), &skew.reference);
        // Of two clocks either may be the wrong one.
        let (clock, nodes) = match skews {
            [_, _] => {
                let both = vec![reference.clone(), skew.node.clone()];
                (format!("the clock of {}", skew.node), both)
            }
            _ => ("the clock".to_owned(), vec![skew.node.clone()]),
        };
        let problem = format!("{clock} is {seconds:.1} s {word} that of {reference}");
        let finding = if seconds >= limit {
            let refused = format!(
                "{problem}, more than spock.max_clock_skew ({limit:.0} s): commits are refused"
            );
            Finding::error("clock-skew", &skew.node, refused)
        } else {
            let late = format!("{problem}: changes are applied that much later");
            Finding::warning("clock-skew", &skew.node, late)
        };
        out.push(
            finding
                .on(nodes)
                .mend("check the time service (chronyc tracking, timedatectl) on the server"),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::clock::{Clock, compared};

    fn clock(node: &str, low: f64, high: f64) -> Clock {
        Clock::within(node, low, high)
    }

    #[test]
    fn only_what_the_bounds_prove_is_told() {
        let slow = [clock("n1", -3.0, 3.0), clock("n2", -0.01, 0.01), clock("n3", -0.01, 0.01)];
        assert_eq!(findings(&compared(&slow), &[]), []);
        let off = [clock("n1", 4.9, 5.1), clock("n2", -0.01, 0.0), clock("n3", -0.01, 0.01)];
        let found = findings(&compared(&off), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].nodes, ["n1"]);
        assert!(found[0].problem.starts_with("the clock is 4.9 s ahead of that of n"));
    }

    #[test]
    fn of_two_clocks_neither_is_accused_alone() {
        let found =
            findings(&compared(&[clock("n1", -0.01, 0.01), clock("n2", -90.0, -89.9)]), &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].nodes.len(), 2);
    }
}
