//! Commands that stop and start the server of a node.

use std::io::{Read as _, Seek as _};
use std::process::Stdio;

use crate::error::{AdminError, Result};
use crate::wait::{Deadline, duration_text};

/// A program and its arguments; `{node}` in them stands for the node's name. No shell looks at them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<String>);

/// So much of what a command printed is shown when it fails.
const SHOWN: usize = 2000;

impl Template {
    /// Words that quotes hold together, as a shell has them.
    pub fn parse(text: &str) -> Result<Template, String> {
        match shlex::split(text) {
            Some(words) if !words.is_empty() => Ok(Template(words)),
            Some(_) => Err("the command is empty".to_owned()),
            None => Err("a quote in the command is not closed".to_owned()),
        }
    }

    fn words(&self, node: &str) -> Vec<String> {
        self.0.iter().map(|word| word.replace("{node}", node)).collect()
    }

    /// The command as a person would type it, secrets masked.
    pub fn shown(&self, node: &str) -> String {
        let words = self.words(node);
        let line = shlex::try_join(words.iter().map(String::as_str));
        crate::error::redact(&line.unwrap_or_else(|_| words.join(" ")))
    }

    /// Runs it to its end. What it prints goes to a file: a server that it starts may keep the way open.
    pub(super) async fn run(&self, node: &str, deadline: Deadline) -> Result<()> {
        let words = self.words(node);
        let failed = |why: String| {
            AdminError::failed(format!("command \"{}\" failed", self.shown(node))).detail(why)
        };
        let Some((program, args)) = words.split_first() else {
            return Err(failed("It is empty.".to_owned()));
        };
        let mut said = tempfile::tempfile().map_err(|e| failed(e.to_string()))?;
        let output = || said.try_clone().map(Stdio::from).map_err(|e| failed(e.to_string()));
        let mut child = tokio::process::Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(output()?)
            .stderr(output()?)
            // A run that is cancelled leaves nothing behind that still acts after its lock is gone.
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| failed(format!("It could not be run: {e}.")))?;
        let ended = tokio::time::timeout(deadline.remaining(), child.wait()).await;
        let Ok(ended) = ended else {
            let _ = child.kill().await;
            let limit = duration_text(deadline.limit());
            return Err(AdminError::timeout(format!(
                "command \"{}\" did not end within {limit}",
                self.shown(node)
            )));
        };
        let status = ended.map_err(|e| failed(e.to_string()))?;
        if status.success() {
            return Ok(());
        }
        let mut text = Vec::new();
        let _ = said.rewind().and_then(|()| said.read_to_end(&mut text));
        let text = String::from_utf8_lossy(&text[text.len().saturating_sub(SHOWN)..]).into_owned();
        Err(failed(format!("{status}: {}", crate::error::redact(text.trim()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_split_as_a_shell_would_and_names_the_node() {
        let template = Template::parse("ssh {node} 'systemctl stop pg@{node}'").expect("parses");
        assert_eq!(template.words("n 1"), ["ssh", "n 1", "systemctl stop pg@n 1"]);
        assert_eq!(template.shown("n1"), "ssh n1 'systemctl stop pg@n1'");
        assert!(Template::parse("a 'b").is_err());
        assert!(Template::parse(" ").is_err());
    }
}
