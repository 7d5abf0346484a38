-- Four nodes on one server, by psql alone: connection strings in variables of the server, a session that goes
-- from database to database. Run by tests/tests/one_server.rs, which knows what it has to print.
\set ON_ERROR_STOP on
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
SELECT current_setting('spock.orig_provider_dsn') AS orig_provider_dsn,
       current_setting('spock.provider_dsn') AS provider_dsn,
       current_setting('spock.provider1_dsn') AS provider1_dsn,
       current_setting('spock.subscriber_dsn') AS subscriber_dsn \gset
CREATE ROLE super SUPERUSER LOGIN;
CREATE ROLE nonsuper LOGIN REPLICATION;

\echo == nodes
\c :orig_provider_dsn
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS spock;
SELECT spock.node_create(node_name := 'test_orig_provider',
    dsn := current_setting('spock.orig_provider_dsn') || ' user=super') > 0;
\c :provider_dsn
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS spock;
SELECT spock.node_create(node_name := 'test_provider',
    dsn := current_setting('spock.provider_dsn') || ' user=super') > 0;
\c :provider1_dsn
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS spock;
SELECT spock.node_create(node_name := 'test_provider1',
    dsn := current_setting('spock.provider1_dsn') || ' user=super') > 0;
\c :subscriber_dsn
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS spock;
SELECT spock.node_create(node_name := 'test_subscriber',
    dsn := current_setting('spock.subscriber_dsn') || ' user=super') > 0;

\echo == tables of the first database
\c :orig_provider_dsn
CREATE TABLE top_level (id serial PRIMARY KEY, who text, at timestamptz DEFAULT now());
INSERT INTO top_level (who) SELECT 'sourcedb' FROM generate_series(1, 5);
SELECT spock.repset_add_table('default', 'top_level', true);

\echo == a copy with structure, by a superuser
\c :provider_dsn
SELECT spock.sub_create(subscription_name := 'test_orig_subscription',
    provider_dsn := current_setting('spock.orig_provider_dsn') || ' user=super',
    synchronize_structure := true, synchronize_data := true, forward_origins := '{}') > 0;
BEGIN;
SET LOCAL statement_timeout = '60s';
SELECT spock.sub_wait_for_sync('test_orig_subscription');
COMMIT;
SELECT subscription_name, status, provider_node, replication_sets, forward_origins FROM spock.sub_show_status();
SELECT count(*) FROM top_level;
CREATE TABLE basic (id int PRIMARY KEY, other int, data text, something interval);
CREATE TABLE no_key (v text);
SET client_min_messages = error;
SELECT spock.repset_add_all_tables('default', ARRAY['public']);
SELECT spock.repset_add_table('default_insert_only', 'no_key');

\echo == a cascade, by a superuser
\c :subscriber_dsn
SELECT spock.sub_create(subscription_name := 'test_subscription',
    provider_dsn := current_setting('spock.provider_dsn') || ' user=super',
    synchronize_structure := true, synchronize_data := true, forward_origins := '{all}') > 0;
BEGIN;
SET LOCAL statement_timeout = '60s';
SELECT spock.sub_wait_for_sync('test_subscription');
COMMIT;
SELECT subscription_name, status, provider_node, replication_sets, forward_origins FROM spock.sub_show_status();
SELECT sync_kind, sync_nspname, sync_relname, sync_status FROM spock.local_sync_status ORDER BY 1, 2, 3;

\echo == rows alone, by an ordinary role
\c :provider_dsn
GRANT USAGE ON SCHEMA spock TO nonsuper;
GRANT SELECT ON spock.tables TO nonsuper;
GRANT EXECUTE ON FUNCTION spock.applied_changes, spock.applied_horizons, spock.copy_versions, spock.commit_horizon,
    spock.sequence_values TO nonsuper;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO nonsuper;
\c :provider1_dsn
CREATE TABLE basic (id int PRIMARY KEY, other int, data text, something interval);
CREATE TABLE top_level (id int PRIMARY KEY, who text, at timestamptz);
CREATE TABLE no_key (v text);
SELECT spock.sub_create(subscription_name := 'test_subscription1',
    provider_dsn := current_setting('spock.provider_dsn') || ' user=nonsuper',
    synchronize_structure := false, synchronize_data := true, forward_origins := '{}') > 0;
