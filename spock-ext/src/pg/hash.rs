//! The server's own hash function (`common/hashfn.h`), from which Spock derives its ids.

unsafe extern "C-unwind" {
    fn hash_bytes(bytes: *const u8, length: std::ffi::c_int) -> u32;
}

/// The 32-bit hash of some bytes, the same on every server of one byte order.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    // SAFETY: reads `len` bytes and keeps nothing; all our inputs are short.
    unsafe { hash_bytes(bytes.as_ptr(), bytes.len() as std::ffi::c_int) }
}

/// The hash of two numbers as they lie in memory.
pub(crate) fn hash_pair(first: u32, second: u32) -> u32 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&first.to_ne_bytes());
    bytes[4..].copy_from_slice(&second.to_ne_bytes());
    hash(&bytes)
}
