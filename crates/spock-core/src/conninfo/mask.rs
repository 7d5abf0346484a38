//! Passwords in texts that others wrote: error messages, log lines, statements.
//!
//! There is no grammar to go by, so this looks for what a password stands behind, and rather hides
//! too much than too little:
//!
//! - `password=...` in all its forms: any key that ends so, quoted or escaped as in a connection
//!   string, within a SQL literal (quotes doubled), as parameter of a URI;
//! - `password '...'` as in statements, and `"password": "..."` as in JSON;
//! - `scheme://user:...@host`, also where the password has characters that a URI must not have.

use std::borrow::Cow;
use std::ops::Range;

use super::MASK;
use super::keyword::is_space;

/// The text with every password in it masked.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut ranges = Vec::new();
    find_keys(text, &mut ranges);
    find_uris(text, &mut ranges);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_by_key(|range| range.start);
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        if range.start >= done {
            masked.push_str(&text[done..range.start]);
            masked.push_str(MASK);
        }
        done = done.max(range.end);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

/// What the keys of secrets end with.
const KEY_ENDS: [&[u8]; 5] =
    [b"password", b"passwd", b"client_secret", b"scram_client_key", b"scram_server_key"];

fn find_keys(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let key = KEY_ENDS.iter().find(|key| {
            bytes[at..].get(..key.len()).is_some_and(|text| text.eq_ignore_ascii_case(key))
        });
        let Some(key) = key else {
            at += 1;
            continue;
        };
        let name = bytes[..at].iter().rev().take_while(|byte| is_key_byte(**byte)).count();
        let in_uri = at > name && matches!(bytes[at - name - 1], b'?' | b'&');
        at += key.len();
        if let Some(value) = value_behind(bytes, at, in_uri) {
            at = value.end;
            found.push(value);
        }
    }
}

const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The value behind a key that ends at `at`, if one is there.
fn value_behind(bytes: &[u8], at: usize, in_uri: bool) -> Option<Range<usize>> {
    // The closing quote of a quoted key, which JSON within a string escapes.
    let after_key = skip(bytes, at, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let quoted_key = after_key > at;
    let sign = skip(bytes, after_key, is_space);
    let mut plain_ends = if in_uri { Ends::InUri } else { Ends::AtSpace };
    let (start, plain_allowed) = match bytes.get(sign)? {
        b'=' => (skip(bytes, sign + 1, is_space), true),
        b':' => {
            if quoted_key {
                plain_ends = Ends::InJson;
            }
            (skip(bytes, sign + 1, |byte| byte == b'=' || is_space(byte)), true)
        }
        b'\'' | b'"' if !quoted_key && sign > at => (sign, false),
        b'E' | b'e' if bytes.get(sign + 1) == Some(&b'\'') => (sign + 1, false),
        _ => return None,
    };
    // The rest of an arrow, as before a named argument, hides what follows it.
    let body = match bytes.get(start) {
        Some(b'>') => skip(bytes, start + 1, is_space),
        _ => start,
    };
    let end = match Quote::at(bytes, body) {
        Some(quote) => quote.end(bytes, body, plain_ends),
        None if plain_allowed => end_of_plain(bytes, body, plain_ends),
        None => return None,
    };
    (end > start).then_some(start..end)
}

/// What a value begins with: quote characters, each perhaps behind backslashes.
///
/// A value has one quote, or two where it stands in a literal of a statement, or one behind a
/// backslash where it stands in another string.
#[derive(Clone, Copy)]
struct Quote {
    character: u8,
    slashes: usize,
    count: usize,
}

impl Quote {
    fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let quote = skip(bytes, start, |byte| byte == b'\\');
        let character = *bytes.get(quote).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let end = skip(bytes, quote, |byte| byte == character);
        Some(Self { character, slashes: quote - start, count: end - quote })
    }

    /// Where the value ends that begins with this quote at `start`.
    fn end(self, bytes: &[u8], start: usize, plain_ends: Ends) -> usize {
        let body = start + self.slashes + self.count;
        // In a connection string a backslash escapes, in a plain literal it does not: whichever
        // reading hides more. Of an odd number of quotes the first is the quote, the others are
        // doubled ones in the value.
        let readings = [true, false].map(|escapes| self.closing(bytes, body, escapes));
        let ends = bytes.get(body).is_none_or(|byte| is_space(*byte) || b",;)}]".contains(byte));
        if self.count.is_multiple_of(2) && ends && readings == [None, None] {
            // Empty, not doubled: else the same quote would come once more. What is right behind is
            // hidden with it, for where only the other quote is one, a value may begin so.
            return end_of_plain(bytes, body, plain_ends);
        }
        let [one, other] = readings.map(|end| end.unwrap_or(bytes.len()));
        // Characters right behind the quote still belong to it: somebody forgot to escape that.
        end_of_plain(bytes, one.max(other), plain_ends)
    }

    /// The position behind the closing quote.
    fn closing(self, bytes: &[u8], mut at: usize, escapes: bool) -> Option<usize> {
        while at < bytes.len() {
            let quote = skip(bytes, at, |byte| byte == b'\\');
            let end = skip(bytes, quote, |byte| byte == self.character);
            let (slashes, count) = (quote - at, end - quote);
            if count == 0 {
                at = quote + 1;
            } else if self.slashes > 0 {
                if slashes == self.slashes {
                    return Some(quote + 1);
                }
                at = end;
            } else {
                let width = if self.count.is_multiple_of(2) { self.count } else { 1 };
                let escaped = escapes && !slashes.is_multiple_of(2);
                let left = if escaped { count - width.min(count) } else { count };
                let closes = if width == 1 { !left.is_multiple_of(2) } else { left >= width };
                if closes {
                    return Some(end);
                }
                at = end;
            }
        }
        None
    }
}

