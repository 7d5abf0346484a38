//! The key of a row as text, to be compared and kept: the values in the order of its index, each with its
//! length before it, so that no two keys have one text.

use pgrx::pg_sys;

use super::encoding::from_server;

/// A text being written.
#[derive(Debug, Default)]
pub(super) struct KeyText(String);

impl KeyText {
    /// Adds a value in the form of its type's output function.
    ///
    /// # Safety
    /// `value` is one of the type `kind`, and not null. Inside a transaction, under a frame.
    pub(super) unsafe fn push(&mut self, kind: pg_sys::Oid, value: pg_sys::Datum) {
        // SAFETY: the caller's promise; types of stored values have an output function.
        let shown = unsafe {
            let mut output = pg_sys::InvalidOid;
            let mut is_varlena = false;
            pg_sys::getTypeOutputInfo(kind, &raw mut output, &raw mut is_varlena);
            from_server(pg_sys::OidOutputFunctionCall(output, value))
        };
        self.0.push_str(&format!("{}:{shown}", shown.len()));
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}
