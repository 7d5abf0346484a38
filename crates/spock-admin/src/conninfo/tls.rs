//! `sslmode` and its companions as a TLS connector: the only place that knows the TLS library.
//!
//! | mode | encryption | certificate | host name |
//! |---|---|---|---|
//! | disable | no | - | - |
//! | allow | if the server refuses the session without | * | not checked |
//! | prefer | if the server offers it | * | not checked |
//! | require | yes | * | not checked |
//! | verify-ca | yes | checked | not checked |
//! | verify-full | yes | checked | checked |
//!
//! At the asterisk it is checked when there is an `sslrootcert`, as libpq does. One that is named and missing is an error in every mode, where
//! libpq checks nothing in these.
//!
//! `allow` and `prefer` try a host in both ways (`attempts`); a socket is never encrypted, whatever the mode. Files are
//! looked for in `~/.postgresql` where the connection names none.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use native_tls::{Certificate, Identity, Protocol, TlsConnector};
use postgres_native_tls::{MakeTlsConnector, set_postgresql_alpn};
use tokio_postgres::config::SslMode;

use super::Conninfo;
use super::driver::invalid;
use super::resolve::Env;
use crate::error::{AdminError, Result};

/// The ways in which a host is tried, one after the other while it refuses.
pub(crate) fn attempts(info: &Conninfo) -> Result<&'static [SslMode]> {
    let is_socket = info.get("hostaddr").is_none()
        && info.get("host").is_some_and(|host| host.starts_with('/'));
    let mode = info.get("sslmode").unwrap_or("prefer");
    let ways: &[SslMode] = match mode {
        "disable" => &[SslMode::Disable],
        "allow" => &[SslMode::Disable, SslMode::Require],
        "prefer" => &[SslMode::Prefer, SslMode::Disable],
        "require" | "verify-ca" | "verify-full" => &[SslMode::Require],
        other => return Err(invalid("sslmode", other)),
    };
    if info.get("sslnegotiation") == Some("direct") && ways != [SslMode::Require] {
        return Err(AdminError::config(format!(
            "weak sslmode \"{mode}\" may not be used with sslnegotiation=direct"
        ))
        .hint("use sslmode=require, verify-ca or verify-full"));
    }
    Ok(if is_socket { &[SslMode::Disable] } else { ways })
}

/// Sets the files that libpq looks for by itself, where they are there.
pub(super) fn fill_defaults(info: &mut Conninfo, env: &dyn Env) {
    let Some(home) = env.var("HOME") else { return };
    let dir = PathBuf::from(home).join(".postgresql");
    let files = [
        ("sslrootcert", "root.crt"),
        ("sslcert", "postgresql.crt"),
        ("sslkey", "postgresql.key"),
        ("sslcrl", "root.crl"),
    ];
    let mut defaults = Conninfo::new();
    for (key, name) in files {
        let path = dir.join(name);
        if path.exists() {
            defaults = defaults.with(key, path.display());
        }
    }
    info.fill_from(&defaults);
}

/// The connector for a resolved connection.
pub(crate) fn connector(info: &Conninfo) -> Result<MakeTlsConnector> {
    // Making one reads all certificates of the system. Most connections need the same.
    static PLAIN: OnceLock<MakeTlsConnector> = OnceLock::new();
    const SPECIAL: &[&str] = &[
        "sslrootcert",
        "sslcert",
        "sslsni",
        "sslnegotiation",
        "ssl_min_protocol_version",
        "ssl_max_protocol_version",
    ];
    let is_weak =
        matches!(info.get("sslmode"), None | Some("disable" | "allow" | "prefer" | "require"));
    if !is_weak || SPECIAL.iter().any(|key| info.get(key).is_some()) {
        return special(info);
    }
    if let Some(plain) = PLAIN.get() {
        return Ok(plain.clone());
    }
    let plain = special(info)?;
    Ok(PLAIN.get_or_init(|| plain).clone())
}

