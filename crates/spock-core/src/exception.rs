//! Which failures of an incoming transaction go away by themselves.
//!
//! A transient failure is retried for ever: giving up after a number of attempts would drop data
//! because a disk was full. A permanent one would fail again the same way, and takes the path that
//! the exception behaviour says. Retrying a permanent failure stops a stream; dropping a transient
//! one diverges nodes: when in doubt the list below is short.

use std::fmt;

/// A five-character error code of the server.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SqlState([u8; 5]);

impl SqlState {
    /// The code for "something inside the server", which most plain errors have.
    pub const INTERNAL_ERROR: Self = Self(*b"XX000");

    /// The code with this text; none unless it is five digits and capital letters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let code: [u8; 5] = text.as_bytes().try_into().ok()?;
        let valid = code.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        valid.then_some(Self(code))
    }

    /// The code from the number in which the server packs it: six bits for each character, the
    /// first lowest, counted from `0`.
    #[must_use]
    pub fn from_packed(packed: i32) -> Self {
        let character = |index: u32| b'0' + ((packed >> (6 * index)) & 0x3F) as u8;
        Self([0, 1, 2, 3, 4].map(character))
    }

    /// The five characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Every constructor gives ASCII.
        std::str::from_utf8(&self.0).unwrap_or("XX000")
    }

    /// The class: the first two characters.
    fn class(self) -> [u8; 2] {
        [self.0[0], self.0[1]]
    }
}

impl fmt::Display for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a failure of an incoming transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The connection to the provider, or this server, went away.
    Connection,
    /// Somebody else was in the way: deadlock, lock timeout, serialization failure.
    Contention,
    /// The statement was cancelled from outside.
    Cancelled,
    /// Memory, disk, connections or another resource ran out.
    Resource,
    /// It would fail again.
    Permanent,
}

impl ErrorClass {
    /// The class of a failure with this code.
    #[must_use]
    pub fn of(code: SqlState) -> Self {
        match &code.0 {
            // The rest of class 08 is not here on purpose: 08P01 is a peer that speaks otherwise.
            b"08000" | b"08003" | b"08006" | b"57P01" | b"57P02" | b"57P03" => Self::Connection,
            // Apply pins READ COMMITTED, so 40001 can come only from code that users run in it,
            // and 40002 is a deferred constraint: it stays permanent.
            b"40P01" | b"55P03" | b"40001" => Self::Contention,
            b"57014" => Self::Cancelled,
            // 58 is what the operating system refused: a disk that fails is no fault of the change.
            _ if matches!(&code.class(), b"53" | b"58") => Self::Resource,
            _ => Self::Permanent,
        }
    }

    /// Whether the transaction is to be tried again, however often.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        !matches!(self, Self::Permanent)
    }
}

/// What an operation of a transaction that met an exception came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was left out because of another one, or of the commit.
    Discarded,
    /// Nothing was left out: it comes again when the subscription is enabled.
    HeldBack,
    /// It was applied all the same.
    Applied,
}

/// The text in `spock.exception_log` for an operation that did not fail itself.
///
/// `what` is "tuple" or "statement"; `command` is the operation that failed, counted from 1, and 0
/// when the commit did. Then no row of the log carries the reason, so each is told it.
#[must_use]
pub fn bystander_text(mode: &str, what: &str, fate: Fate, command: u32, reason: &str) -> String {
    let fate = match fate {
        Fate::Discarded => "discarded due to",
        Fate::HeldBack => "held back due to",
        Fate::Applied => "applied despite",
    };
    let text = format!("{mode}: {what} {fate} exception at command_counter {command}");
    if command == 0 { format!("{text}: {reason}") } else { text }
}

/// The text of a failed operation in `spock.exception_log`: the code says more than most texts, but
/// for the code that says nothing.
#[must_use]
pub fn log_text(code: SqlState, message: &str) -> String {
    if code == SqlState::INTERNAL_ERROR {
        message.to_owned()
    } else {
        format!("[SQLSTATE {code}] {message}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(code: &str) -> ErrorClass {
        ErrorClass::of(SqlState::new(code).expect("a code"))
    }

    #[test]
    fn what_goes_away_is_transient() {
        for code in ["08000", "08003", "08006", "57P01", "57P02", "57P03"] {
            assert_eq!(class(code), ErrorClass::Connection, "{code}");
        }
        for code in ["40P01", "55P03", "40001"] {
            assert_eq!(class(code), ErrorClass::Contention, "{code}");
        }
        for code in ["53000", "53100", "53200", "53300", "53400", "58000", "58030"] {
            assert_eq!(class(code), ErrorClass::Resource, "{code}");
        }
        assert_eq!(class("57014"), ErrorClass::Cancelled);
        assert!(class("57014").is_transient());
    }

    #[test]
    fn what_fails_again_is_permanent() {
        for code in ["08P01", "40002", "57P04", "23505", "23503", "42P01", "22P02", "XX000"] {
            assert!(!class(code).is_transient(), "{code}");
        }
    }

    #[test]
    fn codes_are_read_as_text_and_packed() {
        assert_eq!(SqlState::new("40p01"), None);
        assert_eq!(SqlState::new("4000"), None);
        // 23505 packed: 2 + 3<<6 + 5<<12 + 0<<18 + 5<<24.
        let packed = 2 | 3 << 6 | 5 << 12 | 5 << 24;
        assert_eq!(SqlState::from_packed(packed).as_str(), "23505");
        assert_eq!(SqlState::from_packed(0).as_str(), "00000");
    }

    #[test]
    fn bystanders_are_told_what_became_of_them() {
        let text = bystander_text("transdiscard", "tuple", Fate::Discarded, 3, "odd");
        assert_eq!(text, "transdiscard: tuple discarded due to exception at command_counter 3");
        let text = bystander_text("discard", "statement", Fate::Discarded, 0, "odd");
        assert_eq!(text, "discard: statement discarded due to exception at command_counter 0: odd");
        let text = bystander_text("discard", "tuple", Fate::Applied, 3, "odd");
        assert_eq!(text, "discard: tuple applied despite exception at command_counter 3");
    }

    #[test]
    fn the_logged_text_names_a_code_worth_naming() {
        let code = SqlState::new("23505").expect("a code");
        assert_eq!(log_text(code, "duplicate"), "[SQLSTATE 23505] duplicate");
        assert_eq!(log_text(SqlState::INTERNAL_ERROR, "odd"), "odd");
    }
}
