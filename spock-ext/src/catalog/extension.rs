//! The extension in this database, against the library that the server runs.

use pgrx::PgSqlErrorCode;

use crate::pg::error::SpockError;
use crate::pg::spi;
use crate::version;

/// Version of the extension in this database, where it is. Needs a transaction.
pub(crate) fn installed() -> Option<String> {
    const INSTALLED: &str =
        "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'spock'";
    spi::select_one(INSTALLED, &[]).map(|row| row.get(0))
}

/// What is to be told when library and extension are of different versions. Needs a transaction.
pub(crate) fn disagreement() -> Option<String> {
    let installed = installed().filter(|installed| installed != version::text())?;
    Some(told(&installed))
}

fn told(installed: &str) -> String {
    let library = version::text();
    format!("the library is spock {library}, the extension in this database {installed}")
}

/// An error when the library does not know the catalogs of the extension in this database. Needs a transaction.
pub(crate) fn require_fitting() -> Result<(), SpockError> {
    installed().map_or(Ok(()), |installed| require_fitting_version(&installed))
}

/// The same of an extension of this version.
pub(crate) fn require_fitting_version(installed: &str) -> Result<(), SpockError> {
    if version::goes_with(installed) {
        return Ok(());
    }
    Err(SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, told(installed))
        .hint(format!("Run ALTER EXTENSION spock UPDATE TO '{}'.", version::text())))
}
