//! Command line program of Spock clusters.

fn main() {}
