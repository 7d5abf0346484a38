//! Where changes flow: pairs, meshes, chains, rings, collectors, and subscribers of the server's own kind.

mod collector;
mod forwarding;
mod meshes;
mod native;
mod pairs;
mod synchronous;