/// What ends a value without quotes, besides a space.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    AtSpace,
    InUri,
    InJson,
}

fn end_of_plain(bytes: &[u8], start: usize, ends: Ends) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'&' if ends == Ends::InUri => break,
            b',' | b'}' | b']' if ends == Ends::InJson => break,
            byte if is_space(*byte) => break,
            _ => at += 1,
        }
    }
    // A backslash may have stood before a character of several bytes.
    skip(bytes, at.min(bytes.len()), |byte| byte & 0xC0 == 0x80)
}

fn find_uris(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    // Each byte is looked at a bounded number of times: nothing is found twice, and a line that is
    // known to have no at sign ahead is not searched again.
    let (mut done, mut no_at_sign_before) = (0, 0);
    for (scheme_end, _) in text.match_indices("://") {
        let start = scheme_end + 3;
        if start < done {
            continue;
        }
        let at_sign = |end: usize| bytes[start..end].iter().rposition(|byte| *byte == b'@');
        let word = skip(bytes, start, |byte| !is_space(byte));
        let authority = skip(bytes, start, |byte| !is_space(byte) && !b"/?#".contains(&byte));
        done = word;
        // As a URI should be; or else with a slash in the password; or else with a space in it.
        let mut end = at_sign(authority).or_else(|| at_sign(word));
        if end.is_none() && authority == word && word > no_at_sign_before {
            let port = bytes[start..word].split(|byte| *byte == b':').nth(1);
            if port.is_some_and(|port| !port.iter().all(u8::is_ascii_digit)) {
                let line = skip(bytes, start, |byte| !matches!(byte, b'\n' | b'\r'));
                end = at_sign(line);
                no_at_sign_before = line;
            }
        }
        let Some(end) = end.map(|end| start + end) else { continue };
        let Some(colon) = bytes[start..end].iter().position(|byte| *byte == b':') else { continue };
        let password = start + colon + 1..end;
        if !password.is_empty() {
            done = done.max(end);
            found.push(password);
        }
    }
}

