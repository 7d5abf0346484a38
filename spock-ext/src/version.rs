//! Which version of the extension this is, and which versions of the wire protocol it speaks.
//!
//! Both stand in the library file as one line of text, as in `@(#)spock 6.0.0 protocol 4-5`, and are read from
//! there: what a file is can be told before a server loads it (`spockctl upgrade status`, `what`, `strings`).

use spock_core::proto::ProtoVersion;

const MARK: &str = concat!("\n@(#)spock ", env!("CARGO_PKG_VERSION"), " protocol 4-5\n");

const _: () = assert!(ProtoVersion::MIN.number() == 4 && ProtoVersion::MAX.number() == 5);

/// The line of the file, which the compiler must not read in its place.
fn words() -> std::str::Split<'static, char> {
    std::hint::black_box(MARK).trim().split(' ')
}

/// In the form of the control file.
pub(crate) fn text() -> &'static str {
    words().nth(1).unwrap_or_default()
}

/// As a number that orders versions: 6.0.1 is 60001.
pub(crate) fn number() -> i32 {
    text().split('.').take(3).fold(0, |number, part| number * 100 + part.parse().unwrap_or(0))
}

/// The oldest and the newest version of the protocol.
pub(crate) fn protocols() -> (u32, u32) {
    let range = words().nth(3).and_then(|range| range.split_once('-'));
    let range = range.and_then(|(min, max)| Some((min.parse().ok()?, max.parse().ok()?)));
    range.unwrap_or((ProtoVersion::MIN.number(), ProtoVersion::MAX.number()))
}

/// Whether the code of this library goes with the catalogs of that version of the extension. Versions with the
/// same first two numbers keep the shape of what the code reads.
pub(crate) fn goes_with(extension: &str) -> bool {
    fn release(version: &str) -> Option<(&str, &str)> {
        let mut parts = version.split('.');
        Some((parts.next()?, parts.next()?))
    }
    release(extension).is_some_and(|other| release(text()) == Some(other))
}
