-- The SQL API of spock: catalogs first, then functions by noun, then views and grants.
--
-- Names, argument names, defaults and result columns are those of the existing Spock 6.0; what is new
-- is marked "new". Tables that the output plugin reads while it decodes are user catalog tables.
-- Everything that changes replication is for superusers, or for a role that was granted EXECUTE.

\echo Use "CREATE EXTENSION spock" to load this file. \quit

------------------------------------------------------------------------------------------------
-- Catalogs: nodes
------------------------------------------------------------------------------------------------

-- Every node this node knows of; the id is a 16-bit hash of the name, the same on every node.
CREATE TABLE node (
    node_id oid NOT NULL PRIMARY KEY,
    node_name name NOT NULL UNIQUE,
    location text,
    country text,
    info jsonb
) WITH (user_catalog_table = true);

-- How a node is reached: one or more named connection strings.
CREATE TABLE node_interface (
    if_id oid NOT NULL PRIMARY KEY,
    if_name name NOT NULL,
    if_nodeid oid REFERENCES node (node_id) ON UPDATE CASCADE,
    if_dsn text NOT NULL,
    UNIQUE (if_nodeid, if_name)
);

-- Which of the nodes is this database; at most one row.
CREATE TABLE local_node (
    node_id oid NOT NULL PRIMARY KEY REFERENCES node (node_id),
    node_local_interface oid NOT NULL REFERENCES node_interface (if_id)
);

------------------------------------------------------------------------------------------------
-- Catalogs: subscriptions
------------------------------------------------------------------------------------------------

CREATE SEQUENCE sub_id_generator AS integer MINVALUE 1 CYCLE START WITH 1;

CREATE TABLE subscription (
    sub_id oid NOT NULL PRIMARY KEY,
    sub_name name NOT NULL UNIQUE,
    sub_origin oid NOT NULL REFERENCES node (node_id) ON UPDATE CASCADE,
    sub_target oid NOT NULL REFERENCES node (node_id) ON UPDATE CASCADE,
    sub_origin_if oid NOT NULL REFERENCES node_interface (if_id),
    sub_target_if oid NOT NULL REFERENCES node_interface (if_id),
    sub_enabled boolean NOT NULL DEFAULT true,
    sub_slot_name name NOT NULL,
    sub_replication_sets text[],
    sub_forward_origins text[],
    sub_apply_delay interval NOT NULL DEFAULT '0',
    sub_force_text_transfer boolean NOT NULL DEFAULT 'f',
    sub_skip_lsn pg_lsn NOT NULL DEFAULT '0/0',
    sub_skip_schema text[],
    sub_created_at timestamptz
);

-- How far the copy of a subscription, or of one of its tables, has come.
-- Kinds: i nothing, s structure, d data, f both. For the states see the documentation of sync.
CREATE TABLE local_sync_status (
    sync_kind "char" NOT NULL CHECK (sync_kind IN ('i', 's', 'd', 'f')),
    sync_subid oid NOT NULL REFERENCES subscription (sub_id),
    sync_nspname name,
    sync_relname name,
    sync_status "char" NOT NULL,
    sync_statuslsn pg_lsn NOT NULL,
    UNIQUE (sync_subid, sync_nspname, sync_relname)
);

-- New: which node a replication origin of a commit timestamp stands for. Rows outlive their
-- subscription, because commit timestamps do; an open row has no to_xid.
CREATE TABLE origin_history (
    roident oid NOT NULL,
    node_id oid NOT NULL,
    sub_id oid NOT NULL,
    from_xid xid8 NOT NULL,
    to_xid xid8,
    PRIMARY KEY (roident, from_xid)
);

-- New: what was last seen of the provider of each subscription, to notice one that went back in
-- time, and why the subscription was stopped for it.
CREATE TABLE provider_state (
    sub_id oid NOT NULL PRIMARY KEY,
    system_identifier text NOT NULL,
    timeline integer NOT NULL,
    flush_lsn pg_lsn NOT NULL,
    stopped_reason text,
    stopped_at timestamptz,
    checked_at timestamptz NOT NULL
);

------------------------------------------------------------------------------------------------
-- Catalogs: replication sets
------------------------------------------------------------------------------------------------

CREATE TABLE replication_set (
    set_id oid NOT NULL PRIMARY KEY,
    set_nodeid oid NOT NULL REFERENCES node (node_id) ON UPDATE CASCADE,
    set_name name NOT NULL,
    replicate_insert boolean NOT NULL DEFAULT true,
    replicate_update boolean NOT NULL DEFAULT true,
    replicate_delete boolean NOT NULL DEFAULT true,
    replicate_truncate boolean NOT NULL DEFAULT true,
    UNIQUE (set_nodeid, set_name)
) WITH (user_catalog_table = true);

CREATE TABLE replication_set_table (
    set_id oid NOT NULL,
    set_reloid regclass NOT NULL,
    set_att_list text[],
    set_row_filter pg_node_tree,
    PRIMARY KEY (set_id, set_reloid)
) WITH (user_catalog_table = true);

CREATE TABLE replication_set_seq (
    set_id oid NOT NULL,
    set_seqoid regclass NOT NULL,
    PRIMARY KEY (set_id, set_seqoid)
) WITH (user_catalog_table = true);

CREATE TABLE sequence_state (
    seqoid oid NOT NULL PRIMARY KEY,
    cache_size integer NOT NULL,
    last_value bigint NOT NULL
) WITH (user_catalog_table = true);

-- Dependencies of row filters and memberships, in the shape of pg_depend.
CREATE TABLE depend (
    classid oid NOT NULL,
    objid oid NOT NULL,
    objsubid integer NOT NULL,
    refclassid oid NOT NULL,
    refobjid oid NOT NULL,
    refobjsubid integer NOT NULL,
    deptype "char" NOT NULL
) WITH (user_catalog_table = true);

