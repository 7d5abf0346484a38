//! JSON Schemas of the documents that `-o json` prints, made from the types that are printed.
//!
//! They are kept in `docs/schema`, one file for each shape: `sub-status-1.json` for `spockctl/sub-status/1`. A shape
//! only grows; what takes something away is a shape of the next number.

use std::path::PathBuf;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use spock_admin::client::{
    Architecture, Conflict, ConflictCount, FailedTransaction, KnownInterface, PurgedConflicts,
    RetriedChange, RowFact, SequenceState, ServerSetting, SetMember, SetState,
    SubscriptionStatistics, TableStatistics, WorkerState,
};
use spock_admin::cluster_file::origin::Origin;
use spock_admin::journal::Run;
use spock_admin::operations::apply::Applied;
use spock_admin::operations::barrier::Passage;
use spock_admin::operations::check::Check;
use spock_admin::operations::clock::Skew;
use spock_admin::operations::conflict::{Explanation, Replayed};
use spock_admin::operations::ddl::OnNode;
use spock_admin::operations::dead_operator::Unlocked;
use spock_admin::operations::diff::{TableDiff, repair::RowRepair};
use spock_admin::operations::doctor::Finding;
use spock_admin::operations::drift::Difference;
use spock_admin::operations::exception::WithChanges;
use spock_admin::operations::guc::{Checked, SetResult};
use spock_admin::operations::pause::Paused;
use spock_admin::operations::reach::Reach;
use spock_admin::operations::server_setting::Switched;
use spock_admin::operations::slot::{FailoverSlots, SlotState};
use spock_admin::operations::status::{NodeStatus, SubStatus};
use spock_admin::operations::subscription::{skip::Standing, wait::Waited};
use spock_admin::operations::upgrade::{NodeVersions, Verified};
use spock_admin::operations::verify::TableVerdict;
use spock_admin::operations::worker_pause::WorkerPause;
use spock_admin::plan::PlannedStep;

use crate::commands::{change, cluster, config, ddl, explain, local, node, seq, sql, sub, table};
use crate::output::Json;

