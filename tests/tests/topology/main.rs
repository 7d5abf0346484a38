//! Where changes flow beside the mesh: chains, rings, and subscribers of the server's own kind.

mod forwarding;
mod native;
