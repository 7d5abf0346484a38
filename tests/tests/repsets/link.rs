//! A provider `n1` and its subscriber `n2`.

use std::ops::Deref;

use spock_tests::{Cluster, ClusterBuilder};

/// Two nodes; `n2` is to subscribe to `n1`.
pub(crate) struct Link(Cluster);

impl Deref for Link {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.0
    }
}

impl Link {
    /// Without a subscription yet.
    pub(crate) fn make() -> Link {
        Self::build(|cluster| cluster)
    }

    /// As [`Link::make`], with servers of a special kind.
    pub(crate) fn build(shape: impl FnOnce(ClusterBuilder) -> ClusterBuilder) -> Link {
        let cluster = shape(Cluster::builder().nodes(2)).start();
        cluster.create_nodes();
        Link(cluster)
    }

    /// Subscribes, with more arguments of `sub_create`, and waits for the copy.
    #[track_caller]
    pub(crate) fn subscribe(&self, arguments: &str) {
        self.subscribe_with(0, 1, arguments);
        self.n2().sql("SELECT spock.sub_wait_for_sync('sub_n1_n2')");
    }

    /// Waits for `n2` to have what `n1` has committed.
    #[track_caller]
    pub(crate) fn sync(&self) {
        self.catch_up(0, 1);
    }

    /// The rows of a query on `n2` are those of another one on `n1`.
    #[track_caller]
    pub(crate) fn assert_same(&self, on_n1: &str, on_n2: &str) {
        self.sync();
        assert_eq!(self.n1().table(on_n1), self.n2().table(on_n2), "{on_n2}");
    }

    /// Nothing was left out for an error.
    #[track_caller]
    pub(crate) fn assert_no_exceptions(&self) {
        let log = self.n2().table("SELECT error_message FROM spock.exception_log");
        assert!(log.is_empty(), "{log}");
    }
}
