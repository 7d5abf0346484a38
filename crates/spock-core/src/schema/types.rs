//! Which built-in type holds every value of which other one.
//!
//! A value of another type comes as its text and is read by the local type. That keeps it where the local
//! type is wider; elsewhere it may be cut, rounded or refused, and nodes would differ.

/// A type by the number that it has on every server, and its modifier (-1: none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeRef {
    /// `pg_type.oid`.
    pub oid: u32,
    /// `pg_attribute.atttypmod`.
    pub modifier: i32,
}

/// `FirstUnpinnedObjectId`: types from here on have other numbers on other servers.
const FIRST_UNPINNED: u32 = 12_000;

/// Types are called as SQL calls them; numbers from `pg_type.dat`.
mod oid {
    pub(super) const INT8: u32 = 20;
    pub(super) const INT2: u32 = 21;
    pub(super) const INT4: u32 = 23;
    pub(super) const TEXT: u32 = 25;
    pub(super) const JSON: u32 = 114;
    pub(super) const FLOAT4: u32 = 700;
    pub(super) const FLOAT8: u32 = 701;
    pub(super) const BPCHAR: u32 = 1042;
    pub(super) const VARCHAR: u32 = 1043;
    pub(super) const DATE: u32 = 1082;
    pub(super) const TIME: u32 = 1083;
    pub(super) const TIMESTAMP: u32 = 1114;
    pub(super) const TIMESTAMPTZ: u32 = 1184;
    pub(super) const TIMETZ: u32 = 1266;
    pub(super) const VARBIT: u32 = 1562;
    pub(super) const NUMERIC: u32 = 1700;
    pub(super) const JSONB: u32 = 3802;
}

/// Arrays and their elements, of the types that have rules here.
const ARRAYS: [(u32, u32); 17] = [
    (1016, oid::INT8),
    (1005, oid::INT2),
    (1007, oid::INT4),
    (1009, oid::TEXT),
    (199, oid::JSON),
    (1021, oid::FLOAT4),
    (1022, oid::FLOAT8),
    (1014, oid::BPCHAR),
    (1015, oid::VARCHAR),
    (1182, oid::DATE),
    (1183, oid::TIME),
    (1115, oid::TIMESTAMP),
    (1185, oid::TIMESTAMPTZ),
    (1270, oid::TIMETZ),
    (1563, oid::VARBIT),
    (1231, oid::NUMERIC),
    (3807, oid::JSONB),
];

/// Whether `here` holds every value of `sent`. True also where nothing is known about it: the provider's
/// type is one of users, or it did not say.
#[must_use]
pub fn holds(here: TypeRef, sent: TypeRef) -> bool {
    if sent.oid == 0 || sent.oid >= FIRST_UNPINNED {
        return true;
    }
    if here.oid == sent.oid {
        return here.modifier == -1
            || here.modifier == sent.modifier
            || is_wider(here.oid, here.modifier, sent.modifier);
    }
    // Text as long as may be is every type's own text.
    if here.oid == oid::TEXT || here.oid == oid::VARCHAR && here.modifier == -1 {
        return true;
    }
    if let (Some(here_element), Some(sent_element)) = (element(here.oid), element(sent.oid)) {
        return holds(
            TypeRef { oid: here_element, modifier: here.modifier },
            TypeRef { oid: sent_element, modifier: sent.modifier },
        );
    }
    match sent.oid {
        oid::INT2 => {
            matches!(here.oid, oid::INT4 | oid::INT8 | oid::FLOAT4 | oid::FLOAT8)
                || has_digits(here, 5)
        }
        oid::INT4 => matches!(here.oid, oid::INT8 | oid::FLOAT8) || has_digits(here, 10),
        oid::INT8 => has_digits(here, 19),
        oid::FLOAT4 => here.oid == oid::FLOAT8,
        oid::DATE => here.oid == oid::TIMESTAMP,
        oid::JSONB => here.oid == oid::JSON,
        _ => false,
    }
}

