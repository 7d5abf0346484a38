//! `spockctl ddl run` that is killed, refused, or fails: each text is executed once on each node.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;
use spock_tests::Cluster;

use super::killed::{kill, signal, start};
use super::run::{Run, bare, command, on, run};

/// A cluster whose nodes count the statements that they execute.
pub(super) fn counting(nodes: usize) -> Cluster {
    let cluster = bare(nodes);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    on(&cluster, &["cluster", "init"]).ends(0);
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE executed (tag text);
             CREATE FUNCTION count_it() RETURNS event_trigger LANGUAGE plpgsql AS
             $$BEGIN INSERT INTO public.executed VALUES (tg_tag); END$$;
             CREATE EVENT TRIGGER counting ON ddl_command_end WHEN TAG IN ('ALTER TABLE')
             EXECUTE FUNCTION count_it();
             ALTER EVENT TRIGGER counting ENABLE ALWAYS",
        );
    }
    cluster
}

/// How many statements each node has executed.
pub(super) fn executed(cluster: &Cluster) -> Vec<i64> {
    cluster.nodes().iter().map(|node| node.value("SELECT count(*) FROM executed")).collect()
}

pub(super) fn notes(cluster: &Cluster) -> i64 {
    cluster.node(0).value("SELECT count(*) FROM spock.operator_step")
}

/// It can be executed any number of times.
const ALTER: &str = "ALTER TABLE t ALTER v SET DEFAULT 'x'";
pub(super) const RUN: &[&str] = &["ddl", "run", "--yes", "-c", ALTER];

/// Until a run waits for the lock of a table.
pub(super) fn waits(cluster: &Cluster) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
                    WHERE application_name LIKE 'spockctl/ddl-run%' AND wait_event_type = 'Lock'";
    cluster.wait_for("the statement to wait", || cluster.node(0).value::<i64>(waiting) == 1);
}

/// Lets a run execute its text, and kills it before it hears of that. The table is locked by another
/// session until the run stands still.
fn kill_after_the_commit(cluster: &Cluster, mut of: Command) {
    let mut holder = cluster.node(0).connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("the lock");
    let child = of.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    waits(cluster);
    signal(&child, "-STOP");
    holder.batch_execute("COMMIT").expect("COMMIT");
    cluster.wait_for("the commit", || notes(cluster) == 1);
    assert!(kill(cluster, child));
}

/// The runs in the journals, the newest first.
pub(super) fn runs(cluster: &Cluster) -> Vec<(String, String)> {
    let list = on(cluster, &["runs", "list", "-o", "json"]).ends(0).items();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let of_ddl = list.iter().filter(|run| run["command"] == "ddl run");
    of_ddl.map(|run| (text(&run["run"]), text(&run["state"]))).collect()
}

/// One run is killed at each step; the next one finishes, and one more executes the text anew.
#[test]
fn a_text_is_executed_once_wherever_its_run_is_killed() {
    let cluster = counting(3);
    let plan = on(&cluster, &[RUN, &["--dry-run", "-o", "json"]].concat()).ends(0).items();
    let steps: Vec<&str> = plan.iter().filter_map(|step| step["step"].as_str()).collect();
    assert_eq!(steps, ["n1.ddl_execute", "n1.ddl_barrier", "n2.ddl_result", "n3.ddl_result"]);
    assert_eq!(executed(&cluster), [0, 0, 0]);
    let mut times = 0;
    for step in steps {
        let has_ended = !kill(&cluster, start(&cluster, RUN, step));
        on(&cluster, RUN).ends(0).says("done on all 3 nodes");
        // The last step may be faster than the signal: then the next run means it.
        assert!(!has_ended || step == "n3.ddl_result", "{step}");
        times += 1 + i64::from(has_ended);
        assert_eq!(executed(&cluster), [times; 3], "killed at {step}");
        assert_eq!(notes(&cluster), 0, "killed at {step}");
    }
    on(&cluster, RUN).ends(0);
    assert_eq!(executed(&cluster), [times + 1; 3], "who runs it again means it");
}

