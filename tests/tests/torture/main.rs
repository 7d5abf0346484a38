//! What the nodes hold after crashes and kills, and when a provider goes back in time.

mod kills;
mod restored;