/// Every shape, by the name that stands in the document.
fn all() -> Vec<(&'static str, Value)> {
    vec![
        document::<Finding>("spockctl/assess/1"),
        document::<change::Change>("spockctl/change/1"),
        document::<Check>("spockctl/check/1"),
        document::<Applied>("spockctl/cluster-apply/1"),
        document::<Architecture>("spockctl/cluster-arch/1"),
        document::<Passage>("spockctl/cluster-barrier/1"),
        document::<Skew>("spockctl/cluster-clock/1"),
        document::<Paused>("spockctl/cluster-pause/1"),
        document::<Switched>("spockctl/cluster-readonly/1"),
        document::<Paused>("spockctl/cluster-resume/1"),
        document::<Difference>("spockctl/cluster-diff/1"),
        document::<cluster::export::Item>("spockctl/cluster-export/1"),
        document::<NodeStatus>("spockctl/cluster-status/1"),
        document::<TableVerdict>("spockctl/cluster-verify/1"),
        document::<cluster::wait::Item>("spockctl/cluster-wait/1"),
        document::<config::Item>("spockctl/config/1"),
        document::<Origin>("spockctl/config-origin/1"),
        document::<config::PathItem>("spockctl/config-path/1"),
        document::<Explanation>("spockctl/conflict-explain/1"),
        document::<Conflict>("spockctl/conflict-list/1"),
        document::<PurgedConflicts>("spockctl/conflict-purge/1"),
        document::<Replayed>("spockctl/conflict-replay/1"),
        document::<Conflict>("spockctl/conflict-show/1"),
        document::<ConflictCount>("spockctl/conflict-stats/1"),
        document::<crate::commands::context::Item>("spockctl/context/1"),
        document::<ddl::history::Item>("spockctl/ddl-history/1"),
        document::<OnNode>("spockctl/ddl-run/1"),
        document::<ddl::status::Item>("spockctl/ddl-status/1"),
        document::<Switched>("spockctl/ddl-switch/1"),
        document::<Finding>("spockctl/doctor/1"),
        document::<FailedTransaction>("spockctl/exception-list/1"),
        document::<RetriedChange>("spockctl/exception-retry/1"),
        document::<WithChanges>("spockctl/exception-show/1"),
        document::<Checked>("spockctl/guc-check/1"),
        document::<ServerSetting>("spockctl/guc-list/1"),
        document::<SetResult>("spockctl/guc-set/1"),
        document::<explain::Item>("spockctl/explain/1"),
        document::<local::Item>("spockctl/local/1"),
        document::<KnownInterface>("spockctl/node-interfaces/1"),
        document::<node::list::Item>("spockctl/node-list/1"),
        document::<Reach>("spockctl/node-ping/1"),
        document::<Switched>("spockctl/node-readonly/1"),
        document::<node::show::Item>("spockctl/node-show/1"),
        document::<node::version::Item>("spockctl/node-version/1"),
        document::<PlannedStep>("spockctl/plan/1"),
        document::<SetState>("spockctl/repset-list/1"),
        document::<SetMember>("spockctl/repset-show/1"),
        document::<Run>("spockctl/runs-list/1"),
        document::<Run>("spockctl/runs-show/1"),
        document::<Unlocked>("spockctl/runs-unlock/1"),
        document::<SequenceState>("spockctl/seq-list/1"),
        document::<SequenceState>("spockctl/seq-show/1"),
        document::<seq::sync::Item>("spockctl/seq-sync/1"),
        document::<FailoverSlots>("spockctl/slot-enable-failover/1"),
        document::<SlotState>("spockctl/slot-list/1"),
        document::<SlotState>("spockctl/slot-orphans/1"),
        document::<sub::lag::Item>("spockctl/sub-lag/1"),
        document::<sub::show::Item>("spockctl/sub-show/1"),
        document::<Standing>("spockctl/sub-skip/1"),
        document::<SubscriptionStatistics>("spockctl/sub-stats/1"),
        document::<TableStatistics>("spockctl/sub-stats-by-table/1"),
        document::<sql::Item>("spockctl/sql/1"),
        document::<SubStatus>("spockctl/sub-status/1"),
        document::<sub::tables::Item>("spockctl/sub-tables/1"),
        document::<Waited>("spockctl/sub-wait/1"),
        document::<Finding>("spockctl/table-check/1"),
        document::<TableDiff>("spockctl/table-diff/1"),
        document::<table::list::Item>("spockctl/table-list/1"),
        document::<RowRepair>("spockctl/table-repair/1"),
        document::<table::show::Item>("spockctl/table-show/1"),
        document::<SubStatus>("spockctl/topology/1"),
        document::<RowFact>("spockctl/trace/1"),
        document::<NodeVersions>("spockctl/upgrade-status/1"),
        document::<Verified>("spockctl/upgrade-verify/1"),
        document::<crate::commands::version::Item>("spockctl/version/1"),
        document::<WorkerState>("spockctl/worker-list/1"),
        document::<WorkerPause>("spockctl/worker-pause/1"),
        document::<WorkerPause>("spockctl/worker-resume/1"),
    ]
}

/// The schema of a document with these items.
fn document<T: JsonSchema + 'static>(name: &'static str) -> (&'static str, Value) {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Json<'static, T>>().to_value();
    schema["title"] = json!(name);
    schema["properties"]["schema"] = json!({"const": name});
    (name, schema)
}

/// The files of `docs/schema`.
pub(crate) fn files() -> Vec<(PathBuf, Vec<u8>)> {
    all()
        .into_iter()
        .map(|(name, schema)| {
            let name = name.trim_start_matches("spockctl/").replace('/', "-");
            let path = PathBuf::from("docs/schema").join(name).with_extension("json");
            (path, format!("{schema:#}\n").into_bytes())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen to fail with a shape left out of the list.
    #[test]
    fn every_shape_of_the_documentation_has_a_schema() {
        let page = include_str!("../../docs/cli.md");
        let known: Vec<&str> = all().into_iter().map(|(name, _)| name).collect();
        let rows = page.lines().filter(|line| line.starts_with("| `spockctl/"));
        let told: Vec<&str> = rows
            .flat_map(|row| row.split('`'))
            .filter(|word| word.starts_with("spockctl/"))
            .collect();
        assert!(!told.is_empty());
        for name in &told {
            assert!(known.contains(name), "docs/cli.md names {name}, which has no schema");
        }
        for name in &known {
            assert!(told.contains(name), "docs/cli.md does not name {name}");
        }
    }
}
