//! From what was written to what is connected to: the layers below a connection string.
//!
//! Order for each parameter: the string (with its own `service`), the service of `PGSERVICE`, the
//! `PG*` variables, the built-in default. The password: the string, `PGPASSWORD`, the password
//! file. The result drives [`tokio_postgres::Config`].

use std::time::Duration;

use tokio_postgres::config::{
    ChannelBinding, LoadBalanceHosts, SslNegotiation, TargetSessionAttrs,
};

use super::{Conninfo, passfile, service};
use crate::error::{AdminError, Result};
use crate::secret::Secret;

/// Where environment variables come from; the tests have their own.
pub trait Env: Send + Sync {
    /// The variable, when set and not empty.
    fn var(&self, name: &str) -> Option<String>;
}

/// The environment of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnv;

impl Env for ProcessEnv {
    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}

/// Variables and the parameters that they stand for. `PGPASSWORD` comes later, behind the string.
const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSFILE", "passfile"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGOPTIONS", "options"),
    ("PGAPPNAME", "application_name"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGCLIENTENCODING", "client_encoding"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLSNI", "sslsni"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
];

/// Directories in which servers commonly have their socket, most likely first.
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/tmp"];

/// Fills the gaps of a connection string from everything below it.
pub fn resolve(info: &Conninfo, env: &dyn Env) -> Result<Conninfo> {
    let mut out = info.clone();
    let service = out.get("service").map(str::to_owned).or_else(|| env.var("PGSERVICE"));
    if let Some(name) = service {
        out.fill_from(&service::lookup(&name, env)?);
    }
    let mut variables = Conninfo::new();
    for (variable, key) in VARIABLES {
        if let Some(value) = env.var(variable) {
            variables.set(key, &value)?;
        }
    }
    out.fill_from(&variables);
    let mut defaults = Conninfo::new().with("port", 5432).with("sslmode", "prefer");
    if out.get("host").is_none() && out.get("hostaddr").is_none() {
        let port = out.get("port").unwrap_or("5432");
        let directory = SOCKET_DIRECTORIES
            .iter()
            .find(|dir| std::path::Path::new(&format!("{dir}/.s.PGSQL.{port}")).exists());
        defaults = defaults.with("host", directory.unwrap_or(&SOCKET_DIRECTORIES[0]));
    }
    if out.get("user").is_none() {
        defaults = defaults.with("user", account(env)?);
    }
    out.fill_from(&defaults);
    if out.get("dbname").is_none() {
        let user = out.get("user").unwrap_or_default().to_owned();
        out.set("dbname", &user)?;
    }
    if out.password().is_none() {
        let password = match env.var("PGPASSWORD") {
            Some(password) => Some(Secret::new(password)),
            None => passfile::lookup(&out, env)?,
        };
        if let Some(password) = password {
            out.set_password(password);
        }
    }
    Ok(out)
}

/// Name of the account that runs the program, libpq's default user.
fn account(env: &dyn Env) -> Result<String> {
    if let Some(name) = env.var("USER").or_else(|| env.var("LOGNAME")) {
        return Ok(name);
    }
    let uid = std::fs::metadata("/proc/self").map(|meta| {
        use std::os::unix::fs::MetadataExt;
        meta.uid().to_string()
    });
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    uid.ok()
        .and_then(|uid| {
            passwd.lines().find_map(|line| {
                let fields: Vec<_> = line.split(':').collect();
                (fields.get(2) == Some(&uid.as_str())).then(|| fields[0].to_owned())
            })
        })
        .ok_or_else(|| AdminError::config("no user name given").hint("add user=… or set PGUSER"))
}