fn element(array: u32) -> Option<u32> {
    ARRAYS.iter().find(|(of, _)| *of == array).map(|(_, element)| *element)
}

/// The same type with a modifier that leaves more room.
fn is_wider(type_oid: u32, here: i32, sent: i32) -> bool {
    if sent == -1 {
        return false;
    }
    match element(type_oid).unwrap_or(type_oid) {
        oid::VARCHAR | oid::BPCHAR | oid::VARBIT => here >= sent,
        oid::TIME | oid::TIMETZ | oid::TIMESTAMP | oid::TIMESTAMPTZ => here >= sent,
        oid::NUMERIC => {
            let (here, sent) = (digits(here), digits(sent));
            here.0 - here.1 >= sent.0 - sent.1 && here.1 >= sent.1
        }
        _ => false,
    }
}

/// Precision and scale of a numeric's modifier.
fn digits(modifier: i32) -> (i32, i32) {
    let packed = modifier - 4;
    // The scale is a signed number of eleven bits.
    ((packed >> 16) & 0xffff, ((packed & 0x7ff) ^ 1024) - 1024)
}

/// A numeric with room for so many digits before its point, and none lost behind it.
fn has_digits(here: TypeRef, count: i32) -> bool {
    if here.oid != oid::NUMERIC {
        return false;
    }
    let (precision, scale) = digits(here.modifier);
    here.modifier == -1 || scale >= 0 && precision - scale >= count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(oid: u32) -> TypeRef {
        TypeRef { oid, modifier: -1 }
    }

    fn numeric(precision: i32, scale: i32) -> TypeRef {
        TypeRef { oid: oid::NUMERIC, modifier: ((precision << 16) | (scale & 0x7ff)) + 4 }
    }

    fn varchar(length: i32) -> TypeRef {
        TypeRef { oid: oid::VARCHAR, modifier: length + 4 }
    }

    #[test]
    fn wider_types_hold_narrower_ones() {
        for (here, sent) in [
            (plain(oid::INT8), plain(oid::INT4)),
            (plain(oid::FLOAT8), plain(oid::FLOAT4)),
            (plain(oid::NUMERIC), plain(oid::INT8)),
            (numeric(12, 2), plain(oid::INT4)),
            (numeric(10, 4), numeric(8, 3)),
            (numeric(5, 0), numeric(5, -2)),
            (varchar(20), varchar(10)),
            (plain(oid::VARCHAR), plain(oid::TEXT)),
            (plain(oid::TEXT), plain(oid::TIMESTAMPTZ)),
            (plain(oid::TIMESTAMP), plain(oid::DATE)),
            (plain(1016), plain(1007)),
            (plain(oid::INT4), plain(20_000)),
            (plain(oid::INT4), plain(0)),
        ] {
            // The numeric of negative scale has digits that the other lacks.
            let expected = sent != numeric(5, -2);
            assert_eq!(holds(here, sent), expected, "{here:?} of {sent:?}");
            assert!(holds(here, here));
        }
    }

    #[test]
    fn narrower_types_do_not() {
        for (here, sent) in [
            (plain(oid::INT4), plain(oid::INT8)),
            (plain(oid::INT8), plain(oid::FLOAT8)),
            (plain(oid::FLOAT8), plain(oid::INT8)),
            (numeric(8, 1), numeric(8, 4)),
            (numeric(9, 0), plain(oid::INT4)),
            (numeric(8, 4), plain(oid::NUMERIC)),
            (varchar(5), plain(oid::TEXT)),
            (varchar(5), varchar(6)),
            (plain(oid::INT4), plain(oid::TEXT)),
            (plain(oid::JSONB), plain(oid::JSON)),
            (plain(oid::DATE), plain(oid::TIMESTAMP)),
            (plain(oid::TIMESTAMPTZ), plain(oid::TIMESTAMP)),
            (plain(1007), plain(1016)),
            (plain(20_000), plain(oid::TEXT)),
        ] {
            assert!(!holds(here, sent), "{here:?} of {sent:?}");
        }
    }
}