/// Between the commit and the line in the journal.
#[test]
fn a_run_that_did_not_hear_of_its_commit_is_gone_on_with() {
    let cluster = counting(2);
    // By the same command.
    kill_after_the_commit(&cluster, command(&cluster, RUN));
    let [(id, state)] = &runs(&cluster)[..] else { panic!("one run") };
    assert_eq!(state, "interrupted");
    let said = on(&cluster, &[RUN, &["-o", "json"]].concat())
        .ends(0)
        .says(&format!("warning: run {id} of "))
        .says("and was not finished: this goes on with it")
        .says("n1 execute ALTER TABLE t ALTER v SET DEFAULT 'x' (already done)");
    let item = |node: &str| json!({"node": node, "state": "executed", "reason": null});
    assert_eq!(said.items(), [item("n1"), item("n2")]);
    assert_eq!(executed(&cluster), [1, 1]);
    assert_eq!(runs(&cluster), [(id.clone(), "done".to_owned())]);

    // By its id.
    kill_after_the_commit(&cluster, command(&cluster, RUN));
    let id = runs(&cluster)[0].0.clone();
    on(&cluster, &["runs", "resume", &id]).ends(0).says("done on all 2 nodes");
    assert_eq!(executed(&cluster), [2, 2]);

    // From another machine, which has to wait for the lock.
    let first = command(&cluster, &[RUN, &["--lock-lease", "3s"]].concat());
    kill_after_the_commit(&cluster, first);
    let elsewhere = |args: &[&str]| {
        let mut command = command(&cluster, &[RUN, args].concat());
        command.env("XDG_STATE_HOME", cluster.dir().join("elsewhere"));
        run(command)
    };
    elsewhere(&["--wait-lock", "30s"]).ends(0).says("was not finished");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![3, 3], 0));

    // Once more, because somebody says so: also when that is killed.
    kill_after_the_commit(&cluster, command(&cluster, RUN));
    let id = runs(&cluster)[0].0.clone();
    let again = [RUN, &["--again", &id]].concat();
    assert!(kill(&cluster, start(&cluster, &again, "n1.ddl_barrier")));
    on(&cluster, &again).ends(0);
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![5, 5], 0));

    // What is left of a run is nothing to the next cluster.
    kill_after_the_commit(&cluster, command(&cluster, RUN));
    on(&cluster, &["cluster", "destroy", "--confirm", "test"]).ends(0);
    assert_eq!((executed(&cluster)[0], notes(&cluster)), (6, 0));
}

