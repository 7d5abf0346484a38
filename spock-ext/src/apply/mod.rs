//! The subscriber side: applies the stream of one provider to the tables of this node.
//!
//! [`session`] sets a stream up and watches over the provider's identity; [`stream`] is the loop,
//! [`recovery`] what follows a failure, [`own_standbys`] what may be reported, and
//! [`mutual_wait`] who waits for whose reports; [`receiver`] takes packets apart; [`applier`] and [`change`]
//! write what they say, with [`relation_map`] and [`open_relation`] for where and [`version`] for who wrote what is
//! there; [`author`] for transactions that the provider forwards;
//! [`delta`] adds differences; [`resolution`] records conflicts, [`dead`]
//! compares with deletes. A change that builds on something that is not here waits: [`verdict`]
//! cuts its transaction short, [`cause`] waits until each [`peer`] has caught up;
//! [`values`] are asked of their owner, [`claims`] of one unique value are settled, [`copy_wait`] is for
//! tables that are copied from another node, [`partition`] for tables that are partitioned here. A table that
//! does not fit the provider's is noticed by [`schema_match`] and [`schema_compare`] and waited for by
//! [`schema_wait`]. [`detour`]
//! and [`exception`] are for transactions that are left out or cannot be applied, with [`image`] for what
//! the log shows of them.
//! [`parallel`] applies large transactions while they still run at the provider.
//! [`change_log`] shows every change to those who ask.

mod applier;
mod author;
pub(crate) mod catch_up;
mod cause;
mod change;
mod change_log;
mod claims;
mod copy_wait;
mod counting;
mod dead;
mod delta;
mod detour;
mod exception;
mod identity;
mod image;
mod local_store;
mod mutual_wait;
mod open_relation;
mod options;
mod own_standbys;
pub(crate) mod parallel;
mod partition;
mod peer;
mod policy;
mod queued;
mod recall;
mod receiver;
mod recovery;
mod relation_map;
mod resolution;
mod schema_compare;
mod schema_match;
mod schema_wait;
mod session;
mod stream;
mod truncate;
mod values;
mod verdict;
mod version;

pub(crate) use peer::horizon_of;
pub(crate) use session::run;
