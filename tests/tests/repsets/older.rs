//! Names and settings of older versions.

use crate::link::Link;

#[test]
fn names_of_older_versions_are_accepted() {
    let link = Link::build(|cluster| cluster.setting("spock.batch_inserts", "off"));
    let (n1, n2) = (link.n1(), link.n2());
    link.everywhere(
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE t (id int PRIMARY KEY)",
    );
    n1.sql("SELECT spock.repset_add_table('default', 'p'); SELECT spock.repset_add_table('default', 't')");
    link.everywhere("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)");
    assert_eq!(n1.value::<i32>("SELECT spock.partition_add('p', 'p1')"), 1);
    link.subscribe("");
    n1.sql("INSERT INTO p VALUES (1); INSERT INTO t VALUES (1)");
    link.assert_same("SELECT * FROM p", "SELECT * FROM p");
    // Two transactions: what the first one asks for begins with its commit.
    n2.sql("SELECT spock.sub_sync('sub_n1_n2', true)");
    n2.sql("SELECT spock.sub_wait_table_sync('sub_n1_n2', 't')");
    assert_eq!(n1.value::<i32>("SELECT spock.partition_remove('p')"), 1);
    // One was set in the file of the server, which started.
    assert_eq!(n1.table("SHOW spock.batch_inserts"), "off");
    let noticed = n1.table(
        "CREATE FUNCTION pg_temp.noticed() RETURNS text LANGUAGE plpgsql AS
         $$ BEGIN SET LOCAL spock.use_spi = on; RETURN current_setting('spock.use_spi'); END $$;
         SELECT pg_temp.noticed()",
    );
    assert_eq!(noticed, "on");
}
