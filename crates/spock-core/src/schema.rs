//! Whether a table here can take what the same table of a provider sends.
//!
//! Values travel with the provider's type; [`types`] says which local types hold all values of it. What two
//! nodes say of a table as a whole is compared column by column, by [`differences`].

pub mod types;

/// A column as a node describes it. Types and collations are named as SQL would name them with nothing but
/// `pg_catalog` in the search path, so that two nodes mean the same by the same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Its name.
    pub name: String,
    /// Its type with modifier.
    pub type_name: String,
    /// It takes no null.
    pub not_null: bool,
    /// A row that does not say it gets a value all the same: by default, as identity, or as generated.
    pub has_default: bool,
    /// It is computed from others.
    pub generated: bool,
    /// Its collation; empty where the type has none.
    pub collation: String,
    /// Rows are found by it.
    pub in_key: bool,
}

/// What a table here has other than the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The column; none where it is about the table.
    pub column: Option<String>,
    /// For people to read.
    pub reason: String,
}

/// What keeps the table `here` from being the provider's, as far as that matters for its changes. `sent`
/// names the columns that travel, where not all do.
#[must_use]
pub fn differences(
    provider: &[ColumnFacts],
    here: &[ColumnFacts],
    sent: Option<&[String]>,
) -> Vec<Difference> {
    let travels = |column: &&ColumnFacts| sent.is_none_or(|sent| sent.contains(&column.name));
    let mut found = Vec::new();
    let mut add = |column: &str, reason: String| {
        found.push(Difference { column: Some(column.to_owned()), reason });
    };
    for there in provider.iter().filter(travels) {
        let Some(local) = here.iter().find(|local| local.name == there.name) else {
            if !there.generated {
                add(&there.name, "is missing here".to_owned());
            }
            continue;
        };
        if local.type_name != there.type_name {
            add(
                &there.name,
                format!("is of type {} here and {} there", local.type_name, there.type_name),
            );
        } else if local.collation != there.collation {
            add(
                &there.name,
                format!("has collation {} here and {} there", local.collation, there.collation),
            );
        }
        if local.generated != there.generated {
            let (yes, no) = if local.generated { ("here", "there") } else { ("there", "here") };
            add(&there.name, format!("is generated {yes} and not {no}"));
        } else if local.not_null && !there.not_null {
            add(&there.name, "is NOT NULL here and not there".to_owned());
        }
    }
    for local in here {
        let comes = provider.iter().filter(travels).any(|there| there.name == local.name);
        if !comes && local.not_null && !local.has_default {
            add(&local.name, "is NOT NULL here without a default, and does not come".to_owned());
        }
    }
    let key = |columns: &[ColumnFacts]| {
        let mut names: Vec<_> = columns
            .iter()
            .filter(|column| column.in_key)
            .map(|column| column.name.clone())
            .collect();
        names.sort();
        names.join(", ")
    };
    let (key_there, key_here) = (key(provider), key(here));
    if key_there != key_here {
        let reason = format!("rows are found by ({key_here}) here and by ({key_there}) there");
        found.push(Difference { column: None, reason });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, type_name: &str) -> ColumnFacts {
        ColumnFacts {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            not_null: false,
            has_default: false,
            generated: false,
            collation: String::new(),
            in_key: name == "id",
        }
    }

    fn reasons(provider: &[ColumnFacts], here: &[ColumnFacts], sent: Option<&[String]>) -> String {
        let found = differences(provider, here, sent);
        let text = |difference: &Difference| {
            format!("{} {}", difference.column.as_deref().unwrap_or("-"), difference.reason)
        };
        found.iter().map(text).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn order_and_more_columns_do_not_matter() {
        let there = [column("id", "integer"), column("v", "text")];
        let mut more = column("more", "text");
        let here = [more.clone(), column("v", "text"), column("id", "integer")];
        assert_eq!(reasons(&there, &here, None), "");
        more.not_null = true;
        let here = [more.clone(), column("v", "text"), column("id", "integer")];
        assert_eq!(
            reasons(&there, &here, None),
            "more is NOT NULL here without a default, and does not come"
        );
        more.has_default = true;
        let here = [more, column("v", "text"), column("id", "integer")];
        assert_eq!(reasons(&there, &here, None), "");
    }

    #[test]
    fn what_is_missing_or_of_another_kind_is_named() {
        let there = [column("id", "integer"), column("v", "text"), column("w", "public.mood")];
        let mut strict = column("v", "character varying(5)");
        strict.not_null = true;
        let here = [column("id", "integer"), strict];
        assert_eq!(
            reasons(&there, &here, None),
            "v is of type character varying(5) here and text there; v is NOT NULL here and not there; \
             w is missing here"
        );
        let sent = ["id".to_owned()];
        assert_eq!(
            reasons(&there, &here, Some(&sent)),
            "v is NOT NULL here without a default, and does not come"
        );
    }

    #[test]
    fn keys_and_generated_columns() {
        let mut there = [column("id", "integer"), column("a", "integer")];
        let mut here = there.clone();
        here[1].in_key = true;
        assert_eq!(
            reasons(&there, &here, None),
            "- rows are found by (a, id) here and by (id) there"
        );
        here[1].in_key = false;
        there[1].generated = true;
        assert_eq!(reasons(&there, &here, None), "a is generated there and not here");
        // Its value is computed there and never missed here.
        assert_eq!(reasons(&there, &here[..1], None), "");
    }
}
