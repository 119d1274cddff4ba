# shellcheck shell=bash
# common.sh — words, privileges, processes and deadlines for the scripts in deploy/.
# Read by `.`; sets nothing but functions.

say() { echo "  $*"; }
die() { echo "vaguemestre: $*" >&2; exit 1; }

may_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# give PATH...: with all below, to RUN_USER.
give() { [ "$(id -u)" != 0 ] || chown -R "$RUN_USER:$(id -g "$RUN_USER")" "$@"; }

# process_start PID: when it began, in clock ticks since boot; fails when there is no such process.
# PID and start together name a process; a PID alone may have been given to another one.
process_start() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  # shellcheck disable=SC2086
  set -- $stat
  [ "$1" != Z ] || return 1
  echo "${20}"
}

# process_record NAME PID: remembers it in RUN_DIR/pid/NAME.
process_record() {
  local start
  start=$(process_start "$2") || return 1
  echo "$2 $start" >"$RUN_DIR/pid/$1"
}

# process_pid NAME: its PID while it is still the recorded process.
process_pid() {
  local pid start
  read -r pid start 2>/dev/null <"$RUN_DIR/pid/$1" || return 1
  [ "$(process_start "$pid")" = "$start" ] && echo "$pid"
}

# process_stop NAME [SECONDS]: asks, waits, insists; says nothing when it is not running.
process_stop() {
  local name=$1 seconds=${2:-10} pid kill=kill
  pid=$(process_pid "$name") || { rm -f "$RUN_DIR/pid/$name"; return 0; }
  [ "$name" != postfix ] || kill="as_root kill"
  $kill -TERM "$pid" 2>/dev/null || true
  if ! wait_until "$seconds" process_gone "$name"; then
    say "$name did not end within $seconds s: killed"
    $kill -KILL "$pid" 2>/dev/null || true
    wait_until 5 process_gone "$name" || say "$name (process $pid) is still there"
  fi
  rm -f "$RUN_DIR/pid/$name"
}
process_gone() { ! process_pid "$1" >/dev/null; }

# wait_until SECONDS COMMAND...: until it succeeds; fails at the deadline.
wait_until() {
  local deadline=$((SECONDS + $1 + 1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

# explain_failure NAME LOG: the end of the log, in front of a plain sentence, then the end.
explain_failure() {
  echo "---- the end of $2" >&2
  as_root tail -20 "$2" >&2 2>/dev/null || echo "(there is no such log)" >&2
  echo "----" >&2
  die "$1 does not answer; its last words are above"
}
