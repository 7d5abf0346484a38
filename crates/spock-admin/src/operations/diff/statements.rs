//! The statements that compare one table.
//!
//! Every node runs the same text. Rows are hashed as the text of a record of the compared columns, which
//! quotes whatever could make two different rows read the same; the session prints values in one fixed way.
//! A sum of hashes does not depend on the order of rows. Values of keys travel as text, and are cast to the
//! type of their column.

use crate::client::{KeyColumn, TableRef, quote_identifier};

/// Rows of a range whose key lies after `after` and not after `upto`; without either end, all rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Range {
    pub(super) after: Option<Vec<String>>,
    pub(super) upto: Option<Vec<String>>,
}

impl Range {
    /// The values of the ends, in the order in which [`Statements`] refers to them.
    pub(super) fn values(&self) -> impl Iterator<Item = &String> {
        self.after.iter().chain(&self.upto).flatten()
    }
}

/// Makes the statements of one table.
#[derive(Debug, Clone)]
pub(super) struct Statements {
    /// The table as it stands behind FROM, with the alias `t`.
    from: String,
    /// Its name.
    table: String,
    /// Hash of a row.
    row_hash: String,
    /// Hash by which rows are put into buckets.
    bucket: String,
    /// Condition on rows that are compared.
    condition: Option<String>,
    /// Columns by which ranges are made; empty where the table is not split.
    split_by: Vec<KeyColumn>,
    key: Vec<KeyColumn>,
    /// Compared columns, with their types here.
    columns: Vec<(String, String)>,
}

/// What [`Statements`] are made from.
pub(super) struct Parts<'a> {
    pub(super) table: &'a TableRef,
    pub(super) is_partitioned: bool,
    pub(super) columns: &'a [(String, String)],
    pub(super) key: &'a [KeyColumn],
    pub(super) condition: Option<String>,
    /// The databases have different encodings.
    pub(super) recode: bool,
}

impl Statements {
    pub(super) fn new(parts: &Parts<'_>) -> Self {
        // The rows of a partitioned table are in its partitions.
        let only = if parts.is_partitioned { "" } else { "ONLY " };
        let hash = |columns: Vec<String>, seed: u8| {
            let record = format!("ROW({})::text", columns.join(", "));
            let text = if parts.recode {
                format!("pg_catalog.convert_to({record}, 'UTF8')::text")
            } else {
                record
            };
            format!("pg_catalog.hashtextextended({text} COLLATE pg_catalog.\"C\", {seed})")
        };
        let row_hash = hash(parts.columns.iter().map(|(name, _)| column(name)).collect(), 0);
        let bucket = if parts.key.is_empty() {
            row_hash.clone()
        } else {
            hash(parts.key.iter().map(|key| column(&key.name)).collect(), 1)
        };
        let split_by = parts.key.iter().take_while(|key| key.is_ordered_alike).cloned().collect();
        Statements {
            from: format!("{only}{} t", parts.table.quoted()),
            table: parts.table.quoted(),
            row_hash,
            bucket,
            condition: parts.condition.clone(),
            split_by,
            key: parts.key.to_vec(),
            columns: parts.columns.to_vec(),
        }
    }

    /// Whether the table is split into ranges of its key.
    pub(super) fn splits(&self) -> bool {
        !self.split_by.is_empty()
    }

    /// Whether rows are found by a key.
    pub(super) fn has_key(&self) -> bool {
        !self.key.is_empty()
    }

    /// The key of the row that stands `step` rows further in a range (the parameter after those of the
    /// range), as far as ranges are made by it.
    pub(super) fn boundary(&self, range: &Range) -> String {
        let (columns, texts): (Vec<String>, Vec<String>) = self
            .split_by
            .iter()
            .map(|key| {
                let name = quote_identifier(&key.name);
                (format!("t.{name}"), format!("b.{name}::text"))
            })
            .unzip();
        let (within, next) = self.within(range);
        format!(
            "SELECT ARRAY[{}] FROM (SELECT {columns} FROM {} WHERE {within} \
               ORDER BY {columns} OFFSET ${next}::bigint LIMIT 1) b",
            texts.join(", "),
            self.from,
            columns = columns.join(", ")
        )
    }

    /// Number and hash of the rows in a range.
    pub(super) fn sum(&self, range: &Range) -> String {
        format!(
            "SELECT pg_catalog.count(*), coalesce(pg_catalog.sum({}), 0)::text FROM {} WHERE {}",
            self.row_hash,
            self.from,
            self.where_(range).0
        )
    }

