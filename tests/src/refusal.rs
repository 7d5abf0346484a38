//! Statements that must be refused, with a known SQLSTATE and message.

use postgres::error::DbError;

use crate::{Cluster, Node};

impl Cluster {
    /// Runs a statement that must fail with this SQLSTATE and a message that begins like this; both
    /// the error and its line in the log are expected then.
    #[track_caller]
    pub fn refuses(&self, node: &Node<'_>, sql: &str, sqlstate: &str, message: &str) -> DbError {
        self.allow_log(message);
        let error = node.sql_error(sql);
        assert!(
            error.code().code() == sqlstate && error.message().starts_with(message),
            "{sql}\nexpected {sqlstate}: {message}\n     got {}: {}",
            error.code().code(),
            error.message()
        );
        error
    }
}
