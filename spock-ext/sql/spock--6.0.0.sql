-- The SQL API of spock: catalogs first, then functions by noun, then views and grants.
--
-- Names, argument names, defaults and result columns are those of the existing Spock 6.0; what is new
-- is marked "new". Tables that the output plugin reads while it decodes are user catalog tables.
-- Everything that changes replication is for superusers, or for a role that was granted EXECUTE.

\echo Use "CREATE EXTENSION spock" to load this file. \quit

-- Objects of an extension do not go into a schema of somebody else's, who could put his own beside them.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'snowflake') THEN
        RAISE EXCEPTION 'extension "snowflake" is installed in this database'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'The extension spock has the functions of that extension itself.',
                  HINT = 'Drop that extension; columns that have its values go on with the functions of spock.';
    ELSIF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.=) 'snowflake') THEN
        RAISE EXCEPTION 'schema "snowflake" exists in this database'
            USING ERRCODE = 'duplicate_schema',
                  DETAIL = 'The extension spock makes a schema of this name for its own functions.',
                  HINT = 'Rename that schema, or drop it.';
    END IF;
END
$$;

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
    -- New: what the table holds (for a subscription: the structure that was restored) is replaced by the
    -- next copy, in the same transaction.
    sync_truncate boolean NOT NULL DEFAULT false,
    -- New: the snapshot that the copy workers share while they run.
    sync_snapshot text,
    -- New: which changes of other nodes that snapshot holds.
    sync_point text,
    -- New: size at the provider, and rows copied.
    sync_bytes bigint,
    sync_rows bigint,
    -- New: failures in a row, and the last reason.
    sync_failures integer NOT NULL DEFAULT 0,
    sync_reason text,
    sync_changed_at timestamptz,
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
) WITH (user_catalog_table = true);

-- New: how far the provider of a disabled subscription was applied here by a stream that forwards.
CREATE TABLE forwarded_progress (
    sub_id oid NOT NULL PRIMARY KEY,
    remote_lsn pg_lsn NOT NULL
);

-- New: tables that were truncated. The version of a truncate is that of its row: commit time and origin
-- of xmin.
CREATE TABLE truncation (
    relid oid NOT NULL PRIMARY KEY,
    truncations bigint NOT NULL DEFAULT 1,
    -- The version of a truncate that came with a copy of the table.
    copied_time timestamptz,
    copied_node oid
);