-- Schemas and extensions that never enter replication sets, or dumps of the structure copy.
CREATE TABLE reserved_object (
    name name NOT NULL,
    kind text NOT NULL CHECK (kind IN ('schema', 'extension')),
    exclude_from_dump boolean NOT NULL DEFAULT true,
    block_in_repset boolean NOT NULL DEFAULT true,
    replicate_ddl boolean,
    builtin boolean NOT NULL DEFAULT false,
    PRIMARY KEY (name, kind),
    CONSTRAINT reserved_object_replicate_ddl_kind
        CHECK ((kind = 'schema') = (replicate_ddl IS NOT NULL))
) WITH (user_catalog_table = true);

INSERT INTO reserved_object (name, kind, exclude_from_dump, block_in_repset, replicate_ddl, builtin)
VALUES
    ('spock', 'schema', true, true, true, true),
    ('spock', 'extension', true, true, NULL, true),
    ('snowflake', 'schema', true, true, true, true),
    ('snowflake', 'extension', true, true, NULL, true),
    ('lolor', 'schema', true, false, true, true),
    ('lolor', 'extension', true, false, NULL, true),
    ('pgedge_ace', 'schema', true, true, false, true);

SELECT pg_catalog.pg_extension_config_dump('reserved_object', 'WHERE NOT builtin');

------------------------------------------------------------------------------------------------
-- Catalogs: conflicts, exceptions, messages
------------------------------------------------------------------------------------------------

CREATE TABLE resolutions (
    id integer GENERATED ALWAYS AS IDENTITY,
    node_name name NOT NULL,
    log_time timestamptz NOT NULL,
    relname text,
    idxname text,
    conflict_type text,
    conflict_resolution text,
    local_origin integer,
    local_tuple text,
    local_xid xid,
    local_timestamp timestamptz,
    remote_origin integer,
    remote_tuple text,
    remote_xid xid,
    remote_timestamp timestamptz,
    remote_lsn pg_lsn,
    PRIMARY KEY (id, node_name)
) WITH (user_catalog_table = true);

CREATE INDEX ON resolutions (log_time);

CREATE TABLE exception_log (
    remote_origin oid NOT NULL,
    remote_commit_ts timestamptz NOT NULL,
    command_counter integer NOT NULL,
    retry_errored_at timestamptz NOT NULL,
    remote_xid bigint NOT NULL,
    local_origin oid,
    local_commit_ts timestamptz,
    table_schema text,
    table_name text,
    operation text,
    local_tup jsonb,
    remote_old_tup jsonb,
    remote_new_tup jsonb,
    ddl_statement text,
    ddl_user text,
    error_message text NOT NULL,
    PRIMARY KEY (remote_origin, remote_commit_ts, command_counter, retry_errored_at)
) WITH (user_catalog_table = true);

CREATE TABLE exception_status (
    remote_origin oid NOT NULL,
    remote_commit_ts timestamptz NOT NULL,
    retry_errored_at timestamptz NOT NULL,
    remote_xid bigint NOT NULL,
    status text NOT NULL,
    resolved_at timestamptz,
    resolution_details jsonb,
    PRIMARY KEY (remote_origin, remote_commit_ts, retry_errored_at)
) WITH (user_catalog_table = true);

CREATE TABLE exception_status_detail (
    remote_origin oid NOT NULL,
    remote_commit_ts timestamptz NOT NULL,
    command_counter integer NOT NULL,
    retry_errored_at timestamptz NOT NULL,
    remote_xid bigint NOT NULL,
    status text NOT NULL,
    resolved_at timestamptz,
    resolution_details jsonb,
    PRIMARY KEY (remote_origin, remote_commit_ts, command_counter, retry_errored_at),
    FOREIGN KEY (remote_origin, remote_commit_ts, retry_errored_at) REFERENCES exception_status
) WITH (user_catalog_table = true);

-- Columns marked as personal data; a place for notes, nothing reads it.
CREATE TABLE pii (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pii_schema text NOT NULL,
    pii_table text NOT NULL,
    pii_column text NOT NULL
) WITH (user_catalog_table = true);

-- Messages to subscribers, replicated as inserts. Types: Q command, D captured DDL, A copy a table,
-- S sequence value.
CREATE TABLE queue (
    queued_at timestamptz NOT NULL,
    role name NOT NULL,
    replication_sets text[],
    message_type "char" NOT NULL,
    message json NOT NULL
);

------------------------------------------------------------------------------------------------
-- Version
------------------------------------------------------------------------------------------------

CREATE FUNCTION spock_version() RETURNS text
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'spock_version_wrapper';

-- Major, minor and patch level as one number, 60000 for 6.0.0.
CREATE FUNCTION spock_version_num() RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'spock_version_num_wrapper';

CREATE FUNCTION spock_min_proto_version() RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'spock_min_proto_version_wrapper';

CREATE FUNCTION spock_max_proto_version() RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'spock_max_proto_version_wrapper';

------------------------------------------------------------------------------------------------
-- Views
------------------------------------------------------------------------------------------------

-- Every user table and the replication sets of this node that it is in, one row per set.
CREATE VIEW tables AS
    SELECT r.oid AS relid, n.nspname, r.relname, m.set_name
      FROM pg_catalog.pg_class r
      JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
      LEFT JOIN (SELECT t.set_reloid, s.set_name
                   FROM replication_set_table t
                   JOIN replication_set s ON s.set_id = t.set_id
                   JOIN local_node l ON l.node_id = s.set_nodeid) m ON m.set_reloid = r.oid
     WHERE r.relkind IN ('r', 'p')
       AND r.relpersistence = 'p'
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'spock')
       AND n.nspname !~ '^pg_toast';
