# Faremux. `make run` shows it at work, `make test` runs every test; both install what is missing.
.PHONY: run test check build dependencies python format lint imports conformance fuzz simulation chaos failure-matrix clean

run: build
	@scripts/run.sh

test: dependencies python
	@scripts/test.sh

# What the checks against Python need, from PyPI: a table of airports, and Prometheus' own reader of its format.
python: dependencies
	@test -x .build/python/bin/python || python3 -m venv .build/python
	@.build/python/bin/python -c 'import airportsdata, prometheus_client' 2>/dev/null \
	    || .build/python/bin/pip install --quiet --disable-pip-version-check airportsdata prometheus_client

# Formatting and import directions, then the tests.
check: lint imports test

build: dependencies
	swift build --product faremux
	swift build --product mock-provider

dependencies:
	@scripts/install-dependencies.sh

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests providers mock-servers

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests providers mock-servers

# A module, or a test, imports only what Package.swift says it may. The build is the one that the tests run.
imports: dependencies
	swift build --build-tests --explicit-target-dependency-import-check error

# The official SDKs of Duffel, Amadeus and Stripe against the mock providers.
conformance: build
	@scripts/conformance.sh

# A million damaged inputs for each reader of wire formats.
fuzz: dependencies
	@scripts/fuzz.sh

# The booking core in worlds made from seeds, on a virtual clock: SEEDS=n of them, or SEED=n again.
simulation: dependencies
	@scripts/simulation.sh

# Faults and kills over real processes, then the audit of every ledger: SEEDS=n worlds, or SEED=n again. Then the
# simulation, SIMULATION_SEEDS worlds of it (a million).
chaos: dependencies
	@scripts/chaos.sh
	@[ -n "$(SEED)" ] || SEEDS=$${SIMULATION_SEEDS:-1000000} scripts/simulation.sh

# Writes docs/failure-matrix.md anew, from what is seen over real processes. `make test` compares it.
failure-matrix: dependencies
	swift build --build-tests
	FAREMUX_MATRIX_WRITE=1 swift test --skip-build --no-parallel --filter FailureMatrixTests

clean:
	rm -rf .build
