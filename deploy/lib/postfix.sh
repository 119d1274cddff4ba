# shellcheck shell=bash
# postfix.sh — submission (STARTTLS, login checked by Dovecot) and delivery, as a private instance.
# Postfix starts as root by design: this is the one server that needs it, or sudo.
#
# Who may be written to: the accounts in MAIL_DOMAIN, which are delivered; NAME@outside.example,
# which is accepted and thrown away; full@MAIL_DOMAIN, which answers as a full mailbox does. All
# others are refused by name while the letter is being submitted. Nothing ever leaves the machine.

postfix_main() {
  cat <<CONF
# Written by deploy/run; the next run writes it again.
compatibility_level = 3.6
queue_directory = $RUN_DIR/postfix/queue
data_directory = $RUN_DIR/postfix/data
meta_directory = /etc/postfix
maillog_file = $RUN_DIR/log/postfix.log
maillog_file_prefixes = $RUN_DIR
syslog_name = vaguemestre-postfix
myhostname = mail.$MAIL_DOMAIN
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
biff = no

virtual_mailbox_domains = $MAIL_DOMAIN
virtual_mailbox_maps = texthash:$RUN_DIR/postfix/recipients
virtual_transport = $([ "$FILTERS" = procmail ] && echo procmail: || echo "lmtp:unix:$RUN_DIR/socket/lmtp")
transport_maps = inline:{ outside.example=discard: }
relay_domains = outside.example
relay_recipient_maps =
default_transport = error:5.7.1 this demonstration delivers nothing to other machines
recipient_delimiter = +

smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = $RUN_DIR/tls/server.pem
smtpd_tls_key_file = $RUN_DIR/tls/server.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $RUN_DIR/socket/auth
smtpd_sasl_security_options = noanonymous
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{ { full@$MAIL_DOMAIN = 452 4.2.2 Mailbox full } },
  reject_unlisted_recipient, reject_unauth_destination, permit
smtpd_reject_footer =
message_size_limit = 104857600
mailbox_size_limit = 0
virtual_mailbox_limit = 0

# Everything comes from one loopback address, and tests make mistakes on purpose: no brakes.
smtpd_error_sleep_time = 0
smtpd_client_event_limit_exceptions = 127.0.0.0/8
lmtp_destination_concurrency_limit = 4
in_flow_delay = 0
minimal_backoff_time = 5s
maximal_backoff_time = 30s
queue_run_delay = 5s
CONF
  [ "$FILTERS" != procmail ] || procmail_main
}

postfix_master() {
  cat <<CONF
127.0.0.1:$SMTP_PORT inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
CONF
  [ "$FILTERS" != procmail ] || procmail_master
}

postfix_configure() {
  local etc=$RUN_DIR/postfix/etc
  as_root mkdir -p "$etc" "$RUN_DIR/postfix/queue" "$RUN_DIR/postfix/data"
  as_root chown postfix "$RUN_DIR/postfix/data"
  postfix_main | as_root tee "$etc/main.cf" >/dev/null
  postfix_master | as_root tee "$etc/master.cf" >/dev/null
  printf '%s unused\n' "$USER1" "$USER2" "postmaster@$MAIL_DOMAIN" "full@$MAIL_DOMAIN" |
    as_root tee "$RUN_DIR/postfix/recipients" >/dev/null
}

postfix_start() {
  local log=$RUN_DIR/log/postfix.log
  as_root touch "$log"
  as_root postfix -c "$RUN_DIR/postfix/etc" start </dev/null >"$RUN_DIR/log/postfix-start.log" 2>&1 ||
    explain_failure Postfix "$RUN_DIR/log/postfix-start.log"
  process_record postfix "$(as_root cat "$RUN_DIR/postfix/queue/pid/master.pid" | tr -d ' ')" ||
    explain_failure Postfix "$log"
}
