//! What the nodes hold after crashes and kills, when a provider goes back in time, and after minutes of
//! statements by chance on few rows of three nodes.
#![expect(clippy::print_stderr, reason = "what a run met goes to standard error")]

mod crashes;
mod kills;
mod restored;
mod seeds;