    /// The same by bucket; the parameter after those of the range is the mask.
    pub(super) fn buckets(&self, range: &Range) -> String {
        let (condition, next) = self.where_(range);
        format!(
            "SELECT s.b, pg_catalog.count(*), pg_catalog.sum(s.h)::text \
               FROM (SELECT {} & ${next}::bigint AS b, {} AS h FROM {} WHERE {condition}) s \
              GROUP BY s.b",
            self.bucket, self.row_hash, self.from
        )
    }

    /// Identity, hash, number, and writer of the rows in some buckets of a range; the parameters after those
    /// of the range are the mask and the buckets.
    pub(super) fn rows(&self, range: &Range) -> String {
        let (condition, next) = self.where_(range);
        let buckets = format!(
            "{condition} AND {} & ${next}::bigint = ANY (${}::bigint[])",
            self.bucket,
            next + 1
        );
        if self.has_key() {
            let key: Vec<String> =
                self.key.iter().map(|key| format!("{}::text", column(&key.name))).collect();
            return format!(
                "SELECT ARRAY[{}], {}, 1::bigint, t.xmin::text::bigint FROM {} WHERE {buckets}",
                key.join(", "),
                self.row_hash,
                self.from
            );
        }
        format!(
            "SELECT ARRAY[s.spock_h::text], s.spock_h, pg_catalog.count(*), {WRITERS} \
               FROM (SELECT {} AS spock_h, t.xmin AS spock_x FROM {} WHERE {buckets}) s \
              GROUP BY s.spock_h",
            self.row_hash, self.from
        )
    }

    /// Number (in the order of the parameters), hash, number, and writer of rows by their identities: arrays
    /// of the values of each column of the key.
    pub(super) fn look(&self) -> String {
        if self.has_key() {
            return format!(
                "SELECT w.n, {}, 1::bigint, t.xmin::text::bigint FROM {}",
                self.row_hash,
                self.wanted()
            );
        }
        format!(
            "SELECT w.n, w.h, pg_catalog.count(*), {WRITERS} FROM {} GROUP BY w.n, w.h",
            self.wanted()
        )
    }

    /// What is told of such rows: number, key, hash and beginning of every column, commit time, and node.
    pub(super) fn details(&self) -> String {
        let all = |each: &dyn Fn(&str) -> String| -> String {
            self.columns.iter().map(|(name, _)| each(name)).collect::<Vec<_>>().join(", ")
        };
        let row = if self.has_key() { "t" } else { "s" };
        let name = |name: &str| format!("{row}.{}", quote_identifier(name));
        let key: Vec<String> =
            self.key.iter().map(|key| format!("{}::text", name(&key.name))).collect();
        format!(
            "SELECT DISTINCT ON (w.n) w.n, ARRAY[{}]::text[], ARRAY[{}]::bigint[], ARRAY[{}]::text[], \
                    v.commit_time, o.node_name::text \
               FROM {} LEFT JOIN LATERAL {} v ON true \
               LEFT JOIN spock.node o ON o.node_id = v.node_id ORDER BY w.n",
            key.join(", "),
            all(&|column| format!(
                "pg_catalog.hashtextextended({}::text COLLATE pg_catalog.\"C\", 0)",
                name(column)
            )),
            all(&|column| format!(
                "pg_catalog.left({}::text, {})",
                name(column),
                super::SHOWN_LENGTH
            )),
            self.wanted(),
            self.version(),
        )
    }

