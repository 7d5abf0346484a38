//! The two spellings of a connection string: `key = value …` and `postgresql://…`.
//!
//! Errors name the fault and its offset and never quote the text, which may hold a password.

/// Keyword and value, in the order in which they stand.
pub(super) type Pairs = Vec<(String, String)>;

/// Reads either spelling.
pub(super) fn parse(text: &str) -> Result<Pairs, String> {
    for scheme in ["postgresql://", "postgres://"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            return uri(rest);
        }
    }
    keyword_value(text)
}

/// A value as it stands behind `key=`: bare, or in quotes where it has to be.
pub(super) fn quote(value: &str) -> String {
    let is_bare = !value.is_empty()
        && !value.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | '\\'));
    if is_bare {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for c in value.chars() {
        if matches!(c, '\'' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('\'');
    out
}

fn keyword_value(text: &str) -> Result<Pairs, String> {
    let mut pairs = Vec::new();
    let mut chars = text.char_indices().peekable();
    loop {
        while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let Some(&(start, _)) = chars.peek() else { return Ok(pairs) };
        let mut key = String::new();
        while let Some((_, c)) = chars.next_if(|(_, c)| *c != '=' && !c.is_whitespace()) {
            key.push(c);
        }
        while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        if chars.next_if(|(_, c)| *c == '=').is_none() || key.is_empty() {
            return Err(format!("missing \"=\" after the word at offset {start}"));
        }
        while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let mut value = String::new();
        if let Some((at, _)) = chars.next_if(|(_, c)| *c == '\'') {
            loop {
                match chars.next() {
                    None => return Err(format!("unterminated quoted string at offset {at}")),
                    Some((_, '\'')) => break,
                    Some((_, '\\')) => value.extend(chars.next().map(|(_, c)| c)),
                    Some((_, c)) => value.push(c),
                }
            }
        } else {
            while let Some((_, c)) = chars.next_if(|(_, c)| !c.is_whitespace()) {
                if c == '\\' {
                    value.extend(chars.next().map(|(_, c)| c));
                } else {
                    value.push(c);
                }
            }
        }
        pairs.push((key, value));
    }
}

fn uri(rest: &str) -> Result<Pairs, String> {
    let mut pairs = Vec::new();
    let (before_query, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    let (authority, database) = match before_query.split_once('/') {
        Some((authority, database)) => (authority, Some(database)),
        None => (before_query, None),
    };
    let (user_info, hosts) = match authority.rsplit_once('@') {
        Some((user_info, hosts)) => (Some(user_info), hosts),
        None => (None, authority),
    };
    if let Some(user_info) = user_info {
        let (user, password) = match user_info.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (user_info, None),
        };
        if !user.is_empty() {
            pairs.push(("user".to_owned(), decode(user)?));
        }
        if let Some(password) = password {
            pairs.push(("password".to_owned(), decode(password)?));
        }
    }
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',') {
        let (name, port) = match host.strip_prefix('[') {
            Some(inner) => {
                let (name, tail) =
                    inner.split_once(']').ok_or("missing \"]\" behind an IPv6 address")?;
                (name, tail.strip_prefix(':').unwrap_or(tail))
            }
            None => host.split_once(':').unwrap_or((host, "")),
        };
        names.push(decode(name)?);
        ports.push(port.to_owned());
    }
    if names.iter().any(|name| !name.is_empty()) {
        pairs.push(("host".to_owned(), names.join(",")));
    }
    if ports.iter().any(|port| !port.is_empty()) {
        pairs.push(("port".to_owned(), ports.join(",")));
    }
    if let Some(database) = database.filter(|database| !database.is_empty()) {
        pairs.push(("dbname".to_owned(), decode(database)?));
    }
    for parameter in query.into_iter().flat_map(|query| query.split('&')) {
        let (key, value) =
            parameter.split_once('=').ok_or("missing \"=\" in a parameter of the URI")?;
        match (decode(key)?.as_str(), decode(value)?) {
            ("ssl", value) if value == "true" => {
                pairs.push(("sslmode".to_owned(), "require".to_owned()));
            }
            (key, value) => pairs.push((key.to_owned(), value)),
        }
    }
    Ok(pairs)
}

/// Undoes percent encoding.
fn decode(text: &str) -> Result<String, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else {
            return Err("invalid percent-encoded byte".to_owned());
        };
        match u8::try_from(high * 16 + low) {
            Ok(0) | Err(_) => return Err("forbidden percent-encoded byte".to_owned()),
            Ok(byte) => out.push(byte),
        }
    }
    String::from_utf8(out).map_err(|_| "percent-encoded text is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flat(text: &str) -> String {
        parse(text)
            .expect("valid")
            .into_iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn keyword_value_spellings() {
        assert_eq!(flat("host=a port = 1"), "host=a|port=1");
        assert_eq!(flat(" host='a b' user=x\\ y password=''"), "host=a b|user=x y|password=");
        assert_eq!(flat("a='it\\'s \\\\ odd'"), "a=it's \\ odd");
        assert!(parse("host a").is_err());
        assert!(parse("host='a").is_err());
        assert!(parse("=a").is_err());
    }

    #[test]
    fn uri_spellings() {
        assert_eq!(
            flat("postgresql://u%40x:p%3aw@h1:1,h2:2/db?sslmode=require&ssl=true"),
            "user=u@x|password=p:w|host=h1,h2|port=1,2|dbname=db|sslmode=require|sslmode=require"
        );
        assert_eq!(flat("postgres://[::1]:5/"), "host=::1|port=5");
        assert_eq!(flat("postgres:///db?host=/tmp"), "dbname=db|host=/tmp");
        assert_eq!(flat("postgres://%2Ftmp/db"), "host=/tmp|dbname=db");
        assert!(parse("postgres://h/%zz").is_err());
        assert!(parse("postgres://h/?a").is_err());
    }

    proptest! {
        #[test]
        fn quoted_values_read_back(value in "\\PC*") {
            let text = format!("key={} next=1", quote(&value));
            let pairs = parse(&text).expect("valid");
            prop_assert_eq!(&pairs[0], &("key".to_owned(), value));
            prop_assert_eq!(pairs.len(), 2);
        }

        #[test]
        fn parse_never_panics(text in ".*") {
            let _ = parse(&text);
            let _ = parse(&format!("postgres://{text}"));
        }
    }
}
