//! The password file: `host:port:database:user:password`, first match wins.
//!
//! A file that others may read is refused, as libpq refuses it; here that is an error and not a
//! warning, because the program would otherwise go on to ask for a password that is on file.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Conninfo;
use super::resolve::{Env, SOCKET_DIRECTORIES};
use crate::error::{AdminError, Result};
use crate::secret::Secret;

/// The password of this connection to one host, from `passfile`, `PGPASSFILE`, or `~/.pgpass`.
pub fn lookup(info: &Conninfo, env: &dyn Env) -> Result<Option<Secret>> {
    let path = match info.get("passfile").map(str::to_owned).or_else(|| env.var("PGPASSFILE")) {
        Some(path) => PathBuf::from(path),
        None => match env.var("HOME") {
            Some(home) => PathBuf::from(home).join(".pgpass"),
            None => return Ok(None),
        },
    };
    let Some(text) = read_private(&path)? else { return Ok(None) };
    let host = match info.get("host") {
        // The default socket directory stands in the file as "localhost", another one as itself.
        Some(host) if SOCKET_DIRECTORIES.contains(&host) => "localhost",
        Some(host) => host,
        None => info.get("hostaddr").unwrap_or("localhost"),
    };
    let wanted = [
        host,
        info.get("port").unwrap_or("5432"),
        info.get("dbname").unwrap_or_default(),
        info.get("user").unwrap_or_default(),
    ];
    Ok(find(&text, wanted).map(Secret::new))
}

/// The content of a file that nobody else may read; `None` when there is no such file.
pub fn read_private(path: &Path) -> Result<Option<String>> {
    let Ok(meta) = std::fs::metadata(path) else { return Ok(None) };
    if !meta.is_file() {
        return Err(AdminError::config(format!(
            "password file \"{}\" is not a plain file",
            path.display()
        )));
    }
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(AdminError::config(format!(
            "password file \"{}\" has group or world access",
            path.display()
        ))
        .hint(format!("chmod 0600 \"{}\"", path.display())));
    }
    std::fs::read_to_string(path).map(Some).map_err(|e| {
        AdminError::config(format!("could not read password file \"{}\": {e}", path.display()))
    })
}

/// The password of the first line whose four fields match.
fn find(text: &str, wanted: [&str; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let line = line.trim_end_matches('\r');
        let password = wanted.iter().try_fold(line, |rest, want| behind_match(rest, want))?;
        Some(unescape(password))
    })
}

/// What follows a field that matches. A field is escaped by backslashes; a colon that is not escaped is taken for one
/// of the value as long as the value has one there, as libpq takes it.
fn behind_match<'a>(line: &'a str, want: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let mut want = want.chars();
    let mut rest = line.chars();
    loop {
        let expected = want.clone().next();
        match rest.next()? {
            ':' if expected.is_none() => return Some(rest.as_str()),
            '\\' if rest.next() == expected && expected.is_some() => {}
            c if c != '\\' && Some(c) == expected => {}
            _ => return None,
        }
        want.next();
    }
}

/// A password, which ends at a colon that is not escaped.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => break,
            '\\' => out.push(chars.next().unwrap_or('\\')),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn find_takes_the_first_match() {
        let text =
            "# comment\nshort:1\nh:5432:db:u:first\nh:*:*:u:any\\:colon\\\\x:rest\n*:*:*:*:last\n";
        for (wanted, password) in [
            (["h", "5432", "db", "u"], "first"),
            (["h", "5433", "db", "u"], "any:colon\\x"),
            (["h", "5433", "db", "v"], "last"),
        ] {
            assert_eq!(find(text, wanted).as_deref(), Some(password));
        }
        assert_eq!(find("a\\:b:*:\\*:*:p", ["a:b", "1", "*", "u"]).as_deref(), Some("p"));
        assert_eq!(find("a\\:b:*:\\*:*:p", ["a:b", "1", "db", "u"]), None);
    }

    #[test]
    fn replication_rule_does_not_match_an_ordinary_database() {
        let text = "h:5432:replication:u:repl\nh:5432:*:u:any\n";
        assert_eq!(find(text, ["h", "5432", "app", "u"]).as_deref(), Some("any"));
        assert_eq!(find(text, ["h", "5432", "replication", "u"]).as_deref(), Some("repl"));
    }

    #[test]
    fn file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("pgpass");
        std::fs::write(&path, "*:*:*:*:canary\n").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("chmod");
        let error = read_private(&path).expect_err("refused");
        assert!(error.message.ends_with("has group or world access"), "{error}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("chmod");
        assert!(read_private(&path).expect("read").is_some());
    }
}
