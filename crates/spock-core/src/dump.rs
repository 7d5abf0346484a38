//! What stands in dumps of a database's structure: the list of contents that `pg_restore --list` writes,
//! and the scripts that it makes.

/// A line of `pg_restore --list`: `id; class object KIND ...`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    kind: &'a str,
    extension: Option<&'a str>,
}

impl<'a> Entry<'a> {
    /// Reads a line; none for comments and empty lines.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Self> {
        if line.starts_with(';') || line.trim().is_empty() {
            return None;
        }
        let rest = line.split_once("; ").map_or("", |(_, rest)| rest);
        let mut words = rest.split(' ').skip(2);
        let words: [&str; 4] = std::array::from_fn(|_| words.next().unwrap_or_default());
        Some(match words {
            [kind @ "EXTENSION", "-", name, _] | [kind @ "COMMENT", "-", "EXTENSION", name] => {
                Self { kind, extension: Some(name) }
            }
            [kind, ..] => Self { kind, extension: None },
        })
    }

    /// Whether it creates an extension.
    #[must_use]
    pub fn is_extension(self) -> bool {
        self.kind == "EXTENSION"
    }

    /// The extension that it creates or comments on.
    #[must_use]
    pub const fn extension(self) -> Option<&'a str> {
        self.extension
    }
}

/// The script without the column option `pg_attver`, or nothing when it has none.
#[must_use]
pub fn without_type_versions(script: &[u8]) -> Option<Vec<u8>> {
    const OPTION: &[u8] = b"pg_attver";
    script.windows(OPTION.len()).find(|window| *window == OPTION)?;
    let mut cleaned = Vec::with_capacity(script.len());
    for line in script.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line).ok().and_then(strip_type_version) {
            Some(line) => cleaned.extend_from_slice(line.as_bytes()),
            None => cleaned.extend_from_slice(line),
        }
    }
    Some(cleaned)
}

/// `ALTER ... ALTER COLUMN c SET (pg_attver=1, n_distinct=5);` without the option; all of it goes when
/// there is no other. Nothing for other lines.
fn strip_type_version(line: &str) -> Option<String> {
    if !line.starts_with("ALTER ") || !line.contains(" ALTER COLUMN ") {
        return None;
    }
    let (head, tail) = line.rsplit_once(" SET (")?;
    let (options, end) = tail.rsplit_once(')')?;
    let kept: Vec<&str> = options
        .split(',')
        .map(str::trim)
        .filter(|option| !option.starts_with("pg_attver=") && !option.starts_with("pg_attver "))
        .collect();
    if kept.is_empty() {
        return Some("\n".to_owned());
    }
    Some(format!("{head} SET ({}){end}", kept.join(", ")))
}

/// The part of a script made with `--clean` that drops: all before the first object is created.
#[must_use]
pub fn drops_only(script: &[u8]) -> Vec<u8> {
    const FIRST_OBJECT: &[u8] = b"-- Name: ";
    const RESTRICT: &[u8] = b"\\restrict ";
    let mut drops = Vec::new();
    let mut key: Option<&[u8]> = None;
    for line in script.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(FIRST_OBJECT) {
            break;
        }
        key = line.strip_prefix(RESTRICT).or(key);
        drops.extend_from_slice(line);
    }
    // psql takes no other script before the restriction that this one began is over.
    if let Some(key) = key {
        drops.extend_from_slice(b"\\unrestrict ");
        drops.extend_from_slice(key);
    }
    drops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_list() {
        let read = |line| Entry::read(line).map(|entry| (entry.is_extension(), entry.extension()));
        assert_eq!(read("; Archive created at 2026-01-01"), None);
        assert_eq!(read(";"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("2; 3079 16384 EXTENSION - spock "), Some((true, Some("spock"))));
        assert_eq!(read("9; 0 0 COMMENT - EXTENSION spock "), Some((false, Some("spock"))));
        assert_eq!(read("3; 2615 2200 SCHEMA - public postgres"), Some((false, None)));
        assert_eq!(read("216; 1259 16390 TABLE public EXTENSION postgres"), Some((false, None)));
        assert_eq!(read("x"), Some((false, None)));
    }

    fn stripped(script: &str) -> Option<String> {
        without_type_versions(script.as_bytes())
            .map(|text| String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn the_version_of_a_row_type_is_left_out() {
        let table = "CREATE TABLE public.t (a integer);\n";
        assert_eq!(stripped(table), None);
        let alone = "ALTER TABLE ONLY public.t ALTER COLUMN a SET (pg_attver=2);\n";
        assert_eq!(stripped(&format!("{table}{alone}{table}")), Some(format!("{table}\n{table}")));
        assert_eq!(
            stripped(
                "ALTER TABLE ONLY public.t ALTER COLUMN a SET (n_distinct=5, pg_attver='1');\n"
            ),
            Some("ALTER TABLE ONLY public.t ALTER COLUMN a SET (n_distinct=5);\n".to_owned())
        );
        // Elsewhere the word is somebody's own.
        let comment = "COMMENT ON TABLE t IS 'pg_attver=1';\n";
        assert_eq!(stripped(comment), Some(comment.to_owned()));
    }

    #[test]
    fn the_dropping_half_of_a_script() {
        let head = "SET x = y;\n\nDROP TABLE IF EXISTS public.t;\n--\n";
        let rest = "-- Name: t; Type: TABLE; Schema: public; Owner: -\n--\n\nCREATE TABLE t ();\n";
        assert_eq!(drops_only(format!("{head}{rest}").as_bytes()), head.as_bytes());
        let restricted = format!("\\restrict Key1\n{head}{rest}\\unrestrict Key1\n");
        let expected = format!("\\restrict Key1\n{head}\\unrestrict Key1\n");
        assert_eq!(String::from_utf8(drops_only(restricted.as_bytes())), Ok(expected));
    }
}