/// Nothing of a text is executed when one of its statements fails.
#[test]
fn a_text_that_fails_says_where() {
    let cluster = counting(2);
    cluster.allow_log("relation \"missing\" does not exist");
    let file = cluster.dir().join("042.sql");
    let file_arg = file.to_str().expect("UTF-8");
    let text = |second: &str| {
        format!("ALTER TABLE t ADD a int;\n-- then\n{second};\nALTER TABLE t ADD c int;\n")
    };
    let args = ["ddl", "run", "--yes", "-F", file_arg];
    fs::write(&file, text("ALTER TABLE missing ADD b int")).expect("a file");
    let failed = on(&cluster, &args)
        .ends(1)
        .says("error: could not execute ALTER TABLE t ADD a int; ... on node \"n1\"")
        .says("relation \"missing\" does not exist")
        .says("It is statement 2 of 3, in line 3.")
        .says("nothing was executed, on no node: the text is one transaction");
    assert_eq!(failed.stdout, "");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![0, 0], 0));
    assert_eq!(runs(&cluster)[0].1, "failed");
    fs::write(&file, text("ALTER TABLE t ADD b int")).expect("a file");
    let done = on(&cluster, &args).ends(0).says("done on all 2 nodes");
    assert_eq!(done.stdout, "NODE  STATE     REASON\nn1    executed  -\nn2    executed  -\n");
    assert_eq!(executed(&cluster), [3, 3]);

    // Another node cannot: it is said which one and why, and the same command looks again.
    cluster.node(1).sql("ALTER TABLE t ADD d text");
    cluster.allow_log("already exists");
    let add = ["ddl", "run", "--yes", "-c", "ALTER TABLE t ADD d int", "-o", "json"];
    on(&cluster, &add[..5])
        .ends(5)
        .says("error: node \"n2\" could not execute it")
        .says("column \"d\" of relation \"t\" already exists")
        .says("spockctl exception retry");
    let failed = on(&cluster, &add).ends(5);
    let state = |run: &Run, at: usize| run.items()[at]["state"].as_str().map(str::to_owned);
    assert_eq!(state(&failed, 0).as_deref(), Some("executed"));
    assert_eq!(state(&failed, 1).as_deref(), Some("failed"));
    let noted = "SELECT count(*) FROM spock.operator_step";
    assert_eq!(
        (notes(&cluster), cluster.node(1).value::<i64>(noted)),
        (1, 0),
        "it is not replicated"
    );
    assert_eq!(cluster.node(0).value::<i64>("SELECT count(*) FROM executed"), 4);
    cluster.node(1).sql("ALTER TABLE t DROP d");
    on(&cluster, &["exception", "retry", "--node", "n2", "--all", "--yes"]).ends(0);
    let done = on(&cluster, &add).ends(0);
    assert_eq!(state(&done, 1).as_deref(), Some("resolved"), "{done:#?}");
    assert_eq!(notes(&cluster), 0);

    // A node that does not subscribe to the set, and one whose subscription is disabled.
    cluster.node(0).sql("SELECT spock.repset_create('few')");
    let few = ["ddl", "run", "--yes", "-c", ALTER, "--repset", "few", "-o", "json"];
    assert_eq!(
        state(&on(&cluster, &few).ends(0).says("done on 1 of 2"), 1).as_deref(),
        Some("not_sent")
    );
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--node", "n2", "--yes"]).ends(0);
    let waiting = on(&cluster, RUN)
        .ends(5)
        .says("error: node \"n2\" has not executed it yet")
        .says("subscription sub_n1_n2 of node n2 is disabled");
    assert!(waiting.stdout.contains("n2    waiting"), "{waiting:#?}");
    on(&cluster, &["sub", "enable", "sub_n1_n2", "--node", "n2"]).ends(0);
    on(&cluster, RUN).ends(0);
    let no_wait = on(&cluster, &[RUN, &["--no-wait"]].concat()).ends(0);
    assert!(
        no_wait.stdout.starts_with("NODE  STATE     REASON\nn1    executed  -\n"),
        "{no_wait:#?}"
    );
}

/// The table is locked by somebody else. Seen to fail with a statement that has no limit, whose session stays.
#[test]
fn a_statement_that_takes_too_long_is_cancelled_in_its_server() {
    let cluster = counting(2);
    cluster.allow_log("canceling statement due to statement timeout");
    let mut holder = cluster.node(0).connect();
    let limited = "SET idle_in_transaction_session_timeout = '60s'; BEGIN; LOCK TABLE t";
    holder.batch_execute(limited).expect("the lock");
    for mode in [&[][..], &["--no-wait"], &["--mode", "everywhere"], &["--lock", "wait"]] {
        let late = on(&cluster, &[RUN, &["--timeout", "2s"], mode].concat()).ends(7);
        late.says("not done within 2s: canceling statement due to statement timeout")
            .says("wait longer with --timeout");
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        assert_eq!(cluster.node(0).value::<i64>(waiting), 0, "{mode:?}");
        assert_eq!(runs(&cluster)[0].1, "failed");
    }
    holder.batch_execute("COMMIT").expect("COMMIT");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![0, 0], 0));
    on(&cluster, &[RUN, &["--timeout", "30s"]].concat()).ends(0).says("done on all 2 nodes");
    assert_eq!(executed(&cluster), [1, 1]);
}

