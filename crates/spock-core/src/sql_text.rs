//! Texts of SQL statements, as far as they are changed on their way to other nodes.
//!
//! The server parses; here a text is only cut into words, quoted names, strings and the rest, so that a
//! word is not looked for inside of a string or a comment. A text that the server has accepted is never
//! misread; of any other text nothing is promised but that the pieces are pieces of it.

/// What a piece of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A keyword, an unquoted name or a number.
    Word,
    /// A quoted name.
    Quoted,
    /// A string of any form.
    String,
    /// A single character of any other kind.
    Symbol,
}

/// A piece of a text; spaces and comments are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    at: usize,
}

impl Token<'_> {
    fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// The pieces of a text. `escapes`: plain strings know backslashes (`standard_conforming_strings` is off).
struct Tokens<'a> {
    text: &'a str,
    at: usize,
    escapes: bool,
}

fn is_word_start(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || !c.is_ascii()
}

fn is_word_part(c: char) -> bool {
    is_word_start(c) || c == '$'
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, escapes: bool) -> Self {
        Self { text, at: 0, escapes }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start().len();
            if blanks > 0 {
                self.at += blanks;
            } else if rest.starts_with("--") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += comment_length(rest);
            } else {
                return;
            }
        }
    }

    fn length(&self) -> (Kind, usize) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return (Kind::Symbol, 0) };
        match first {
            '\'' => (Kind::String, quoted_length(rest, '\'', self.escapes)),
            '"' => (Kind::Quoted, quoted_length(rest, '"', false)),
            '$' => match dollar_length(rest) {
                Some(length) => (Kind::String, length),
                None => (Kind::Symbol, 1),
            },
            _ if is_word_start(first) => {
                let word = rest.find(|c| !is_word_part(c)).unwrap_or(rest.len());
                let after = &rest[word..];
                match &rest[..word] {
                    "e" | "E" if after.starts_with('\'') => {
                        (Kind::String, word + quoted_length(after, '\'', true))
                    }
                    "b" | "B" | "x" | "X" | "n" | "N" if after.starts_with('\'') => {
                        (Kind::String, word + quoted_length(after, '\'', self.escapes))
                    }
                    "u" | "U" if after.starts_with("&'") => {
                        (Kind::String, word + 1 + quoted_length(&after[1..], '\'', false))
                    }
                    "u" | "U" if after.starts_with("&\"") => {
                        (Kind::Quoted, word + 1 + quoted_length(&after[1..], '"', false))
                    }
                    _ => (Kind::Word, word),
                }
            }
            other => (Kind::Symbol, other.len_utf8()),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        if self.rest().is_empty() {
            return None;
        }
        let (kind, length) = self.length();
        let at = self.at;
        self.at += length;
        Some(Token { kind, text: &self.text[at..self.at], at })
    }
}

/// Length of the comment that a text begins with; comments nest.
fn comment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Length of what stands between quotes, with them; a doubled quote is one inside.
fn quoted_length(text: &str, quote: char, escapes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\\' && escapes {
            characters.next();
        } else if c == quote {
            if characters.peek().is_some_and(|(_, next)| *next == quote) {
                characters.next();
            } else {
                return at + c.len_utf8();
            }
        }
    }
    text.len()
}

/// Length of the dollar-quoted string that a text begins with.
fn dollar_length(text: &str) -> Option<usize> {
    let tag_end = text[1..].find('$')? + 2;
    let tag = &text[..tag_end];
    let name = &tag[1..tag_end - 1];
    let is_tag =
        name.chars().all(is_word_start) && !name.chars().next().is_some_and(|c| c.is_ascii_digit());
    if !is_tag {
        return None;
    }
    let length = text[tag_end..].find(tag).map(|at| tag_end + at + tag_end);
    Some(length.unwrap_or(text.len()))
}

