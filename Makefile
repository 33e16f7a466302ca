# make help lists what there is.

GO ?= go
BIN := bin/preflight
STATICCHECK := $(GO) tool -modfile=tools/go.mod staticcheck
FUZZTIME ?= 30s
# Packages with goroutines of their own: the race detector runs over these.
RACY := ./table/... ./validate/... ./ftp/... ./cmd/...
# Packages that a browser may load: they must build for GOOS=js.
PORTABLE := ./table ./validate ./rules ./templates ./codes ./report

.PHONY: all
all: build test ## build, then test

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.PHONY: build
build: ## build bin/preflight
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BIN) ./cmd/preflight

.PHONY: demo
demo: build ## judge a small file that has a dozen different defects
	@echo '$$ preflight check testdata/demo/sales_2026-11-20.csv'
	@$(BIN) check --today 2026-11-20 testdata/demo/sales_2026-11-20.csv; code=$$?; \
	if [ $$code -ne 1 ]; then echo "demo: expected findings (exit code 1), got exit code $$code" >&2; exit 1; fi; \
	echo; echo 'The exit code was 1, as it is for a file with errors; make itself is content.'

.PHONY: test
test: ## run all tests
	$(GO) test ./...

.PHONY: race
race: ## run the tests of concurrent packages with the race detector
	$(GO) test -race $(RACY)

.PHONY: lint
lint: ## gofmt, go vet and staticcheck
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not formatted by gofmt:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(STATICCHECK) ./...

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (30s)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

.PHONY: bench
bench: build ## measure the speed on generated files, or on PREFLIGHT_BENCH_FILE
	$(GO) run ./internal/bench -preflight $(BIN)

.PHONY: docs
docs: ## write what is made from the code and from the YAML of the templates
	$(GO) generate ./templates
	$(GO) run ./internal/docs

.PHONY: cross
cross: ## build for all systems
	@for system in linux darwin windows; do for arch in amd64 arm64; do \
		echo "$$system/$$arch"; \
		CGO_ENABLED=0 GOOS=$$system GOARCH=$$arch $(GO) build -o /dev/null ./cmd/preflight || exit 1; \
	done; done
	@echo js/wasm
	@GOOS=js GOARCH=wasm $(GO) build $(PORTABLE)

.PHONY: release-snapshot
release-snapshot: ## write the archives, SBOMs and checksums of a release into dist/
	$(GO) run ./internal/release snapshot dist
	@cat dist/checksums.txt

.PHONY: rule
rule: ## write the skeleton of a rule: make rule ID=negative-amount
	@$(GO) run ./internal/docs -rule '$(ID)'

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist
