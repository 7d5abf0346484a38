//! Rows of a target as JSON, for the history of conflicts.

use pgrx::pg_sys;

use super::Target;
use crate::pg::encoding::from_server;

impl Target {
    /// The new row as the text of a JSON object.
    pub(crate) fn new_row_as_json(&mut self) -> String {
        row_as_json(self.new)
    }

    /// The row that was found as the text of a JSON object.
    pub(crate) fn local_row_as_json(&mut self) -> String {
        row_as_json(self.local)
    }
}

fn row_as_json(slot: *mut pg_sys::TupleTableSlot) -> String {
    // SAFETY: the slot holds a row; the datum is a fresh composite of a blessed descriptor.
    unsafe {
        if pg_sys::TTS_FLAG_EMPTY as u16 & (*slot).tts_flags != 0 {
            return "{}".to_owned();
        }
        let datum = pg_sys::ExecFetchSlotHeapTupleDatum(slot);
        let function = pg_sys::Oid::from(pg_sys::F_ROW_TO_JSON_RECORD);
        let json = pg_sys::OidFunctionCall1Coll(function, pg_sys::InvalidOid, datum);
        from_server(pg_sys::text_to_cstring(json.cast_mut_ptr()))
    }
}
