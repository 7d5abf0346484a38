//! The captures of `docs/screens.md`: what status, topology, doctor and top show of a cluster with faults, on a terminal of
//! 80 and of 200 columns. The page is held against the live screens: the same columns, the same causes.
//!
//! `SPOCK_SCREENS=write` writes the page again.

use std::fs;
use std::path::PathBuf;

use spock_tests::{Cluster, library};

use super::far::on_terminal_of;
use super::run::on;

/// Widths of the terminals.
const WIDTHS: [usize; 2] = [80, 200];

/// A command, and words of each cause that it has to tell, whatever the width.
struct Screen {
    command: &'static str,
    causes: &'static [&'static str],
}

const SCREENS: &[Screen] = &[
    Screen {
        command: "status",
        causes: &[
            "lacks column \"v\" of the provider",
            "slot \"spk_app_n1_sub_n1_n2\"",
            "violates check constraint \"small\"",
            "its clock is 40.0 s ahead of that of n1",
            "Connection refused",
        ],
    },
    Screen {
        command: "cluster topology",
        causes: &["n1 - ! * x", "n2 * - ! x", "n3 ! * - x", "n4 ! ! ! -", "x unreachable"],
    },
    Screen {
        command: "doctor",
        causes: &[
            "n4 is not reached",
            "on n1 lost the log that it still needs",
            "violates check constraint \"small\"",
            "column v is missing on n1",
            "the clock is 40.0 s ahead of that of n1",
        ],
    },
    Screen {
        command: "top",
        causes: &["n4: error connecting to server", "3 of 4 nodes up", "LOST", "disabled", "!down"],
    },
];

impl Screen {
    /// What the command shows on a terminal of this width.
    fn capture(&self, cluster: &Cluster, width: usize) -> String {
        let text = match self.command {
            "top" => {
                let size = if width == 80 { "80x24" } else { "200x40" };
                on(cluster, &["top", &format!("--print={size}")]).ends(0).stdout
            }
            command => on_terminal_of(width, cluster, command, &[("NO_COLOR", "1")]),
        };
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n")
    }

    fn heading(&self, width: usize) -> String {
        format!("### `spockctl {}` on {width} columns", self.command)
    }

    /// What is wrong with a capture, live or of the page.
    fn faults(&self, text: &str, width: usize) -> Vec<String> {
        let mut faults = Vec::new();
        for line in text.lines().filter(|line| line.chars().count() > width) {
            faults.push(format!("longer than {width}: {line}"));
        }
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for cause in self.causes {
            if !words.contains(cause) {
                faults.push(format!("no {cause}"));
            }
        }
        faults
    }
}

/// The lines of column names.
fn headers(text: &str) -> Vec<String> {
    let is_header = |line: &&str| {
        let mut words = line.split_whitespace();
        words.clone().count() > 1
            && words.all(|word| word.chars().all(|c| c.is_ascii_uppercase() || "_/".contains(c)))
    };
    let lines = text.lines().filter(is_header);
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn page() -> PathBuf {
    library::root().join("docs/screens.md")
}

/// The capture that stands below a heading of the page.
fn block<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("{heading}\n")).unwrap_or_default();
    let rest = rest.split("\n## ").next().and_then(|rest| rest.split_once("```\n"));
    rest.and_then(|(_, rest)| rest.split_once("\n```")).map_or("", |(block, _)| block)
}

fn write(captures: &[(String, String)]) {
    let text = fs::read_to_string(page()).expect("the page");
    let (intro, _) = text.split_once("\n### ").unwrap_or((&text, ""));
    let mut out = intro.trim_end().to_owned();
    for (heading, capture) in captures {
        out.push_str(&format!("\n\n{heading}\n\n```\n{capture}\n```"));
    }
    out.push('\n');
    fs::write(page(), out).expect("written");
}

/// Seen to fail with a cell that is cut off, and with a column that the page has under another name.
pub(crate) fn check(cluster: &Cluster) {
    let captures: Vec<(&Screen, usize, String)> = SCREENS
        .iter()
        .flat_map(|screen| WIDTHS.map(|width| (screen, width)))
        .map(|(screen, width)| (screen, width, screen.capture(cluster, width)))
        .collect();
    if std::env::var_os("SPOCK_SCREENS").is_some() {
        let captures =
            captures.iter().map(|(screen, width, text)| (screen.heading(*width), text.clone()));
        write(&captures.collect::<Vec<_>>());
    }
    let page = fs::read_to_string(page()).expect("the page");
    let mut wrong = Vec::new();
    for (screen, width, live) in &captures {
        let heading = screen.heading(*width);
        let documented = block(&page, &heading);
        for fault in screen.faults(live, *width) {
            wrong.push(format!("{heading}, live: {fault}\n{live}"));
        }
        for fault in screen.faults(documented, *width) {
            wrong.push(format!("{heading}, docs/screens.md: {fault}"));
        }
        if headers(live) != headers(documented) {
            wrong.push(format!(
                "{heading}: the page has {:?}, the screen {:?}",
                headers(documented),
                headers(live)
            ));
        }
    }
    for pair in captures.chunks(2) {
        let [(screen, _, narrow), (_, _, wide)] = pair else { panic!("two widths") };
        let longest = |text: &str| text.lines().map(|line| line.chars().count()).max();
        if screen.command != "cluster topology" && longest(wide) <= longest(narrow) {
            wrong.push(format!("{} does not use 200 columns:\n{wide}", screen.command));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