/// The SET statements that a text begins with, and the rest of it.
pub fn leading_settings(text: &str) -> (Vec<&str>, &str) {
    let mut settings = Vec::new();
    let mut rest = text;
    loop {
        let mut tokens = Tokens::new(rest, false);
        let Some(first) = tokens.next() else { return (settings, rest) };
        let Some(end) = tokens.find(|token| token.kind == Kind::Symbol && token.text == ";") else {
            return (settings, rest);
        };
        if !first.is_word("SET") {
            return (settings, rest);
        }
        settings.push(&rest[first.at..end.at]);
        rest = &rest[end.end()..];
    }
}

/// The name that a SET statement sets, and its value where that is one string.
pub fn setting(statement: &str) -> Option<(&str, String)> {
    let mut tokens = Tokens::new(statement, false).peekable();
    tokens.next().filter(|token| token.is_word("SET"))?;
    tokens.next_if(|token| token.is_word("LOCAL"));
    let name = tokens.next().filter(|token| token.kind == Kind::Word)?;
    tokens.next()?;
    let value = tokens.next()?;
    let inner = value.text.strip_prefix('\'')?.strip_suffix('\'')?;
    tokens.next().is_none().then(|| (name.text, inner.replace("''", "'")))
}

/// The statement without the word CONCURRENTLY. No table or column can have that name unquoted, and a
/// function of that name stands behind the word.
pub fn without_concurrently(text: &str, escapes: bool) -> String {
    match Tokens::new(text, escapes).find(|token| token.is_word("CONCURRENTLY")) {
        Some(token) => {
            let after = text[token.end()..].trim_start();
            let before = text[..token.at].trim_end();
            let space = if after.is_empty() { "" } else { " " };
            format!("{before}{space}{after}")
        }
        None => text.to_owned(),
    }
}

/// The statement that makes or changes a role, with another literal where the password stands; none where
/// it has none.
pub fn with_password(text: &str, literal: &str, escapes: bool) -> Option<String> {
    let mut tokens = Tokens::new(text, escapes).peekable();
    while let Some(token) = tokens.next() {
        let Some(password) =
            tokens.next_if(|next| token.is_word("PASSWORD") && next.kind == Kind::String)
        else {
            continue;
        };
        let mut end = password.end();
        // Strings go on over line ends.
        while let Some(next) = tokens.next_if(|next| next.kind == Kind::String) {
            end = next.end();
        }
        return Some(format!("{}{literal}{}", &text[..password.at], &text[end..]));
    }
    None
}

