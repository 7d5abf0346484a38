//! Transcripts: what commands printed, one after the other, compared whole with a file of `transcripts/`, with
//! standard error and exit codes. `SNAPSHOTS=overwrite` writes the files again.

use std::path::Path;
use std::process::Command;

use snapbox::Data;
use spock_tests::Cluster;

use super::run::{Run, on};

/// The runs of one test.
pub(crate) struct Transcript<'a> {
    cluster: &'a Cluster,
    /// The version of its servers.
    server: String,
    text: String,
}

impl<'a> Transcript<'a> {
    pub(crate) fn of(cluster: &'a Cluster) -> Self {
        let server: String = cluster.node(0).value("SHOW server_version");
        let server = server.split(' ').next().unwrap_or_default().to_owned();
        Transcript { cluster, server, text: String::new() }
    }

    /// Runs the program and notes what it printed.
    #[track_caller]
    pub(crate) fn run(&mut self, args: &[&str]) -> Run {
        let run = on(self.cluster, args);
        let quoted = |arg: &&str| {
            if arg.is_empty() || arg.contains(' ') { format!("'{arg}'") } else { word(arg) }
        };
        let args: Vec<String> = args.iter().map(quoted).collect();
        let printed = without_version(&transcript(&run), &self.server);
        self.text.push_str(&format!("$ spockctl {}\n{printed}\n", args.join(" ")));
        run
    }

    /// The same for a command that was made otherwise.
    pub(crate) fn of_command(&mut self, shown: &str, command: Command) -> Run {
        let run = super::run::run(command);
        self.text.push_str(&format!("$ spockctl {shown}\n{}\n", transcript(&run)));
        run
    }

    /// Compares all of it with the file of this name.
    #[track_caller]
    pub(crate) fn is(self, name: &str) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/transcripts");
        let expected = Data::read_from(&dir.join(name).with_extension("txt"), None);
        snapbox::assert_data_eq!(self.text, expected.raw());
    }
}

/// Replaces the version of the server, where it is not a part of another number.
pub(crate) fn without_version(text: &str, version: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(version) {
        let (before, after) = (&rest[..at], &rest[at + version.len()..]);
        out.push_str(before);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_inside = out.ends_with(|c: char| is_part(c) || c == '.')
            || after.starts_with(is_part)
            // A full stop ends a sentence, a point goes on with a number.
            || after.strip_prefix('.').is_some_and(|next| next.starts_with(is_part));
        out.push_str(if is_inside { version } else { "[SERVER]" });
        rest = after;
    }
    out + rest
}

/// Standard output, standard error, and the exit code, with what differs from run to run replaced:
/// times, transaction numbers, log positions, sizes, processes.
pub(crate) fn transcript(run: &Run) -> String {
    let mut out = steady(&run.stdout);
    if !run.stderr.is_empty() {
        out.push_str("--- stderr\n");
        out.push_str(&steady(&run.stderr));
    }
    out.push_str(&format!("--- exit {}\n", run.code));
    out
}

/// Replaces what differs, and blanks between columns by two.
fn steady(text: &str) -> String {
    let mut out = String::new();
    // Slots by which a node reads its own log come and go; of a check, the rest of the line stays.
    for line in text.lines().filter(|l| l.starts_with("SPOCK ") || !l.contains("spk_log_")) {
        let indent = line.len() - line.trim_start().len();
        out.push_str(&line[..indent]);
        let columns = line.trim_start().split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        let cells: Vec<String> =
            columns.map(|cell| cell.split(' ').map(word).collect::<Vec<_>>().join(" ")).collect();
        out.push_str(&without_span(&cells.join("  ")));
        out.push('\n');
    }
    out
}

/// Replaces how far two commits were apart.
fn without_span(line: &str) -> String {
    match (line.split_once(" committed "), line.rsplit_once(" after n")) {
        (Some((before, _)), Some((_, after)))
            if before.contains("wins: ") || before.contains("value: ") =>
        {
            format!("{before} committed [SPAN] after n{after}")
        }
        _ => line.to_owned(),
    }
}

fn word(word: &str) -> String {
    const MARKS: &[char] = &['"', ',', ';', ':', '(', ')', '`', '.'];
    let core = word.trim_matches(MARKS);
    let Some(at) = word.find(core).filter(|_| !core.is_empty()) else { return word.to_owned() };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((host, port)) = core.rsplit_once(':')
        && is_number(port)
        && host.contains("127.0.0.1")
    {
        return word.replace(port, "[PORT]");
    }
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let steady = match core.split_once('/') {
        _ if core.len() >= 20 && core.ends_with('Z') && core.as_bytes()[10] == b'T' => {
            "[TIME]".into()
        }
        Some(("exception", id)) => format!("exception/{}", self::word(id)),
        Some((origin, xid)) if origin.starts_with('n') && is_number(xid) => {
            format!("{origin}/[ID]")
        }
        // A position has more digits than a count of how many.
        Some((high, low)) if is_hex(high) && is_hex(low) && low.len() > 2 => "[LSN]".into(),
        _ if is_number(core) && core.len() >= 3 => "[NUMBER]".into(),
        _ => core.into(),
    };
    format!("{}{steady}{}", &word[..at], &word[at + core.len()..])
}

#[test]
fn a_version_is_replaced_where_it_stands_as_one() {
    let text = "15.2 (15.2), PostgreSQL 15.2. 15.20 115.2 15.2.1 x15.2 0/15.2s lag 15.2ms \"15.2\"";
    assert_eq!(
        without_version(text, "15.2"),
        "[SERVER] ([SERVER]), PostgreSQL [SERVER]. 15.20 115.2 15.2.1 x15.2 0/15.2s lag 15.2ms \"[SERVER]\""
    );
}

#[test]
fn what_differs_is_replaced() {
    let run = Run {
        code: 5,
        stdout: "NODE    AT  \nn1      2026-11-21T10:00:00.123Z\n  \"xid\": 755,\n".into(),
        stderr: "transaction 755 of n1/755 at 0/15A0B8, slot 3\n".into(),
    };
    assert_eq!(
        transcript(&run),
        "NODE  AT\nn1  [TIME]\n  \"xid\": [NUMBER],\n--- stderr\n\
         transaction [NUMBER] of n1/[ID] at [LSN], slot 3\n--- exit 5\n"
    );
}