    /// The version of a row that is wanted.
    fn version(&self) -> &'static str {
        if self.has_key() {
            "spock.row_version(t.tableoid, t.ctid::text, t.xmin)"
        } else {
            "spock.row_version(s.spock_t, s.spock_p, s.spock_x)"
        }
    }

    /// The whole of such rows: number, hash, values of the columns as text, commit time, and node.
    pub(super) fn values(&self) -> String {
        let row = if self.has_key() { "t" } else { "s" };
        let values: Vec<String> = self
            .columns
            .iter()
            .map(|(name, _)| format!("{row}.{}::text", quote_identifier(name)))
            .collect();
        let hash = if self.has_key() { self.row_hash.as_str() } else { "s.spock_h" };
        format!(
            "SELECT DISTINCT ON (w.n) w.n, {hash}, ARRAY[{}]::text[], v.commit_time, v.node_id \
               FROM {} LEFT JOIN LATERAL {} v ON true ORDER BY w.n",
            values.join(", "),
            self.wanted(),
            self.version()
        )
    }

    /// Locks one row by its key and tells its hash, its writer, and its values.
    pub(super) fn lock(&self) -> String {
        let values: Vec<String> =
            self.columns.iter().map(|(name, _)| format!("{}::text", column(name))).collect();
        format!(
            "SELECT {}, t.xmin::text::bigint, ARRAY[{}]::text[] FROM {} WHERE {} FOR UPDATE",
            self.row_hash,
            values.join(", "),
            self.from,
            self.has_these_values(1)
        )
    }

    /// Inserts a row; nothing where it clashes with another one.
    pub(super) fn insert(&self) -> String {
        let names: Vec<String> =
            self.columns.iter().map(|(name, _)| quote_identifier(name)).collect();
        let values: Vec<String> = self
            .columns
            .iter()
            .zip(1..)
            .map(|((_, kind), at)| format!("${at}::text::{kind}"))
            .collect();
        format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING \
             RETURNING tableoid, ctid::text",
            self.table,
            names.join(", "),
            values.join(", ")
        )
    }

    /// Sets some columns, by their places, of one row; the values come before those of its key.
    pub(super) fn update(&self, columns: &[usize]) -> String {
        let set: Vec<String> = columns
            .iter()
            .zip(1..)
            .map(|(at, parameter)| {
                let (name, kind) = &self.columns[*at];
                format!("{} = ${parameter}::text::{kind}", quote_identifier(name))
            })
            .collect();
        format!(
            "UPDATE {} SET {} WHERE {} RETURNING t.tableoid, t.ctid::text",
            self.from,
            set.join(", "),
            self.has_these_values(columns.len() + 1)
        )
    }

    /// Deletes one row by its key.
    pub(super) fn delete(&self) -> String {
        format!("DELETE FROM {} WHERE {}", self.from, self.has_these_values(1))
    }

    /// Deletes so many (the second parameter) of the rows without a key that have a hash, where there are as
    /// many as the third parameter says.
    pub(super) fn delete_some(&self) -> String {
        format!(
            "WITH found AS MATERIALIZED (SELECT t.tableoid AS o, t.ctid AS c FROM {from} \
                WHERE {hash} = $1::bigint FOR UPDATE), \
              few AS (SELECT o, c FROM found \
                WHERE (SELECT pg_catalog.count(*) FROM found) = $3::bigint LIMIT $2::bigint) \
             DELETE FROM {from} USING few WHERE t.tableoid = few.o AND t.ctid = few.c",
            from = self.from,
            hash = self.row_hash
        )
    }

    /// How many rows without a key have a hash.
    pub(super) fn count_of(&self) -> String {
        format!(
            "SELECT pg_catalog.count(*) FROM {} WHERE {} = $1::bigint",
            self.from, self.row_hash
        )
    }

    /// The row `t` has the key of the parameters from a number on.
    fn has_these_values(&self, first: usize) -> String {
        let matches = self.key.iter().zip(first..).map(|(key, at)| {
            format!("{} {} ${at}::text::{}", column(&key.name), key.equality, key.type_name)
        });
        matches.collect::<Vec<_>>().join(" AND ")
    }

    /// The table's name as it stands in a statement.
    pub(super) fn table(&self) -> &str {
        &self.table
    }

    /// Names of the compared columns, with their types here.
    pub(super) fn columns(&self) -> &[(String, String)] {
        &self.columns
    }

    /// The columns of the key.
    pub(super) fn key(&self) -> &[KeyColumn] {
        &self.key
    }

    /// The rows with the identities of the parameters, joined to their numbers `w.n`.
    fn wanted(&self) -> String {
        if !self.has_key() {
            let where_ = self.where_(&Range::default()).0;
            return format!(
                "pg_catalog.unnest($1::text[]::bigint[]) WITH ORDINALITY AS w(h, n) \
                   JOIN (SELECT {} AS spock_h, t.xmin AS spock_x, t.tableoid AS spock_t, \
                                t.ctid::text AS spock_p, t.* FROM {} WHERE {where_}) s \
                     ON s.spock_h = w.h",
                self.row_hash, self.from
            );
        }
        let parameters: Vec<String> =
            (1..=self.key.len()).map(|at| format!("${at}::text[]")).collect();
        let names: Vec<String> = (1..=self.key.len()).map(|at| format!("k{at}")).collect();
        let matches: Vec<String> = self
            .key
            .iter()
            .zip(&names)
            .map(|(key, name)| {
                format!("{} {} w.{name}::{}", column(&key.name), key.equality, key.type_name)
            })
            .collect();
        format!(
            "unnest({}) WITH ORDINALITY AS w({}, n) JOIN {} ON {}{}",
            parameters.join(", "),
            names.join(", "),
            self.from,
            matches.join(" AND "),
            self.and_condition()
        )
    }

    fn and_condition(&self) -> String {
        self.condition.as_ref().map(|condition| format!(" AND ({condition})")).unwrap_or_default()
    }

    /// The condition of a range, and of rows that are compared; the number of the next parameter.
    fn where_(&self, range: &Range) -> (String, usize) {
        let (within, next) = self.within(range);
        (within + &self.and_condition(), next)
    }

    fn within(&self, range: &Range) -> (String, usize) {
        let columns: Vec<String> = self.split_by.iter().map(|key| column(&key.name)).collect();
        let mut next = 1;
        let mut conditions = Vec::new();
        for operator in
            [range.after.as_ref().map(|_| ">"), range.upto.as_ref().map(|_| "<=")].iter().flatten()
        {
            let values: Vec<String> = self
                .split_by
                .iter()
                .zip(next..)
                .map(|(key, at)| format!("${at}::text::{}", key.type_name))
                .collect();
            next += values.len();
            conditions.push(format!("({}) {operator} ({})", columns.join(", "), values.join(", ")));
        }
        if conditions.is_empty() {
            return ("true".to_owned(), next);
        }
        (conditions.join(" AND "), next)
    }
}

