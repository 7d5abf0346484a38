//! A run of one of the programs, to its end.

use std::process::{Command, Output};

use serde_json::Value;

use crate::schema;

/// What a run left.
#[derive(Debug)]
pub struct Run {
    /// How it ended; -1 by a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub fn command(mut command: Command) -> Run {
        Run::of(command.output().expect("the program runs"))
    }

    /// What a program left that has ended.
    pub fn of(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Fails the test unless the run ended so.
    #[track_caller]
    pub fn ends(self, code: i32) -> Run {
        assert_eq!(self.code, code, "{}\n--\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails the test unless standard error says this.
    #[track_caller]
    pub fn says(self, text: &str) -> Run {
        assert!(
            self.stderr.contains(text),
            "no \"{text}\" in {}\n--\n{}",
            self.stderr,
            self.stdout
        );
        self
    }

    /// Standard output as a document, which is as `docs/schema` says.
    #[track_caller]
    pub fn json(&self) -> Value {
        let document = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("no json ({e}): {self:#?}"));
        schema::check(&document);
        document
    }

    /// The items of the document.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.json()["items"].as_array().cloned().unwrap_or_default()
    }
}
