//! Commands that need no server, as transcripts: help, mistakes, exit codes, and shapes of output.
//!
//! `TRYCMD=overwrite cargo test -p spockctl --test offline` writes them again.

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .env("SPOCK_LOCAL_DIR", "/nonexistent")
        .env("SPOCKCTL_CONFIG", "/nonexistent/config.toml")
        .env("COLUMNS", "100")
        .env("PGPASSWORD", "canary")
        .case("tests/cmd/*.trycmd");
}
