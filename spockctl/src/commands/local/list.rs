//! `spockctl local list`.

use spock_admin::local::LocalCluster;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

pub(super) fn run(global: &Global) -> Result {
    let mut clusters = LocalCluster::list(None)?;
    if let Some(name) = &global.local {
        clusters.retain(|cluster| cluster.name() == *name);
    }
    super::show(global, &clusters)?;
    if clusters.is_empty() {
        ui::hint(global, "make a local cluster with `spockctl local up --nodes 3`");
    }
    Ok(Exit::Ok)
}
