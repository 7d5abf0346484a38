//! `spock_create_subscriber` on real servers: n1 is the provider, n2 becomes its copy.

mod broken;
mod joins;
mod refusals;
mod secrets;
mod site;
