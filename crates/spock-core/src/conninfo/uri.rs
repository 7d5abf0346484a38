//! The `postgresql://user:password@host:port,host:port/database?key=value&...` form.
//!
//! Read as libpq does: all of user, password, hosts, ports, database and parameters may be
//! percent-encoded, an address in brackets may hold colons, every part may be left out.

use super::keyword::is_key;
use super::{Conninfo, ConninfoError, ConninfoErrorKind as Kind};

/// What follows the scheme, if the text has one.
pub(super) fn strip_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://"))
}

/// Parses what follows the scheme; `base` is where that stands in the whole text.
pub(super) fn parse(text: &str, base: usize) -> Result<Conninfo, ConninfoError> {
    if let Some(at) = text.find('\0') {
        return Err(Kind::Nul.at(base + at));
    }
    let mut parser = Parser { text, at: 0, base, conninfo: Conninfo::default() };
    parser.credentials()?;
    parser.hosts()?;
    if parser.eat(b'/') {
        let database = parser.until(b"?");
        parser.store("dbname", database)?;
    }
    if parser.eat(b'?') {
        parser.parameters()?;
    }
    Ok(parser.conninfo)
}

/// A piece of the text and where it stands there.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    offset: usize,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    base: usize,
    conninfo: Conninfo,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn until(&mut self, stops: &[u8]) -> Piece<'a> {
        let start = self.at;
        while self.peek().is_some_and(|byte| !stops.contains(&byte)) {
            self.at += 1;
        }
        Piece { text: &self.text[start..self.at], offset: self.base + start }
    }

    /// Stores a value unless it is empty.
    fn store(&mut self, key: &str, raw: Piece<'_>) -> Result<(), ConninfoError> {
        if !raw.text.is_empty() {
            self.conninfo.set(key, decode(raw)?);
        }
        Ok(())
    }

    fn credentials(&mut self) -> Result<(), ConninfoError> {
        // Credentials are there when an at sign comes before the first slash.
        match self.text.find(['@', '/']) {
            Some(end) if self.text.as_bytes()[end] == b'@' => {}
            _ => return Ok(()),
        }
        let user = self.until(b":@");
        self.store("user", user)?;
        if self.eat(b':') {
            let password = self.until(b"@");
            self.store("password", password)?;
        }
        self.at += 1;
        Ok(())
    }

    fn hosts(&mut self) -> Result<(), ConninfoError> {
        let start = self.base + self.at;
        let (mut hosts, mut ports) = (String::new(), String::new());
        loop {
            hosts.push_str(self.host()?);
            if self.eat(b':') {
                ports.push_str(self.until(b"/?,").text);
            }
            if !self.eat(b',') {
                break;
            }
            hosts.push(',');
            ports.push(',');
        }
        self.store("host", Piece { text: &hosts, offset: start })?;
        self.store("port", Piece { text: &ports, offset: start })
    }

    fn host(&mut self) -> Result<&'a str, ConninfoError> {
        let start = self.base + self.at;
        if !self.eat(b'[') {
            return Ok(self.until(b":/?,").text);
        }
        let address = self.until(b"]").text;
        if address.is_empty() || !self.eat(b']') {
            return Err(Kind::BadAddress.at(start));
        }
        match self.peek() {
            None | Some(b':' | b'/' | b'?' | b',') => Ok(address),
            Some(_) => Err(Kind::Unexpected.at(self.base + self.at)),
        }
    }

    fn parameters(&mut self) -> Result<(), ConninfoError> {
        while self.peek().is_some() {
            let key = self.until(b"=&");
            if !self.eat(b'=') {
                return Err(Kind::MissingEquals.at(self.base + self.at));
            }
            let value = self.until(b"=&");
            if self.peek() == Some(b'=') {
                return Err(Kind::Unexpected.at(self.base + self.at));
            }
            self.at += 1;
            self.parameter(key, value)?;
        }
        Ok(())
    }

    fn parameter(&mut self, raw_key: Piece<'_>, value: Piece<'_>) -> Result<(), ConninfoError> {
        let key = decode(raw_key)?;
        if !is_key(&key) {
            return Err(Kind::BadKey.at(raw_key.offset));
        }
        let value = decode(value)?;
        if key == "ssl" && value == "true" {
            // What other drivers write.
            self.conninfo.set("sslmode", "require");
        } else {
            self.conninfo.set(key, value);
        }
        Ok(())
    }
}

fn decode(raw: Piece<'_>) -> Result<String, ConninfoError> {
    let mut bytes = Vec::with_capacity(raw.text.len());
    let mut rest = raw.text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let offset = raw.offset + raw.text.len() - rest.len();
        let (digits, tail) = tail.split_first_chunk::<2>().ok_or(Kind::BadPercent.at(offset))?;
        match hex(*digits).ok_or(Kind::BadPercent.at(offset))? {
            0 => return Err(Kind::Nul.at(offset)),
            byte => bytes.push(byte),
        }
        rest = tail;
    }
    String::from_utf8(bytes).map_err(|_| Kind::NotUtf8.at(raw.offset))
}

fn hex([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}
