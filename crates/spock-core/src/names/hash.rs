//! The server's hash of a byte string (`hash_any`, and `hashtext` of a text in a C collation).
//!
//! Bob Jenkins' `lookup3`, which he gave to the public domain, with the server's seed. Bytes are
//! read little-endian here; a big-endian server would compute other values, and none is supported.

const SEED: u32 = 0x9e37_79b9 + 3_923_095;

/// Hashes bytes as the server does.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> u32 {
    // The algorithm counts the length modulo 2^32.
    let mut state = [SEED.wrapping_add(bytes.len() as u32); 3];
    let (blocks, tail) = bytes.as_chunks::<12>();
    for block in blocks {
        add(&mut state, block);
        mix(&mut state);
    }
    // In the last, partial block the third word has the upper three bytes only.
    let mut last = [0; 12];
    let (low, high) = tail.split_at(tail.len().min(8));
    last[..low.len()].copy_from_slice(low);
    last[9..9 + high.len()].copy_from_slice(high);
    add(&mut state, &last);
    finish(&mut state);
    state[2]
}

fn add(state: &mut [u32; 3], block: &[u8; 12]) {
    let (words, _) = block.as_chunks::<4>();
    for (state, word) in state.iter_mut().zip(words) {
        *state = state.wrapping_add(u32::from_le_bytes(*word));
    }
}

fn mix([a, b, c]: &mut [u32; 3]) {
    step(a, b, c, 4);
    step(b, c, a, 6);
    step(c, a, b, 8);
    step(a, b, c, 16);
    step(b, c, a, 19);
    step(c, a, b, 4);
}

fn step(x: &mut u32, y: &mut u32, z: &mut u32, rotation: u32) {
    *x = x.wrapping_sub(*z) ^ z.rotate_left(rotation);
    *z = z.wrapping_add(*y);
}

fn finish([a, b, c]: &mut [u32; 3]) {
    let fold = |x: &mut u32, y: u32, rotation| *x = (*x ^ y).wrapping_sub(y.rotate_left(rotation));
    fold(c, *b, 14);
    fold(a, *c, 11);
    fold(b, *a, 25);
    fold(c, *b, 16);
    fold(a, *c, 4);
    fold(b, *a, 14);
    fold(c, *b, 24);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_server() {
        // Each length class: empty, partial words, whole words, whole blocks, several blocks.
        for (text, hashtext) in [
            ("", -1_477_818_771),
            ("a", 1_075_015_857),
            ("n1", 673_694_252),
            ("abcd", -393_934_804),
            ("eight888", 2_005_877_655),
            ("nine99999", 1_147_868_501),
            ("eleven11111", -187_685_782),
            ("twelve121212", -846_118_611),
            ("thirteen13131", 1_999_470_162),
            ("test_subscription", -446_958_732),
            ("a longer text of more than two blocks, with \u{e9}", -1_093_735_783),
        ] {
            assert_eq!(hash_bytes(text.as_bytes()) as i32, hashtext, "{text}");
        }
    }
}
