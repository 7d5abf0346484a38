//! Names and values in commands for the provider, which take no parameters.

/// A name as an identifier.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A qualified name.
pub(super) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// A text as a literal. Peers run with standard_conforming_strings on (the connection sets it).
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts as a literal of type `text[]`.
pub(super) fn text_array(texts: &[String]) -> String {
    let elements: Vec<String> = texts.iter().map(|text| literal(text)).collect();
    format!("ARRAY[{}]::pg_catalog.text[]", elements.join(", "))
}
