//! The connection service file: named groups of parameters.
//!
//! Looked for as libpq does: `PGSERVICEFILE`, else `~/.pg_service.conf`; a service that is not
//! there is looked for in `pg_service.conf` of the directory that `PGSYSCONFDIR` names, or of those that packages of
//! PostgreSQL are built with. A line is read as libpq reads it: no blanks around the `=`.

use std::path::{Path, PathBuf};

use super::Conninfo;
use super::resolve::Env;
use crate::error::{AdminError, Result};

/// Where packages look for the file of the whole system.
const SYSTEM_DIRECTORIES: &[&str] = &["/etc/postgresql-common", "/etc/sysconfig/pgsql"];

/// The parameters of the named service.
pub fn lookup(name: &str, env: &dyn Env) -> Result<Conninfo> {
    let system = match env.var("PGSYSCONFDIR") {
        Some(dir) => vec![dir],
        None => SYSTEM_DIRECTORIES.iter().map(|dir| (*dir).to_owned()).collect(),
    };
    let own = [env
        .var("PGSERVICEFILE")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env.var("HOME")?).join(".pg_service.conf")))];
    let system = system.into_iter().map(|dir| PathBuf::from(dir).join("pg_service.conf"));
    for path in own.into_iter().flatten().chain(system) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if let Some(found) = read(name, &text, &path)? {
            return Ok(found);
        }
    }
    Err(AdminError::config(format!("definition of service \"{name}\" not found"))
        .hint("set PGSERVICEFILE, or define the service in ~/.pg_service.conf"))
}

/// Finds `[name]` in the text of a service file.
fn read(name: &str, text: &str, path: &Path) -> Result<Option<Conninfo>> {
    let mut found: Option<Conninfo> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if section.strip_prefix(name).is_some_and(|rest| rest.starts_with(']')) {
                found = Some(Conninfo::new());
            }
            continue;
        }
        let Some(info) = &mut found else { continue };
        let at = || format!("{}, line {}", path.display(), number + 1);
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| AdminError::config(format!("syntax error in service file {}", at())))?;
        if key == "service" {
            return Err(AdminError::config(format!("nested service in service file {}", at())));
        }
        // The first value of a repeated keyword holds, as in libpq.
        if !info.has(key) {
            info.set(key, value).map_err(|e| e.context(format!("in {}", at())))?;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_takes_the_named_section_only() {
        let text = "# c\n[a]\nhost=x\n\n[b]\nhost=y\nport=1\nhost=z\n[c]\nhost=w\n";
        let path = Path::new("svc");
        let b = read("b", text, path).expect("valid").expect("found");
        assert_eq!(b.redacted(), "host=y port=1");
        assert_eq!(read("d", text, path).expect("valid"), None);
        let error = read("a", "[a]\nhost", path).expect_err("syntax");
        assert_eq!(error.message, "syntax error in service file svc, line 2");
    }
}
