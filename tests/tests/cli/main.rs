//! `spockctl` against real servers: what it does, prints, and ends with.

mod causes;
mod cluster;
mod cluster_wide;
mod conflict;
mod connections;
mod ddl;
mod doctor;
mod exception;
mod far;
mod faults;
mod local;
mod monitoring;
mod objects;
mod repset;
mod run;
mod secrets;
mod sets;
mod slot;
mod sub;
mod table_diff;
mod table_repair;
mod tls;
mod top;
mod trace;
mod transcript;
mod upgrade;
