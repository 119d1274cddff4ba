# shellcheck shell=bash
# certificates.sh — a certification authority of our own and one server certificate, in RUN_DIR/tls.

# P-256 keys: made at once, and quick in each handshake.
certificates_make() {
  local dir=$RUN_DIR/tls
  [ ! -e "$dir/server.pem" ] || return 0
  mkdir -p "$dir"
  certificates_sign "$dir" >"$RUN_DIR/log/openssl.log" 2>&1 || explain_failure openssl "$RUN_DIR/log/openssl.log"
  chmod 0600 "$dir/ca.key"
  # Dovecot and nginx read it as RUN_USER; Postfix reads it before it gives up root.
  chmod 0400 "$dir/server.key"
  give "$dir/server.key"
}

certificates_sign() {
  local dir=$1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 825 \
    -subj '/CN=Vaguemestre demonstration CA' -keyout "$dir/ca.key" -out "$dir/ca.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign &&
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=localhost \
    -keyout "$dir/server.key" -out "$dir/server.csr" &&
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 397 \
    -out "$dir/server.pem" -extfile <(printf '%s\n' subjectAltName=DNS:localhost,IP:127.0.0.1 \
      basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature extendedKeyUsage=serverAuth) &&
  rm -f "$dir/server.csr"
}
