//! Old rows of tables with delta columns: the key and these columns, as a patched server logs them.

use spock_core::proto::ProtoVersion;
use spock_tests::Cluster;

use crate::stream::{Peek, make_provider, make_slot};

#[test]
fn x1_old_rows_hold_the_key_and_the_delta_columns() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(
        "CREATE TABLE t (note text, n int NOT NULL, id int PRIMARY KEY, m numeric NOT NULL);
         SELECT spock.repset_add_table('default', 't')",
    );
    make_slot(&node);
    node.sql("INSERT INTO t VALUES ('a', 1, 7, 1.5)");
    // Not declared yet, and at the end no longer.
    node.sql("UPDATE t SET n = 2");
    node.sql("SELECT spock.delta_apply('t', 'n'), spock.delta_apply('t', 'm')");
    node.sql("UPDATE t SET n = 3");
    node.sql("UPDATE t SET note = 'b'");
    node.sql("UPDATE t SET id = 8, m = 2.5");
    node.sql("SELECT spock.delta_apply('t', 'm', true)");
    node.sql("DELETE FROM t");
    node.sql("INSERT INTO t VALUES ('c', 1, 9, 0)");
    node.sql("SELECT spock.delta_apply('t', 'n', true)");
    node.sql("UPDATE t SET n = 2");
    for version in [ProtoVersion::V4, ProtoVersion::V5] {
        let peek = Peek::text(version);
        assert_eq!(
            peek.changes(&node),
            [
                r#"insert public.t Text("a") Text("1") Text("7") Text("1.5")"#,
                r#"update public.t Text("a") Text("2") Text("7") Text("1.5")"#,
                r#"update public.t Text("a") Text("3") Text("7") Text("1.5") from public.t Null Text("2") Text("7") Text("1.5")"#,
                r#"update public.t Text("b") Text("3") Text("7") Text("1.5") from public.t Null Text("3") Text("7") Text("1.5")"#,
                r#"update public.t Text("b") Text("3") Text("8") Text("2.5") from public.t Null Text("3") Text("7") Text("1.5")"#,
                r#"delete public.t Null Text("3") Text("8") Null"#,
                r#"insert public.t Text("c") Text("1") Text("9") Text("0")"#,
                r#"update public.t Text("c") Text("2") Text("9") Text("0")"#,
            ]
        );
        // The key is the primary key throughout.
        let lines = peek.lines(&node);
        let descriptions: Vec<&String> =
            lines.iter().filter(|line| line.starts_with("relation public.t")).collect();
        assert!(descriptions.len() > 1, "{lines:?}");
        for line in descriptions {
            assert!(line.contains(r#"\"id\" true"#) && line.contains(r#"\"n\" false"#), "{line}");
        }
    }
}