/// A number that changes with the transactions that wrote rows `s`: ids only grow.
const WRITERS: &str = "pg_catalog.sum(s.spock_x::text::bigint)::bigint";

/// A column of the table.
fn column(name: &str) -> String {
    format!("t.{}", quote_identifier(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(keys: &[(&str, bool)], condition: Option<&str>) -> Statements {
        let key: Vec<KeyColumn> = keys
            .iter()
            .map(|(name, is_ordered_alike)| KeyColumn {
                name: (*name).to_owned(),
                type_name: "integer".to_owned(),
                equality: "OPERATOR(pg_catalog.=)".to_owned(),
                is_ordered_alike: *is_ordered_alike,
            })
            .collect();
        Statements::new(&Parts {
            table: &TableRef { schema: "s".to_owned(), name: "t\"x".to_owned() },
            is_partitioned: false,
            columns: &["a", "b"].map(|name| (name.to_owned(), "integer".to_owned())),
            key: &key,
            condition: condition.map(str::to_owned),
            recode: false,
        })
    }

    fn range(after: &[&str], upto: &[&str]) -> Range {
        let end = |values: &[&str]| {
            (!values.is_empty()).then(|| values.iter().map(|value| (*value).to_owned()).collect())
        };
        Range { after: end(after), upto: end(upto) }
    }

    #[test]
    fn ranges_are_of_the_ordered_columns_in_front() {
        let two = statements(&[("a", true), ("b", true), ("c", false)], Some("b > 0"));
        let sum = two.sum(&range(&["1", "2"], &["3", "4"]));
        assert!(
            sum.ends_with(
                "FROM ONLY \"s\".\"t\"\"x\" t WHERE (t.\"a\", t.\"b\") > ($1::text::integer, \
                 $2::text::integer) AND (t.\"a\", t.\"b\") <= ($3::text::integer, $4::text::integer) \
                 AND (b > 0)"
            ),
            "{sum}"
        );
        let buckets = two.buckets(&range(&[], &["3", "4"]));
        assert!(buckets.contains(" & $3::bigint AS b"), "{buckets}");
        assert!(!statements(&[("a", false), ("b", true)], None).splits());
        assert!(statements(&[("a", false)], None).sum(&Range::default()).ends_with("WHERE true"));
    }

    #[test]
    fn rows_without_a_key_are_told_apart_by_their_hash() {
        let none = statements(&[], None);
        assert!(!none.has_key() && !none.splits());
        assert!(none.look().contains("GROUP BY w.n, w.h"), "{}", none.look());
        let keyed = statements(&[("a", true), ("b", false)], None);
        let look = keyed.look();
        assert!(
            look.contains("t.\"a\" OPERATOR(pg_catalog.=) w.k1::integer AND t.\"b\""),
            "{look}"
        );
    }
}
