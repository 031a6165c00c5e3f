# The commands of this project. `make demo` and `make test` work on a fresh Debian machine with Swift.

SHELL := /bin/bash
SWIFT ?= swift
DIR ?= demo
SCRATCH ?= .build
export SWIFT_BACKTRACE = enable=no

.PHONY: $(shell grep -oE '^[a-z-]+:' $(firstword $(MAKEFILE_LIST)) | tr -d :)

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

packages: ## Install the system packages that are missing (Debian)
	@deploy/install-packages

build: packages ## Build the program in release: .build/release/syngraph
	$(SWIFT) build -c release --product syngraph

demo: build ## Play the whole story in DIR (default: demo)
	rm -rf -- "$(DIR)"
	.build/release/syngraph demo --dir "$(DIR)"

test: ## Run every test
	@deploy/install-packages --tests
	$(SWIFT) build --build-tests
	timeout -k 10 1500 $(SWIFT) test --skip-build --no-parallel < /dev/null

lint: ## Check the layout of the code
	$(SWIFT) format lint -r --strict Sources Tests Package.swift

kill-test: build ## Play the story while twenty nodes are killed at random moments; SEED=n repeats one
	deploy/kill-test $(SEED)

tamper-test: build ## Change one byte of a bundle in a thousand ways; SEED=n repeats one
	deploy/tamper-test $(SEED)

tls-test: build ## Hold a node's TLS against openssl s_client, sslscan and testssl.sh, where they are installed
	deploy/tls-test

partition-test: build ## Cut and heal the network between nodes in namespaces of their own; SEED=n, ROUNDS=n
	ROUNDS=$(or $(ROUNDS),5) deploy/partition-test $(SEED)

disk-test: build ## Kill a node, damage its log, fill its disk; SEED=n, ROUNDS=n, DISK_SEEDS=n
	DISK_SEEDS=$(or $(DISK_SEEDS),2000) $(SWIFT) test --filter StorageTests.DamagedLogTests < /dev/null
	ROUNDS=$(or $(ROUNDS),20) deploy/disk-test $(SEED)

fuzz: ## Fuzz every decoder of strangers' bytes for SECONDS=n in all; TARGETS="…" for some
	Tests/Fuzzing/run $(or $(SECONDS),600) $(TARGETS)

histories: ## Play random histories in the agreement and in its reference until stopped; SEEDS=from..to for some
	$(SWIFT) build -c release --product histories
	.build/release/histories $(if $(SEEDS),--seeds $(SEEDS))

scale: ## Measure a roadmap of a thousand parties and half a million seals
	$(SWIFT) build -c release --product AgreementScale
	.build/release/AgreementScale

simulate: ## Play nights of many nodes in which everything goes wrong, until stopped; SEEDS=from..to for some
	$(SWIFT) build -c release --product simulate
	.build/release/simulate $(if $(SEEDS),--seeds $(SEEDS))

broken-versions: ## Break the code in one place after the other, and see that the simulator finds each
	SWIFT="$(SWIFT)" deploy/broken-versions

simulation-coverage: ## Count the lines of the node that the simulator runs
	SWIFT="$(SWIFT)" deploy/simulation-coverage $(SEEDS)

verifiers: ## Verify random histories by both verifiers and compare; SEEDS=from..to, PYTHON=interpreter with cryptography, SCRATCH=folder to build in
	$(SWIFT) build --scratch-path "$(SCRATCH)" -c release --product syngraph
	$(SWIFT) build --scratch-path "$(SCRATCH)" -c release --product histories
	deploy/compare-verifiers $(or $(SEEDS),1..1000) "$(SCRATCH)/release" \
	    "$(or $(PYTHON),$(wildcard .build/foreign/bin/python3),python3)"

verification: ## Measure verification beside openssl and git; ENTRIES=n, SEALS=n
	$(SWIFT) build -c release --product benchmarks
	deploy/compare-verification .build/release/benchmarks $(or $(ENTRIES),100000) $(or $(SEALS),5000)

pages: ## Open pages of random histories and of proofs in them in Chromium and compare what they find with the verifier; SEEDS=from-to, SCRATCH=folder to build in
	PAGE_SEEDS=$(or $(SEEDS),1-500) $(SWIFT) test --scratch-path "$(SCRATCH)" --filter RenditionsTests.PageOfHistoriesTests < /dev/null

drafting-campaign: ## Edit texts and drafts at random in many ways and compare with slow references; SEEDS=from-to
	DRAFTING_SEEDS=$(or $(SEEDS),1-20000) $(SWIFT) test --filter DraftingTests.ConvergenceTests < /dev/null
	DRAFT_SEEDS=$(or $(SEEDS),1-5000) $(SWIFT) test --filter DraftingTests.DraftReferenceTests < /dev/null

benchmarks: ## Measure drafting beside its peers; PEERS=script and PYTHON=interpreter that has them, TRACES=files; YJS=folder with yjs; BUSY=1 to count processor time
	$(SWIFT) build -c release --product benchmarks
	deploy/compare-drafting --python "$(PYTHON)" --peers "$(PEERS)" $(if $(YJS),--yjs "$(YJS)") $(if $(BUSY),--processor-time) $(TRACES)

clean: ## Remove what was built
	rm -rf .build demo
