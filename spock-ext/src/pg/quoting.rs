//! Names and values in commands that take no parameters: those for other servers, and those whose tables and
//! columns are found at run time.

/// A name as an identifier. Always quoted: what the other side takes for a keyword is not ours to know.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A qualified name.
pub(crate) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// A text as a literal. Peers run with standard_conforming_strings on (the connection sets it).
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts as a literal of type `text[]`.
pub(crate) fn text_array(texts: &[String]) -> String {
    let elements: Vec<String> = texts.iter().map(|text| literal(text)).collect();
    format!("ARRAY[{}]::pg_catalog.text[]", elements.join(", "))
}
