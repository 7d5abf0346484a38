//! A command line as it may be written down.

use crate::error::redact;

/// Masks secrets in a command line; whether something was masked.
///
/// A statement that speaks of a password is left out as a whole: where the password stands in it only the
/// server knows.
pub fn redact_arguments(arguments: &[String]) -> (Vec<String>, bool) {
    let mut masked = false;
    let mut is_statement = false;
    let out = arguments
        .iter()
        .map(|argument| {
            let stands_in_one = argument.starts_with("--command=")
                || (argument.starts_with("-c") && argument.len() > 2);
            let text = if (is_statement || stands_in_one)
                && argument.to_ascii_lowercase().contains("password")
            {
                "****".to_owned()
            } else {
                redact(argument)
            };
            masked |= text != *argument;
            is_statement = matches!(argument.as_str(), "-c" | "--command");
            text
        })
        .collect();
    (out, masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_arguments_are_masked() {
        let mask = |args: &[&str]| {
            redact_arguments(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
        };
        let (args, masked) = mask(&["ddl", "run", "-c", "CREATE ROLE x PASSWORD 'canary'", "-y"]);
        assert!(masked);
        assert_eq!(args, ["ddl", "run", "-c", "****", "-y"]);
        let (args, masked) = mask(&["--command=ALTER ROLE x PASSWORD 'canary'"]);
        assert!(masked && !args[0].contains("canary"));
        let (args, masked) = mask(&["-d", "host=x password=canary"]);
        assert!(masked && !args[1].contains("canary"), "{args:?}");
        let (args, masked) = mask(&["-d", "postgres://u:canary@h/db"]);
        assert!(masked && !args[1].contains("canary"), "{args:?}");
        let plain = ["--password-file", "/run/password", "-c", "CREATE TABLE t ()"];
        let (args, masked) = mask(&plain);
        assert!(!masked);
        assert_eq!(args, plain);
    }
}
