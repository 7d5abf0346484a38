//! `synchronous_standby_names`: whose confirmation a commit waits for, and which of those count here.
//!
//! A walsender is listed by its application name, and that of a subscription is the name of its slot. The
//! server asks physical standbys and subscriptions alike. Where a change is told on only when this
//! server's own standbys have it, physical ones are meant (convergence rule S1): a subscription would
//! wait for itself.

use crate::lsn::Lsn;

/// The setting, read by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How many must confirm.
    pub needed: usize,
    /// Any of them (ANY), or the first ones of the list (FIRST).
    pub any: bool,
    /// The names; `*` stands for everybody.
    pub names: Vec<Vec<u8>>,
}

/// A connected standby that the rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standby {
    /// Its walsender.
    pub pid: i32,
    /// Place in the list; smaller comes first.
    pub priority: i32,
    /// What it has on disk.
    pub flushed: Lsn,
}

/// A logical replication slot of this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalSlot {
    /// Its name, which its subscription has as application name.
    pub name: Vec<u8>,
    /// The process that reads it, or 0.
    pub pid: i32,
}

impl Rule {
    /// Whether it lists this name.
    pub fn lists(&self, name: &[u8]) -> bool {
        self.names.iter().any(|listed| listed == b"*" || listed.eq_ignore_ascii_case(name))
    }

    /// Have enough physical standbys confirmed the position?
    pub fn is_confirmed(&self, all: &[Standby], slots: &[LogicalSlot], lsn: Lsn) -> bool {
        let is_logical = |standby: &&Standby| slots.iter().any(|slot| slot.pid == standby.pid);
        let mut physical: Vec<&Standby> =
            all.iter().filter(|standby| !is_logical(standby)).collect();
        let anybody = self.names.iter().any(|name| name == b"*");
        let named_logical = self
            .names
            .iter()
            .filter(|name| slots.iter().any(|slot| slot.name.eq_ignore_ascii_case(name)))
            .count();
        // So many confirmations cannot come from subscriptions. More are asked of those that are there.
        let certain = if anybody { 0 } else { self.needed.saturating_sub(named_logical) };
        let needed = certain.max(self.needed.min(physical.len()));
        if !self.any {
            physical.sort_by_key(|standby| standby.priority);
            physical.truncate(needed);
        }
        physical.iter().filter(|standby| standby.flushed >= lsn).count() >= needed
    }
}

/// Whether another server's setting, as it shows it, lists this name.
pub fn setting_lists(setting: &str, name: &str) -> bool {
    listed(setting).iter().any(|listed| listed == "*" || listed.eq_ignore_ascii_case(name))
}

/// The names of the setting: those in its parentheses, or all of it. Quotes keep what separates.
fn listed(setting: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut quoted = false;
    let mut characters = setting.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                name.push('"');
            }
            '"' => quoted = !quoted,
            _ if quoted => name.push(c),
            // What stood before it said how many.
            '(' => name.clear(),
            ',' | ')' => names.push(std::mem::take(&mut name)),
            c if c.is_ascii_whitespace() => {}
            c => name.push(c),
        }
    }
    names.push(name);
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(any: bool, needed: usize, names: &[&str]) -> Rule {
        let names = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        Rule { needed, any, names }
    }

    fn standby(pid: i32, priority: i32, flushed: u64) -> Standby {
        Standby { pid, priority, flushed: Lsn(flushed) }
    }

    fn slot(name: &str, pid: i32) -> LogicalSlot {
        LogicalSlot { name: name.as_bytes().to_vec(), pid }
    }

    #[test]
    fn names_are_read_from_every_form_of_the_setting() {
        for (setting, names) in [
            ("", &[] as &[&str]),
            ("a", &["a"]),
            ("a, B_2", &["a", "B_2"]),
            ("2 (a, b,c)", &["a", "b", "c"]),
            ("FIRST 1 (\"two, (words)\", \"a\"\"b\")", &["two, (words)", "a\"b"]),
            ("any 2(*, x)", &["*", "x"]),
            ("\"FIRST\"", &["FIRST"]),
        ] {
            assert_eq!(listed(setting), names, "{setting}");
        }
        assert!(setting_lists("FIRST 1 (SPK_a)", "spk_A"));
        assert!(setting_lists("*", "spk_a"));
        assert!(!setting_lists("FIRST 1 (spk_b)", "spk_a"));
    }

    #[test]
    fn only_physical_standbys_are_waited_for() {
        let slots = [slot("sub", 7)];
        let only_sub = rule(false, 1, &["SUB"]);
        assert!(only_sub.is_confirmed(&[standby(7, 1, 10)], &slots, Lsn(20)));
        assert!(only_sub.is_confirmed(&[], &slots, Lsn(20)));
        // A standby that is not there is missed, unless the subscription can stand in for it.
        assert!(rule(false, 1, &["sub", "phys"]).is_confirmed(&[], &slots, Lsn(20)));
        assert!(!rule(false, 2, &["sub", "phys"]).is_confirmed(&[], &slots, Lsn(20)));
        let there = [standby(7, 1, 30), standby(8, 2, 10)];
        let both = rule(false, 2, &["sub", "phys"]);
        assert!(!both.is_confirmed(&there, &slots, Lsn(20)));
        assert!(both.is_confirmed(&[standby(7, 1, 10), standby(8, 2, 20)], &slots, Lsn(20)));
    }

    #[test]
    fn any_counts_all_and_first_counts_the_first() {
        let there = [standby(1, 1, 10), standby(2, 2, 30)];
        assert!(rule(true, 1, &["a", "b"]).is_confirmed(&there, &[], Lsn(20)));
        assert!(!rule(false, 1, &["a", "b"]).is_confirmed(&there, &[], Lsn(20)));
        assert!(!rule(true, 2, &["a", "b"]).is_confirmed(&there, &[], Lsn(20)));
        assert!(rule(false, 1, &["a", "b"]).is_confirmed(&there, &[], Lsn(10)));
    }
}
