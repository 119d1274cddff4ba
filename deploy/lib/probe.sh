# shellcheck shell=bash
# probe.sh — asks each server something that only a working one can answer.

# TLS verified against our CA, a login, a word of the protocol. Ten seconds for each.
probe_all() {
  probe_one IMAP "$RUN_DIR/log/dovecot.log" probe_curl "imap://localhost:$IMAP_PORT/" --ssl-reqd --request NOOP
  probe_one IMAPS "$RUN_DIR/log/dovecot.log" probe_curl "imaps://localhost:$IMAPS_PORT/" --request NOOP
  probe_one ManageSieve "$RUN_DIR/log/dovecot.log" probe_sieve
  probe_one LMTP "$RUN_DIR/log/dovecot.log" probe_lmtp
  probe_one Submission "$RUN_DIR/log/postfix.log" probe_curl "smtp://localhost:$SMTP_PORT/" --ssl-reqd --request NOOP
  probe_one nginx "$RUN_DIR/log/nginx.log" probe_curl "https://localhost:$PORT/unavailable.html"
  probe_one vaguemestre "$RUN_DIR/log/vaguemestre.log" probe_program
}

probe_one() {
  local name=$1 log=$2
  shift 2
  wait_until 10 "$@" || explain_failure "$name" "$log"
}

# The password goes in by a file descriptor: an argument could be read by every user.
probe_curl() {
  curl --silent --max-time 5 --noproxy '*' --cacert "$CA" --config <(printf 'user = "%s:%s"\n' "$USER1" "$PASS1") \
    "$@" >/dev/null 2>>"$RUN_DIR/log/probe.log"
}

probe_sieve() {
  probe_line tcp "$SIEVE_PORT" 'OK "Dovecot'
}

probe_lmtp() {
  probe_line unix "$RUN_DIR/socket/lmtp" '220 '
}

# probe_line tcp PORT | unix PATH, START: a line of the greeting starts so.
probe_line() {
  python3 - "$@" 2>/dev/null <<'PYTHON'
import socket, sys
kind, address, start = sys.argv[1:]
with socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET) as peer:
    peer.settimeout(3)
    peer.connect(address if kind == "unix" else ("127.0.0.1", int(address)))
    lines = peer.makefile("r", encoding="utf-8", errors="replace")
    sys.exit(0 if any(line.startswith(start) for line in lines) else 1)
PYTHON
}

# Through nginx, so that the socket's rights are tried too: whatever it says, nginx's own 502 it is not.
probe_program() {
  local code
  code=$(curl --silent --max-time 5 --noproxy '*' --cacert "$CA" --output /dev/null --write-out '%{http_code}' \
    "https://localhost:$PORT/login" 2>>"$RUN_DIR/log/probe.log") && [ "$code" = 200 ]
}
