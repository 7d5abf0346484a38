//! The machine of the new server: its data directory, its account, its programs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use spock_admin::error::{AdminError, ErrorKind, Result};
use spock_admin::local::{Account, Installation};

use tempfile::TempDir;

use crate::child;
use crate::cli::Cli;

/// Where the new server will be.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) pgdata: PathBuf,
    pub(crate) account: Account,
    /// Directory of the programs.
    bin: PathBuf,
    /// Major version of the programs.
    pub(crate) major: i32,
    /// What the programs say of their version.
    pub(crate) version: String,
    pub(crate) logdir: PathBuf,
    /// Configuration file outside of the data directory.
    pub(crate) config_file: Option<PathBuf>,
}

impl Target {
    /// Looks at what is there; changes nothing.
    pub(crate) fn find(cli: &Cli) -> Result<Target> {
        let bin = match &cli.bindir {
            Some(dir) => absolute(dir)?,
            None => match own_directory() {
                Some(dir) => dir,
                None => Installation::find()?.bin,
            },
        };
        let version = version_of(&bin.join("postgres"))?;
        for program in ["pg_basebackup", "pg_ctl", "pg_resetwal"] {
            let other = version_of(&bin.join(program))?;
            if other != version {
                return Err(AdminError::new(
                    ErrorKind::Incompatible,
                    format!("\"{}\" has programs of different versions", bin.display()),
                )
                .detail(format!("postgres is {version}, {program} is {other}.")));
            }
        }
        let major = version
            .split(|c: char| !c.is_ascii_digit())
            .find_map(|number| number.parse().ok())
            .unwrap_or(0);
        let pgdata = absolute(&cli.pgdata)?;
        let logdir = match &cli.logdir {
            Some(dir) => absolute(dir)?,
            None => pgdata.join("log"),
        };
        let config_file = cli.config_file.as_deref().map(absolute).transpose()?;
        let account = Account::choose()?;
        Ok(Target { pgdata, account, bin, major, version, logdir, config_file })
    }

    /// A program of the new server.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// The library of the extension, where `pg_config` tells its place; false when it is not there.
    pub(crate) fn has_extension(&self) -> Option<bool> {
        let output = Command::new(self.program("pg_config")).arg("--pkglibdir").output().ok()?;
        let dir = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| Path::new(dir.trim()).join("spock.so").is_file())
    }

    /// Whether the data directory is there; an error when it has something in it.
    pub(crate) fn check_empty(&self) -> Result<bool> {
        let Ok(mut entries) = fs::read_dir(&self.pgdata) else {
            return match fs::symlink_metadata(&self.pgdata) {
                Ok(_) => Err(AdminError::precondition(format!(
                    "\"{}\" cannot be read as a directory",
                    self.pgdata.display()
                ))),
                Err(_) => Ok(false),
            };
        };
        if entries.next().is_none() {
            return Ok(true);
        }
        let error = AdminError::precondition(format!(
            "data directory \"{}\" is not empty",
            self.pgdata.display()
        ));
        Err(match crate::journal::read(&self.pgdata) {
            left if left.is_empty() => {
                error.hint("give an empty directory, or one that is not there")
            }
            left => left.iter().fold(
                error.detail("An earlier run of this program was not finished."),
                |error, slot| {
                    error.hint(format!(
                        "on the provider, in database \"{}\": {}",
                        slot.database,
                        slot.drop_statement()
                    ))
                },
            ),
        })
    }

    /// Makes a directory of the server's account, for it alone.
    pub(crate) fn make_dir(&self, dir: &Path) -> Result<()> {
        let failed = |e: std::io::Error| {
            AdminError::failed(format!("could not create directory \"{}\": {e}", dir.display()))
        };
        fs::create_dir_all(dir).map_err(failed)?;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        self.account.own(dir)
    }

    /// Writes a file of the server's account, for it alone.
    pub(crate) fn write_private(&self, path: &Path, text: &str) -> Result<()> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(true).write(true).mode(0o600);
        options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| {
            AdminError::failed(format!("could not write \"{}\": {e}", path.display()))
        })?;
        self.account.own(path)
    }

    /// Runs a program to its end, as the server's account; what it says on standard error becomes the
    /// detail of the failure.
    pub(crate) async fn run(&self, program: &str, args: &[&std::ffi::OsStr]) -> Result<()> {
        let mut command = child::plain(&self.program(program), &self.account);
        command.args(args);
        let mut command = tokio::process::Command::from(command);
        command.stdin(std::process::Stdio::null()).kill_on_drop(true);
        let output = command
            .output()
            .await
            .map_err(|e| AdminError::failed(format!("could not run {program}: {e}")))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(AdminError::failed(format!("{program} failed"))
            .detail(spock_admin::error::redact(&said)))
    }
}

/// The directory of this program, where it stands among those of a server.
fn own_directory() -> Option<PathBuf> {
    let dir = std::env::current_exe().ok()?.parent()?.to_owned();
    dir.join("postgres").is_file().then_some(dir)
}

/// A temporary directory of the server's account, for it alone.
pub(crate) fn private_dir(target: &Target) -> Result<TempDir> {
    let dir = tempfile::Builder::new()
        .prefix("spock-create-subscriber-")
        .tempdir()
        .map_err(|e| AdminError::failed(format!("could not create a directory: {e}")))?;
    target.account.own(dir.path())?;
    Ok(dir)
}

/// The path as it is from everywhere; it need not exist.
fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| {
        AdminError::config(format!("could not make sense of path \"{}\": {e}", path.display()))
    })
}

/// The number in what `PROGRAM --version` prints.
fn version_of(program: &Path) -> Result<String> {
    let missing = |why: String| {
        AdminError::precondition(format!("\"{}\" cannot be run", program.display()))
            .detail(why)
            .hint("name the directory of the server's programs with --bindir")
    };
    let output =
        Command::new(program).arg("--version").output().map_err(|e| missing(e.to_string()))?;
    if !output.status.success() {
        return Err(missing(format!("It ended with {}.", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let number =
        text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    number.map(str::to_owned).ok_or_else(|| missing("It does not tell its version.".to_owned()))
}
