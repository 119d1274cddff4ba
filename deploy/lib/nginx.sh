# shellcheck shell=bash
# nginx.sh — HTTPS, as RUN_USER without root, with the site file that an administrator installs.

# The site's own values are replaced by ours; a value that is no longer found there is an error.
nginx_site() {
  local site=$TOP/deploy/nginx/vaguemestre.conf to=$RUN_DIR/nginx/site.conf
  replace_all "$site" "$to" \
    'listen 443 ssl http2;' "listen 127.0.0.1:$PORT ssl http2;" \
    'listen [::]:443 ssl http2;' '' \
    'server_name webmail.example.org;' 'server_name localhost;' \
    /etc/ssl/certs/webmail.pem "$RUN_DIR/tls/server.pem" \
    /etc/ssl/private/webmail.key "$RUN_DIR/tls/server.key" \
    /run/vaguemestre/vaguemestre.sock "$SOCKET" \
    /var/log/nginx/vaguemestre.log "$RUN_DIR/log/nginx-access.log" \
    /var/cache/vaguemestre "$RUN_DIR/nginx/temporary" \
    /usr/share/vaguemestre/static/ "$APP/static/" \
    /usr/share/vaguemestre/unavailable.html "$APP/deploy/nginx/unavailable.html" \
    'max-age=63072000' 'max-age=60'
}

# replace_all FROM TO OLD NEW...
replace_all() {
  local from=$1 to=$2 text
  text=$(<"$from")
  shift 2
  while [ $# -gt 0 ]; do
    [[ $text == *"$1"* ]] || die "$from: '$1' is no longer there to be replaced"
    text=${text//"$1"/"$2"}
    shift 2
  done
  printf '%s\n' "$text" >"$to"
}

nginx_configure() {
  local dir=$RUN_DIR/nginx
  mkdir -p "$dir/temporary"
  give "$dir" "$dir/temporary"
  nginx_site
  cat >"$dir/nginx.conf" <<CONF
# Written by deploy/run; the next run writes it again.
worker_processes 2;
pid $dir/pid;
error_log $RUN_DIR/log/nginx.log warn;
events {
  worker_connections 2048;
}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log $RUN_DIR/log/nginx-access.log;
  sendfile on;
  proxy_temp_path $dir/temporary/proxy;
  uwsgi_temp_path $dir/temporary/uwsgi;
  scgi_temp_path $dir/temporary/scgi;
  include $dir/site.conf;
}
CONF
}

nginx_start() {
  local log=$RUN_DIR/log/nginx.log
  touch "$log" "$RUN_DIR/log/nginx-access.log"
  give "$log" "$RUN_DIR/log/nginx-access.log"
  "${AS_RUN_USER[@]}" nginx -p "$RUN_DIR/nginx" -e "$log" -c "$RUN_DIR/nginx/nginx.conf" </dev/null \
    >"$RUN_DIR/log/nginx-start.log" 2>&1 || explain_failure nginx "$RUN_DIR/log/nginx-start.log"
  wait_until 10 test -s "$RUN_DIR/nginx/pid" || explain_failure nginx "$log"
  process_record nginx "$(cat "$RUN_DIR/nginx/pid")" || explain_failure nginx "$log"
}
