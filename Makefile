# One Makefile, not recursive. `make run` and `make check` install what they need; all other targets
# take what is there and say what is missing.
#   VARIANT  release (default), asan (address and undefined-behaviour sanitizers), fuzz (clang)
#   BUILD    where the results go, default build/VARIANT
#   WERROR   empty on a compiler that we do not develop with

VARIANT ?= release
BUILD   ?= build/$(VARIANT)
VERSION := 0.1.0

# ---- floors: the folders whose headers a folder may include (its own always) -------------------
FLOORS := base net mime html imap smtp sieve jail store session model http view page
USES_base    :=
USES_net     := base
USES_mime    := base
USES_html    := base
USES_imap    := $(USES_net) net mime
USES_smtp    := base net
USES_sieve   := base net mime
USES_jail    := base
USES_store   := base
USES_session := base net mime html imap smtp sieve jail store
USES_model   := $(USES_session) session
USES_http    := base mime
USES_view    := base
USES_page    := $(USES_model) model http view
USES_cgi     := $(USES_page) page
USES_child   := base mime html jail
# the program that procmail starts: not a floor of the webmail's, which links none of it
USES_deliver := base net mime sieve

# ---- compiler ----------------------------------------------------------------------------------
WERROR   ?= -Werror
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wvla -Wstrict-prototypes \
            -Wmissing-prototypes -Wundef -Wswitch-enum $(WERROR)
HARDEN   := -fPIE -fstack-protector-strong -fstack-clash-protection
# ClearSilver's headers include each other from their own root
DEFINES  := -isystem /usr/include/ClearSilver -D_GNU_SOURCE -DVM_VERSION='"$(VERSION)"' -include cgi/base/banned.h
ifeq ($(VARIANT),release)
  CFLAGS  ?= -O2 -g
  CFLAGS_VARIANT := -D_FORTIFY_SOURCE=2 $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
  LDFLAGS_VARIANT := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
else ifeq ($(VARIANT),asan)
  CFLAGS  ?= -O1 -g
  CFLAGS_VARIANT := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DVM_SANITIZED
  LDFLAGS_VARIANT := -pie -fsanitize=address,undefined
else ifeq ($(VARIANT),fuzz)
  CC      := clang
  CFLAGS  ?= -O1 -g
  CFLAGS_VARIANT := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -DVM_SANITIZED
  LDFLAGS_VARIANT := -pie -fsanitize=fuzzer,address,undefined
else
  $(error VARIANT is release, asan or fuzz)
endif
# V=1 shows the commands
Q := $(if $(V),,@)
say = $(if $(V),@:,@echo "  $@")
compile = $(CC) -std=c11 $(WARNINGS) $(HARDEN) $(DEFINES) $(CFLAGS) $(CFLAGS_VARIANT) -MMD -MP

LIBS := -lcurl -lssl -lcrypto -lsqlite3 -lfcgi -lneo_cgi -lneo_cs -lneo_utl -lz -lcrypt -larchive -lunistring -lidn2 -lfido2 -lqrencode -lpthread
# gumbo's archive: the child starts once a body, and each shared library costs it a tenth of a
# millisecond.
LIBS_CHILD := -l:libgumbo.a -lseccomp

