//! Ports for the servers of local clusters.
//!
//! A port stays a cluster's own while its server is down: connection strings of other nodes name it,
//! and a test that crashes a server starts it again on the same port. So ports are taken from below the
//! range that the kernel uses for outgoing connections, and each is claimed by a file that names the
//! cluster's directory. A claim ends when that directory is gone.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use crate::error::{AdminError, Result};

/// Ports are taken from here up to the kernel's own range.
const FIRST: u16 = 20_000;

/// First port of the kernel's range where the system does not tell.
const USUAL_KERNEL_FIRST: u16 = 32_768;

/// Claims a port on 127.0.0.1 that nobody uses for the cluster in this directory.
pub(super) fn claim(cluster: &Path) -> Result<u16> {
    let claims = claims_dir()?;
    let last = kernel_first().max(FIRST + 1_000);
    let count = last - FIRST;
    let start = std::process::id().wrapping_mul(977) % u32::from(count);
    for step in 0..u32::from(count) {
        // Less than `count`, so it fits.
        let port = FIRST + ((start + step) % u32::from(count)) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() && take(&claims, port, cluster) {
            return Ok(port);
        }
    }
    Err(AdminError::failed("no free port")
        .detail(format!("All ports from {FIRST} to {last} are in use or claimed in {claims:?}.")))
}

/// Where claims are kept: one place for all users of the machine.
fn claims_dir() -> Result<PathBuf> {
    let dir = std::env::temp_dir().join("spock-ports");
    fs::create_dir_all(&dir).map_err(|e| super::io("create", &dir, e))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As for the directory above it: everybody may claim, nobody removes another's claim.
        let _ = fs::set_permissions(&dir, fs::Permissions::from_mode(0o1777));
    }
    Ok(dir)
}

/// Writes the claim, unless a living cluster has one.
fn take(claims: &Path, port: u16, cluster: &Path) -> bool {
    let file = claims.join(port.to_string());
    if let Ok(owner) = fs::read_to_string(&file)
        && (Path::new(owner.trim()).exists() || fs::remove_file(&file).is_err())
    {
        return false;
    }
    match fs::File::options().write(true).create_new(true).open(&file) {
        Ok(mut claim) => writeln!(claim, "{}", cluster.display()).is_ok(),
        Err(error) => error.kind() != ErrorKind::AlreadyExists,
    }
}

fn kernel_first() -> u16 {
    fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")
        .ok()
        .and_then(|range| range.split_whitespace().next()?.parse().ok())
        .unwrap_or(USUAL_KERNEL_FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_port_is_not_given_twice_while_its_cluster_is_there() {
        let cluster = tempfile::tempdir().expect("a temporary directory");
        let claims = tempfile::tempdir().expect("a temporary directory");
        assert!(take(claims.path(), 1, cluster.path()));
        assert!(!take(claims.path(), 1, Path::new("/another")));
        let gone = cluster.path().to_owned();
        drop(cluster);
        assert!(!gone.exists());
        assert!(take(claims.path(), 1, claims.path()));
    }
}