/// Statements with `literal` in the place of every string behind the word PASSWORD, however it is quoted, for
/// people to look at. Of a string with backslashes the rest is hidden by [`crate::conninfo::mask`].
pub fn without_passwords(text: &str, literal: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut tokens = Tokens::new(text, false).peekable();
    while let Some(token) = tokens.next() {
        if !token.is_word("PASSWORD") {
            continue;
        }
        let Some(first) = tokens.next_if(|next| next.kind == Kind::String) else { continue };
        let mut end = first.end();
        while let Some(next) = tokens.next_if(|next| next.kind == Kind::String) {
            end = next.end();
        }
        out.push_str(&text[done..first.at]);
        out.push_str(literal);
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<&str> {
        Tokens::new(text, false).map(|token| token.text).collect()
    }

    #[test]
    fn text_is_cut_into_pieces() {
        assert_eq!(
            words("a--x\n/* /* */ ' */\"b\"\"c\" 'it''s' E'\\'' $q$ $ $q$ U&'d' $1;"),
            ["a", "\"b\"\"c\"", "'it''s'", "E'\\''", "$q$ $ $q$", "U&'d'", "$", "1", ";"]
        );
        assert_eq!(words("a$b$c d"), ["a$b$c", "d"]);
    }

    #[test]
    fn backslashes_count_where_strings_know_them() {
        let text = r"'\' || 'x'";
        let count = |escapes| Tokens::new(text, escapes).count();
        assert_eq!((count(false), count(true)), (4, 2));
    }

    #[test]
    fn settings_are_split_off() {
        let text =
            "SET search_path TO \"a;b\", c; set local TimeZone to 'x;y';\n CREATE TABLE t ();";
        let (settings, rest) = leading_settings(text);
        assert_eq!(settings, ["SET search_path TO \"a;b\", c", "set local TimeZone to 'x;y'"]);
        assert_eq!(rest, "\n CREATE TABLE t ();");
        assert_eq!(setting(settings[1]), Some(("TimeZone", "x;y".to_owned())));
        assert_eq!(setting(settings[0]), None);
        assert_eq!(leading_settings("CREATE TABLE t ()"), (vec![], "CREATE TABLE t ()"));
    }

    #[test]
    fn concurrently_is_left_out() {
        let strip = |text| without_concurrently(text, false);
        assert_eq!(
            strip("CREATE INDEX /* CONCURRENTLY */ concurrently i ON \"concurrently\" (a)"),
            "CREATE INDEX /* CONCURRENTLY */ i ON \"concurrently\" (a)"
        );
        assert_eq!(
            strip("ALTER TABLE a DETACH PARTITION b CONCURRENTLY"),
            "ALTER TABLE a DETACH PARTITION b"
        );
        assert_eq!(strip("CREATE INDEX i ON t (a)"), "CREATE INDEX i ON t (a)");
    }

    #[test]
    fn passwords_are_left_out_however_they_are_quoted() {
        for password in [
            "'canary'",
            "$$canary$$",
            "$a$can'ary$a$",
            "U&'canary'",
            "E'canary'",
            "/* a 'comment' */ 'canary'",
            "-- a comment\n'canary'",
            "'ca'\n  'canary'",
        ] {
            let text = format!(
                "CREATE ROLE a PASSWORD {password}; ALTER ROLE b password {password} LOGIN"
            );
            let shown = without_passwords(&text, "'****'");
            assert!(!shown.contains("canary"), "{shown}");
            assert!(shown.ends_with("'****' LOGIN"), "{shown}");
        }
        let text = "CREATE TABLE t (password text DEFAULT 'x'); ALTER ROLE a PASSWORD NULL";
        assert_eq!(without_passwords(text, "'****'"), text);
    }

    #[test]
    fn passwords_are_replaced() {
        let replace = |text| with_password(text, "'SCRAM'", false).unwrap_or_default();
        assert_eq!(
            replace("CREATE ROLE \"password\" LOGIN PASSWORD 'se''cret' VALID UNTIL 'x'"),
            "CREATE ROLE \"password\" LOGIN PASSWORD 'SCRAM' VALID UNTIL 'x'"
        );
        assert_eq!(replace("ALTER ROLE a PASSWORD 'x'\n'y'"), "ALTER ROLE a PASSWORD 'SCRAM'");
        assert_eq!(
            replace("CREATE ROLE password PASSWORD 'x' LOGIN"),
            "CREATE ROLE password PASSWORD 'SCRAM' LOGIN"
        );
        assert_eq!(with_password("ALTER ROLE a PASSWORD NULL", "", false), None);
        assert_eq!(
            replace("ALTER ROLE a ENCRYPTED PASSWORD $$x$$"),
            "ALTER ROLE a ENCRYPTED PASSWORD 'SCRAM'"
        );
    }

    proptest! {
        #[test]
        fn pieces_are_pieces_of_the_text(text in ".*", escapes: bool) {
            let mut end = 0;
            for token in Tokens::new(&text, escapes) {
                prop_assert!(token.at >= end && !token.text.is_empty());
                prop_assert_eq!(&text[token.at..token.end()], token.text);
                end = token.end();
            }
            let _ = leading_settings(&text);
            let _ = without_concurrently(&text, escapes);
            let _ = with_password(&text, "", escapes);
        }
    }
}
