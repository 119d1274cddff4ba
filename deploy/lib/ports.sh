# shellcheck shell=bash
# ports.sh — which loopback ports the servers take.

# ports_choose: sets PORT, IMAP_PORT, IMAPS_PORT, SMTP_PORT, SIEVE_PORT, RELAY_PORT. Those of the last run in
# this directory are taken again when they are free, so that bookmarks stay true. The others are
# drawn below the range that the system gives to outgoing connections.
ports_choose() {
  local saved=$RUN_DIR/ports wanted=${PORT:-} preferred=0
  [ "$RUN_DIR" != "$TOP/.run" ] || preferred=8443
  # shellcheck source=/dev/null
  [ ! -e "$saved" ] || . "$saved"
  PORT=${wanted:-${PORT:-$preferred}}
  read -r PORT IMAP_PORT IMAPS_PORT SMTP_PORT SIEVE_PORT RELAY_PORT < <(
    ports_free "$PORT" "${IMAP_PORT:-0}" "${IMAPS_PORT:-0}" "${SMTP_PORT:-0}" "${SIEVE_PORT:-0}" "${RELAY_PORT:-0}") ||
    die "no free port was found on 127.0.0.1"
  [ -z "$wanted" ] || [ "$PORT" = "$wanted" ] || die "port $wanted is taken by another program; choose another one with PORT="
  printf '%s=%s\n' PORT "$PORT" IMAP_PORT "$IMAP_PORT" IMAPS_PORT "$IMAPS_PORT" \
    SMTP_PORT "$SMTP_PORT" SIEVE_PORT "$SIEVE_PORT" RELAY_PORT "$RELAY_PORT" >"$saved"
}

# ports_free PORT...: each of them if it is free, another one if not (0: any).
ports_free() {
  python3 - "$@" <<'PYTHON'
import random, socket, sys

held = []
def take(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        return False
    held.append(listener)
    return True

def choose(port):
    if port and take(port):
        return port
    for _ in range(200):
        port = random.randint(15000, 31000)
        if take(port):
            return port
    sys.exit(1)

print(*(choose(int(port)) for port in sys.argv[1:]))
PYTHON
}
