//! The files that are derived from the command line, for packages.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use spock_admin::exit::manual_section;
use spock_admin::generated::File;

use crate::cli::Cli;
use crate::exit::table;

const NAME: &str = "spock_create_subscriber";

/// Every generated file, by its path in the repository.
pub(crate) fn files() -> Vec<File> {
    let mut out = Vec::new();
    for (shell, file) in [
        (Shell::Bash, format!("{NAME}.bash")),
        (Shell::Zsh, format!("_{NAME}")),
        (Shell::Fish, format!("{NAME}.fish")),
    ] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
        out.push((Path::new("completions").join(file), script));
    }
    out.push((Path::new("man").join(format!("{NAME}.1")), page()));
    out
}

fn page() -> Vec<u8> {
    let man = clap_mangen::Man::new(Cli::command())
        .date("")
        .source(concat!("spock_create_subscriber ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = man.render_title(&mut out);
    let _ = man.render_name_section(&mut out);
    let _ = man.render_synopsis_section(&mut out);
    let _ = man.render_description_section(&mut out);
    let _ = man.render_options_section(&mut out);
    out.extend(manual_section(table()).bytes());
    out.extend(b".SH \"SEE ALSO\"\nspockctl(1), pg_basebackup(1)\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let stale = spock_admin::generated::stale(&root, files());
        assert!(stale.is_empty(), "run `make gen`; out of date: {stale:?}");
    }
}
