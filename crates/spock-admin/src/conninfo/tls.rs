//! `sslmode` and its companions as a TLS connector: the only place that knows the TLS library.
//!
//! | mode | encryption | certificate | host name |
//! |---|---|---|---|
//! | disable | no | - | - |
//! | allow, prefer | if the server offers it | not checked | not checked |
//! | require | yes | checked when `sslrootcert` is given, as libpq does | not checked |
//! | verify-ca | yes | checked | not checked |
//! | verify-full | yes | checked | checked |
//!
//! `allow` differs from `prefer` only in what is tried first, which no server can tell from a
//! misconfiguration; it is treated as `prefer`.

use native_tls::{Certificate, Identity, TlsConnector};
use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::config::SslMode;

use super::Conninfo;
use super::resolve::invalid;
use crate::error::{AdminError, Result};

/// What the driver itself has to know of the mode.
pub(super) fn driver_mode(info: &Conninfo) -> Result<SslMode> {
    Ok(match info.get("sslmode").unwrap_or("prefer") {
        "disable" => SslMode::Disable,
        "allow" | "prefer" => SslMode::Prefer,
        "require" | "verify-ca" | "verify-full" => SslMode::Require,
        other => return Err(invalid("sslmode", other)),
    })
}

/// The connector for a resolved connection.
pub fn connector(info: &Conninfo) -> Result<MakeTlsConnector> {
    let mut builder = TlsConnector::builder();
    let root = info.get("sslrootcert");
    let mode = info.get("sslmode").unwrap_or("prefer");
    let (is_checked, is_named) = match mode {
        "verify-full" => (true, true),
        "verify-ca" => (true, false),
        "require" => (root.is_some(), false),
        _ => (false, false),
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
        _ => {}
    }
    if let (Some(cert), Some(key)) = (info.get("sslcert"), info.get("sslkey")) {
        if info.key_passphrase().is_some() {
            return Err(AdminError::config("sslpassword is not supported")
                .hint("store the client key without a passphrase, mode 0600"));
        }
        let identity = Identity::from_pkcs8(&read("sslcert", cert)?, &read("sslkey", key)?)
            .map_err(|e| unusable("sslkey", key, &e))?;
        builder.identity(identity);
    }
    let connector =
        builder.build().map_err(|e| AdminError::config(format!("could not set up TLS: {e}")))?;
    Ok(MakeTlsConnector::new(connector))
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
    fn modes_map_to_the_driver() {
        for (mode, want) in [
            ("disable", SslMode::Disable),
            ("allow", SslMode::Prefer),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-full", SslMode::Require),
        ] {
            let info = Conninfo::new().with("sslmode", mode);
            assert_eq!(driver_mode(&info).expect("known"), want);
            assert!(connector(&info).is_ok(), "{mode}");
        }
    }

    #[test]
    fn missing_files_and_weak_modes_are_config_errors() {
        let missing = Conninfo::new().with("sslmode", "verify-ca").with("sslrootcert", "/no/ca");
        assert!(connector(&missing).is_err());
        let weak = Conninfo::new().with("sslmode", "require").with("sslrootcert", "system");
        assert!(connector(&weak).is_err());
    }
}
