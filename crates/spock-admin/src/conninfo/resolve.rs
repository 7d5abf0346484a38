//! From what was written to what is connected to: the layers below a connection string.
//!
//! Order for each parameter: the string (with its own `service`), the service of `PGSERVICE`, the
//! `PG*` variables, the built-in default. The password: the string, its service, `PGPASSWORD`, the password
//! file.
//!
//! One thing is not as in libpq: an address of a service or of `PGHOSTADDR` does not redirect a host that the string
//! names. Under libpq one variable sends every node of a cluster to the same server.

use super::{Conninfo, passfile, service, tls};
use crate::error::{AdminError, Result};

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

/// Variables and the parameters that they stand for. `PGCLIENTENCODING` is none of them: this program speaks UTF-8
/// whatever the terminal does, and the server converts.
const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGOPTIONS", "options"),
    ("PGAPPNAME", "application_name"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLSNI", "sslsni"),
    ("PGSSLCERTMODE", "sslcertmode"),
    ("PGSSLCRL", "sslcrl"),
    ("PGSSLCRLDIR", "sslcrldir"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGKRBSRVNAME", "krbsrvname"),
    ("PGGSSLIB", "gsslib"),
    ("PGGSSDELEGATION", "gssdelegation"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
];

/// Directories in which servers commonly have their socket, most likely first.
pub(super) const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/tmp"];

/// Fills the gaps of a connection string from everything below it.
///
/// Of several hosts the password is that of the first; [`each_host`] has one for each.
pub fn resolve(info: &Conninfo, env: &dyn Env) -> Result<Conninfo> {
    let mut out = layers(info, env)?;
    if out.password().is_none()
        && let Some(password) =
            hosts(&out)?.first().map(|host| passfile::lookup(host, env)).transpose()?
        && let Some(password) = password
    {
        out.set_password(password);
    }
    Ok(out)
}

/// The connections that a string stands for, in the order in which it has the hosts: each with one host, port, and
/// password.
pub fn each_host(info: &Conninfo, env: &dyn Env) -> Result<Vec<Conninfo>> {
    let mut out = hosts(&layers(info, env)?)?;
    for host in &mut out {
        if host.password().is_none()
            && let Some(password) = passfile::lookup(host, env)?
        {
            host.set_password(password);
        }
    }
    Ok(out)
}

/// Everything but the password of the password file.
fn layers(info: &Conninfo, env: &dyn Env) -> Result<Conninfo> {
    let mut out = info.clone();
    // One without a name is one that nobody defines.
    let given = out.has("service").then(|| out.get("service").unwrap_or_default().to_owned());
    if let Some(name) = given.or_else(|| env.var("PGSERVICE")) {
        out.fill_from(&service::lookup(&name, env)?);
    }
    let mut variables = Conninfo::new();
    for (variable, key) in VARIABLES {
        if let Some(value) = env.var(variable) {
            variables.set(key, &value)?;
        }
    }
    out.fill_from(&variables);
    let is_required = |value: &str| value.starts_with('1');
    let requires = out.get("requiressl").map(str::to_owned).or_else(|| env.var("PGREQUIRESSL"));
    out.remove("requiressl");
    let mode = if requires.is_some_and(|value| is_required(&value)) { "require" } else { "prefer" };
    let mut defaults = Conninfo::new().with("port", 5432).with("sslmode", mode);
    if out.get("host").is_none() && out.get("hostaddr").is_none() {
        out.remove("host");
        let port = out.get("port").unwrap_or("5432");
        defaults = defaults.with("host", default_socket_directory(port));
    }
    if out.get("user").is_none() {
        out.remove("user");
        defaults = defaults.with("user", account()?);
    }
    out.fill_from(&defaults);
    if out.get("dbname").is_none() {
        let user = out.get("user").unwrap_or_default().to_owned();
        out.set("dbname", &user)?;
    }
    if out.get("sslmode") != Some("disable") {
        tls::fill_defaults(&mut out, env);
    }
    Ok(out)
}

/// Which layer below the string gives a parameter that the string has not: a service, a variable, or a default.
pub fn origin(info: &Conninfo, key: &str, env: &dyn Env) -> String {
    let service = info.get("service").map(str::to_owned).or_else(|| env.var("PGSERVICE"));
    if let Some(name) = service
        && service::lookup(&name, env).is_ok_and(|service| service.has(key))
    {
        return format!("service \"{name}\"");
    }
    let variable = VARIABLES.iter().find(|(name, of)| *of == key && env.var(name).is_some());
    match variable {
        Some((name, _)) => (*name).to_owned(),
        None if key == "password" => "password file".to_owned(),
        None => "default".to_owned(),
    }
}

/// Where a server of this port most likely has its socket.
fn default_socket_directory(port: &str) -> &'static str {
    SOCKET_DIRECTORIES
        .iter()
        .find(|dir| std::path::Path::new(&format!("{dir}/.s.PGSQL.{port}")).exists())
        .unwrap_or(&SOCKET_DIRECTORIES[0])
}

/// Takes the lists of hosts, addresses, and ports apart.
fn hosts(info: &Conninfo) -> Result<Vec<Conninfo>> {
    let list = |key: &str| -> Vec<String> {
        info.get(key).map_or_else(Vec::new, |text| text.split(',').map(str::to_owned).collect())
    };
    let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    if !names.is_empty() && !addresses.is_empty() && names.len() != addresses.len() {
        return Err(AdminError::config(format!(
            "could not match {} host names to {} hostaddr values",
            names.len(),
            addresses.len()
        )));
    }
    let count = names.len().max(addresses.len()).max(1);
    if ports.len() > 1 && ports.len() != count {
        return Err(AdminError::config(format!(
            "could not match {} port numbers to {count} hosts",
            ports.len()
        )));
    }
    let nth = |list: &[String], at: usize| list.get(at).filter(|text| !text.is_empty()).cloned();
    (0..count)
        .map(|at| {
            let mut one = info.clone();
            let port = nth(&ports, if ports.len() > 1 { at } else { 0 });
            let port = port.unwrap_or_else(|| "5432".to_owned());
            let (name, address) = (nth(&names, at), nth(&addresses, at));
            let name = match (&name, &address) {
                (None, None) => Some(default_socket_directory(&port).to_owned()),
                _ => name,
            };
            for (key, value) in [("host", name), ("hostaddr", address), ("port", Some(port))] {
                match value {
                    Some(value) => one.set(key, &value)?,
                    None => one.remove(key),
                }
            }
            Ok(one)
        })
        .collect()
}

/// Name of the account that runs the program, libpq's default user.
fn account() -> Result<String> {
    nix::unistd::User::from_uid(nix::unistd::geteuid())
        .ok()
        .flatten()
        .map(|user| user.name)
        .ok_or_else(|| AdminError::config("no user name given").hint("add user=… or set PGUSER"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::secret::Secret;

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
        ]);
        let info = Conninfo::parse("service=prod port=1").expect("valid");
        let out = resolve(&info, &env).expect("resolves");
        assert_eq!(out.get("host"), Some("svc"));
        assert_eq!(out.get("port"), Some("1"));
        assert_eq!(out.get("user"), Some("svcuser"));
        assert_eq!(out.get("dbname"), Some("envdb"));
        assert_eq!(out.password().map(Secret::reveal), Some("canary"));
        let config = super::super::driver::to_config(&out).expect("converts");
        assert_eq!(config.get_user(), Some("svcuser"));
        assert_eq!(config.get_ports(), [1]);
    }

    #[test]
    fn defaults_are_those_of_libpq() {
        let out = resolve(&Conninfo::new(), &env(&[])).expect("resolves");
        assert_eq!(out.get("user"), account().ok().as_deref());
        assert_eq!(out.get("dbname"), out.get("user"));
        assert_eq!(out.get("port"), Some("5432"));
        assert_eq!(out.get("sslmode"), Some("prefer"));
        assert!(out.get("host").is_some_and(|host| host.starts_with('/')));
    }

    #[test]
    fn lists_are_taken_apart() {
        let env = env(&[]);
        let each = |text: &str| -> Result<Vec<String>> {
            let hosts = each_host(&Conninfo::parse(text)?, &env)?;
            let place = |key, host: &Conninfo| host.get(key).unwrap_or("-").to_owned();
            let show = |host: &Conninfo| {
                ["host", "hostaddr", "port"].map(|key| place(key, host)).join(" ")
            };
            Ok(hosts.iter().map(show).collect())
        };
        assert_eq!(each("host=a,b port=1").expect("valid"), ["a - 1", "b - 1"]);
        assert_eq!(each("host=a,b port=1,").expect("valid"), ["a - 1", "b - 5432"]);
        assert_eq!(
            each("host=a,b hostaddr=,1.1.1.1").expect("valid"),
            ["a - 5432", "b 1.1.1.1 5432"]
        );
        assert!(each("host=a,b port=1,2,3").is_err());
        assert!(each("host=a,b hostaddr=1.1.1.1").is_err());
        assert!(each("host=a port=1,2").is_err());
        assert!(each("host=a,").expect("valid")[1].starts_with('/'));
    }
}
