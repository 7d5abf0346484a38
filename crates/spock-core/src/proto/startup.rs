//! The startup message: what the provider says about itself and has decided, once per stream.

use super::error::{ProtoError, ProtoErrorKind};
use super::reader::Reader;

/// The only format of startup parameters there is.
pub const PARAMS_FORMAT: u8 = 1;

/// The parameters of a startup message: pairs of NUL-closed UTF-8 texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Startup<'a> {
    /// Found to be whole pairs when the message was decoded.
    pairs: &'a str,
}

impl<'a> Startup<'a> {
    /// Reads the message after its type byte, to its end.
    pub(crate) fn decode(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.expect(PARAMS_FORMAT)?;
        let start = *reader;
        while !reader.remaining().is_empty() {
            reader.cstr()?;
            reader.cstr()?;
        }
        let pairs = std::str::from_utf8(start.remaining()).map_err(|error| ProtoError {
            offset: start.offset() + error.valid_up_to(),
            kind: ProtoErrorKind::NotUtf8,
        })?;
        Ok(Self { pairs })
    }

    /// All parameters in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut texts = self.pairs.split_terminator('\0');
        std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
    }

    /// The value of a parameter; of several with one name the last counts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter().filter(|(key, _)| *key == name).last().map(|(_, value)| value)
    }

    /// The value of a parameter that is `t` or `f` (also `1`, `0`, `true`, `false`).
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            "t" | "1" | "true" => Some(true),
            "f" | "0" | "false" => Some(false),
            _ => None,
        }
    }

    /// The value of a parameter that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u32> {
        self.get(name)?.parse().ok()
    }
}
