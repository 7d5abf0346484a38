//! `spockctl cluster init`.

use clap::ValueEnum;
use spock_admin::cluster::{Synchronize, Topology};
use spock_admin::operations::init::{self, Options};

use crate::cli::Global;
use crate::context::Context;
use crate::engine;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

/// Arguments of `cluster init`.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// Who subscribes to whom, in place of what the definition says
    #[arg(long, value_enum)]
    topology: Option<TopologyArg>,

    /// Node whose structure and data the others copy
    #[arg(long, value_name = "NODE")]
    seed: Option<String>,

    /// What the other nodes copy from the seed
    #[arg(long, value_enum, value_name = "WHAT")]
    sync: Option<SyncArg>,

    /// Put all tables and sequences of this schema into the default replication sets (can be repeated)
    #[arg(long, value_name = "SCHEMA", value_delimiter = ',')]
    add_all_tables: Vec<String>,

    /// Replication sets that are subscribed to, in place of those of the definition (can be repeated)
    #[arg(long, value_name = "SET", value_delimiter = ',')]
    repset: Vec<String>,

    /// Whether statements that define objects are replicated by themselves, in place of what the definition says
    #[arg(long, value_enum, value_name = "ON")]
    auto_ddl: Option<Switch>,

    /// Wait until everything replicates; this is the default
    #[arg(long, conflicts_with = "no_wait")]
    wait: bool,

    /// Do not wait until everything replicates
    #[arg(long)]
    no_wait: bool,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TopologyArg {
    /// Every node subscribes to every other
    Mesh,
    /// The seed and each other node subscribe to each other
    Star,
    /// Each node subscribes to the one before it
    Chain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    /// They are
    On,
    /// They are not
    Off,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SyncArg {
    /// Tables and their rows
    #[value(name = "structure+data")]
    StructureAndData,
    /// Tables, empty
    Structure,
    /// Rows, into tables that are there
    Data,
    /// Nothing
    None,
}

impl From<SyncArg> for Synchronize {
    fn from(arg: SyncArg) -> Self {
        match arg {
            SyncArg::StructureAndData => Synchronize::StructureAndData,
            SyncArg::Structure => Synchronize::Structure,
            SyncArg::Data => Synchronize::Data,
            SyncArg::None => Synchronize::None,
        }
    }
}

pub(crate) async fn run(global: &Global, args: &InitArgs) -> Result {
    let mut context = Context::load(global, "cluster-init")?;
    let cluster = &mut context.cluster;
    if let Some(seed) = &args.seed {
        cluster.seed = cluster.node(seed)?.name.clone();
    }
    if let Some(topology) = args.topology {
        cluster.topology = match topology {
            TopologyArg::Mesh => Topology::Mesh,
            TopologyArg::Star => Topology::Star,
            TopologyArg::Chain => Topology::Chain,
        };
        cluster.forward_in_chain();
    }
    if !args.repset.is_empty() {
        cluster.subscription.replication_sets = args.repset.clone();
    }
    if let Some(switch) = args.auto_ddl {
        cluster.automatic_ddl = Some(switch == Switch::On);
    }
    let options = Options {
        add_all_tables: args.add_all_tables.clone(),
        synchronize: args.sync.map_or(cluster.subscription.synchronize, Synchronize::from),
        wait: args.wait || !args.no_wait,
        timeout: global.timeout,
    };
    let fleet = context.connect_all().await?;
    let progress = ui::progress::reporter(global);
    let plan = init::plan(&context.cluster, &fleet, &options, progress.as_ref()).await?;
    if global.dry_run {
        return engine::show(global, &args.engine, &context, &plan).await;
    }
    drop(progress);
    ui::note(global, &plan.title);
    plan.warnings.iter().for_each(ui::warning);
    let summary =
        engine::run_and_print(global, &args.engine, &context, "cluster init", &fleet, &plan)
            .await?;
    ui::note(
        global,
        format!(
            "cluster \"{}\" is ready: {} steps done, {} were done before",
            context.cluster.name, summary.changed, summary.already_done
        ),
    );
    Ok(Exit::Ok)
}
