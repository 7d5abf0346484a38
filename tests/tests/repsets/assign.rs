//! New tables are put into sets by an event trigger, as the documentation of older versions shows it.

use crate::link::Link;

const TRIGGER: &str = "
CREATE OR REPLACE FUNCTION spock_assign_repset()
RETURNS event_trigger AS $$
DECLARE obj record;
BEGIN
    FOR obj IN SELECT * FROM pg_event_trigger_ddl_commands()
    LOOP
        IF obj.object_type = 'table' THEN
            IF obj.schema_name = 'config' THEN
                PERFORM spock.repset_add_table('configuration', obj.objid);
            ELSIF NOT obj.in_extension THEN
                PERFORM spock.repset_add_table('default', obj.objid);
            END IF;
        END IF;
    END LOOP;
END;
$$ LANGUAGE plpgsql;

CREATE EVENT TRIGGER spock_assign_repset_trg
    ON ddl_command_end
    WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS')
    EXECUTE PROCEDURE spock_assign_repset();";

#[test]
fn an_event_trigger_assigns_new_tables_to_sets() {
    let link = Link::make();
    let n1 = link.n1();
    link.everywhere("CREATE SCHEMA config");
    n1.sql("SELECT spock.repset_create('configuration')");
    n1.sql(TRIGGER);
    link.subscribe("replication_sets := '{default,configuration}'");
    link.everywhere(
        "CREATE TABLE config.a (id int PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY)",
    );
    n1.sql("INSERT INTO config.a VALUES (1); INSERT INTO b DEFAULT VALUES");
    link.assert_same("SELECT * FROM config.a, b", "SELECT * FROM config.a, b");
    assert_eq!(
        n1.table(
            "SELECT relname, set_name FROM spock.tables WHERE set_name IS NOT NULL ORDER BY 1"
        ),
        "a|configuration\nb|default"
    );
    // Without a key it cannot be in the set, and so is not created.
    link.refuses(
        &n1,
        "CREATE TABLE c AS SELECT 1 AS id",
        "55000",
        "table c cannot be added to replication set default",
    );
}
