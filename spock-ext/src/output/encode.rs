//! In which form the values of a column travel, and the description of a relation.
//!
//! Three forms, from fast to safe: the datum itself, where both servers lay it out alike; the bytes of
//! the type's send function; text. A value may only go in the first two when its bytes mean the same
//! on the other server, so whatever holds the OID of something (types made by users, `regclass` and
//! its relatives, access lists) goes as text.

use std::ffi::CStr;

use spock_core::proto::encode;

use super::negotiate::Forms;
use crate::pg::relation::{ColumnRef, RelationRef};
use crate::pg::tuple::{Form, TypeFacts, type_facts};

/// Types below have the same OID on every server of a major version; `initdb` hands out those from
/// here on (`FirstUnpinnedObjectId`).
const FIRST_UNPINNED: u32 = 12_000;

/// Built-in types that hold the OID of an object, or a role: the same bits name something else on
/// another server.
const NAMES_AN_OBJECT: [u32; 24] = [
    24, 1008, // regproc
    2202, 2207, // regprocedure
    2203, 2208, // regoper
    2204, 2209, // regoperator
    2205, 2210, // regclass
    2206, 2211, // regtype
    3734, 3735, // regconfig
    3769, 3770, // regdictionary
    4089, 4090, // regnamespace
    4096, 4097, // regrole
    4191, 4192, // regcollation
    1033, 1034, // aclitem
];

/// `int2vector`, `oidvector`, `tsquery` and arrays of them: their receive functions refuse what their
/// send functions make of an empty one (`tsquery`: in most minor versions).
const NO_ROUND_TRIP: [u32; 6] = [22, 1006, 30, 1013, 3615, 3645];

/// The form of a type's values between these two servers.
pub(super) fn form_of(type_oid: u32, forms: Forms) -> Form {
    if forms.json {
        return Form::Json;
    }
    let facts = type_facts(type_oid);
    if is_portable(&facts) {
        // The existing system never sends arrays, nor fixed types with elements, as datums.
        if forms.internal && (facts.element == 0 || forms.internal_arrays) {
            return Form::Internal;
        }
        if forms.binary && facts.binary && !NO_ROUND_TRIP.contains(&facts.oid) {
            return Form::Binary;
        }
    }
    // An enum's send form is its label.
    if facts.kind == b'e' && forms.binary && facts.binary {
        return Form::Binary;
    }
    Form::Text
}

/// Do the bits of a value mean the same on every server of the major version?
fn is_portable(facts: &TypeFacts) -> bool {
    let plain = |facts: &TypeFacts| {
        facts.oid < FIRST_UNPINNED
            && matches!(facts.kind, b'b' | b'r' | b'm')
            && !NAMES_AN_OBJECT.contains(&facts.oid)
    };
    plain(facts) && (facts.element == 0 || plain(&type_facts(facts.element)))
}

/// Appends the message that describes a relation, without its prefix; `sent` says which columns go,
/// `key` names the columns by which rows are found where that is not the replica identity.
pub(super) fn relation_message(
    relation: RelationRef<'_>,
    schema: &CStr,
    key: Option<&[i16]>,
    sent: impl Fn(ColumnRef<'_>) -> bool,
) -> Vec<u8> {
    let mut message = Vec::new();
    let identity = relation.identity();
    let is_key = |number| match key {
        Some(key) => key.contains(&number),
        None => identity(number),
    };
    let columns: Vec<ColumnRef<'_>> = relation.columns().filter(|column| sent(*column)).collect();
    encode::relation(&mut message, relation.oid(), schema, relation.name(), columns.len() as u16);
    for column in columns {
        encode::relation_column(
            &mut message,
            is_key(column.number()),
            column.name(),
            column.type_oid(),
            column.type_modifier(),
        );
    }
    message
}
