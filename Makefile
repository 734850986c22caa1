# Every day's commands. Packagers: `meson setup build && ninja -C build` is all
# there is behind them, and installs nothing.

BUILD = build
WEATHER = examples/weather/weather.c days=@examples/weather/seattle.csv
LEAT = $(BUILD)/leat run

.PHONY: help build everything run test deps bench check-asan check-tsan fuzz install clean
.NOTPARALLEL:

help:
	@echo 'make run         build (about a minute), then a weather report from 1,461 days of Seattle'
	@echo 'make test        build everything, then run every test'
	@echo 'make build       $(BUILD)/leat and $(BUILD)/libleat.so: what make install installs'
	@echo 'make bench       the figures of docs/performance.md, on a quiet machine'
	@echo 'make check-asan  the tests under AddressSanitizer and UBSan; check-tsan: ThreadSanitizer'
	@echo 'make fuzz        every reader under libFuzzer, FUZZ_SECONDS (600) each; needs clang'
	@echo 'make install     honours DESTDIR'
	@echo 'make deps        installs missing Debian packages; run and test do it too'

deps:
	@tools/deps

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) program

# Tests and examples too.
everything: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

%/build.ninja:
	@tools/deps --check
	meson setup $* --libdir lib/$$(gcc -print-multiarch) -Dtests=enabled -Drecords=enabled $(FLAGS)

run: deps build
	$(LEAT) $(WEATHER) anomaly normal=11.5
	$(LEAT) -r $(WEATHER) report normal=11.5

# $(1): build folder, $(2): options of `meson test`.
run_tests = rm -f $(1)/meson-logs/testlog*; \
	meson test -C $(1) --no-rebuild --print-errorlogs --timeout-multiplier 4 $(2); status=$$?; \
	tools/test-summary $(1) && exit $$status

test: deps everything
	@$(call run_tests,$(BUILD))

check-asan: export ASAN_OPTIONS = detect_leaks=1:strict_string_checks=1:abort_on_error=0
check-asan: export UBSAN_OPTIONS = halt_on_error=1:print_stacktrace=1
check-asan: deps
	@$(MAKE) --no-print-directory everything BUILD=build-asan \
		FLAGS='--buildtype=debugoptimized -Db_sanitize=address,undefined'
	@$(call run_tests,build-asan)

# Without address randomisation: gcc 12's runtime refuses some kernels' layout.
check-tsan: export TSAN_OPTIONS = halt_on_error=1:second_deadlock_stack=1:suppressions=$(CURDIR)/tools/tsan.supp
check-tsan: deps
	@$(MAKE) --no-print-directory everything BUILD=build-tsan \
		FLAGS='--buildtype=debugoptimized -Db_sanitize=thread'
	@$(call run_tests,build-tsan,--no-suite crash --wrapper 'setarch -R')

FUZZ_SECONDS = 600

# What a run finds is kept in build-fuzz/corpus, and where the next one begins.
fuzz: export ASAN_OPTIONS = detect_leaks=1:strict_string_checks=1
fuzz: export UBSAN_OPTIONS = halt_on_error=1:print_stacktrace=1
fuzz: deps
	@CC=clang $(MAKE) --no-print-directory build-fuzz/build.ninja \
		FLAGS='-Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false'
	@ninja -C build-fuzz fuzzers
	@for path in fuzz/corpus/*; do name=$${path##*/}; mkdir -p build-fuzz/corpus/$$name; echo "# $$name"; \
		build-fuzz/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=4096 \
			-print_final_stats=1 -verbosity=0 -print_funcs=0 -artifact_prefix=build-fuzz/$$name- \
			build-fuzz/corpus/$$name $$path || exit 1; done

bench: deps
	@$(MAKE) --no-print-directory everything BUILD=build-bench FLAGS='--buildtype=release -Dbench=true'
	@python3 bench/run.py --build build-bench

install: build
	meson install -C $(BUILD) --no-rebuild
	@test -n "$(DESTDIR)" || ldconfig

clean:
	rm -rf build build-asan build-tsan build-bench build-fuzz
