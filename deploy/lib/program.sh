# shellcheck shell=bash
# program.sh — vaguemestre itself: its configuration, its start, its restart.

program_configure() {
  local motd_fr motd_en
  motd_fr="Démonstration : le courrier ne quitte pas cette machine."
  motd_en="Demonstration: mail does not leave this machine."
  mkdir -p "$RUN_DIR"/{data,passes,spool}
  chmod 0700 "$RUN_DIR"/{data,passes,spool}
  give "$RUN_DIR"/{data,passes,spool}
  cat >"$CONF" <<CONF
# Written by deploy/run; the next run writes it again. All keys are explained in conf/vaguemestre.conf.
site {
  name = Vaguemestre
  tagline.fr = Le courrier de l’UFR
  tagline.en = Mail of the department
  help_url =
  motd.fr = $motd_fr
  motd.en = $motd_en
}
listen = $SOCKET
threads = 16
imap {
  host = localhost
  port = $IMAP_PORT
  security = starttls
  ca_file = $CA
}
smtp {
  host = localhost
  port = $SMTP_PORT
  security = starttls
  ca_file = $CA
  domain = $MAIL_DOMAIN
}
filters.way = $FILTERS
procmail {
  directory = $RUN_DIR/procmail/recipes
  domain = $MAIL_DOMAIN
  capitals = fold
  layout = fs
  separator = /
}
sieve {
  host = localhost
  port = $SIEVE_PORT
  security = starttls
  ca_file = $CA
}
authentication.servers = mail.$MAIL_DOMAIN
store {
  path = $RUN_DIR/data/vaguemestre.sqlite
  key_file = $RUN_DIR/data/server.key
}
passes {
  pepper_file = $RUN_DIR/passes/pepper
  generation_file = $RUN_DIR/passes/generation
}
spool = $RUN_DIR/spool
templates = $APP/templates
jail = $APP/build/$VARIANT/vaguemestre-jail
trusted_proxies = 127.0.0.1 ::1
# Its two people send what hundreds do when everything is tried at once.
sending {
  messages_hour = 1000
  recipients_day = 10000
  public_messages_hour = 1000
  public_recipients_day = 10000
}
log {
  target = stderr
  level = info
}
CONF
}

# In the background, in a session of its own: Ctrl-C in the terminal is not for it.
program_start() {
  local log=$RUN_DIR/log/vaguemestre.log pid
  touch "$log"
  give "$log"
  rm -f "$SOCKET"
  setsid "${AS_RUN_USER[@]}" "$PROGRAM" --config "$CONF" </dev/null >>"$log" 2>&1 &
  pid=$!
  if ! wait_until 5 program_settled "$pid" || ! process_record vaguemestre "$pid"; then
    explain_failure vaguemestre "$log"
  fi
  echo "$PROGRAM" >"$RUN_DIR/pid/vaguemestre.program"
}

# It listens, or it has ended.
program_settled() { [ -S "$SOCKET" ] || [ ! -e "/proc/$1" ]; }

# program_is_current: the one that runs is the one that was built last.
program_is_current() {
  process_pid vaguemestre >/dev/null &&
    [ "$(cat "$RUN_DIR/pid/vaguemestre.program")" = "$PROGRAM" ] &&
    [ ! "$PROGRAM" -nt "$RUN_DIR/pid/vaguemestre" ] &&
    [ ! "$APP/build/$VARIANT/vaguemestre-jail" -nt "$RUN_DIR/pid/vaguemestre" ]
}
