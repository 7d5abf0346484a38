//! Servers' logs must hold no error that a test did not announce.

/// Pieces of lines that any test may cause by stopping, killing, and restarting servers.
const ALWAYS_ALLOWED: &[&str] = &[
    "terminating connection due to administrator command",
    "terminating background worker",
    "terminating walreceiver process due to administrator command",
    "terminating logical replication worker due to administrator command",
    "terminating autovacuum process due to administrator command",
    "terminating connection due to unexpected postmaster exit",
    "terminating connection because of crash of another server process",
    "the database system is starting up",
    "the database system is shutting down",
    "the database system is in recovery mode",
    "the database system is not yet accepting connections",
    "canceling autovacuum task",
    // Somebody else took the port that was chosen; the server is started again on another one.
    "could not create any TCP/IP sockets",
    // A worker came back before the provider had noticed the end of its last stream; it tries again.
    "is active for PID",
    // What the server says when it is stopped while somebody logs in.
    "canceling authentication due to timeout",
];

/// The errors among the log's lines that nothing allows.
pub fn unexpected_errors(log: &str, allowed: &[String]) -> Vec<String> {
    log.lines()
        .filter(|line| {
            ["ERROR:  ", "FATAL:  ", "PANIC:  "].iter().any(|level| line.contains(level))
                || line.contains("was terminated by signal 11")
                || line.contains("was terminated by signal 6")
        })
        .filter(|line| {
            !ALWAYS_ALLOWED.iter().any(|piece| line.contains(piece))
                && !allowed.iter().any(|piece| line.contains(piece.as_str()))
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unexpected_errors_are_those_nobody_announced() {
        let log = "x LOG:  ERROR is a word\n\
                   x FATAL:  the database system is starting up\n\
                   x ERROR:  division by zero\n\
                   x ERROR:  relation \"t\" does not exist\n";
        let found = unexpected_errors(log, &["division".to_owned()]);
        assert_eq!(found, ["x ERROR:  relation \"t\" does not exist"]);
    }
}
