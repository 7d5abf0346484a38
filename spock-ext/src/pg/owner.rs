//! Acting as the owner of a table.
//!
//! Code that belongs to a table or to the types of its columns (triggers, defaults, expressions,
//! constraints) was written by somebody with fewer rights than the worker has, so it runs as the
//! table's owner, with the restrictions of maintenance commands.

use pgrx::pg_sys;

use super::raw;

/// Who this process was before it became the owner. An error needs no [`put_back`](Self::put_back):
/// the abort of the (sub)transaction restores user and restrictions.
#[must_use]
pub(crate) struct Before {
    user: pg_sys::Oid,
    context: i32,
}

/// Becomes `owner`, inside a transaction.
pub(super) fn act_as(owner: pg_sys::Oid) -> Before {
    let mut user = pg_sys::InvalidOid;
    let mut context = 0;
    // SAFETY: plain process state; on an error the transaction's abort restores it (xact.c).
    unsafe {
        raw::GetUserIdAndSecContext(&raw mut user, &raw mut context);
        let restricted = context | pg_sys::SECURITY_RESTRICTED_OPERATION as i32;
        raw::SetUserIdAndSecContext(owner, if owner == user { context } else { restricted });
    }
    Before { user, context }
}

impl Before {
    /// Becomes that again.
    pub(crate) fn put_back(self) {
        // SAFETY: as [`act_as`].
        unsafe { raw::SetUserIdAndSecContext(self.user, self.context) }
    }
}
