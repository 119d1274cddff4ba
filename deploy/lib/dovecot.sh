# shellcheck shell=bash
# dovecot.sh — IMAP, ManageSieve, LMTP and the password check, as RUN_USER without root.

# Maildir++ would forbid dots in names, and an mbox file has no room for children: the layouts below
# have neither limit.
dovecot_mail_location() {
  case $MAIL_FORMAT in
    maildir) echo 'maildir:~/mail:LAYOUT=fs' ;;
    mbox) echo 'mbox:~/mail:INBOX=~/inbox:DIRNAME=mBoX-MeSsAgEs:INDEX=~/index' ;;
  esac
}

dovecot_quota() {
  [ "$QUOTA" != none ] || return 0
  cat <<CONF
mail_plugins = quota
plugin {
  quota = count:User quota
  quota_rule = *:storage=$QUOTA
  quota_vsizes = yes
}
CONF
}

dovecot_configure() {
  local dir=$RUN_DIR/dovecot uid
  uid=$(id -u "$RUN_USER")
  mkdir -p "$dir/run" "$dir/state"
  give "$dir/run" "$dir/state"
  cat >"$dir/dovecot.conf" <<CONF
# Written by deploy/run; the next run writes it again.
protocols = imap lmtp sieve
listen = 127.0.0.1
base_dir = $dir/run
state_dir = $dir/state
log_path = $RUN_DIR/log/dovecot.log
login_greeting = Dovecot ready.
instance_name = vaguemestre
default_internal_user = $RUN_USER
default_internal_group = $(id -gn "$RUN_USER")
default_login_user = $RUN_USER
first_valid_uid = $uid
first_valid_gid = $(id -g "$RUN_USER")
mail_uid = $uid
mail_gid = $(id -g "$RUN_USER")

ssl = yes
ssl_cert = <$RUN_DIR/tls/server.pem
ssl_key = <$RUN_DIR/tls/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_format = %Lu
passdb {
  driver = passwd-file
  args = $dir/users
}
userdb {
  driver = passwd-file
  args = $dir/users
  default_fields = uid=$uid gid=$(id -g "$RUN_USER")
}

mail_location = $(dovecot_mail_location)
mailbox_list_index = yes
maildir_very_dirty_syncs = yes
mbox_write_locks = fcntl
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \\Sent
  }
  mailbox Drafts {
    special_use = \\Drafts
  }
  mailbox Trash {
    special_use = \\Trash
  }
  mailbox Junk {
    special_use = \\Junk
  }
  mailbox Archive {
    special_use = \\Archive
  }
}
$(dovecot_quota)
protocol imap {
  mail_plugins = \$mail_plugins $([ "$QUOTA" = none ] || echo imap_quota)
  mail_max_userip_connections = 1000
}
protocol lmtp {
  mail_plugins = \$mail_plugins sieve
  postmaster_address = postmaster@$MAIL_DOMAIN
}
recipient_delimiter = +
lda_mailbox_autocreate = yes
lda_mailbox_autosubscribe = yes
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}

# 250 people at once. service_count = 0: one login process serves all, a new one for each login
# stalls near a hundred. There is no penalty for a client address: all people share the webmail's.
default_process_limit = 600
default_client_limit = 3000
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = $IMAP_PORT
  }
  inet_listener imaps {
    port = $IMAPS_PORT
    ssl = yes
  }
}
# Sorting and threading 300,000 messages in one session takes more memory than the default of 256 MB.
service imap {
  process_limit = 600
  vsz_limit = 1G
}
service managesieve-login {
  chroot =
  service_count = 0
  inet_listener sieve {
    port = $SIEVE_PORT
  }
}
service lmtp {
  user = $RUN_USER
  unix_listener $RUN_DIR/socket/lmtp {
    mode = 0666
  }
}
service auth {
  chroot =
  unix_listener $RUN_DIR/socket/auth {
    mode = 0666
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
CONF
}

# dovecot_account ADDRESS PASSWORD: adds it to the list of users, or gives it this password.
dovecot_account() {
  local users=$RUN_DIR/dovecot/users
  touch "$users"
  sed -i "/^$1:/d" "$users"
  printf '%s:%s::::%s::\n' "$1" "$(password_hash "$2")" "$RUN_DIR/mail/$1" >>"$users"
  chmod 0600 "$users"
  give "$users"
}

# Salted SHA-256, one round: a slow hash would be measured in each login of the bench.
password_hash() {
  local salt
  salt=$(openssl rand -hex 8)
  printf '{SSHA256}%s' "$({ printf %s "$1$salt" | openssl dgst -sha256 -binary; printf %s "$salt"; } | base64 -w 0)"
}

# Dovecot keeps its standard output open: nothing of ours may wait for the end of it.
dovecot_start() {
  local log=$RUN_DIR/log/dovecot.log
  touch "$log"
  give "$log"
  "${AS_RUN_USER[@]}" dovecot -c "$RUN_DIR/dovecot/dovecot.conf" </dev/null \
    >"$RUN_DIR/log/dovecot-start.log" 2>&1 || explain_failure Dovecot "$RUN_DIR/log/dovecot-start.log"
  wait_until 10 test -s "$RUN_DIR/dovecot/run/master.pid" || explain_failure Dovecot "$log"
  process_record dovecot "$(cat "$RUN_DIR/dovecot/run/master.pid")" || explain_failure Dovecot "$log"
}