BEGIN;
SET LOCAL statement_timeout = '60s';
SELECT spock.sub_wait_for_sync('test_subscription1');
COMMIT;
SELECT count(*) FROM top_level;

\echo == slots
\c :provider_dsn
SELECT slot_name, plugin, slot_type, database FROM pg_replication_slots
 WHERE slot_name NOT LIKE 'spk\_log%' AND slot_name <> 'spock_retention' ORDER BY 1;

\echo == changes
INSERT INTO basic VALUES (1, 1, 'one', '1 hour'), (2, 2, 'two', NULL), (3, 3, NULL, '1 day');
UPDATE basic SET other = id, data = NULL WHERE id = 2;
DELETE FROM basic WHERE id = 3;
INSERT INTO no_key VALUES ('a'), ('a');
SELECT spock.wait_slot_confirm_lsn(NULL, NULL);
SELECT usename, count(*) FROM pg_stat_replication WHERE application_name LIKE 'spk%' GROUP BY 1 ORDER BY 1;
\c :orig_provider_dsn
INSERT INTO top_level (who) VALUES ('later');
SELECT spock.wait_slot_confirm_lsn(NULL, NULL);
\c :provider_dsn
SELECT spock.wait_slot_confirm_lsn(NULL, NULL);
\c :subscriber_dsn
SELECT * FROM basic ORDER BY id;
SELECT count(*) FROM no_key;
SELECT who, count(*) FROM top_level GROUP BY 1 ORDER BY 1;
\c :provider1_dsn
SELECT * FROM basic ORDER BY id;
SELECT who, count(*) FROM top_level GROUP BY 1 ORDER BY 1;

\echo == sets
\c :provider_dsn
SELECT spock.repset_create('updates', replicate_delete := false, replicate_truncate := false) > 0;
SELECT spock.repset_remove_table('default', 'basic');
SELECT spock.repset_add_table('updates', 'basic');
SELECT nspname, relname, set_name FROM spock.tables ORDER BY 1, 2;
INSERT INTO basic VALUES (10, 10, 'only where it is asked for', NULL);
SELECT spock.wait_slot_confirm_lsn(NULL, NULL);
\c :subscriber_dsn
SELECT count(*) FROM basic;
SELECT spock.sub_add_repset('test_subscription', 'updates');
SELECT spock.sub_disable('test_subscription', true);
SELECT subscription_name, status FROM spock.sub_show_status();
SELECT spock.sub_enable('test_subscription', true);
SELECT spock.sub_resync_table('test_subscription', 'basic');
BEGIN;
SET LOCAL statement_timeout = '60s';
SELECT spock.table_wait_for_sync('test_subscription', 'basic');
COMMIT;
SELECT id, data FROM basic ORDER BY id;

\echo == what must not work
\set ON_ERROR_STOP off
\set VERBOSITY terse
SELECT spock.node_create(node_name := 'another', dsn := 'dbname=postgres');
SELECT spock.sub_create(subscription_name := 'test_subscription', provider_dsn := current_setting('spock.provider_dsn'));
SELECT spock.node_drop('test_subscriber');
SET ROLE nonsuper;
SELECT spock.sub_drop('test_subscription');
RESET ROLE;
\set ON_ERROR_STOP on

\echo == the end
\c :subscriber_dsn
SET client_min_messages = warning;
SELECT spock.sub_drop('test_subscription');
SELECT spock.node_drop('test_subscriber');
\c :provider1_dsn
SET client_min_messages = warning;
SELECT spock.sub_drop('test_subscription1');
SELECT spock.node_drop('test_provider1');
\c :provider_dsn
SET client_min_messages = warning;
SELECT spock.sub_drop('test_orig_subscription');
SELECT spock.node_drop('test_provider');
\c :orig_provider_dsn
SET client_min_messages = warning;
SELECT spock.node_drop('test_orig_provider');
SELECT count(*) FROM spock.node;
DROP EXTENSION spock;
\c :provider_dsn
DROP EXTENSION spock;
\c :provider1_dsn
DROP EXTENSION spock;
\c :subscriber_dsn
DROP EXTENSION spock;
DROP DATABASE sourcedb;
DROP DATABASE regression1;
DROP OWNED BY nonsuper;
DROP ROLE super;
