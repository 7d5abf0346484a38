//! Kills the servers of a test process that died without a chance to do so itself.
//!
//! A test may be killed from outside, for instance when it ran out of time. A shell waits for the
//! end of its standard input, which comes when the last holder of the pipe is gone, and then ends
//! every postmaster and every pgbouncer that runs from the cluster's directory.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Stands by for one cluster; dropping it ends the watch.
#[derive(Debug)]
pub struct Reaper {
    shell: Option<Child>,
}

/// The file whose presence says that the directory goes with the process.
const MARK: &str = "remove-after-exit";

const SCRIPT: &str = r#"
read -r word
[ "$word" = done ] && exit
for file in "$1"/*/data/postmaster.pid; do
    read -r pid < "$file" 2>/dev/null || continue
    [ "$(readlink "/proc/$pid/cwd")" = "${file%/postmaster.pid}" ] || continue
    kill -CONT "$pid"; kill -QUIT "$pid"
    sleep 2; kill -KILL "$pid" 2>/dev/null
done
for file in "$1"/*/pgbouncer.pid; do
    read -r pid < "$file" 2>/dev/null || continue
    [ "$(readlink "/proc/$pid/cwd")" = "${file%/pgbouncer.pid}" ] && kill -KILL "$pid"
done
[ -e "$1/$2" ] && rm -rf "$1"
"#;

impl Reaper {
    /// Watches over the cluster in this directory.
    pub fn watch(dir: &Path) -> Reaper {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "reaper"]).arg(dir).arg(MARK);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // An interrupt from the terminal ends the test, and must not end its watcher first.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Reaper { shell: command.spawn().ok() }
    }
}

/// Says whether a cluster that outlives its test (one that several tests share, which nobody drops)
/// shall leave its files behind when the process ends.
pub(crate) fn remove_after_exit(dir: &Path, remove: bool) {
    let mark = dir.join(MARK);
    let _ = if remove { fs::write(mark, "") } else { fs::remove_file(mark) };
}

impl Drop for Reaper {
    fn drop(&mut self) {
        use std::io::Write as _;
        if let Some(mut shell) = self.shell.take() {
            if let Some(mut stdin) = shell.stdin.take() {
                let _ = stdin.write_all(b"done\n");
            }
            let _ = shell.wait();
        }
    }
}
