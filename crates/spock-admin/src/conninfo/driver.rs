//! A resolved connection to one host, as the driver is told.

use std::time::Duration;

use tokio_postgres::config::{ChannelBinding, SslNegotiation};

use super::Conninfo;
use crate::error::{AdminError, Result};

/// The driver's configuration of a resolved connection to one host; without `sslmode`, which is a matter of attempts.
pub fn to_config(info: &Conninfo) -> Result<tokio_postgres::Config> {
    let mut config = tokio_postgres::Config::new();
    refuse_unsupported(info)?;
    let address = info.get("hostaddr");
    // The name is what a certificate is compared with.
    if let Some(host) = info.get("host").or(address) {
        if host.starts_with('@') {
            return Err(invalid("host", host).hint("abstract sockets are not supported"));
        }
        config.host(host);
    }
    if let Some(address) = address {
        config.hostaddr(address.parse().map_err(|_| invalid("hostaddr", address))?);
    }
    let port = info.get("port").unwrap_or("5432");
    config.port(port_number(port).ok_or_else(|| invalid("port", port))?);
    config.user(info.get("user").unwrap_or_default());
    config.dbname(info.get("dbname").unwrap_or_default());
    if let Some(password) = info.password() {
        config.password(password.reveal());
    }
    if let Some(options) = info.get("options") {
        config.options(options);
    }
    if let Some(encoding) = info.get("client_encoding")
        && !matches!(encoding.to_ascii_lowercase().as_str(), "utf8" | "utf-8" | "auto" | "unicode")
    {
        return Err(invalid("client_encoding", encoding)
            .hint("this program speaks UTF-8; the server converts"));
    }
    if let Some(mode) = info.get("sslnegotiation") {
        config.ssl_negotiation(match mode {
            "postgres" => SslNegotiation::Postgres,
            "direct" => SslNegotiation::Direct,
            _ => return Err(invalid("sslnegotiation", mode)),
        });
    }
    if let Some(binding) = info.get("channel_binding") {
        config.channel_binding(match binding {
            "disable" => ChannelBinding::Disable,
            "prefer" => ChannelBinding::Prefer,
            "require" => ChannelBinding::Require,
            _ => return Err(invalid("channel_binding", binding)),
        });
    }
    // What is zero or less is as if it were not there.
    let number = |key: &'static str| -> Result<Option<u64>> {
        let Some(text) = info.get(key) else { return Ok(None) };
        let number = text.trim().parse::<i32>().map_err(|_| invalid(key, text))?;
        Ok(u64::try_from(number).ok().filter(|number| *number > 0 || key == "keepalives"))
    };
    if let Some(seconds) = number("connect_timeout")? {
        config.connect_timeout(Duration::from_secs(seconds));
    }
    if let Some(on) = number("keepalives")? {
        config.keepalives(on != 0);
    }
    if let Some(seconds) = number("keepalives_idle")? {
        config.keepalives_idle(Duration::from_secs(seconds));
    }
    if let Some(seconds) = number("keepalives_interval")? {
        config.keepalives_interval(Duration::from_secs(seconds));
    }
    if let Some(count) = number("keepalives_count")? {
        config.keepalives_retries(u32::try_from(count).unwrap_or(u32::MAX));
    }
    if let Some(ms) = number("tcp_user_timeout")? {
        config.tcp_user_timeout(Duration::from_millis(ms));
    }
    if let Some(name) = info.get("application_name").or(info.get("fallback_application_name")) {
        config.application_name(name);
    }
    Ok(config)
}

/// A port, as libpq reads it.
fn port_number(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port > 0)
}

/// Parameters that would change what the connection is, and that the driver has no way to honour. Values that ask
/// for nothing are taken.
fn refuse_unsupported(info: &Conninfo) -> Result<()> {
    const HARMLESS: &[(&str, &[&str])] = &[
        ("gssencmode", &["disable", "prefer"]),
        ("sslcertmode", &["allow"]),
        ("sslcompression", &["0", "1"]),
        ("replication", &["false", "off", "no", "0"]),
        ("krbsrvname", &[]),
        ("gsslib", &[]),
        ("gssdelegation", &["0"]),
        ("sslcrl", &[]),
        ("sslcrldir", &[]),
        ("requirepeer", &[]),
        ("require_auth", &[]),
    ];
    for (key, values) in HARMLESS {
        if let Some(value) = info.get(key).filter(|value| !values.contains(value)) {
            let error = AdminError::config(format!(
                "connection parameter \"{key}={value}\" is not supported"
            ));
            return Err(match *key {
                "require_auth" => {
                    error.hint("use channel_binding=require with SCRAM, or certificates")
                }
                "replication" => error.hint("this program runs SQL; remove it"),
                _ => error.hint("remove it; this program cannot honour it"),
            });
        }
    }
    Ok(())
}

/// A value that its keyword does not take.
pub(crate) fn invalid(key: &str, value: &str) -> AdminError {
    AdminError::config(format!("invalid value \"{value}\" for connection parameter \"{key}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_cannot_be_honoured_are_errors() {
        for text in [
            "port=x",
            "port=0",
            "port=65536",
            "hostaddr=somewhere",
            "host=@abstract",
            "channel_binding=maybe",
            "client_encoding=latin1",
            "connect_timeout=soon",
            "keepalives=9999999999",
            "require_auth=scram-sha-256",
            "gssencmode=require",
            "krbsrvname=pg",
            "sslcrl=/a",
            "requirepeer=postgres",
            "replication=database",
        ] {
            let info = Conninfo::parse(text).expect("parses");
            assert!(to_config(&info).is_err(), "{text}");
        }
        for text in ["gssencmode=disable sslcompression=0 sslcrl='' replication=off", "port=' 1 '"]
        {
            let info = Conninfo::parse(text).expect("parses");
            assert!(to_config(&info).is_ok(), "{text}");
        }
    }
}
