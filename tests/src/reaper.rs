//! Kills the servers of a test process that died without a chance to do so itself.
//!
//! A test may be killed from outside, for instance when it ran out of time. A shell waits for the
//! end of its standard input, which comes when the last holder of the pipe is gone, and then ends
//! every postmaster that runs from the cluster's directory.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Stands by for one cluster; dropping it ends the watch.
#[derive(Debug)]
pub struct Reaper {
    shell: Option<Child>,
}

const SCRIPT: &str = r#"
read -r word
[ "$word" = done ] && exit
for file in "$1"/*/data/postmaster.pid; do
    read -r pid < "$file" 2>/dev/null || continue
    [ "$(readlink "/proc/$pid/cwd")" = "${file%/postmaster.pid}" ] || continue
    kill -CONT "$pid"; kill -QUIT "$pid"
    sleep 2; kill -KILL "$pid" 2>/dev/null
done
"#;

impl Reaper {
    /// Watches over the cluster in this directory.
    pub fn watch(dir: &Path) -> Reaper {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "reaper"]).arg(dir);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // An interrupt from the terminal ends the test, and must not end its watcher first.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Reaper { shell: command.spawn().ok() }
    }
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