fn skip(bytes: &[u8], from: usize, also: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| also(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "s3cr3t";

    #[track_caller]
    fn masked(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
        assert_eq!(mask(expected), expected, "masking twice");
    }

    #[test]
    fn texts_without_password_stay() {
        for text in [
            "",
            "password authentication failed for user \"x\"",
            "host=a port=5432 user=b",
            "postgresql://host:5432/db",
            "see http://example.com:80 or mail a@b",
            "no password supplied",
            "password_encryption = 'scram-sha-256'",
            "password",
            "passwords: none",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn connection_strings_in_messages() {
        masked(
            "could not connect to \"host=a password=s3cr3t user=b\": no",
            "could not connect to \"host=a password=**** user=b\": no",
        );
        masked("sslpassword = 's3 cr\\'3t' x=y", "sslpassword = **** x=y");
        masked("PGPASSWORD=s3\\ cr3t psql", "PGPASSWORD=**** psql");
        masked("password='' host=a", "password=**** host=a");
        masked("a password=s3cr3t", "a password=****");
    }

    #[test]
    fn statements() {
        masked(
            "sub_create('s', 'host=a password=''s3 cr3t'' user=b')",
            "sub_create('s', 'host=a password=**** user=b')",
        );
        masked("ALTER ROLE a PASSWORD 's3''cr3t' LOGIN", "ALTER ROLE a PASSWORD **** LOGIN");
        masked("OPTIONS (password E's3\\'cr3t')", "OPTIONS (password E****");
        masked("CREATE ROLE a PASSWORD '' x", "CREATE ROLE a PASSWORD **** x");
    }

    #[test]
    fn json_and_configuration() {
        masked(r#"{"user":"a", "password": "s3 \"cr3t" }"#, r#"{"user":"a", "password": **** }"#);
        masked(r#"{\"password\": \"s3 cr3t\" }"#, r#"{\"password\": **** }"#);
        masked("password = \"s3 cr3t\"", "password = ****");
        masked(r#"{"password":"s3cr3t","user":"b"}"#, r#"{"password":****,"user":"b"}"#);
        masked("password: s3cr3t", "password: ****");
        masked("f(password => 's3 cr3t', b => 1)", "f(password =**** b => 1)");
    }

    #[test]
    fn uris() {
        masked("x postgresql://u:s3cr3t@h:1/d y", "x postgresql://u:****@h:1/d y");
        masked("postgres://u:s3/cr3t@h/d", "postgres://u:****@h/d");
        masked("postgres://u:s3@cr3t@h/d", "postgres://u:****@h/d");
        masked("postgres://u:s3 cr3t@h/d", "postgres://u:****@h/d");
        masked("postgres://:s3cr3t@h/d", "postgres://:****@h/d");
        masked(
            "postgres://u@h/d?password=s3cr3t&sslmode=require z",
            "postgres://u@h/d?password=****&sslmode=require z",
        );
        masked("postgres://h/d?sslpassword=s3cr3t&x=y", "postgres://h/d?sslpassword=****&x=y");
    }

    #[test]
    fn nothing_of_an_awkward_value_is_left() {
        for text in [
            "password=\"s3cr3t host=a",
            "password='s3cr3t",
            "password=''s3cr3t",
            "password='''s3cr3t'''",
            "password='a's3cr3t b",
            "password=\\",
            "password='\\",
            "password=\\é\\ s3cr3t=",
            "'password=''a\\'' s3cr3t'' user=b'",
            "'password='' s3cr3t'' user=b'",
            "E'password=\\'a s3cr3t\\' user=b'",
            "password=>s3cr3t",
            "PASSWORD\t=\n's3cr3t'",
            "password=é's3cr3t'",
            "password=\"\",s3cr3t",
            "password='',s3cr3t",
            "password='''';s3cr3t",
        ] {
            let masked = mask(text);
            assert!(!masked.contains(CANARY), "{text}: {masked}");
        }
    }
}
