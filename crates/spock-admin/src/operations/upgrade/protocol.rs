//! Which version of the wire protocol two versions of the extension have in common.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::client::Protocols;

/// Two versions of the extension, which some nodes run at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Pair {
    /// One of them.
    pub one: String,
    /// The other.
    pub other: String,
    /// The newest protocol that both speak.
    pub protocol: Option<u32>,
    /// Whether it is known what both speak; if not it is seen when the first node runs the new version.
    pub is_known: bool,
}

/// What a version speaks that no node has, as far as this program knows.
fn of_release(version: &str) -> Option<Protocols> {
    let mut parts = version.split('.');
    match (parts.next()?, parts.next()?) {
        ("5", "0") => Some(Protocols { min: 4, max: 4 }),
        ("6", "0") => Some(Protocols { min: 4, max: 5 }),
        _ => None,
    }
}

/// Every pair of these versions, each with what it speaks where a node said so.
pub fn between(speakers: &[(String, Option<Protocols>)]) -> Vec<Pair> {
    let mut known: BTreeMap<&str, Option<Protocols>> = BTreeMap::new();
    for (version, protocols) in speakers {
        let entry = known.entry(version).or_insert_with(|| of_release(version));
        *entry = protocols.or(*entry);
    }
    let all: Vec<(&str, Option<Protocols>)> = known.into_iter().collect();
    let mut out = Vec::new();
    for (at, (one, a)) in all.iter().enumerate() {
        for (other, b) in &all[at..] {
            let common = a.zip(*b).map(|(a, b)| {
                let newest = a.max.min(b.max);
                (newest >= a.min.max(b.min)).then_some(newest)
            });
            out.push(Pair {
                one: (*one).to_owned(),
                other: (*other).to_owned(),
                protocol: common.flatten(),
                is_known: common.is_some(),
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_common_protocol_of_each_pair_is_found() {
        let speaks = |min, max| Some(Protocols { min, max });
        let pairs = between(&[
            ("6.0.0".into(), speaks(4, 5)),
            ("7.0.0".into(), speaks(6, 7)),
            ("5.0.2".into(), None),
            ("8.0.0".into(), None),
        ]);
        let find = |one: &str, other: &str| {
            let pair = pairs.iter().find(|pair| pair.one == one && pair.other == other);
            pair.map(|pair| (pair.protocol, pair.is_known))
        };
        assert_eq!(pairs.len(), 10);
        assert_eq!(find("5.0.2", "6.0.0"), Some((Some(4), true)));
        assert_eq!(find("6.0.0", "6.0.0"), Some((Some(5), true)));
        assert_eq!(find("6.0.0", "7.0.0"), Some((None, true)));
        assert_eq!(find("6.0.0", "8.0.0"), Some((None, false)));
    }
}
