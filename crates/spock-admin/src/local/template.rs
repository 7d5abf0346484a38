//! Data directories, copied from one that `initdb` made once per server build.
//!
//! Copying takes a tenth of the time of `initdb`, but gives every node the same system identifier,
//! which would hide the mistakes that the identifier is there to reveal. So each copy gets its own,
//! in the two places where a freshly made directory holds it: the control file (under its checksum)
//! and the first page of the only WAL segment.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::account::Account;
use super::relocate::ServerCopy;
use super::tree::{self, Take};
use crate::error::{AdminError, Result};

/// Part of the template's name: raise it when the options below change.
const OPTIONS: &str = "1";

/// Where the first page of a WAL segment keeps the system identifier.
const WAL_IDENTIFIER_AT: usize = 24;

/// Creates the data directory `data` with a system identifier of its own.
pub(super) fn create_data_dir(
    server: &ServerCopy,
    fingerprint: &str,
    cache: &Path,
    account: &Account,
    data: &Path,
) -> Result<()> {
    let template = cache.join("template").join(format!("{fingerprint}-{OPTIONS}"));
    tree::publish(&template, |temp| initdb(server, account, temp))?;
    tree::copy(&template, data, Take::Copy, Some(account))?;
    renumber(data)
}

fn initdb(server: &ServerCopy, account: &Account, data: &Path) -> Result<()> {
    fs::create_dir(data).map_err(|e| super::io("create directory", data, e))?;
    account.own(data)?;
    let mut command = Command::new(server.program("initdb"));
    command
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"])
        .args(["--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C", "--data-checksums"])
        .arg("--pgdata")
        .arg(data)
        .stdin(Stdio::null());
    super::clean_environment(&mut command);
    account.apply(&mut command);
    let output = command.output().map_err(|e| super::io("run", &server.program("initdb"), e))?;
    if !output.status.success() {
        return Err(AdminError::failed("could not create a data directory")
            .detail(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(())
}

/// Gives a fresh data directory another system identifier.
fn renumber(data: &Path) -> Result<()> {
    let control = data.join("global/pg_control");
    let mut bytes = fs::read(&control).map_err(|e| super::io("read", &control, e))?;
    let old: [u8; 8] = bytes
        .first_chunk()
        .copied()
        .ok_or_else(|| AdminError::failed("the control file of the new server is empty"))?;
    let crc_at = crc_offset(&bytes)
        .ok_or_else(|| AdminError::failed("the control file of the new server has no checksum"))?;
    let new = fresh_identifier(u64::from_ne_bytes(old)).to_ne_bytes();
    bytes[..8].copy_from_slice(&new);
    let crc = crc32c::crc32c(&bytes[..crc_at]);
    bytes[crc_at..crc_at + 4].copy_from_slice(&crc.to_ne_bytes());
    fs::write(&control, bytes).map_err(|e| super::io("write", &control, e))?;

    let wal = data.join("pg_wal");
    for entry in fs::read_dir(&wal).map_err(|e| super::io("read directory", &wal, e))? {
        let path = entry.map_err(|e| super::io("read directory", &wal, e))?.path();
        if path.is_file() {
            patch_wal(&path, &old, &new).map_err(|e| super::io("write", &path, e))?;
        }
    }
    Ok(())
}

fn patch_wal(path: &Path, old: &[u8; 8], new: &[u8; 8]) -> std::io::Result<()> {
    use std::os::unix::fs::FileExt;
    let file = fs::OpenOptions::new().read(true).write(true).open(path)?;
    let mut found = [0; 8];
    file.read_exact_at(&mut found, WAL_IDENTIFIER_AT as u64)?;
    if found != *old {
        return Err(std::io::Error::other("the system identifier is not where it was expected"));
    }
    file.write_all_at(new, WAL_IDENTIFIER_AT as u64)
}

/// Finds where the control file's checksum stands: it covers everything before it, so only one
/// place holds the right value, whatever the version's layout is.
fn crc_offset(bytes: &[u8]) -> Option<usize> {
    (64..bytes.len().min(1024)).step_by(4).find(|&at| {
        bytes[at..].first_chunk().map(|c| u32::from_ne_bytes(*c))
            == Some(crc32c::crc32c(&bytes[..at]))
    })
}

/// Seconds since 1970 above, noise below: the shape of the server's own identifiers.
fn fresh_identifier(old: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    let noise = RandomState::new().hash_one(old) & 0xffff_ffff;
    (old & !0xffff_ffff) | noise
}
