//! Unified diffs, and results that are a text rather than a table.

use std::io::Write as _;

use owo_colors::OwoColorize as _;
use similar::{ChangeTag, TextDiff};

use crate::failure::{Failure, Result};

/// Prints a text as the result.
pub(crate) fn text(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Failure::output(&e))
}

/// What makes `new` out of `old`, with colours; nothing when they are equal. Behind the place of each hunk stands the
/// last line before it that begins with a bracket.
pub(crate) fn unified(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let lines: Vec<&str> = old.lines().collect();
    let mut out = String::new();
    let mut unified = diff.unified_diff();
    for hunk in unified.context_radius(3).iter_hunks() {
        if out.is_empty() {
            out.push_str(&format!(
                "{}\n{}\n",
                format!("--- {old_name}").bold(),
                format!("+++ {new_name}").bold()
            ));
        }
        let start = hunk.ops().first().map_or(0, |op| op.old_range().start);
        let section =
            lines[..start.min(lines.len())].iter().rev().find(|line| line.starts_with('['));
        let header = format!("{} {}", hunk.header(), section.unwrap_or(&""));
        out.push_str(&format!("{}\n", header.trim_end().cyan()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            out.push_str(&match change.tag() {
                ChangeTag::Equal if line.is_empty() => "\n".to_owned(),
                ChangeTag::Equal => format!(" {line}\n"),
                ChangeTag::Delete => format!("{}\n", format!("-{line}").red()),
                ChangeTag::Insert => format!("{}\n", format!("+{line}").green()),
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_name_their_section() {
        let old: String = "[a]\n".to_owned() + &"x\n".repeat(9) + "y\n";
        let shown = unified(&old, &old.replace('y', "z"), "live", "file");
        let shown = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(shown, "--- live\n+++ file\n@@ -8,4 +8,4 @@ [a]\n x\n x\n x\n-y\n+z\n");
        assert_eq!(unified(&old, &old, "live", "file"), "");
    }
}
