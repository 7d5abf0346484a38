//! Questions, and what stands for an answer where none can be given.

use spock_admin::error::AdminError;
use spock_admin::secret::Secret;

use crate::cli::Global;
use crate::failure::{Failure, Result};

/// Asks whether to go on; `--yes` answers, and without a terminal the command is declined.
pub(crate) fn moderate(global: &Global, question: &str) -> Result<()> {
    if global.yes {
        return Ok(());
    }
    if !super::can_prompt(global) {
        return Err(Failure::declined("confirmation needed", "--yes"));
    }
    let answer = dialoguer::Confirm::new().with_prompt(question).default(false).interact();
    match answer {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::declined("declined", "--yes")),
        Err(e) => Err(AdminError::failed(format!("could not read the answer: {e}")).into()),
    }
}

/// Asks for the password.
pub(crate) fn password(global: &Global) -> Result<Secret> {
    if !super::can_prompt(global) {
        return Err(Failure::declined("no terminal to ask for the password", "--password-file"));
    }
    dialoguer::Password::new()
        .with_prompt("Password")
        .allow_empty_password(true)
        .interact()
        .map(Secret::new)
        .map_err(|e| AdminError::failed(format!("could not read the password: {e}")).into())
}
