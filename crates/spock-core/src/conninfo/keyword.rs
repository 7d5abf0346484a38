//! The `key = 'value' ...` form.

use super::{Conninfo, ConninfoError, ConninfoErrorKind as Kind};

/// What separates keys and values: C's `isspace` without a locale.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

pub(super) fn parse(text: &str) -> Result<Conninfo, ConninfoError> {
    if let Some(at) = text.find('\0') {
        return Err(Kind::Nul.at(at));
    }
    let mut scanner = Scanner { text, at: 0 };
    let mut conninfo = Conninfo::default();
    loop {
        scanner.skip_spaces();
        if scanner.peek().is_none() {
            return Ok(conninfo);
        }
        let key = scanner.key()?;
        let value = scanner.value()?;
        conninfo.set(key, value);
    }
}

/// A position in the text; it only ever stops at ASCII bytes, so it is a character boundary.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    fn key(&mut self) -> Result<&'a str, ConninfoError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte != b'=' && !is_space(byte)) {
            self.at += 1;
        }
        let key = &self.text[start..self.at];
        self.skip_spaces();
        if self.peek() != Some(b'=') {
            return Err(Kind::MissingEquals.at(self.at));
        }
        if !is_key(key) {
            return Err(Kind::BadKey.at(start));
        }
        self.at += 1;
        self.skip_spaces();
        Ok(key)
    }

    fn value(&mut self) -> Result<String, ConninfoError> {
        let start = self.at;
        let quoted = self.peek() == Some(b'\'');
        self.at += usize::from(quoted);
        let mut value = String::new();
        loop {
            match self.text[self.at..].chars().next() {
                None if quoted => return Err(Kind::UnterminatedQuote.at(start)),
                None => return Ok(value),
                Some('\'') if quoted => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(space) if !quoted && u8::try_from(space).is_ok_and(is_space) => {
                    return Ok(value);
                }
                Some('\\') => {
                    self.at += 1;
                    // A backslash at the very end stands for nothing.
                    if let Some(escaped) = self.text[self.at..].chars().next() {
                        value.push(escaped);
                        self.at += escaped.len_utf8();
                    }
                }
                Some(character) => {
                    value.push(character);
                    self.at += character.len_utf8();
                }
            }
        }
    }
}

/// Whether a version of libpq could have this key.
pub(super) fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
