//! Exit codes: those of all programs, but for the one that only `spock_create_subscriber` has.

pub(crate) use spock_admin::exit::Exit;
use spock_admin::exit::{Row, table_without};

/// Every code that the program can end with.
pub(crate) fn table() -> impl Iterator<Item = Row> {
    table_without(&[Exit::AfterPromotion])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_documentation() {
        let page = include_str!("../../docs/exit-codes.md");
        let faults = spock_admin::exit::faults_of_page(page, table());
        assert!(faults.is_empty(), "docs/exit-codes.md: {faults:#?}");
    }
}