# ---- sources -----------------------------------------------------------------------------------
sources = $(sort $(wildcard cgi/$(1)/*.c))
objects = $(patsubst cgi/%.c,$(BUILD)/%.o,$(1))
CHILD_SOURCES := $(wildcard cgi/jail/child*.c)
MAIN_OBJECTS  := $(call objects,$(filter-out $(CHILD_SOURCES) $(call sources,html),\
                   $(foreach floor,$(FLOORS),$(call sources,$(floor))) $(sort $(wildcard cgi/*.c))))
CHILD_OBJECTS := $(call objects,$(foreach floor,base mime html,$(call sources,$(floor))) $(CHILD_SOURCES))
# No curl, no OpenSSL: it starts once for each message that is delivered.
DELIVER_OBJECTS := $(call objects,$(foreach floor,base mime deliver,$(call sources,$(floor)))\
                     $(wildcard cgi/sieve/rule*.c cgi/sieve/procmail*.c))
PROGRAMS := $(BUILD)/vaguemestre $(BUILD)/vaguemestre-jail $(BUILD)/vaguemestre-procmail

all: $(PROGRAMS)

$(BUILD)/vaguemestre: $(MAIN_OBJECTS)
	$(say)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS_VARIANT) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/vaguemestre-jail: $(CHILD_OBJECTS)
	$(say)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS_VARIANT) $(LDFLAGS) -o $@ $^ $(LIBS_CHILD)

$(BUILD)/vaguemestre-procmail: $(DELIVER_OBJECTS)
	$(say)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS_VARIANT) $(LDFLAGS) -o $@ $^

# -iquote: a folder's name is not written in an #include, and a higher floor is not found at all.
define floor_rule
$(BUILD)/$(1)/%.o: cgi/$(1)/%.c | $(BUILD)/$(1)
	$$(say)
	$$(Q)$$(compile) $(foreach use,$(USES_$(1)),-iquote cgi/$(use)) -c -o $$@ $$<
$(BUILD)/$(1):
	@mkdir -p $$@
endef
$(foreach floor,$(FLOORS) deliver,$(eval $(call floor_rule,$(floor))))
$(BUILD)/jail/child%.o: cgi/jail/child%.c | $(BUILD)/jail
	$(say)
	$(Q)$(compile) $(foreach use,$(USES_child),-iquote cgi/$(use)) -c -o $@ $<
$(BUILD)/%.o: cgi/%.c | $(BUILD)/base
	$(say)
	$(Q)$(compile) $(foreach use,$(USES_cgi),-iquote cgi/$(use)) -c -o $@ $<

# ---- unit tests: tests/unit/FLOOR/test_*.c, each a cmocka program ------------------------------
TEST_SOURCES := $(sort $(wildcard tests/unit/*/test_*.c))
TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(TEST_SOURCES))
LIBS_base :=
LIBS_net := -lcurl -lssl -lcrypto -lpthread
LIBS_mime :=
LIBS_html := -lgumbo
LIBS_imap := $(LIBS_net)
LIBS_smtp := $(LIBS_net)
LIBS_sieve := $(LIBS_net)
LIBS_deliver := $(LIBS_net)
LIBS_jail := -lpthread
LIBS_store := -lsqlite3 -lpthread
LIBS_session := $(LIBS_net) $(LIBS_store) $(LIBS_html) -lfido2
LIBS_model := $(LIBS_session) -lunistring -lidn2
LIBS_http := -lfcgi -larchive
LIBS_view := -lneo_cgi -lneo_cs -lneo_utl -lz -lcrypt -lpthread -lqrencode
LIBS_page := $(LIBS) -lgumbo
LIBS_cgi := $(LIBS) -lgumbo
sources_of = $(if $(filter cgi,$(1)),$(filter-out cgi/main.c,$(sort $(wildcard cgi/*.c))),\
               $(filter-out cgi/deliver/deliver_main.c,$(call sources,$(1))))
test_objects = $(call objects,$(filter-out $(CHILD_SOURCES),\
                 $(foreach floor,$(sort $(1) $(USES_$(1))),$(call sources_of,$(floor)))))
define test_rule
$(BUILD)/unit/$(1)/%: tests/unit/$(1)/%.c $(call test_objects,$(1)) $(wildcard tests/unit/*.h)
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)$$(compile) -iquote tests/unit $(if $(filter cgi,$(1)),-iquote cgi,-iquote cgi/$(1)) $(foreach use,$(USES_$(1)),-iquote cgi/$(use)) \
	  $$(LDFLAGS_VARIANT) -o $$@ $$(filter %.c %.o,$$^) -lcmocka $(LIBS_$(1))
unit-$(1): $(filter $(BUILD)/unit/$(1)/%,$(TESTS))
	tests/run-unit $$^
.PHONY: unit-$(1)
endef
$(foreach floor,$(FLOORS) deliver cgi,$(eval $(call test_rule,$(floor))))

# The jail's walls are tested from inside by a child with hooks, always without sanitizers, which do
# not live within such walls.
PROBE_SOURCES := $(foreach floor,base mime html,$(call sources,$(floor))) $(CHILD_SOURCES) \
                 tests/unit/jail/probe.c
$(BUILD)/jail-probe: $(PROBE_SOURCES) $(wildcard cgi/base/*.h cgi/mime/*.h cgi/html/*.h cgi/jail/*.h)
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) -std=c11 $(WARNINGS) $(HARDEN) $(DEFINES) -O1 -g -DVM_JAIL_PROBE \
	  $(foreach use,$(USES_child),-iquote cgi/$(use)) -pie -o $@ $(PROBE_SOURCES) $(LIBS_CHILD)
unit unit-jail: | $(BUILD)/jail-probe

# What is done when memory is given back, likewise.
$(BUILD)/forget-probe: cgi/forget.c tests/unit/cgi/forget_probe.c
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) -std=c11 $(WARNINGS) $(HARDEN) $(DEFINES) -O1 -fno-builtin -Wno-use-after-free -pie -o $@ $^
unit unit-cgi: | $(BUILD)/forget-probe

# A program of its own whose letters pass as they are: the same objects, but for the sanitiser and the
# check of its answer. tests/browser/frame.test.mjs proves with it what the frame holds back alone.
OPEN := $(BUILD)/open/vaguemestre $(BUILD)/open/vaguemestre-jail
$(BUILD)/open/vaguemestre: $(filter-out $(BUILD)/jail/verify.o,$(MAIN_OBJECTS)) tests/unit/jail/open_verify.c
	@mkdir -p $(@D)
	$(say)
	$(Q)$(compile) -iquote cgi/base -iquote cgi/jail $(LDFLAGS_VARIANT) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/open/vaguemestre-jail: $(filter-out $(BUILD)/html/sanitise%,$(CHILD_OBJECTS)) tests/unit/html/open_sanitise.c
	@mkdir -p $(@D)
	$(say)
	$(Q)$(compile) -iquote cgi/base -iquote cgi/html $(LDFLAGS_VARIANT) $(LDFLAGS) -o $@ $^ $(LIBS_CHILD)
open: $(OPEN)

unit: $(TESTS)
	tests/run-unit $^

# ---- fuzz targets: tests/fuzz/FLOOR/fuzz_*.c (libFuzzer) ---------------------------------------
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/*/fuzz_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SOURCES))
define fuzz_rule
$(BUILD)/fuzz/$(1)/%: tests/fuzz/$(1)/%.c $(call test_objects,$(1))
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)$$(compile) -Wno-missing-prototypes -iquote tests/unit $(if $(filter cgi,$(1)),-iquote cgi,-iquote cgi/$(1)) $(foreach use,$(USES_$(1)),-iquote cgi/$(use)) \
	  $$(LDFLAGS_VARIANT) -o $$@ $$(filter %.c %.o,$$^) $(LIBS_$(1))
endef
$(foreach floor,$(FLOORS) deliver cgi,$(eval $(call fuzz_rule,$(floor))))

fuzzers: $(FUZZERS)
# MINUTES: how long each target runs; what they find is kept for the next time. `make fuzz MINUTES=30`
# is for the night.
MINUTES ?= 1
fuzz:
	$(MAKE) VARIANT=fuzz fuzzers
	tests/run-fuzz build/fuzz/fuzz $$(($(MINUTES) * 60))

# ---- the bench's clients ------------------------------------------------------------------------
BENCH_SOURCES := $(sort $(wildcard tests/bench/*.c))
bench-tools: $(BUILD)/bench/bench
$(BUILD)/bench/bench: $(BENCH_SOURCES) $(wildcard tests/bench/*.h) \
    $(call objects,$(call sources,base) $(filter-out $(CHILD_SOURCES),$(call sources,jail)))
	@mkdir -p $(@D)
	$(say)
	$(Q)$(compile) -iquote tests/bench -iquote cgi/base -iquote cgi/jail $(LDFLAGS_VARIANT) -o $@ $(filter %.c %.o,$^) \
	  -lssl -lcrypto -lz -lgumbo -lpthread

# ---- the two commands --------------------------------------------------------------------------
run:
	deploy/run
stop:
	deploy/stop
check:
	tests/check
quick:
	$(MAKE) VARIANT=asan all unit
integration browser:
	tests/check $@
bench:
	tests/bench/run

# ---- upkeep ------------------------------------------------------------------------------------
FORMATTED = $(wildcard cgi/*.[ch] cgi/*/*.[ch] tests/unit/*.h tests/unit/*/*.[ch] tests/fuzz/*/*.c tests/bench/*.[ch])
PREFIX ?= /usr
install: all
	install -D -m 0755 $(BUILD)/vaguemestre $(DESTDIR)$(PREFIX)/sbin/vaguemestre
	install -D -m 0755 $(BUILD)/vaguemestre-jail $(DESTDIR)$(PREFIX)/lib/vaguemestre/vaguemestre-jail
	install -D -m 0755 $(BUILD)/vaguemestre-procmail $(DESTDIR)$(PREFIX)/lib/vaguemestre/vaguemestre-procmail
	install -d $(DESTDIR)$(PREFIX)/share/vaguemestre
	cp -r templates static $(DESTDIR)$(PREFIX)/share/vaguemestre/
	install -D -m 0644 deploy/nginx/unavailable.html $(DESTDIR)$(PREFIX)/share/vaguemestre/unavailable.html
	install -D -m 0644 conf/vaguemestre.conf $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/vaguemestre.conf
	install -D -m 0644 deploy/nginx/vaguemestre.conf $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/nginx.conf
	install -D -m 0644 deploy/apache/vaguemestre.conf $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/apache.conf
	install -D -m 0644 deploy/fail2ban/filter.d/vaguemestre.conf $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/fail2ban/filter.d/vaguemestre.conf
	install -D -m 0644 deploy/fail2ban/jail.d/vaguemestre.conf $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/fail2ban/jail.d/vaguemestre.conf
	install -D -m 0644 deploy/procmail/procmailrc $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/procmail/procmailrc
	install -D -m 0644 deploy/procmail/README.md $(DESTDIR)$(PREFIX)/share/doc/vaguemestre/procmail/README.md
	install -D -m 0644 deploy/man/vaguemestre.8 $(DESTDIR)$(PREFIX)/share/man/man8/vaguemestre.8
	install -D -m 0644 deploy/systemd/vaguemestre.socket $(DESTDIR)/lib/systemd/system/vaguemestre.socket
	install -D -m 0644 deploy/systemd/vaguemestre.service $(DESTDIR)/lib/systemd/system/vaguemestre.service
format:
	clang-format -i $(FORMATTED)
lint:
	tests/lint
clean:
	rm -rf build

.PHONY: all open install run stop check quick unit fuzz fuzzers integration browser bench bench-tools format lint clean
.DELETE_ON_ERROR:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
