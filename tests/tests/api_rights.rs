//! Who may do what: nothing that changes replication is for everybody; who was granted a function
//! needs nothing else.

use spock_tests::Cluster;

#[test]
fn what_changes_replication_needs_a_grant_and_nothing_else() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    cluster.create_nodes();
    n1.sql("CREATE ROLE someone; CREATE TABLE t (id int PRIMARY KEY); GRANT USAGE ON SCHEMA spock TO someone");
    let run = |sql: &str| format!("SET ROLE someone; {sql}");
    for call in [
        "spock.node_create('x', 'dbname=x')",
        "spock.repset_create('x')",
        "spock.sub_create('x', 'dbname=x')",
        "spock.sync_event()",
        "spock.wait_slot_confirm_lsn(NULL, NULL)",
        "spock.sub_show_status()",
    ] {
        let name = call.split(['.', '(']).nth(1).unwrap();
        let message = format!("permission denied for function {name}");
        cluster.refuses(&n1, &run(&format!("SELECT {call}")), "42501", &message);
        n1.sql("RESET ROLE");
    }
    cluster.refuses(
        &n1,
        &run("SELECT * FROM spock.node_interface"),
        "42501",
        "permission denied for table node_interface",
    );
    n1.sql("RESET ROLE");
    n1.sql("GRANT EXECUTE ON FUNCTION spock.repset_add_table, spock.repset_create, spock.sync_event TO someone");
    // Operators of the caller's own never get into our statements.
    n1.sql(
        "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO someone;
         CREATE FUNCTION evil.eq(name, name) RETURNS boolean LANGUAGE plpgsql
             AS $$ BEGIN RAISE 'reached'; END $$;
         CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.eq)",
    );
    n1.sql(&run("SET search_path = evil, pg_catalog, public; SELECT spock.repset_create('mine');
         SELECT spock.repset_add_table('mine', 'public.t'); SELECT spock.sync_event()"));
    n1.sql("RESET ROLE; RESET search_path");
    assert_eq!(n1.table("SELECT relname FROM spock.tables WHERE set_name = 'mine'"), "t");
    assert_eq!(
        n1.table("SELECT current_user, current_setting('search_path')"),
        "postgres|\"$user\", public"
    );
    // Those who watch see how things stand.
    n1.sql(
        "CREATE ROLE watcher IN ROLE pg_monitor; SET ROLE watcher;
         TABLE spock.progress; TABLE spock.lag_tracker; TABLE spock.tables;
         SELECT * FROM spock.sub_show_status(); RESET ROLE",
    );
}
