//! Definitions of objects as SQL, for other nodes.

use spock_core::oid::Oid;

use crate::pg::spi;

/// A statement that makes a table with the columns of this one, which has nothing but columns and storage
/// parameters: one that a query has made.
pub(crate) fn of_plain_table(table: Oid) -> Option<String> {
    spi::select_one(
        "SELECT format('CREATE %sTABLE %I.%I (%s) USING %I%s',
                       CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END,
                       n.nspname, c.relname,
                       (SELECT string_agg(
                                   format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                                   || CASE WHEN a.attcollation <> t.typcollation
                                           THEN format(' COLLATE %I.%I', k.nspname, o.collname)
                                           ELSE '' END, ', ' ORDER BY a.attnum)
                          FROM pg_attribute a
                          JOIN pg_type t ON t.oid = a.atttypid
                          LEFT JOIN pg_collation o ON o.oid = a.attcollation
                          LEFT JOIN pg_namespace k ON k.oid = o.collnamespace
                         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                       m.amname,
                       (SELECT format(' WITH (%s)', string_agg(
                                   format('%I = %L', split_part(p.o, '=', 1),
                                          substr(p.o, strpos(p.o, '=') + 1)), ', '))
                          FROM unnest(c.reloptions) AS p (o) HAVING count(*) > 0))
           FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace
           JOIN pg_am m ON m.oid = c.relam
          WHERE c.oid = $1::oid",
        &[table.into()],
    )
    .map(|row| row.get(0))
}

/// A statement that adds a constraint of a table; none where the constraint is gone, or a domain's.
pub(crate) fn of_constraint(constraint: Oid) -> Option<String> {
    spi::select_one(
        "SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname,
                       pg_get_constraintdef(k.oid))
           FROM pg_constraint k
           JOIN pg_class c ON c.oid = k.conrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE k.oid = $1::oid",
        &[constraint.into()],
    )
    .map(|row| row.get(0))
}

/// What the server has stored of a role's password; never the password itself.
pub(crate) fn stored_password(role: &str) -> Option<String> {
    let query = "SELECT rolpassword FROM pg_authid WHERE rolname = $1::name";
    spi::select_one(query, &[role.into()]).and_then(|row| row.get(0))
}
