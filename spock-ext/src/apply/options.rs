//! The start options that a subscriber sends to its provider (spec: wire protocol).

use std::time::Duration;

use spock_core::proto::{frame, streamed};

use crate::catalog::subscription::Subscription;
use crate::pg::quoting::{identifier, qualified};
use crate::pg::server::{self, Server};
use crate::settings;
use crate::version;

/// Two properties of a build that no supported version has any more; the existing system's servers
/// answer "no" to both and compare.
const FLOAT4_BY_VALUE: &str = "0";
const INTEGER_DATETIMES: &str = "0";

/// Format of the startup message's parameters.
const STARTUP_PARAMS_FORMAT: &str = "1";

/// The options for the stream of a subscription; `only_table` for that of one table's catch-up.
pub(crate) fn start_options(
    subscription: &Subscription,
    server: &Server,
    trust_datums: bool,
    only_table: Option<(&str, &str)>,
) -> Vec<(&'static str, String)> {
    let flag = |value: bool| if value { "1" } else { "0" }.to_owned();
    let text_only = subscription.force_text_transfer;
    let (min, max) = version::protocols();
    let mut options = vec![
        ("expected_encoding", server.encoding.clone()),
        ("min_proto_version", min.to_string()),
        ("max_proto_version", max.to_string()),
        ("startup_params_format", STARTUP_PARAMS_FORMAT.to_owned()),
        ("binary.want_internal_basetypes", flag(!text_only && trust_datums)),
        ("binary.want_binary_basetypes", flag(!text_only)),
        ("binary.basetypes_major_version", server.major_version().to_string()),
        ("binary.sizeof_datum", size_of::<usize>().to_string()),
        ("binary.sizeof_int", size_of::<std::ffi::c_int>().to_string()),
        ("binary.sizeof_long", size_of::<std::ffi::c_long>().to_string()),
        ("binary.bigendian", flag(cfg!(target_endian = "big"))),
        ("binary.float4_byval", FLOAT4_BY_VALUE.to_owned()),
        ("binary.float8_byval", flag(server::FLOAT8_BY_VALUE)),
        ("binary.integer_datetimes", INTEGER_DATETIMES.to_owned()),
        ("spock.forward_origins", name_list(&subscription.forward_origins)),
        ("spock.subscriber_node", subscription.subscriber.id.as_oid().to_string()),
        ("spock.replication_set_names", name_list(&subscription.replication_sets)),
        ("pg_version", server.version_num.to_string()),
        ("spock_version", version::text().to_owned()),
        ("spock_version_num", version::number().to_string()),
    ];
    if let Some((schema, table)) = only_table {
        options.push(("spock.replicate_only_table", qualified(schema, table)));
    }
    options.push((frame::OPTION, flag(true)));
    options
}

/// The options that have large transactions sent before they commit, but for some; none where they
/// are not wanted.
pub(super) fn streaming(
    subscription: &Subscription,
    not_streamed: &[u32],
    pause: Duration,
) -> Vec<(&'static str, String)> {
    let wanted = settings::max_parallel_apply_workers() > 0
        && !subscription.forwards_all()
        && subscription.apply_delay == 0;
    if !wanted {
        return Vec::new();
    }
    let mut options = vec![(streamed::OPTION, "1".to_owned())];
    if !pause.is_zero() {
        options.push((streamed::PAUSE_OPTION, pause.as_millis().to_string()));
    }
    if !not_streamed.is_empty() {
        let list: Vec<String> = not_streamed.iter().map(u32::to_string).collect();
        options.push((streamed::NOT_STREAMED_OPTION, list.join(",")));
    }
    options
}

/// A list of identifiers as SQL writes it.
fn name_list(names: &[String]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(",")
}
