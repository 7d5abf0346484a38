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

/// Asks whether to try once more, where somebody can be asked.
pub(crate) fn again(question: &str) -> Result<()> {
    match dialoguer::Confirm::new().with_prompt(question).default(true).interact() {
        Ok(true) => Ok(()),
        _ => Err(Failure {
            exit: crate::exit::Exit::Declined,
            errors: vec![AdminError::failed("declined")],
        }),
    }
}

/// Asks for the name of what is changed; `confirmed`, from `--confirm`, answers.
pub(crate) fn severe(global: &Global, confirmed: Option<&str>, name: &str) -> Result<()> {
    let flag = format!("--confirm '{name}'");
    if let Some(confirmed) = confirmed {
        return if confirmed == name {
            Ok(())
        } else {
            Err(Failure::declined(format!("--confirm says \"{confirmed}\", not \"{name}\""), &flag))
        };
    }
    if !super::can_prompt(global) {
        return Err(Failure::declined("confirmation needed", &flag));
    }
    let answer = dialoguer::Input::<String>::new()
        .with_prompt(format!("Type \"{name}\" to go on"))
        .allow_empty(true)
        .interact_text();
    match answer {
        Ok(text) if text.trim() == name => Ok(()),
        Ok(_) => Err(Failure::declined("declined", &flag)),
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
