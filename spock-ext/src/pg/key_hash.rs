//! The number under which the version of a row is kept apart from the row (`spock.version_override`): a hash
//! of the stored form of its key.

use pgrx::{pg_sys, varlena};

unsafe extern "C-unwind" {
    // Unguarded, for rows with delta columns.
    fn pg_detoast_datum_packed(value: *mut pg_sys::varlena) -> *mut pg_sys::varlena;
}

/// FNV-1a, 64 bits: the numbers outlive the process, so the standard library's hash is none.
pub(super) struct KeyHash(u64);

impl KeyHash {
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a value of the key.
    ///
    /// # Safety
    /// `value` is one of a type of that form, and not null.
    pub(super) unsafe fn add(&mut self, value: pg_sys::Datum, by_value: bool, length: i16) {
        if by_value {
            self.add_bytes(&value.value().to_le_bytes());
            return;
        }
        // SAFETY: the caller's promise: the value is a pointer to that many bytes, to a varlena, or to a
        // C string.
        unsafe {
            match length {
                1.. => {
                    let bytes = value.cast_mut_ptr::<u8>();
                    self.add_bytes(std::slice::from_raw_parts(bytes, length as usize));
                }
                -1 => {
                    let packed = pg_detoast_datum_packed(value.cast_mut_ptr());
                    let data = varlena::vardata_any(packed).cast::<u8>();
                    let length = varlena::varsize_any_exhdr(packed);
                    self.add_bytes(std::slice::from_raw_parts(data, length));
                }
                _ => {
                    let text = std::ffi::CStr::from_ptr(value.cast_mut_ptr());
                    self.add_bytes(text.to_bytes());
                }
            }
        }
    }

    fn add_bytes(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) const fn finish(&self) -> i64 {
        self.0.cast_signed()
    }
}
