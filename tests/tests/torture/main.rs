//! What the nodes hold after crashes, kills, clocks that step, and a provider that goes back in time.

mod clock;
mod kills;
mod restored;