-- New: which changes of other nodes stand in a table that was copied: all up to a position of that node's
-- log, and of those from there to the next position those with these commit times (microseconds since
-- 2000). The streams leave them out. While the subscription closed_by copies the table, they wait.
CREATE TABLE copied_changes (
    nspname name NOT NULL,
    relname name NOT NULL,
    node_id oid NOT NULL,
    closed_by oid,
    applied pg_lsn,
    applied_at_most pg_lsn,
    commit_times bigint[],
    PRIMARY KEY (nspname, relname, node_id)
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

-- New: tables whose rows may differ from the provider's, because a change came that could not be
-- compared with what happened here before; reloid 0 stands for all tables of the subscription.
CREATE TABLE repair_needed (
    sub_id oid NOT NULL,
    reloid oid NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (sub_id, reloid)
);

-- New: subscriptions that were disabled to be enabled again all together, and who did it; one that is enabled
-- or dropped is none any more. The rows are those of `spockctl cluster pause`.
CREATE TABLE paused_subscription (
    sub_id oid NOT NULL PRIMARY KEY,
    paused_by text NOT NULL,
    paused_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);

-- New: for which node, and which statement of it, a session here keeps the DDL lock of this node. A row
-- counts while that session holds the lock: see the view ddl_locks.
CREATE TABLE ddl_lock (
    pid integer NOT NULL,
    started timestamptz,
    holder text NOT NULL,
    statement text NOT NULL,
    since timestamptz NOT NULL
);

-- New: the administration program that changes the cluster at the moment, one row at most. It counts until
-- it expires, which its program puts off as long as it lives. Not an advisory lock: it survives poolers that
-- give each transaction another session.
CREATE TABLE operator_lock (
    singleton boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (singleton),
    token text NOT NULL,
    run text NOT NULL,
    operation text NOT NULL,
    holder text NOT NULL,
    pid integer NOT NULL,
    since timestamptz NOT NULL,
    expires timestamptz NOT NULL
);

-- New: what administration programs have done here that must not be done twice, for as long as the run that it is
-- part of has not ended. Each row is written by the transaction that does it. Not replicated.
CREATE TABLE operator_step (
    digest text NOT NULL PRIMARY KEY,
    operation text NOT NULL,
    run text NOT NULL,
    holder text NOT NULL,
    xid xid NOT NULL DEFAULT pg_catalog.pg_current_xact_id()::xid,
    done_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);

-- New: how tables here differ from the provider's; attname is empty where it is about the table. A
-- difference with waits stops the subscription until it is mended.
CREATE TABLE schema_difference (
    sub_id oid NOT NULL,
    nspname name NOT NULL,
    relname name NOT NULL,
    attname name NOT NULL,
    reason text NOT NULL,
    waits boolean NOT NULL,
    since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (sub_id, nspname, relname, attname)
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

-- A stream that reads them while it decodes cannot read what is stored out of line.
ALTER TABLE replication_set_table
    ALTER COLUMN set_att_list SET STORAGE MAIN,
    ALTER COLUMN set_row_filter SET STORAGE MAIN;

CREATE TABLE replication_set_seq (
    set_id oid NOT NULL,
    set_seqoid regclass NOT NULL,
    PRIMARY KEY (set_id, set_seqoid)
) WITH (user_catalog_table = true);

-- What subscribers were told of the sequences: a value, which lay cache_size values ahead of this node's.
-- With a cache_size of 0 another node told it, and no value was taken here since.
CREATE TABLE sequence_state (
    seqoid oid NOT NULL PRIMARY KEY,
    cache_size integer NOT NULL,
    last_value bigint NOT NULL,
    -- New: where the sequence was stored then; RESTART and TRUNCATE put it elsewhere.
    storage oid
) WITH (user_catalog_table = true);

-- New: the numbers of nodes in snowflake values: the one that was chosen for the local node, and those of
-- its providers.
CREATE TABLE sequence_node (
    node_id oid NOT NULL PRIMARY KEY,
    number integer NOT NULL CHECK (number BETWEEN 1 AND 1023)
);

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
    -- New: the row that stands there afterwards, and all three rows by column.
    result_tuple text,
    local_row jsonb,
    remote_row jsonb,
    result_row jsonb,
    PRIMARY KEY (id, node_name)
) WITH (user_catalog_table = true);

CREATE INDEX ON resolutions (log_time);

-- New: tables whose conflicts are decided in a way of their own; spock.set_conflict_policy() writes it.
CREATE TABLE conflict_policy (
    nspname name NOT NULL,
    relname name NOT NULL,
    conflict_type text NOT NULL,
    policy text NOT NULL,
    PRIMARY KEY (nspname, relname, conflict_type)
);

-- New: tables in which a function makes one row of two; spock.set_conflict_resolver() writes it.
CREATE TABLE conflict_resolver (
    nspname name NOT NULL,
    relname name NOT NULL,
    function_nspname name NOT NULL,
    function_name name NOT NULL,
    PRIMARY KEY (nspname, relname)
);

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

-- New: the versions of deletes that left no deleted row behind, because the row was not here. An older
-- change of the same key that comes later loses against them. The key is its columns as text; those of
-- types whose equal values can look different, or look as settings say, stand there as a hash.
CREATE TABLE dead_row (
    relid oid NOT NULL,
    key text NOT NULL,
    commit_time timestamptz NOT NULL,
    node_id oid NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (relid, key)
);

-- Columns marked as personal data; a place for notes, nothing reads it.
CREATE TABLE pii (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pii_schema text NOT NULL,
    pii_table text NOT NULL,
    pii_column text NOT NULL
) WITH (user_catalog_table = true);

-- New: rows whose version is not that of the transaction that wrote them: it added to delta columns of a
-- row that is newer than itself, and the row keeps its version. A row counts as long as the table's row
-- with this key still has this xmin.
CREATE TABLE version_override (
    relid oid NOT NULL,
    key_hash bigint NOT NULL,
    row_xmin xid NOT NULL,
    commit_time timestamptz NOT NULL,
    node_id oid NOT NULL,
    PRIMARY KEY (relid, key_hash)
) WITH (fillfactor = 50);

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
-- Nodes
------------------------------------------------------------------------------------------------

-- Makes this database a node, reached by the given connection string.
CREATE FUNCTION node_create(
    node_name name,
    dsn text,
    location text DEFAULT NULL,
    country text DEFAULT NULL,
    info jsonb DEFAULT NULL
) RETURNS oid
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'node_create_wrapper';

CREATE FUNCTION node_drop(
    node_name name,
    ifexists boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'node_drop_wrapper';

-- One more way to reach a node.
CREATE FUNCTION node_add_interface(
    node_name name,
    interface_name name,
    dsn text
) RETURNS oid
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'node_add_interface_wrapper';

CREATE FUNCTION node_drop_interface(
    node_name name,
    interface_name name
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'node_drop_interface_wrapper';

-- New: takes a node's identity from a physical copy of it, in a server that has not preloaded the library,
-- and returns the node's name; null where this database is no node. Versions of rows that came with the copy
-- stay those of the nodes that wrote them, so what origins stood for is kept.
CREATE FUNCTION clone_detach() RETURNS name
VOLATILE LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    source record;
    origin name;
    origins text[];
    here xid8;
BEGIN
    IF regexp_split_to_array(current_setting('shared_preload_libraries'), '[\s,"]+') && '{spock,$libdir/spock}' THEN
        RAISE EXCEPTION 'this server runs the node'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'spock is in shared_preload_libraries.',
                  HINT = 'This is for a physical copy of a node that is to become another one; see spock_create_subscriber.';
    END IF;
    SELECT n.node_id, n.node_name INTO source FROM spock.local_node l JOIN spock.node n USING (node_id);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    LOCK TABLE spock.origin_history IN EXCLUSIVE MODE;
    here := pg_current_xact_id();

    -- What was written without an origin up to now is the source's, or of the node of which it was a copy.
    INSERT INTO spock.origin_history (roident, node_id, sub_id, from_xid, to_xid)
    SELECT 0, source.node_id, 0,
           coalesce((SELECT h.to_xid FROM spock.origin_history h WHERE h.roident = 0
                      ORDER BY h.to_xid DESC LIMIT 1), '3'), here;
    SELECT array_agg(o.roname ORDER BY o.roname) INTO origins
      FROM pg_replication_origin o
     WHERE o.roident IN (SELECT h.roident FROM spock.origin_history h WHERE h.to_xid IS NULL);
    UPDATE spock.origin_history SET to_xid = here WHERE to_xid IS NULL;

    DELETE FROM spock.local_sync_status;
    DELETE FROM spock.forwarded_progress;
    DELETE FROM spock.provider_state;
    DELETE FROM spock.repair_needed;
    DELETE FROM spock.paused_subscription;
    DELETE FROM spock.schema_difference;
    DELETE FROM spock.copied_changes;
    DELETE FROM spock.subscription;
    DELETE FROM spock.replication_set_table;
    DELETE FROM spock.replication_set_seq;
    DELETE FROM spock.depend;
    DELETE FROM spock.replication_set;
    DELETE FROM spock.sequence_state;
    DELETE FROM spock.ddl_lock;
    DELETE FROM spock.operator_lock;
    DELETE FROM spock.operator_step;
    DELETE FROM spock.queue;
    DELETE FROM spock.exception_status_detail;
    DELETE FROM spock.exception_status;
    DELETE FROM spock.exception_log;
    DELETE FROM spock.resolutions;
    DELETE FROM spock.local_node;
    DELETE FROM spock.node_interface;

    -- Last, because the progress of an origin does not come back with a rollback.
    FOREACH origin IN ARRAY coalesce(origins, '{}') LOOP
        PERFORM pg_replication_origin_drop(origin);
    END LOOP;
    RETURN source.node_name;
END
$$;

-- What a subscriber asks before it subscribes.
CREATE FUNCTION node_info(
    OUT node_id oid,
    OUT node_name text,
    OUT sysid text,
    OUT dbname text,
    OUT replication_sets text,
    OUT location text,
    OUT country text,
    OUT info jsonb
) RETURNS record
STABLE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'node_info_wrapper';

CREATE FUNCTION get_country() RETURNS text
VOLATILE LANGUAGE sql AS $$ SELECT pg_catalog.current_setting('spock.country') $$;

------------------------------------------------------------------------------------------------
-- Replication sets
------------------------------------------------------------------------------------------------

CREATE FUNCTION repset_create(
    set_name name,
    replicate_insert boolean DEFAULT true,
    replicate_update boolean DEFAULT true,
    replicate_delete boolean DEFAULT true,
    replicate_truncate boolean DEFAULT true
) RETURNS oid
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_create_wrapper';

CREATE FUNCTION repset_alter(
    set_name name,
    replicate_insert boolean DEFAULT NULL,
    replicate_update boolean DEFAULT NULL,
    replicate_delete boolean DEFAULT NULL,
    replicate_truncate boolean DEFAULT NULL
) RETURNS oid
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'repset_alter_wrapper';

CREATE FUNCTION repset_drop(
    set_name name,
    ifexists boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_drop_wrapper';

CREATE FUNCTION repset_add_table(
    set_name name,
    relation regclass,
    synchronize_data boolean DEFAULT false,
    columns text[] DEFAULT NULL,
    row_filter text DEFAULT NULL,
    include_partitions boolean DEFAULT true
) RETURNS boolean
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'repset_add_table_wrapper';

CREATE FUNCTION repset_add_all_tables(
    set_name name,
    schema_names text[],
    synchronize_data boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_add_all_tables_wrapper';

CREATE FUNCTION repset_remove_table(
    set_name name,
    relation regclass,
    include_partitions boolean DEFAULT true
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_remove_table_wrapper';

CREATE FUNCTION repset_add_partition(
    parent regclass,
    partition regclass DEFAULT NULL,
    row_filter text DEFAULT NULL
) RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'repset_add_partition_wrapper';

CREATE FUNCTION repset_remove_partition(
    parent regclass,
    partition regclass DEFAULT NULL
) RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'repset_remove_partition_wrapper';

CREATE FUNCTION repset_add_seq(
    set_name name,
    relation regclass,
    synchronize_data boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_add_seq_wrapper';

CREATE FUNCTION repset_add_all_seqs(
    set_name name,
    schema_names text[],
    synchronize_data boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_add_all_seqs_wrapper';

CREATE FUNCTION repset_remove_seq(
    set_name name,
    relation regclass
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_remove_seq_wrapper';

-- Tells the subscribers of a sequence where to be, at once.
CREATE FUNCTION sync_seq(relation regclass) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sync_seq_wrapper';

-- New: where a subscriber of some sets is to have their sequences; a new subscriber asks it. At rest: another
-- node told it here, and nothing was taken since.
CREATE FUNCTION sequence_values(
    repsets text[],
    OUT nspname text,
    OUT relname text,
    OUT value bigint,
    OUT at_rest boolean
) RETURNS SETOF record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sequence_values_wrapper';

-- How a table is replicated to a subscriber of some sets; what a subscriber asks before a copy.
CREATE FUNCTION repset_show_table(
    relation regclass,
    repsets text[],
    OUT relid oid,
    OUT nspname text,
    OUT relname text,
    OUT att_list text[],
    OUT has_row_filter boolean,
    OUT relkind "char",
    OUT relispartition boolean
) RETURNS record
STABLE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_show_table_wrapper';

-- New: which rows of a table a subscriber of some sets gets, as a condition; null for all.
CREATE FUNCTION repset_row_filter(
    relation regclass,
    repsets text[]
) RETURNS text
STABLE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repset_row_filter_wrapper';

-- The rows of a table that a subscriber of some sets gets; the caller must be allowed to read the table.
-- The first argument gives the type of the result: NULL::schema.table.
CREATE FUNCTION table_data_filtered(
    reltyp anyelement,
    relation regclass,
    repsets text[]
) RETURNS SETOF anyelement
STABLE LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    condition text;
    kind "char";
BEGIN
    IF relation IS NULL THEN
        RAISE EXCEPTION 'relation cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF repsets IS NULL THEN
        RAISE EXCEPTION 'repsets cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    SELECT c.relkind INTO kind FROM pg_class c
     WHERE c.oid = relation AND c.reltype = pg_typeof(reltyp);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'type % is not that of rows of relation %', pg_typeof(reltyp), relation
            USING ERRCODE = 'datatype_mismatch';
    END IF;
    condition := coalesce(spock.repset_row_filter(relation, repsets), 'true');
    RETURN QUERY EXECUTE format('SELECT * FROM %s %s WHERE %s',
        CASE kind WHEN 'p' THEN '' ELSE 'ONLY' END, relation, condition);
END
$$;

------------------------------------------------------------------------------------------------
-- Snowflake sequences, in a schema of their own: names and results are those of the extension snowflake 2
------------------------------------------------------------------------------------------------

CREATE SCHEMA snowflake;

CREATE SEQUENCE snowflake.id_seq;

SELECT pg_catalog.pg_extension_config_dump('snowflake.id_seq', '');

-- The next value: milliseconds since 2023, number of the node, counter.
CREATE FUNCTION snowflake.nextval(regclass DEFAULT 'snowflake.id_seq'::regclass) RETURNS bigint
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'snowflake_nextval_wrapper';

CREATE FUNCTION snowflake.currval(regclass DEFAULT 'snowflake.id_seq'::regclass) RETURNS bigint
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'snowflake_currval_wrapper';

-- New: when a value was generated, in milliseconds since 1970.
CREATE FUNCTION snowflake.get_unix_ms(bigint) RETURNS bigint
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'snowflake_get_unix_ms_wrapper';

-- The same in seconds.
CREATE FUNCTION snowflake.get_epoch(bigint) RETURNS numeric
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT pg_catalog.round(snowflake.get_unix_ms($1)::pg_catalog.numeric / 1000, 3)
$$;

CREATE FUNCTION snowflake.get_count(bigint) RETURNS integer
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'snowflake_get_count_wrapper';

CREATE FUNCTION snowflake.get_node(bigint) RETURNS integer
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'snowflake_get_node_wrapper';

-- All of it: id is the number of the node, ts the time in UTC.
CREATE FUNCTION snowflake.format(bigint) RETURNS jsonb
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT pg_catalog.jsonb_build_object(
        'ts', pg_catalog.to_char(
            '1970-01-01'::pg_catalog.timestamp
                + snowflake.get_unix_ms($1) * '1 millisecond'::pg_catalog.interval,
            'YYYY-MM-DD HH24:MI:SS.MS') || '+00',
        'count', snowflake.get_count($1),
        'id', snowflake.get_node($1))
$$;

-- Makes bigint of a column of type smallint or integer, and of the columns that refer to it; how many.
CREATE FUNCTION snowflake.convert_column_to_int8(
    p_rel regclass,
    p_attnum smallint
) RETURNS integer
VOLATILE STRICT LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    changed integer := 0;
    target record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = p_rel AND attnum = p_attnum AND attnum > 0 AND NOT attisdropped) THEN
        RAISE EXCEPTION 'relation % has no column with number %', p_rel, p_attnum
            USING ERRCODE = 'undefined_column';
    END IF;
    FOR target IN
        WITH RECURSIVE wanted (relid, attnum) AS (
            SELECT p_rel::oid, p_attnum
            UNION
            SELECT c.conrelid, c.conkey[k.place]
              FROM wanted w
              JOIN pg_constraint c ON c.contype = 'f' AND c.confrelid = w.relid AND c.conparentid = 0,
                   LATERAL unnest(c.confkey) WITH ORDINALITY AS k (attnum, place)
             WHERE k.attnum = w.attnum)
        SELECT w.relid::regclass AS rel, a.attname, a.atttypid::regtype AS type
          FROM wanted w JOIN pg_attribute a ON a.attrelid = w.relid AND a.attnum = w.attnum
    LOOP
        IF target.type = 'bigint'::regtype THEN
            CONTINUE;
        ELSIF target.type NOT IN ('smallint'::regtype, 'integer'::regtype) THEN
            RAISE EXCEPTION 'column "%" of relation % is of type %, which cannot hold values of a sequence',
                target.attname, target.rel, target.type
                USING ERRCODE = 'datatype_mismatch';
        END IF;
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE pg_catalog.int8', target.rel, target.attname);
        changed := changed + 1;
    END LOOP;
    RETURN changed;
END
$$;

-- Has a sequence, and the columns that take their values from it, give snowflake values; how many columns.
CREATE FUNCTION snowflake.convert_sequence_to_snowflake(p_seqid regclass) RETURNS integer
VOLATILE STRICT LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    seq text := p_seqid::text;
    changed integer := 0;
    seq_last bigint;
    own record;
    target record;
    new_default text;
BEGIN
    SELECT c.relkind, c.relowner, s.seqincrement INTO own
      FROM pg_class c LEFT JOIN pg_sequence s ON s.seqrelid = c.oid WHERE c.oid = p_seqid;
    IF own.relkind IS DISTINCT FROM 'S' THEN
        RAISE EXCEPTION '"%" is not a sequence', seq USING ERRCODE = 'wrong_object_type';
    ELSIF own.seqincrement < 0 THEN
        RAISE EXCEPTION 'sequence % counts backwards, which snowflake values cannot', seq
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;

    -- The sequence of an identity column goes with the identity: another one of that name takes its place.
    SELECT d.refobjid::regclass AS rel, a.attname, a.attnum INTO target
      FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.classid = 'pg_class'::regclass AND d.objid = p_seqid AND d.deptype = 'i'
       AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0;
    IF FOUND THEN
        PERFORM snowflake.convert_column_to_int8(target.rel, target.attnum);
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', target.rel);
        EXECUTE format('SELECT last_value FROM %s', seq) INTO seq_last;
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', target.rel, target.attname);
        EXECUTE format('CREATE SEQUENCE %s INCREMENT %s', seq, own.seqincrement);
        EXECUTE format('ALTER SEQUENCE %s OWNER TO %I', seq, pg_get_userbyid(own.relowner));
        EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', seq, target.rel, target.attname);
        PERFORM setval(seq::regclass, seq_last);
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT snowflake.nextval(%L::regclass)',
                       target.rel, target.attname, seq);
        RETURN 1;
    END IF;

    EXECUTE format('ALTER SEQUENCE %s AS bigint NO CYCLE MAXVALUE 9223372036854775807', seq);
    FOR target IN
        SELECT a.attrelid::regclass AS rel, a.attname, a.attnum, a.atttypid::regtype AS type,
               pg_get_expr(x.adbin, x.adrelid) AS expression
          FROM pg_depend d
          JOIN pg_attrdef x ON x.oid = d.objid
          JOIN pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum
         WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
           AND d.refobjid = p_seqid AND d.deptype = 'n'
         ORDER BY a.attrelid, a.attnum
    LOOP
        new_default := regexp_replace(target.expression, '(?<![.\w"])nextval\(', 'snowflake.nextval(', 'g');
        CONTINUE WHEN new_default = target.expression;
        IF target.type IN ('smallint'::regtype, 'integer'::regtype) THEN
            PERFORM snowflake.convert_column_to_int8(target.rel, target.attnum);
        END IF;
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
                       target.rel, target.attname, new_default);
        changed := changed + 1;
    END LOOP;
    RETURN changed;
END
$$;

GRANT USAGE ON SCHEMA snowflake TO PUBLIC;
GRANT USAGE ON SEQUENCE snowflake.id_seq TO PUBLIC;

-- New: the number of this node in snowflake values: snowflake.node, or the one that was chosen for it.
CREATE FUNCTION snowflake_node() RETURNS integer
VOLATILE PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'snowflake_node_wrapper';

-- As these were called before 6.0.
CREATE FUNCTION convert_column_to_int8(p_rel regclass, p_attnum smallint) RETURNS integer
VOLATILE STRICT LANGUAGE sql AS $$ SELECT snowflake.convert_column_to_int8($1, $2) $$;

CREATE FUNCTION convert_sequence_to_snowflake(p_seqid regclass) RETURNS integer
VOLATILE STRICT LANGUAGE sql AS $$ SELECT snowflake.convert_sequence_to_snowflake($1) $$;

------------------------------------------------------------------------------------------------
-- Subscriptions
------------------------------------------------------------------------------------------------

CREATE FUNCTION sub_create(
    subscription_name name,
    provider_dsn text,
    replication_sets text[] DEFAULT '{default,default_insert_only,ddl_sql}',
    synchronize_structure boolean DEFAULT false,
    synchronize_data boolean DEFAULT false,
    forward_origins text[] DEFAULT '{}',
    apply_delay interval DEFAULT '0',
    force_text_transfer boolean DEFAULT false,
    enabled boolean DEFAULT true,
    skip_schema text[] DEFAULT '{}'
) RETURNS oid
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_create_wrapper';

-- 1, or 0 when there was nothing to drop. The slot at the provider goes too, at once.
CREATE FUNCTION sub_drop(
    subscription_name name,
    ifexists boolean DEFAULT false
) RETURNS oid
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_drop_wrapper';

CREATE FUNCTION sub_enable(
    subscription_name name,
    immediate boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_enable_wrapper';

CREATE FUNCTION sub_disable(
    subscription_name name,
    immediate boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_disable_wrapper';

CREATE FUNCTION sub_add_repset(
    subscription_name name,
    replication_set name
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_add_repset_wrapper';

CREATE FUNCTION sub_remove_repset(
    subscription_name name,
    replication_set name
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_remove_repset_wrapper';

CREATE FUNCTION sub_alter_interface(
    subscription_name name,
    interface_name name
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_alter_interface_wrapper';

-- Keys: forward_origins, apply_delay, skip_schema.
CREATE FUNCTION sub_alter_options(
    subscription_name name,
    options jsonb
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_alter_options_wrapper';

-- Leaves one remote transaction out: the one whose commit record is at this position.
CREATE FUNCTION sub_alter_skiplsn(
    subscription_name name,
    lsn pg_lsn
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_alter_skiplsn_wrapper';

-- Copies the tables that were never copied.
CREATE FUNCTION sub_alter_sync(
    subscription_name name,
    truncate boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_alter_sync_wrapper';

-- Copies one table again.
CREATE FUNCTION sub_resync_table(
    subscription_name name,
    relation regclass,
    truncate boolean DEFAULT true
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_resync_table_wrapper';

-- New: the tables were compared and mended: forgets why the subscription needed repair. False when there
-- was no reason.
CREATE FUNCTION sub_repaired(subscription_name name) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_repaired_wrapper';

CREATE FUNCTION sub_wait_for_sync(subscription_name name) RETURNS void
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_wait_for_sync_wrapper';

CREATE FUNCTION table_wait_for_sync(
    subscription_name name,
    relation regclass
) RETURNS void
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'table_wait_for_sync_wrapper';

-- Passwords are masked. New: last_error and last_error_at, why the subscription last stood still;
-- waiting_for and waiting_since: the node whose changes must come before the next one; waits: how many
-- transactions had to wait for others since the server's start; pending_exceptions: changes of the
-- provider that were left out here and wait for somebody; needs_repair: why rows may differ, with the
-- table.
CREATE FUNCTION sub_show_status(
    subscription_name name DEFAULT NULL,
    OUT subscription_name text,
    OUT status text,
    OUT provider_node text,
    OUT provider_dsn text,
    OUT slot_name text,
    OUT replication_sets text[],
    OUT forward_origins text[],
    OUT last_error text,
    OUT last_error_at timestamptz,
    OUT waiting_for text,
    OUT waiting_since timestamptz,
    OUT waits bigint,
    OUT pending_exceptions bigint,
    OUT needs_repair text,
    OUT warning text
) RETURNS SETOF record
STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'sub_show_status_wrapper';

CREATE FUNCTION sub_show_table(
    subscription_name name,
    relation regclass,
    OUT nspname text,
    OUT relname text,
    OUT status text
) RETURNS record
STABLE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sub_show_table_wrapper';

CREATE FUNCTION get_apply_worker_status(
    OUT worker_pid bigint,
    OUT worker_dboid integer,
    OUT worker_subid bigint,
    OUT worker_status text
) RETURNS SETOF record
STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'get_apply_worker_status_wrapper';

-- New: what a table looks like to its peers; no row where there is none. in_key: rows are found by it.
CREATE FUNCTION table_columns(
    nspname name,
    relname name,
    OUT attname name,
    OUT type_name text,
    OUT not_null boolean,
    OUT has_default boolean,
    OUT generated boolean,
    OUT collation_name text,
    OUT in_key boolean
) RETURNS SETOF record
STABLE STRICT LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL, a.attgenerated <> '',
           CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text END,
           COALESCE(a.attnum = ANY (k.columns), false)
      FROM pg_namespace n
      JOIN pg_class c ON c.relnamespace = n.oid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN LATERAL (
           SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns
             FROM pg_index i
            WHERE i.indrelid = c.oid
              AND CASE WHEN c.relreplident = 'i' THEN i.indisreplident ELSE i.indisprimary END
            LIMIT 1) k ON true
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')
     ORDER BY a.attname COLLATE "C"
$$;

-- New: the same, of all or the given columns, as one word; NULL where there is no table.
CREATE FUNCTION schema_fingerprint(nspname name, relname name, columns text[] DEFAULT NULL) RETURNS text
STABLE LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT pg_catalog.md5(pg_catalog.string_agg(
               pg_catalog.concat_ws('|', pg_catalog.quote_ident(c.attname), c.type_name, c.not_null,
                                    c.has_default, c.generated, c.collation_name, c.in_key),
               E'\n' ORDER BY c.attname COLLATE "C"))
      FROM spock.table_columns($1, $2) c
     WHERE $3 IS NULL OR c.attname::text = ANY ($3)
$$;

-- New: that of each table of this node in one of these replication sets; columns: those that travel, where
-- not all do. Subscribers compare it with their own.
CREATE FUNCTION schema_fingerprints(
    replication_sets text[],
    OUT nspname name,
    OUT relname name,
    OUT columns text[],
    OUT fingerprint text
) RETURNS SETOF record
STABLE STRICT SECURITY DEFINER LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT t.nspname, t.relname, t.columns,
           spock.schema_fingerprint(t.nspname, t.relname, t.columns)
      FROM (SELECT n.nspname, c.relname,
                   (SELECT pg_catalog.array_agg(DISTINCT list.name)
                      FROM spock.replication_set_table l
                      JOIN spock.replication_set s ON s.set_id = l.set_id
                      JOIN spock.local_node o ON o.node_id = s.set_nodeid
                     CROSS JOIN LATERAL pg_catalog.unnest(l.set_att_list) list (name)
                     WHERE l.set_reloid = c.oid AND s.set_name::text = ANY ($1)) AS columns
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid IN (SELECT m.set_reloid
                               FROM spock.replication_set_table m
                               JOIN spock.replication_set s ON s.set_id = m.set_id
                               JOIN spock.local_node o ON o.node_id = s.set_nodeid
                              WHERE s.set_name::text = ANY ($1))) t
$$;

-- Name of a subscription's slot at the provider, and of its replication origin.
CREATE FUNCTION spock_gen_slot_name(
    dbname name,
    provider_node name,
    subscription name
) RETURNS name
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE c AS 'MODULE_PATHNAME', 'spock_gen_slot_name_wrapper';

------------------------------------------------------------------------------------------------
-- Sync events, waiting, progress
------------------------------------------------------------------------------------------------

-- Writes a mark into the stream to all subscribers and returns its position.
CREATE FUNCTION sync_event(transactional boolean DEFAULT false) RETURNS pg_lsn
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'sync_event_wrapper';

-- New: whether this node has applied a provider's stream up to a position.
CREATE FUNCTION sync_event_reached(
    origin_id oid,
    lsn pg_lsn,
    wait_if_disabled boolean
) RETURNS boolean
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'sync_event_reached_wrapper';

-- New: the id of a node by name.
CREATE FUNCTION node_id_of(origin name) RETURNS oid
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'node_id_of_wrapper';

-- Waits until this node has come to a mark of a provider; false after timeout seconds (0: for ever).
CREATE PROCEDURE wait_for_sync_event(
    OUT result boolean,
    origin_id oid,
    lsn pg_lsn,
    timeout integer DEFAULT 0,
    wait_if_disabled boolean DEFAULT false
)
LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := pg_catalog.clock_timestamp();
BEGIN
    LOOP
        result := spock.sync_event_reached(origin_id, lsn, wait_if_disabled);
        EXIT WHEN result;
        EXIT WHEN timeout > 0 AND pg_catalog.clock_timestamp()
            >= started + pg_catalog.make_interval(secs => timeout);
        -- Each look in a transaction of its own: a long one would hold back vacuum.
        ROLLBACK;
        PERFORM pg_catalog.pg_sleep(0.2);
    END LOOP;
END
$$;

CREATE PROCEDURE wait_for_sync_event(
    OUT result boolean,
    origin name,
    lsn pg_lsn,
    timeout integer DEFAULT 0,
    wait_if_disabled boolean DEFAULT false
)
LANGUAGE plpgsql AS $$
BEGIN
    CALL spock.wait_for_sync_event(
        result, spock.node_id_of(origin), lsn, timeout, wait_if_disabled);
END
$$;

-- New: a time, and a position of the log before which lies every commit of this server with an earlier
-- time. Subscribers of several nodes ask for it.
CREATE FUNCTION commit_horizon(
    OUT ts timestamptz,
    OUT lsn pg_lsn
) RETURNS record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'commit_horizon_wrapper';

-- New: how far incoming streams have come; see the view horizons.
CREATE FUNCTION stream_horizons(
    OUT sub_id oid,
    OUT passed timestamptz,
    OUT settled timestamptz
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'stream_horizons_wrapper';

-- Has standbys that synchronize slots (17 and later) take over the slots of this database's subscribers
-- that were made without. Returns their number; slots in use are left as they are.
CREATE FUNCTION slot_enable_failover() RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'slot_enable_failover_wrapper';

-- Waits until a slot (null: all) has confirmed a position (null: all that this session wrote).
CREATE FUNCTION wait_slot_confirm_lsn(
    slotname name,
    target pg_lsn
) RETURNS void
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'wait_slot_confirm_lsn_wrapper';

CREATE FUNCTION apply_group_progress(
    OUT dbid oid,
    OUT node_id oid,
    OUT remote_node_id oid,
    OUT remote_commit_ts timestamptz,
    OUT prev_remote_ts timestamptz,
    OUT remote_commit_lsn pg_lsn,
    OUT remote_insert_lsn pg_lsn,
    OUT received_lsn pg_lsn,
    OUT last_updated_ts timestamptz,
    OUT updated_by_decode boolean
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'apply_group_progress_wrapper';

-- The version that a transaction gave its rows; roident is the node id, 0 for this node.
CREATE FUNCTION xact_commit_timestamp_origin(
    xid xid,
    OUT "timestamp" timestamptz,
    OUT roident oid
) RETURNS record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'xact_commit_timestamp_origin_wrapper';

------------------------------------------------------------------------------------------------
-- What a node that copies from this one has to know
------------------------------------------------------------------------------------------------

-- New: up to where this node has applied the changes of each node that it subscribes to; with a
-- transaction id also the commit times (microseconds since 2000, by commas) of those that this
-- transaction's snapshot shows and that have this id here or a later one.
CREATE FUNCTION applied_changes(
    since xid8 DEFAULT NULL,
    OUT node_id oid,
    OUT applied pg_lsn,
    OUT commit_times text
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'applied_changes_wrapper';

-- New: a time for each node that this one subscribes to, but for the one that asks: no change that still
-- comes from there is older. Asks the nodes; null when nothing is known of one.
CREATE FUNCTION applied_horizons(
    besides oid,
    patience integer,
    OUT node_id oid,
    OUT passed timestamptz
) RETURNS SETOF record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'applied_horizons_wrapper';

-- New: the versions that a copy of a table has to bring along. Kinds: k names of the key's columns, r rows
-- that are newer than a time (null: all), d deleted rows, w those whose key was written down as one text, t the
-- last truncate.
CREATE FUNCTION copy_versions(
    relation regclass,
    since timestamptz DEFAULT NULL,
    OUT kind "char",
    OUT key text[],
    OUT commit_time timestamptz,
    OUT node_id oid
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'copy_versions_wrapper';

------------------------------------------------------------------------------------------------
-- Delta columns
------------------------------------------------------------------------------------------------

-- Local value plus the difference between the new and the old one; arguments: old, new, local. With a
-- null among them there is nothing to add, and the new value stands.
CREATE FUNCTION delta_apply(smallint, smallint, smallint) RETURNS smallint
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE ($3::integer + $2 - $1)::smallint END
$$;

CREATE FUNCTION delta_apply(integer, integer, integer) RETURNS integer
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE ($3::bigint + $2 - $1)::integer END
$$;

CREATE FUNCTION delta_apply(bigint, bigint, bigint) RETURNS bigint
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE ($3::numeric + $2 - $1)::bigint END
$$;

CREATE FUNCTION delta_apply(real, real, real) RETURNS real
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE $3 + ($2 - $1) END
$$;

CREATE FUNCTION delta_apply(double precision, double precision, double precision) RETURNS double precision
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE $3 + ($2 - $1) END
$$;

CREATE FUNCTION delta_apply(numeric, numeric, numeric) RETURNS numeric
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE $3 + ($2 - $1) END
$$;

CREATE FUNCTION delta_apply(money, money, money) RETURNS money
VOLATILE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL OR $3 IS NULL THEN $2 ELSE $3 + ($2 - $1) END
$$;

-- New: makes a column a delta column, or an ordinary one again. Concurrent changes of a delta column are
-- added up instead of overwriting each other. False when nothing changed.
CREATE FUNCTION delta_apply(
    rel regclass,
    att_name name,
    to_drop boolean DEFAULT false
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'delta_apply_column_wrapper';

------------------------------------------------------------------------------------------------
-- Statements that define objects
------------------------------------------------------------------------------------------------

-- Runs a statement here, and has the subscribers of the sets run it, as the same role.
CREATE FUNCTION replicate_ddl(
    command text,
    replication_sets text[] DEFAULT '{ddl_sql}',
    search_path text DEFAULT pg_catalog.current_setting('search_path'),
    role text DEFAULT CURRENT_USER
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'replicate_ddl_entry';

-- The same for several statements, one after the other.
CREATE FUNCTION replicate_ddl(
    command text[],
    replication_sets text[] DEFAULT '{ddl_sql}',
    search_path text DEFAULT pg_catalog.current_setting('search_path'),
    role text DEFAULT CURRENT_USER
) RETURNS SETOF boolean
VOLATILE STRICT LANGUAGE sql AS $$
    SELECT spock.replicate_ddl(c.text, $2, $3, $4)
      FROM pg_catalog.unnest($1) WITH ORDINALITY AS c (text, place) ORDER BY c.place
$$;

-- New: takes the DDL lock of all nodes for this transaction; statement is what others are shown.
CREATE FUNCTION ddl_lock_acquire(statement text DEFAULT '') RETURNS void
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_lock_acquire_wrapper';

-- New, for other nodes: gives them this node's lock, for as long as their session lasts, and the position
-- up to which they have to apply its log; or says who has it. wait_ms 0: at once.
CREATE FUNCTION ddl_lock_give(
    for_node text,
    for_statement text,
    wait_ms bigint,
    OUT granted boolean,
    OUT holder text,
    OUT statement text,
    OUT since timestamptz,
    OUT lsn pg_lsn
) RETURNS record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_lock_give_wrapper';

-- New, for other nodes: whether this session has it.
CREATE FUNCTION ddl_lock_holds() RETURNS boolean
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_lock_holds_wrapper';

-- New, for other nodes: waits until this node has applied the logs of nodes up to positions; NULL when it has,
-- else the node whose changes are missing.
CREATE FUNCTION ddl_lock_catch_up(nodes text[], positions text[], wait_ms bigint) RETURNS text
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_lock_catch_up_wrapper';

-- New, for other nodes, in a session that has it: keeps users from writing to tables that are about to be rewritten,
-- for as long as the session lasts; the position behind what they wrote before.
CREATE FUNCTION ddl_gate_close(for_node text, schemas text[], tables text[], wait_ms bigint) RETURNS pg_lsn
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_gate_close_wrapper';

-- New, for other nodes: keeps them away until the statement has been applied here, also when the session ends;
-- whether they are away.
CREATE FUNCTION ddl_gate_keep() RETURNS boolean
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_gate_keep_wrapper';

-- New: lets users write again to the tables that wait for the statement of another node; the number of tables.
CREATE FUNCTION ddl_gates_open() RETURNS integer
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'ddl_gates_open_wrapper';

-- New: the tables to which only streams write at the moment; see the view ddl_gates.
CREATE FUNCTION write_gates(
    OUT reloid oid,
    OUT holder_id oid,
    OUT pid integer,
    OUT since timestamptz,
    OUT state text
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'write_gates_wrapper';

------------------------------------------------------------------------------------------------
-- Maintenance
------------------------------------------------------------------------------------------------

-- Removes rows of spock.resolutions older than some days (null: the setting).
CREATE FUNCTION cleanup_resolutions(days integer DEFAULT NULL) RETURNS bigint
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'cleanup_resolutions_wrapper';

-- New: whether this server keeps deleted rows for conflicts with late changes; see the view retention.
CREATE FUNCTION retention_state(
    OUT state text,
    OUT xmin xid,
    OUT complete_since timestamptz
) RETURNS record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'retention_state_wrapper';

-- New: drops the replication slot that keeps them; with false, or from the next start on, it is made again.
CREATE FUNCTION release_retention(release boolean DEFAULT true) RETURNS void
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'release_retention_wrapper';

-- New: applies the changes of a transaction that were left out, from their images in
-- spock.exception_log, with the version that they have; as a rehearsal it says what would become of
-- each. A row that was changed later keeps what it has.
CREATE FUNCTION exception_retry(
    remote_origin oid,
    remote_commit_ts timestamptz,
    remote_xid bigint,
    dry_run boolean DEFAULT true,
    OUT command_counter integer,
    OUT operation text,
    OUT table_schema text,
    OUT table_name text,
    OUT outcome text,
    OUT detail text
) RETURNS SETOF record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'exception_retry_wrapper';

-- New: the changes of a transaction that were left out need no retry; the note says why. False when
-- nothing of it waits.
CREATE FUNCTION exception_resolve(
    remote_origin oid,
    remote_commit_ts timestamptz,
    remote_xid bigint,
    note text
) RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'exception_resolve_wrapper';

------------------------------------------------------------------------------------------------
-- Read-only mode, repairs
------------------------------------------------------------------------------------------------

-- Ends the sessions of this database that are in a transaction, except for those of superusers.
CREATE FUNCTION terminate_active_transactions() RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'terminate_active_transactions_wrapper';

-- Has the apply workers of this database stand still between two transactions, and returns when all do
-- (spock.pause_timeout); has them go on. A restart of the server ends the pause.
CREATE FUNCTION pause_apply_workers() RETURNS void
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'pause_apply_workers_wrapper';

CREATE FUNCTION resume_apply_workers() RETURNS void
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'resume_apply_workers_wrapper';

-- What this transaction does from here on is not replicated, or is again; the position of the mark.
CREATE FUNCTION repair_mode(enabled boolean) RETURNS pg_lsn
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'repair_mode_wrapper';

-- New: what this transaction writes and deletes counts as older than any change, like copied rows.
CREATE FUNCTION repair_as_copy() RETURNS void
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'repair_as_copy_wrapper';

-- New: a row that this transaction has just written, by its tableoid and ctid, has the version that it has
-- on another node. False where the table has no key. After repair_as_copy() only.
CREATE FUNCTION keep_version(relation oid, place text, commit_time timestamptz, node_id oid)
RETURNS boolean
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'keep_version_wrapper';

-- New: the version of a row, by its tableoid, ctid and xmin; null when it is not known any more.
CREATE FUNCTION row_version(
    relation oid,
    place text,
    xmin xid,
    OUT commit_time timestamptz,
    OUT node_id oid
) RETURNS record
VOLATILE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'row_version_wrapper';

------------------------------------------------------------------------------------------------
-- Why a row is as it is
------------------------------------------------------------------------------------------------

-- New: all that this node knows of a row, given by some of its columns: the row and who wrote it, the
-- conflicts and exceptions recorded for it, and the streams that stand still.
CREATE FUNCTION explain_row(
    relation regclass,
    key jsonb,
    OUT what text,
    OUT at timestamptz,
    OUT node name,
    OUT value jsonb,
    OUT note text
) RETURNS SETOF record
STABLE STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'explain_row_wrapper';

------------------------------------------------------------------------------------------------
-- Policies for conflicts
------------------------------------------------------------------------------------------------

-- New: how conflicts of a type are decided in a table; null: as spock.conflict_resolution says.
CREATE FUNCTION set_conflict_policy(
    relation regclass,
    conflict_type text,
    policy text
) RETURNS boolean
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'set_conflict_policy_wrapper';

-- New: how this node decides conflicts; must be the same on all nodes that write the same rows.
CREATE FUNCTION conflict_rules() RETURNS text
STABLE LANGUAGE sql AS $$
    SELECT pg_catalog.current_setting('spock.conflict_resolution', true)
       || coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(
              '; %s of %I.%I: %s', conflict_type, nspname, relname, policy), ''
              ORDER BY nspname, relname, conflict_type)
         FROM spock.conflict_policy), '')
       || coalesce((SELECT pg_catalog.string_agg(pg_catalog.format(
              '; resolver of %I.%I: %I.%I (%s)', r.nspname, r.relname, r.function_nspname, r.function_name,
              (SELECT pg_catalog.left(pg_catalog.md5(pg_catalog.string_agg(
                          p.prosrc, '' ORDER BY p.prosrc COLLATE "C")), 8)
                 FROM pg_catalog.pg_proc p
                 JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                WHERE p.proname = r.function_name AND n.nspname = r.function_nspname)), ''
              ORDER BY r.nspname, r.relname)
         FROM spock.conflict_resolver r), '')
$$;

-- New: has a function make one row of the older and the newer one; null takes that back.
CREATE FUNCTION set_conflict_resolver(
    relation regclass,
    resolver regprocedure
) RETURNS boolean
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'set_conflict_resolver_wrapper';

-- New: whether nodes end with the same row under such a function, tried on rows of the table that are
-- given one key: a, b, c in the order of their age.
CREATE FUNCTION check_conflict_resolver(
    relation regclass,
    resolver regprocedure,
    samples integer DEFAULT 8,
    OUT property text,
    OUT holds boolean,
    OUT counterexample jsonb
) RETURNS SETOF record
VOLATILE STRICT LANGUAGE plpgsql AS $$
DECLARE
    key jsonb;
    f text := resolver::pg_catalog.oid::pg_catalog.regproc;
    rule text;
BEGIN
    EXECUTE pg_catalog.format('SELECT pg_catalog.to_jsonb(t) FROM ONLY %s t LIMIT 1', relation) INTO key;
    IF key IS NULL THEN
        RAISE EXCEPTION 'table % has no rows to try the function on', relation
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT pg_catalog.jsonb_object_agg(a.attname, key -> a.attname::pg_catalog.text) INTO key
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = relation AND (i.indisprimary OR i.indisreplident);
    FOREACH property IN ARRAY ARRAY['idempotent', 'associative', 'commutative'] LOOP
        rule := CASE property
            -- What comes twice, also late, changes nothing.
            WHEN 'idempotent' THEN
                '%1$s(a, a)::text = a::text AND %1$s(a, %1$s(a, b))::text = %1$s(a, b)::text'
            -- It does not matter which two of three versions meet first,
            WHEN 'associative' THEN '%1$s(%1$s(a, b), c)::text = %1$s(a, %1$s(b, c))::text'
            -- nor in which order older ones arrive.
            ELSE '%1$s(a, %1$s(b, c))::text = %1$s(b, %1$s(a, c))::text'
        END;
        EXECUTE pg_catalog.format('
            WITH s AS MATERIALIZED (
                SELECT pg_catalog.jsonb_populate_record(y.r, $1) AS r
                  FROM (SELECT x AS r FROM ONLY %s x ORDER BY pg_catalog.random() LIMIT $2) y)
            SELECT pg_catalog.jsonb_build_object(''a'', a, ''b'', b, ''c'', c)
              FROM (SELECT a.r AS a, b.r AS b, c.r AS c FROM s a, s b, s c) t
             WHERE (' || pg_catalog.format(rule, f) || ') IS NOT TRUE
             LIMIT 1', relation)
           INTO counterexample USING key, samples;
        holds := counterexample IS NULL;
        RETURN NEXT;
    END LOOP;
END
$$;

------------------------------------------------------------------------------------------------
-- Statistics
------------------------------------------------------------------------------------------------

-- Changes of each table by stream; subid 0 is what this node sent.
CREATE FUNCTION get_channel_stats(
    OUT subid oid,
    OUT relid oid,
    OUT n_tup_ins bigint,
    OUT n_tup_upd bigint,
    OUT n_tup_del bigint,
    OUT n_conflict bigint,
    OUT n_dca bigint
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'get_channel_stats_wrapper';

CREATE FUNCTION reset_channel_stats() RETURNS void
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'reset_channel_stats_wrapper';

-- Conflicts of a subscription by kind.
CREATE FUNCTION get_subscription_stats(
    subid oid,
    OUT subid oid,
    OUT confl_insert_exists bigint,
    OUT confl_update_origin_differs bigint,
    OUT confl_update_exists bigint,
    OUT confl_update_missing bigint,
    OUT confl_delete_origin_differs bigint,
    OUT confl_delete_missing bigint,
    OUT confl_delete_exists bigint,
    OUT stats_reset timestamptz
) RETURNS record
STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'get_subscription_stats_wrapper';

-- Of one subscription, or of all.
CREATE FUNCTION reset_subscription_stats(subid oid DEFAULT NULL) RETURNS void
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'reset_subscription_stats_wrapper';

-- New: what the view subscription_stats shows.
CREATE FUNCTION get_subscription_counters(
    OUT sub_id oid,
    OUT n_commit bigint,
    OUT n_rollback bigint,
    OUT n_insert bigint,
    OUT n_insert_conflict bigint,
    OUT n_update bigint,
    OUT n_update_conflict bigint,
    OUT n_delete bigint,
    OUT n_delete_conflict bigint,
    OUT n_disconnect bigint,
    OUT n_value_asked bigint,
    OUT n_value_fetched bigint,
    OUT n_kept_delta bigint,
    OUT n_streamed bigint,
    OUT n_put_off bigint,
    OUT stats_reset timestamptz
) RETURNS SETOF record
VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'get_subscription_counters_wrapper';

------------------------------------------------------------------------------------------------
-- Names of older versions, deprecated
------------------------------------------------------------------------------------------------

CREATE FUNCTION partition_add(parent regclass, partition regclass DEFAULT NULL, row_filter text DEFAULT NULL)
RETURNS integer
VOLATILE LANGUAGE sql AS $$ SELECT spock.repset_add_partition(parent, partition, row_filter) $$;
COMMENT ON FUNCTION partition_add IS 'Deprecated: use repset_add_partition.';

CREATE FUNCTION partition_remove(parent regclass, partition regclass DEFAULT NULL)
RETURNS integer
VOLATILE LANGUAGE sql AS $$ SELECT spock.repset_remove_partition(parent, partition) $$;
COMMENT ON FUNCTION partition_remove IS 'Deprecated: use repset_remove_partition.';

CREATE FUNCTION sub_sync(subscription_name name, truncate boolean DEFAULT false)
RETURNS boolean
VOLATILE STRICT LANGUAGE sql AS $$ SELECT spock.sub_alter_sync(subscription_name, truncate) $$;
COMMENT ON FUNCTION sub_sync IS 'Deprecated: use sub_alter_sync.';

CREATE FUNCTION sub_wait_table_sync(subscription_name name, relation regclass)
RETURNS void
VOLATILE STRICT LANGUAGE sql AS $$ SELECT spock.table_wait_for_sync(subscription_name, relation) $$;
COMMENT ON FUNCTION sub_wait_table_sync IS 'Deprecated: use table_wait_for_sync.';

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

-- New: every user sequence and the replication sets that it is in, with what its subscribers were told.
CREATE VIEW sequences AS
    SELECT r.oid AS relid, n.nspname, r.relname, m.set_name, t.last_value AS told, t.cache_size
      FROM pg_catalog.pg_class r
      JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
      LEFT JOIN (SELECT q.set_seqoid, s.set_name
                   FROM replication_set_seq q
                   JOIN replication_set s ON s.set_id = q.set_id
                   JOIN local_node l ON l.node_id = s.set_nodeid) m ON m.set_seqoid = r.oid
      LEFT JOIN sequence_state t ON t.seqoid = r.oid
     WHERE r.relkind = 'S'
       AND r.relpersistence = 'p'
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'spock', 'snowflake');

-- Progress of the subscriptions of this database.
CREATE VIEW progress AS
    SELECT p.*
      FROM apply_group_progress() p
      JOIN pg_catalog.pg_database d ON d.oid = p.dbid
     WHERE d.datname = pg_catalog.current_database();

-- Changes of other nodes that were left out here because they could not be applied, by transaction,
-- until they are retried or repaired.
CREATE VIEW exceptions_pending AS
    SELECT s.remote_origin,
           n.node_name AS origin_name,
           s.remote_commit_ts,
           s.retry_errored_at,
           s.remote_xid,
           (SELECT count(*)
              FROM exception_status_detail d
             WHERE d.remote_origin = s.remote_origin
               AND d.remote_commit_ts = s.remote_commit_ts
               AND d.retry_errored_at = s.retry_errored_at
               AND d.status = 'pending') AS changes,
           s.resolution_details ->> 'reason' AS reason,
           s.resolution_details ->> 'subscription' AS subscription_name
      FROM exception_status s
      LEFT JOIN node n ON n.node_id = s.remote_origin
     WHERE s.status = 'pending';

-- How far behind each provider this node is. On an idle link: the delay of its last transaction; while a
-- transaction is being applied, or waits for a lock: at least how long that takes by now.
CREATE VIEW lag_tracker AS
    SELECT o.node_name AS origin_name,
           r.node_name AS receiver_name,
           p.remote_commit_ts AS commit_timestamp,
           p.remote_commit_lsn AS commit_lsn,
           p.remote_insert_lsn,
           p.received_lsn,
           CASE WHEN p.remote_insert_lsn < p.remote_commit_lsn THEN 0
                ELSE p.remote_insert_lsn - p.remote_commit_lsn END AS replication_lag_bytes,
           greatest(CASE WHEN p.last_updated_ts < p.remote_commit_ts THEN '0'::interval
                         ELSE p.last_updated_ts - p.remote_commit_ts END,
                    busy.since) AS replication_lag
      FROM progress p
      LEFT JOIN LATERAL (
          SELECT max(pg_catalog.clock_timestamp() - a.xact_start) AS since
            FROM subscription s
            JOIN get_apply_worker_status() w ON w.worker_subid = s.sub_id::bigint
            JOIN pg_catalog.pg_stat_activity a ON a.pid = w.worker_pid
           WHERE s.sub_origin = p.remote_node_id) busy ON true
      LEFT JOIN node o ON o.node_id = p.remote_node_id
      LEFT JOIN node r ON r.node_id = p.node_id;

-- Changes of each table by stream: applied for a subscription, or sent to all subscribers.
CREATE VIEW channel_table_stats AS
    SELECT c.subid,
           c.relid,
           CASE c.subid WHEN 0 THEN '<output>'::name ELSE s.sub_name END AS sub_name,
           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname) AS table_name,
           c.n_tup_ins,
           c.n_tup_upd,
           c.n_tup_del,
           c.n_conflict,
           c.n_dca
      FROM get_channel_stats() c
      LEFT JOIN subscription s ON s.sub_id = c.subid
      LEFT JOIN pg_catalog.pg_class r ON r.oid = c.relid
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace;

CREATE VIEW channel_summary_stats AS
    SELECT subid,
           sub_name,
           pg_catalog.sum(n_tup_ins) AS n_tup_ins,
           pg_catalog.sum(n_tup_upd) AS n_tup_upd,
           pg_catalog.sum(n_tup_del) AS n_tup_del,
           pg_catalog.sum(n_conflict) AS n_conflict,
           pg_catalog.sum(n_dca) AS n_dca
      FROM channel_table_stats
     GROUP BY subid, sub_name;

-- New: transactions, changes and conflicts of each subscription, and how often its stream was lost.
CREATE VIEW subscription_stats AS
    SELECT s.sub_name, p.node_name AS provider, c.*
      FROM get_subscription_counters() c
      JOIN subscription s ON s.sub_id = c.sub_id
      JOIN node p ON p.node_id = s.sub_origin;

-- New: what each apply worker does at this moment, and which sessions hold what it waits for.
CREATE VIEW apply_status AS
    SELECT s.sub_id,
           s.sub_name,
           p.node_name AS provider,
           w.worker_pid::integer AS worker_pid,
           w.worker_status,
           b.pids AS blocked_by,
           a.wait_event_type,
           a.wait_event,
           a.xact_start
      FROM subscription s
      JOIN node p ON p.node_id = s.sub_origin
      LEFT JOIN get_apply_worker_status() w ON w.worker_subid = s.sub_id::bigint
      LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = w.worker_pid
      LEFT JOIN LATERAL (SELECT pg_catalog.pg_blocking_pids(a.pid) AS pids) b ON a.pid IS NOT NULL;

-- New: the delta columns of this database. The declaration is a security label of the column.
CREATE VIEW delta_columns AS
    SELECT c.oid AS relid, n.nspname, c.relname, a.attname,
           pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
      FROM pg_catalog.pg_seclabel l
      JOIN pg_catalog.pg_class c ON c.oid = l.objoid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = l.objsubid
     WHERE l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
       AND l.provider = 'spock' AND l.label = 'spock.delta_apply';

-- New: what this server keeps of deleted rows. All that were deleted since complete_since are there.
CREATE VIEW retention AS
    SELECT 'spock_retention'::name AS slot_name,
           r.state,
           r.xmin,
           pg_catalog.age(r.xmin) AS age_in_transactions,
           pg_catalog.clock_timestamp() - r.complete_since AS age,
           r.complete_since,
           pg_catalog.current_setting('spock.retention_hold')::interval AS hold,
           CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN
               (SELECT pg_catalog.max(pg_catalog.pg_current_wal_lsn() - s.restart_lsn)
                  FROM pg_catalog.pg_replication_slots s
                 WHERE s.slot_name LIKE 'spk\_log\_%')
           END AS log_kept
      FROM retention_state() r;

-- New: how far the incoming streams have come, as proved by what their providers write into them. All
-- commits of the provider before passed are applied here. No change that is still to come is older than
-- a delete before settled, or was made without knowing of it.
CREATE VIEW horizons AS
    SELECT s.sub_name AS subscription_name, p.node_name AS provider_node, h.passed, h.settled
      FROM subscription s
      JOIN node p ON p.node_id = s.sub_origin
      LEFT JOIN stream_horizons() h ON h.sub_id = s.sub_id;

-- New: who has the DDL lock of this node. pid: the session that keeps it; whoever ends that gives it free.
CREATE VIEW ddl_locks AS
    SELECT COALESCE(d.holder, n.node_name::text) AS holder, n.node_name::text AS node,
           COALESCE(d.since, a.xact_start) AS since, d.statement, l.pid
      FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_database b ON b.oid = l.database AND b.datname = pg_catalog.current_database()
      LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      LEFT JOIN ddl_lock d ON d.pid = l.pid AND d.started = a.backend_start
     CROSS JOIN (local_node o JOIN node n ON n.node_id = o.node_id)
     WHERE l.locktype = 'advisory' AND l.classid = 1936748395 AND l.objid = 2 AND l.objsubid = 2 AND l.granted;

-- New: tables that another node is about to rewrite, to which users cannot write meanwhile. pid: the session that
-- keeps them away. Whoever ends it before the statement is committed there lets them in.
CREATE VIEW ddl_gates AS
    SELECT c.nspname, c.relname, n.node_name AS holder, g.since, g.state, g.pid
      FROM write_gates() g
      LEFT JOIN LATERAL (SELECT s.nspname, r.relname FROM pg_catalog.pg_class r
                           JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace
                          WHERE r.oid = g.reloid) c ON true
      LEFT JOIN node n ON n.node_id = g.holder_id;

-- New: how tables here differ from the provider's, as seen when the stream started or when a change did not
-- fit; for the latter the subscription waits.
CREATE VIEW schema_mismatch AS
    SELECT s.sub_name AS subscription_name, p.node_name AS provider_node, d.nspname, d.relname,
           NULLIF(d.attname, '') AS attname, d.reason, d.waits, d.since
      FROM schema_difference d
      JOIN subscription s ON s.sub_id = d.sub_id
      JOIN node p ON p.node_id = s.sub_origin;

------------------------------------------------------------------------------------------------
-- Rights
------------------------------------------------------------------------------------------------

-- What changes replication, or waits inside the server, is for superusers and whom they trust.
REVOKE EXECUTE ON FUNCTION
    node_create, node_drop, node_add_interface, node_drop_interface, clone_detach,
    repset_create, repset_alter, repset_drop, repset_add_table, repset_add_all_tables,
    repset_remove_table, repset_add_partition, repset_remove_partition,
    repset_add_seq, repset_add_all_seqs, repset_remove_seq, sync_seq, sequence_values,
    sub_create, sub_drop, sub_enable, sub_disable, sub_add_repset, sub_remove_repset,
    sub_alter_interface, sub_alter_options, sub_alter_skiplsn, sub_alter_sync, sub_resync_table,
    sub_repaired, sub_show_status, sub_wait_for_sync, table_wait_for_sync,
    partition_add, partition_remove, sub_sync, sub_wait_table_sync,
    sync_event, commit_horizon, wait_slot_confirm_lsn, slot_enable_failover, cleanup_resolutions,
    exception_retry, exception_resolve,
    pause_apply_workers, resume_apply_workers,
    terminate_active_transactions, repair_mode, repair_as_copy, keep_version, row_version,
    reset_channel_stats, reset_subscription_stats, set_conflict_policy, set_conflict_resolver,
    delta_apply(regclass, name, boolean), release_retention, explain_row,
    applied_changes, applied_horizons, copy_versions,
    ddl_lock_acquire, ddl_lock_give, ddl_lock_catch_up, ddl_gate_close, ddl_gate_keep,
    ddl_gates_open
    FROM PUBLIC;

-- Subscribers compare them with their own.
GRANT SELECT ON conflict_policy, conflict_resolver, sequence_node TO PUBLIC;
GRANT USAGE ON SCHEMA spock TO pg_monitor;
GRANT SELECT ON tables, sequences, progress, lag_tracker, channel_table_stats, channel_summary_stats,
    subscription_stats, apply_status, delta_columns, retention, horizons, exceptions_pending,
    schema_mismatch, ddl_locks, ddl_gates TO pg_monitor;
GRANT EXECUTE ON FUNCTION sub_show_status TO pg_monitor;
