//! The wire protocol against captured streams, against itself, and against nonsense.

mod fuzz;
mod golden;
mod round_trip;
