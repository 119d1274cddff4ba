# shellcheck shell=bash
# procmail.sh — FILTERS=procmail: mail is delivered by procmail, with the filters that people set in the
# webmail. Postfix starts it as RUN_USER for every account, with the procmailrc of deploy/procmail as a
# site has it; deploy/procmail/README.md tells what happens there.

# The lines that are to be adapted, adapted.
procmail_rc() {
  cat <<CONF
# Written by deploy/run from deploy/procmail/procmailrc; the next run writes it again.
LOGFILE=$RUN_DIR/log/procmail.log
SENDMAIL=$RUN_DIR/procmail/sendmail
CONF
  sed -e "s|^MAILDIR=.*|MAILDIR=\$HOME/mail|" -e "s|^DEFAULT=.*|DEFAULT=\$HOME/mail/|" \
    -e "s|^VM_PROGRAM=.*|VM_PROGRAM=$APP/build/$VARIANT/vaguemestre-procmail|" \
    -e "s|^VM_OPTIONS=.*|VM_OPTIONS=\"--directory=$RUN_DIR/procmail/recipes --owner=$RUN_USER --account=\$VM_ACCOUNT --layout=fs --domain=$MAIL_DOMAIN --delivered-to --sendmail=\$SENDMAIL\"|" \
    "$TOP/deploy/procmail/procmailrc"
}

# What is sent on, and vacation replies, go through this Postfix, not the machine's own.
procmail_sendmail() {
  cat <<SCRIPT
#!/bin/bash
# Written by deploy/run: sendmail [-oi] [-f FROM] [--] TO..., a message on standard input.
from=\${VM_SENDER:-} to=()
while [ \$# -gt 0 ]; do
  case \$1 in
    -f) from=\$2; shift ;;
    --) ;;
    -*) ;;
    *) to+=(--mail-rcpt "\$1") ;;
  esac
  shift
done
exec curl --silent --show-error --max-time 60 --noproxy '*' --crlf --mail-from "\${from:-<>}" "\${to[@]}" \\
  --upload-file - smtp://127.0.0.1:$RELAY_PORT
SCRIPT
}

procmail_configure() {
  local dir=$RUN_DIR/procmail account
  mkdir -p "$dir/recipes"
  chmod 0711 "$dir/recipes"
  procmail_rc >"$dir/procmailrc"
  procmail_sendmail >"$dir/sendmail"
  chmod 0755 "$dir/sendmail"
  touch "$RUN_DIR/log/procmail.log"
  for account in "$USER1" "$USER2"; do mkdir -p "$RUN_DIR/mail/$account/mail"; done
  give "$dir/recipes" "$RUN_DIR/log/procmail.log" "$RUN_DIR/mail"
}

# For postfix.sh: a transport, and a door without a login for the script above.
procmail_main() {
  echo 'procmail_destination_recipient_limit = 1'
}
procmail_master() {
  cat <<CONF
procmail  unix  - n n - - pipe
  flags=DRhu user=$RUN_USER null_sender= argv=/usr/bin/procmail -t VM_ACCOUNT=\${user} VM_SENDER=\${sender}
  HOME=$RUN_DIR/mail/\${user}@\${domain} $RUN_DIR/procmail/procmailrc
127.0.0.1:$RELAY_PORT inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=no -o smtpd_client_restrictions=permit_mynetworks,reject
CONF
}
