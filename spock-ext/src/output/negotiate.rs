//! What both ends agree on when a stream starts, and the startup message that says so.

use pgrx::PgSqlErrorCode;
use spock_core::proto::{ProtoVersion, frame, streamed};

use super::options::{Format, Options, PeerLayout};
use crate::pg::error::SpockError;
use crate::pg::server::{self, Server};
use crate::version;

/// Whether values go as datums, or in their send form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Forms {
    pub(super) internal: bool,
    /// Arrays of built-in types too: the existing system expects them in another form.
    pub(super) internal_arrays: bool,
    pub(super) binary: bool,
    /// As JSON values, whatever else was agreed.
    pub(super) json: bool,
}

/// What was agreed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    pub(super) version: ProtoVersion,
    pub(super) forms: Forms,
    /// Several messages in one packet. Only our own subscribers ask for it, so it also says that
    /// transactions with nothing to send need not be mentioned.
    pub(super) frames: bool,
    /// Large transactions go out before they commit. Not with those of other nodes, whose author is
    /// known at the commit only.
    pub(super) streaming: bool,
    pub(super) no_txinfo: bool,
}

/// Two settings of the server's build that no supported version has any more. The existing system
/// answers "no" for both, and takes a peer that says "yes" for a server of another kind.
const FLOAT4_BY_VALUE: bool = false;
const INTEGER_DATETIMES: bool = false;

impl Session {
    /// Settles the options with what this server is.
    pub(super) fn agree(options: &Options, server: &Server) -> Result<Self, SpockError> {
        let (min, max) = version::protocols();
        let common = (options.min_version.max(min), options.max_version.min(max));
        let version = ProtoVersion::negotiate(common.0, common.1).ok_or_else(|| {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                "no common version of the replication protocol",
            )
            .detail(format!(
                "The subscriber speaks versions {} to {}, this server versions {min} to {max}.",
                options.min_version, options.max_version,
            ))
        })?;
        if let Some(encoding) = &options.encoding
            && !server::same_encoding(encoding, &server.encoding)
        {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
                "the databases of provider and subscriber have different encodings",
            )
            .detail(format!(
                "The subscriber has {encoding}, this database has {}.",
                server.encoding
            )));
        }
        let same_major = options.layout.major_version == Some(server.major_version());
        let internal = options.wants_internal && same_major && same_layout(&options.layout);
        let frames = options.frames && version >= ProtoVersion::V5;
        Ok(Self {
            version,
            forms: Forms {
                internal,
                internal_arrays: internal && options.frames,
                binary: options.wants_binary && same_major,
                json: options.format == Format::Json,
            },
            streaming: options.streaming
                && frames
                && options.format == Format::Native
                && !options.forward_all,
            frames,
            no_txinfo: options.no_txinfo,
        })
    }

    /// The parameters of the startup message, in the existing system's order; ours come last and
    /// only to those who asked.
    pub(super) fn startup_params(&self, server: &Server) -> Vec<(&'static str, String)> {
        let flag = |value: bool| if value { "t" } else { "f" }.to_owned();
        let (min, max) = version::protocols();
        let mut params = vec![
            ("max_proto_version", max.to_string()),
            ("min_proto_version", min.to_string()),
            ("proto_version", self.version.number().to_string()),
            ("coltypes", flag(false)),
            ("pg_version_num", server.version_num.to_string()),
            ("pg_version", server.version.clone()),
            ("pg_catversion", server.catalog_version.to_string()),
            ("database_encoding", server.encoding.clone()),
            ("encoding", server.encoding.clone()),
            ("forward_changeset_origins", flag(true)),
            ("walsender_pid", server.pid.to_string()),
            ("spock_version", version::text().to_owned()),
            ("spock_version_num", version::number().to_string()),
            ("binary.internal_basetypes", flag(self.forms.internal)),
            ("binary.binary_basetypes", flag(self.forms.binary)),
            ("binary.basetypes_major_version", server.major_version().to_string()),
            ("binary.sizeof_int", size_of::<std::ffi::c_int>().to_string()),
            ("binary.sizeof_long", size_of::<std::ffi::c_long>().to_string()),
            ("binary.sizeof_datum", size_of::<usize>().to_string()),
            ("binary.maxalign", server::MAX_ALIGN.to_string()),
            ("binary.bigendian", flag(cfg!(target_endian = "big"))),
            ("binary.float4_byval", flag(FLOAT4_BY_VALUE)),
            ("binary.float8_byval", flag(server::FLOAT8_BY_VALUE)),
            ("binary.integer_datetimes", flag(INTEGER_DATETIMES)),
            ("binary.binary_pg_version", server.major_version().to_string()),
            ("no_txinfo", flag(self.no_txinfo)),
        ];
        if self.frames {
            params.push((frame::OPTION, flag(true)));
        }
        if self.streaming {
            params.push((streamed::OPTION, flag(true)));
        }
        params
    }
}

fn same_layout(peer: &PeerLayout) -> bool {
    fn same<T: PartialEq>(peer: Option<T>, ours: T) -> bool {
        peer.is_none_or(|peer| peer == ours)
    }
    same(peer.sizeof_int, size_of::<std::ffi::c_int>() as u32)
        && same(peer.sizeof_long, size_of::<std::ffi::c_long>() as u32)
        && same(peer.sizeof_datum, size_of::<usize>() as u32)
        && same(peer.big_endian, cfg!(target_endian = "big"))
        && same(peer.float4_by_value, FLOAT4_BY_VALUE)
        && same(peer.float8_by_value, server::FLOAT8_BY_VALUE)
        && same(peer.integer_datetimes, INTEGER_DATETIMES)
}
