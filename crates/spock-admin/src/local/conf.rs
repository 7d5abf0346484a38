//! The configuration file of a node, written whole from what the cluster knows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Settings by name; the values are unquoted.
pub type Settings = BTreeMap<String, String>;

/// What every node of a local cluster has.
pub(super) fn base(with_extension: bool, limits_output_plugins: bool) -> Settings {
    let mut settings: Settings = [
        ("listen_addresses", "127.0.0.1"),
        ("wal_level", "logical"),
        ("track_commit_timestamp", "on"),
        ("max_worker_processes", "24"),
        ("max_replication_slots", "20"),
        ("max_wal_senders", "20"),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
        ("fsync", "on"),
        ("autovacuum", "on"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("lc_messages", "C"),
        ("log_line_prefix", "%m [%p] %q%a %d "),
        ("log_min_messages", "info"),
        ("logging_collector", "off"),
        ("cluster_name", ""),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    if with_extension {
        settings.insert("shared_preload_libraries".into(), "spock".into());
    }
    if limits_output_plugins {
        settings.insert(
            "output_plugin_libraries".into(),
            "pgoutput, test_decoding, spock_output, mmlite, pglogical_output".into(),
        );
    }
    settings
}

/// The file's text.
pub(super) fn render(settings: &Settings, port: u16, sockets: &Path) -> String {
    let mut text =
        String::from("# Written by the program that manages this cluster; it overwrites edits.\n");
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name} = '{}'", value.replace('\\', "\\\\").replace('\'', "''"));
    };
    for (name, value) in settings {
        line(name, value);
    }
    line("port", &port.to_string());
    line("unix_socket_directories", &sockets.to_string_lossy());
    text
}

/// Who may connect: everyone who can enter the socket directory, and over loopback either everyone
/// of this machine or those who know the password.
pub(super) fn render_hba(password: bool) -> String {
    let method = if password { "scram-sha-256" } else { "trust" };
    format!(
        "local all all trust\nlocal replication all trust\n\
         host all all 127.0.0.1/32 {method}\nhost replication all 127.0.0.1/32 {method}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn render_quotes_values() {
        let settings = Settings::from([("a.b".to_owned(), "it's \\ here".to_owned())]);
        let text = render(&settings, 5, Path::new("/s"));
        assert!(text.contains("a.b = 'it''s \\\\ here'\n"), "{text}");
        assert!(text.contains("port = '5'\n"));
    }
}
