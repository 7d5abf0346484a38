//! Where changes flow: pairs, meshes, chains, rings, collectors, subscribers of the server's own kind, and standbys
//! that take a node's place.

mod collector;
mod forwarding;
mod meshes;
mod native;
mod pairs;
mod promotion;
mod synchronous;