/// The driver's configuration of a resolved connection.
pub fn to_config(info: &Conninfo) -> Result<tokio_postgres::Config> {
    let mut config = tokio_postgres::Config::new();
    let list = |key| info.get(key).into_iter().flat_map(|text: &str| text.split(','));
    for host in list("host") {
        config.host(host);
    }
    for address in list("hostaddr") {
        config.hostaddr(address.trim().parse().map_err(|_| invalid("hostaddr", address))?);
    }
    for port in list("port") {
        config.port(port.trim().parse().map_err(|_| invalid("port", port))?);
    }
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
    if let Some(method) = info.get("require_auth") {
        return Err(AdminError::config(format!("require_auth={method} is not supported"))
            .hint("use channel_binding=require with SCRAM, or certificates"));
    }
    config.ssl_mode(super::tls::driver_mode(info)?);
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
    if let Some(attributes) = info.get("target_session_attrs") {
        config.target_session_attrs(match attributes {
            "any" => TargetSessionAttrs::Any,
            "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
            "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
            _ => return Err(invalid("target_session_attrs", attributes)),
        });
    }
    if let Some(balance) = info.get("load_balance_hosts") {
        config.load_balance_hosts(match balance {
            "disable" => LoadBalanceHosts::Disable,
            "random" => LoadBalanceHosts::Random,
            _ => return Err(invalid("load_balance_hosts", balance)),
        });
    }
    let number = |key: &'static str| -> Result<Option<u64>> {
        info.get(key)
            .map(|text| text.trim().parse::<u64>().map_err(|_| invalid(key, text)))
            .transpose()
    };
    if let Some(seconds) = number("connect_timeout")?.filter(|seconds| *seconds > 0) {
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

/// A value that its keyword does not take.
pub(super) fn invalid(key: &str, value: &str) -> AdminError {
    AdminError::config(format!("invalid value \"{value}\" for connection parameter \"{key}\""))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    struct Fixed(HashMap<&'static str, String>);

    impl Env for Fixed {
        fn var(&self, name: &str) -> Option<String> {
            self.0.get(name).cloned()
        }
    }

    fn env(pairs: &[(&'static str, &str)]) -> Fixed {
        Fixed(pairs.iter().map(|(k, v)| (*k, (*v).to_owned())).collect())
    }

    #[test]
    fn layers_stand_in_libpq_order() {
        let dir = tempfile::tempdir().expect("a directory");
        let services = dir.path().join("services");
        std::fs::write(&services, "[prod]\nhost=svc\nport=7000\nuser=svcuser\n").expect("written");
        let env = env(&[
            ("PGSERVICEFILE", services.to_str().expect("UTF-8")),
            ("PGHOST", "envhost"),
            ("PGUSER", "envuser"),
            ("PGDATABASE", "envdb"),
            ("PGPASSWORD", "canary"),
            ("USER", "me"),
        ]);
        let info = Conninfo::parse("service=prod port=1").expect("valid");
        let out = resolve(&info, &env).expect("resolves");
        assert_eq!(out.get("host"), Some("svc"));
        assert_eq!(out.get("port"), Some("1"));
        assert_eq!(out.get("user"), Some("svcuser"));
        assert_eq!(out.get("dbname"), Some("envdb"));
        assert_eq!(out.password().map(Secret::reveal), Some("canary"));
        let config = to_config(&out).expect("converts");
        assert_eq!(config.get_user(), Some("svcuser"));
        assert_eq!(config.get_ports(), [1]);
    }

    #[test]
    fn defaults_are_those_of_libpq() {
        let out = resolve(&Conninfo::new(), &env(&[("USER", "me")])).expect("resolves");
        assert_eq!(out.get("user"), Some("me"));
        assert_eq!(out.get("dbname"), Some("me"));
        assert_eq!(out.get("port"), Some("5432"));
        assert_eq!(out.get("sslmode"), Some("prefer"));
        assert!(out.get("host").is_some_and(|host| host.starts_with('/')));
    }

    #[test]
    fn values_that_cannot_be_honoured_are_errors() {
        for text in [
            "port=x",
            "sslmode=never",
            "channel_binding=maybe",
            "client_encoding=latin1",
            "connect_timeout=soon",
            "require_auth=scram-sha-256",
        ] {
            let out = resolve(&Conninfo::parse(text).expect("parses"), &env(&[("USER", "me")]))
                .expect("resolves");
            assert!(to_config(&out).is_err(), "{text}");
        }
    }
}
