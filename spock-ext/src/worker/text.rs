//! Short texts of fixed room, as rows of shared memory hold them.

/// Up to `N` bytes of UTF-8; what does not fit is cut at a character.
#[derive(Clone, Copy)]
pub(crate) struct Text<const N: usize> {
    length: u16,
    bytes: [u8; N],
}

impl<const N: usize> Text<N> {
    /// No text.
    pub(crate) const EMPTY: Self = Self { length: 0, bytes: [0; N] };

    /// Copies a text, cut to the room there is.
    pub(crate) fn new(text: &str) -> Self {
        let mut length = text.len().min(N);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        let mut copy = Self::EMPTY;
        copy.bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        copy.length = u16::try_from(length).unwrap_or(0);
        copy
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or("")
    }

    /// True when there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl<const N: usize> std::fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