fn special(info: &Conninfo) -> Result<MakeTlsConnector> {
    let mut builder = TlsConnector::builder();
    let root = info.get("sslrootcert");
    let mode = info.get("sslmode").unwrap_or("prefer");
    let (is_checked, is_named) = match mode {
        "verify-full" => (true, true),
        "verify-ca" => (true, false),
        _ => (root.is_some(), false),
    };
    if !is_checked {
        builder.danger_accept_invalid_certs(true);
    }
    if !is_named {
        builder.danger_accept_invalid_hostnames(true);
    }
    if info.get("sslsni") == Some("0") {
        builder.use_sni(false);
    }
    if info.get("sslnegotiation") == Some("direct") {
        set_postgresql_alpn(&mut builder);
    }
    let version = info.get("ssl_min_protocol_version").unwrap_or("TLSv1.2");
    builder.min_protocol_version(Some(protocol("ssl_min_protocol_version", version)?));
    if let Some(version) = info.get("ssl_max_protocol_version") {
        builder.max_protocol_version(Some(protocol("ssl_max_protocol_version", version)?));
    }
    if is_named && info.get("host").is_none() {
        return Err(AdminError::config("host name must be specified for a verified connection")
            .hint("add host=, with the name that is in the server's certificate"));
    }
    match root {
        Some("system") if mode != "verify-full" => {
            return Err(AdminError::config(format!(
                "weak sslmode \"{mode}\" may not be used with sslrootcert=system"
            ))
            .hint("use sslmode=verify-full"));
        }
        Some("system") => {}
        Some(path) if is_checked => {
            let pem = read("sslrootcert", path)?;
            builder.disable_built_in_roots(true);
            let certificates =
                Certificate::stack_from_pem(&pem).map_err(|e| unusable("sslrootcert", path, &e))?;
            for certificate in certificates {
                builder.add_root_certificate(certificate);
            }
        }
        None if is_checked => {
            return Err(AdminError::config(format!(
                "sslmode={mode} needs the certificate of who signed that of the server"
            ))
            .hint("name it with sslrootcert=, or put it into ~/.postgresql/root.crt")
            .hint("or use those that the system trusts: sslrootcert=system sslmode=verify-full"));
        }
        _ => {}
    }
    if let Some(cert) = info.get("sslcert") {
        let key = info.get("sslkey").ok_or_else(|| {
            AdminError::config(format!("sslcert \"{cert}\" is given without its sslkey"))
        })?;
        check_private(key)?;
        if info.key_passphrase().is_some() {
            return Err(AdminError::config("sslpassword is not supported")
                .hint("store the client key without a passphrase, mode 0600"));
        }
        let pem = read("sslkey", key)?;
        let identity = Identity::from_pkcs8(&read("sslcert", cert)?, &pem).map_err(|e| {
            unusable("sslkey", key, &e).hint(format!(
                "it has to be PKCS #8 without a passphrase: openssl pkcs8 -topk8 -nocrypt -in \"{key}\""
            ))
        })?;
        builder.identity(identity);
    }
    let connector =
        builder.build().map_err(|e| AdminError::config(format!("could not set up TLS: {e}")))?;
    Ok(MakeTlsConnector::new(connector))
}

fn protocol(key: &str, version: &str) -> Result<Protocol> {
    Ok(match version.to_ascii_lowercase().as_str() {
        "tlsv1" => Protocol::Tlsv10,
        "tlsv1.1" => Protocol::Tlsv11,
        "tlsv1.2" => Protocol::Tlsv12,
        "tlsv1.3" => Protocol::Tlsv13,
        _ => return Err(invalid(key, version)),
    })
}

/// A key that others may read is refused, as libpq refuses it; one of root may be read by a group.
fn check_private(path: &str) -> Result<()> {
    let meta = std::fs::metadata(Path::new(path))
        .map_err(|e| AdminError::config(format!("could not read sslkey \"{path}\": {e}")))?;
    let refused = if meta.uid() == 0 { 0o037 } else { 0o077 };
    if meta.permissions().mode() & refused != 0 {
        return Err(AdminError::config(format!(
            "private key file \"{path}\" has group or world access"
        ))
        .hint(format!("chmod 0600 \"{path}\"")));
    }
    Ok(())
}

fn read(key: &str, path: &str) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|e| AdminError::config(format!("could not read {key} \"{path}\": {e}")))
}

fn unusable(key: &str, path: &str, error: &native_tls::Error) -> AdminError {
    AdminError::config(format!("could not use {key} \"{path}\": {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_tried_as_its_mode_says() {
        use SslMode::{Disable, Prefer, Require};
        for (text, want) in [
            ("host=h sslmode=disable", &[Disable][..]),
            ("host=h sslmode=allow", &[Disable, Require]),
            ("host=h", &[Prefer, Disable]),
            ("host=h sslmode=require", &[Require]),
            ("host=h sslmode=verify-full", &[Require]),
            ("host=/h sslmode=require", &[Disable]),
            ("host=/h hostaddr=1.1.1.1 sslmode=require", &[Require]),
        ] {
            assert_eq!(attempts(&Conninfo::parse(text).expect("valid")).expect("known"), want);
        }
        assert!(attempts(&Conninfo::new().with("sslmode", "never")).is_err());
        assert!(attempts(&Conninfo::new().with("sslnegotiation", "direct")).is_err());
    }

    #[test]
    fn missing_files_and_weak_modes_are_config_errors() {
        let fails = |text: &str| {
            connector(&Conninfo::parse(text).expect("valid")).err().expect(text).message.clone()
        };
        fails("sslmode=verify-ca sslrootcert=/no/ca");
        assert!(fails("sslmode=require sslrootcert=system").starts_with("weak sslmode"));
        assert!(fails("sslmode=verify-ca").contains("needs the certificate"));
        assert!(fails("sslmode=verify-full hostaddr=1.1.1.1").contains("host name must be"));
        fails("ssl_min_protocol_version=SSLv3");
        fails("sslcert=/no/cert");
        for text in ["", "sslmode=require", "host=h sslmode=verify-full sslrootcert=system"] {
            assert!(connector(&Conninfo::parse(text).expect("valid")).is_ok(), "{text}");
        }
    }
}
