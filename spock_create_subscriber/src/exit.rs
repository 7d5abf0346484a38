//! Exit codes: those of `spockctl`, as far as they occur, and one more; see `docs/create-subscriber.md`.

pub(crate) use spock_admin::exit::Exit;
use spock_admin::exit::{Row, table_without};

/// Every code that the program can end with.
pub(crate) fn table() -> impl Iterator<Item = Row> {
    table_without(&[Exit::Partial, Exit::Unhealthy, Exit::Declined])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_documentation() {
        let page = include_str!("../../docs/create-subscriber.md");
        let faults = spock_admin::exit::faults_of_page(page, table());
        assert!(faults.is_empty(), "docs/create-subscriber.md: {faults:#?}");
    }
}
