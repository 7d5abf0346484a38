//! Whether two texts in which passwords stand are the same, told without keeping the texts.
//!
//! A plain digest gives a weak password away to whoever tries some, and so does one whose salt stands beside it. This one
//! is keyed by random bytes that stay in a file of the operator's machine, among the journals: neither the servers nor who
//! is sent a journal has them. What was made with another key is not known to be the same or another one.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::random_hex;
use crate::error::{AdminError, Result};

const FILE: &str = "digest-key";

/// Random bytes, as hexadecimal digits, and what they are called.
struct Key {
    id: String,
    bytes: String,
}

impl Key {
    fn mac(&self, text: &str) -> Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.bytes.as_bytes())
            .map_err(|e| AdminError::failed(format!("could not make a digest: {e}")))?;
        mac.update(text.as_bytes());
        Ok(mac)
    }
}

/// The digest of a text, with the id of its key.
pub(crate) fn of(journals: &Path, text: &str) -> Result<String> {
    let key = key(journals)?;
    let bytes = key.mac(text)?.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}:{hex}", key.id))
}

/// Whether a digest is that of this text; nothing where it was made with another key.
pub fn is_of(journals: &Path, digest: &str, text: &str) -> Result<Option<bool>> {
    let own = of(journals, text)?;
    let id = |digest: &str| digest.split(':').next().map(str::to_owned);
    Ok((id(&own) == id(digest)).then(|| own == digest))
}

/// The key of this machine, which is made when it is first needed.
fn key(journals: &Path) -> Result<Key> {
    let path = journals.join(FILE);
    let failed = |e: std::io::Error| {
        AdminError::config(format!("could not make \"{}\": {e}", path.display()))
    };
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    let mut file = tempfile::NamedTempFile::new_in(journals).map_err(failed)?;
    writeln!(file, "{} {}", random_hex(4)?, random_hex(32)?).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    // Of two that make it at once one does.
    if let Err(error) = file.persist_noclobber(&path)
        && error.error.kind() != std::io::ErrorKind::AlreadyExists
    {
        return Err(failed(error.error));
    }
    read(&path)?.ok_or_else(|| AdminError::failed(format!("\"{}\" is gone", path.display())))
}

fn read(path: &Path) -> Result<Option<Key>> {
    let failed = |why: String| {
        AdminError::config(format!("could not read \"{}\"", path.display())).detail(why)
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(e.to_string())),
    };
    let key = text.trim().split_once(' ').filter(|(id, bytes)| id.len() == 8 && bytes.len() == 64);
    let (id, bytes) = key.ok_or_else(|| failed("It has no key.".to_owned()))?;
    Ok(Some(Key { id: id.to_owned(), bytes: bytes.to_owned() }))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_digest_is_of_one_text_and_of_one_key() {
        let (one, other) =
            (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
        let digest = of(one.path(), "PASSWORD 'canary'").expect("a digest");
        assert!(!digest.contains("canary"));
        let is_of = |dir: &Path, text: &str| is_of(dir, &digest, text).expect("a digest");
        assert_eq!(is_of(one.path(), "PASSWORD 'canary'"), Some(true));
        assert_eq!(is_of(one.path(), "PASSWORD 'other'"), Some(false));
        assert_eq!(is_of(other.path(), "PASSWORD 'canary'"), None, "the key is another one");
        let file = one.path().join(FILE);
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&file, "nothing").expect("written");
        assert!(of(one.path(), "x").is_err(), "a key that cannot be read is not made anew");
    }
}