/// Passwords stand neither in the journal nor in what is said, and are not guessed at from a digest.
#[test]
fn passwords_of_statements_stay_secret() {
    let cluster = counting(2);
    let role = &format!("CREATE ROLE somebody PASSWORD $$canary-in-ddl$$; {ALTER}");
    let args = ["ddl", "run", "--yes", "-c", role, "-v", "-v"];
    assert!(kill(&cluster, start(&cluster, &args, "n1.ddl_barrier")));
    let said = on(&cluster, &args).ends(0).says("this goes on with it");
    assert!(!said.stderr.contains("is not known"), "{said:?}");
    let plan = cluster.dir().join("plan.json");
    let rehearsal =
        [&args[..], &["--dry-run", "--plan-out", plan.to_str().expect("UTF-8")]].concat();
    let shown = on(&cluster, &rehearsal).ends(0);
    let history = on(&cluster, &["ddl", "history"]).ends(0);
    assert!(history.stdout.contains("CREATE ROLE somebody PASSWORD ****"), "{history:#?}");
    assert!(!history.stdout.contains("SCRAM"), "{history:#?}");
    let mut texts = vec![said.stdout, said.stderr, shown.stdout, shown.stderr, history.stdout];
    texts.push(fs::read_to_string(&plan).expect("the plan"));
    for entry in fs::read_dir(cluster.dir().join("state/spockctl/runs")).expect("journals") {
        texts.push(fs::read_to_string(entry.expect("a file").path()).expect("a journal"));
    }
    assert!(texts.iter().any(|text| text.contains("CREATE ROLE somebody PASSWORD")), "{texts:#?}");
    for text in texts {
        assert!(!text.contains("canary-in-ddl"), "{text}");
    }
    assert_eq!(executed(&cluster)[0], 1);
}

/// A run that was killed has executed the text with one password, and the next one has another. Seen to fail where texts
/// that differ in passwords count as one.
#[test]
fn a_text_with_another_password_is_another_text() {
    let cluster = counting(2);
    cluster.everywhere("CREATE ROLE somebody LOGIN");
    let run_with = |password: &str| {
        let text = format!("ALTER ROLE somebody PASSWORD '{password}'; {ALTER}");
        ["ddl", "run", "--yes", "--lock-lease", "3s", "-c", &text].map(str::to_owned).to_vec()
    };
    let kill_with = |password: &str| {
        let args = run_with(password);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        assert!(kill(&cluster, start(&cluster, &args, "n1.ddl_barrier")));
    };
    let again = |password: &str| {
        let args = run_with(password);
        on(&cluster, &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let stored = || -> Vec<String> {
        let verifier = "SELECT rolpassword FROM pg_authid WHERE rolname = 'somebody'";
        cluster.nodes().iter().map(|node| node.value(verifier)).collect()
    };
    kill_with("canary-one");
    cluster.drain();
    let before = stored();
    again("canary-two")
        .ends(0)
        .says("executed this with other passwords on node n1 at ")
        .says("this executes it with those that are given now");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![2, 2], 0));
    assert!(stored().iter().zip(&before).all(|(now, before)| now != before));

    // The same password: what was executed is not executed again.
    kill_with("canary-three");
    let same = again("canary-three").ends(0).says("this goes on with it");
    assert!(!same.stderr.contains("passwords"), "{same:?}");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![3, 3], 0));

    // Another machine has not the key.
    kill_with("canary-four");
    let args = [run_with("canary-five"), vec!["--wait-lock".to_owned(), "30s".to_owned()]].concat();
    let mut elsewhere = command(&cluster, &args.iter().map(String::as_str).collect::<Vec<_>>());
    elsewhere.env("XDG_STATE_HOME", cluster.dir().join("elsewhere"));
    run(elsewhere).ends(0).says("whether with these passwords is not known");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![4, 4], 0));
    for place in ["state", "elsewhere"] {
        for file in fs::read_dir(cluster.dir().join(place).join("spockctl/runs")).expect("journals")
        {
            let text = fs::read_to_string(file.expect("a file").path()).expect("a journal");
            assert!(!text.contains("canary-"), "{text}");
        }
    }
}

/// One operator waits in the server, the other one is told who that is.
#[test]
fn of_two_operators_with_statements_one_is_refused() {
    let cluster = counting(2);
    let mut holder = cluster.node(0).connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("the lock");
    let mut first = command(&cluster, RUN);
    let first = first.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    waits(&cluster);
    on(&cluster, RUN)
        .ends(8)
        .says("another operator is at work on the cluster: \"ddl run\" of ")
        .says(&format!("(pid {})", first.id()));
    holder.batch_execute("COMMIT").expect("COMMIT");
    let ended = first.wait_with_output().expect("it ends");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(executed(&cluster), [1, 1]);
}
