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

# The greeting ends with an OK line.
probe_sieve() {
  local line
  exec 8<>"/dev/tcp/127.0.0.1/$SIEVE_PORT" || return 1
  while read -r -t 3 line <&8; do
    case $line in OK*) break ;; esac
  done
  exec 8<&-
  [[ ${line:-} == OK* ]]
}

# It does not answer to EHLO, so that curl gives up after the greeting; the greeting is what counts.
probe_lmtp() {
  local talk
  talk=$(curl --silent --verbose --max-time 5 --unix-socket "$LMTP_SOCKET" smtp://localhost/ 2>&1) || true
  [[ $talk == *'< 220 '* ]]
}

# Through nginx, so that the socket's rights are tried too: whatever it says, nginx's own 502 it is not.
probe_program() {
  local code
  code=$(curl --silent --max-time 5 --noproxy '*' --cacert "$CA" --output /dev/null --write-out '%{http_code}' \
    "https://localhost:$PORT/login" 2>>"$RUN_DIR/log/probe.log") && [ "$code" = 200 ]
}
