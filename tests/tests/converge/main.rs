//! That nodes end with equal rows in every order of arrival: each rule of convergence with the history
//! that forced it, on real servers. Test names begin with the rule.

#![expect(clippy::print_stdout, reason = "tests show what they measured")]

mod absence;
mod causes;
mod deletes;
mod horizon;
mod left_out;
mod missing;
mod objects;
mod peers_away;
mod repair;
mod retention;
mod second_look;
mod trio;
mod truncates;
mod two;
mod unique;
mod versions;
mod written;
