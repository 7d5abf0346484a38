# Each line calls one script or cargo command; the scripts say what they need.
.PHONY: help packages demo test mutants lint bench check-all install gen

help: ## Show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

packages: ## Install the packages that building and testing need
	@scripts/install-packages

demo: packages ## Three servers, a full mesh, traffic on all of them, and the proof
	@scripts/demo

test: ## Run all tests (PG=17: on another major version)
	@scripts/install-packages --test
	@PG=$(PG) scripts/test

mutants: ## Show that the model test finds a defect in each convergence rule
	@scripts/mutants

lint: packages ## Check formatting, clippy, and documentation
	@scripts/lint

check-all: packages ## Check that the extension compiles for every server version
	@scripts/check-all

bench: ## Compare with native logical replication and pglogical
	@scripts/install-packages --bench
	@scripts/bench

install: packages ## Install a release build into the server of PG_CONFIG
	@scripts/install-extension

gen: ## Write completions, man pages, and reference pages again
	@scripts/gen
