//! A bump arena for the by-reference values of the rows being written.
//!
//! Values that arrive in the server's internal form are copied once, from the receive buffer to 8-byte
//! aligned memory that lives until the row (or the batch of rows) is written. Chunks are kept from row
//! to row: the hot path allocates nothing.

/// Words of one ordinary chunk: 64 kB.
const CHUNK_WORDS: usize = 8 * 1024;

/// Chunks kept when the arena is reset; a huge row's own chunk is given back.
const KEPT_CHUNKS: usize = 32;

/// The arena; see the module's page.
#[derive(Default)]
pub(crate) struct Arena {
    chunks: Vec<Vec<u64>>,
    chunk: usize,
    used_words: usize,
    used_bytes: usize,
}

impl Arena {
    /// Bytes handed out since the last reset.
    pub(crate) fn used_bytes(&self) -> usize {
        self.used_bytes
    }

    /// Forgets every value.
    pub(crate) fn reset(&mut self) {
        self.chunk = 0;
        self.used_words = 0;
        self.used_bytes = 0;
        self.chunks.truncate(KEPT_CHUNKS);
        if self.chunks.last().is_some_and(|chunk| chunk.len() > CHUNK_WORDS) {
            self.chunks.retain(|chunk| chunk.len() <= CHUNK_WORDS);
        }
    }

    /// Copies `bytes`, followed by at least one zero byte, to aligned memory.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> *mut u8 {
        let words = bytes.len() / 8 + 1;
        while self.chunk < self.chunks.len()
            && self.used_words + words > self.chunks[self.chunk].len()
        {
            self.chunk += 1;
            self.used_words = 0;
        }
        if self.chunk == self.chunks.len() {
            self.chunks.push(vec![0; words.max(CHUNK_WORDS)]);
        }
        let target = &mut self.chunks[self.chunk][self.used_words..self.used_words + words];
        self.used_words += words;
        self.used_bytes += words * 8;
        target[words - 1] = 0;
        let target = target.as_mut_ptr().cast::<u8>();
        // SAFETY: `target` has words * 8 > bytes.len() bytes of initialised memory that nobody else
        // holds a reference to.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) };
        target
    }
}
