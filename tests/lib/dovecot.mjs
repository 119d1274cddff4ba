// dovecot.mjs — a Dovecot of a test's own beside the demonstration's, configured as `make run` does it,
// with accounts of its own and what the test adds.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { RUN_DIR, TOP, env, eventually } from "./env.mjs";
import { scratch } from "./program.mjs";

const START = `set -euo pipefail
for part in common ports dovecot; do . "$TOP/deploy/lib/$part.sh"; done
RUN_USER=$(id -un) AS_RUN_USER=()
if [ "$RUN_USER" = root ]; then
  RUN_USER=mail AS_RUN_USER=(setpriv --reuid mail --regid "$(id -g mail)" --clear-groups --)
fi
mkdir -p "$RUN_DIR"/{log,pid,mail,socket}
chmod 755 "$RUN_DIR"
give "$RUN_DIR/mail" "$RUN_DIR/socket"
read -r IMAP_PORT IMAPS_PORT SIEVE_PORT < <(ports_free 0 0 0)
dovecot_configure
printf '%s\\n' "$SETTINGS" >>"$RUN_DIR/dovecot/dovecot.conf"
while [ $# -gt 0 ]; do dovecot_account "$1" "$2"; shift 2; done
dovecot_start
echo "$IMAPS_PORT"`;

// The plugin that answers searches from a full-text index, as `deploy/deps xapian` has unpacked it:
// settings for Dovecot.start().
export function xapian(how = "partial=3 full=20") {
  const root = join(TOP, "build", "xapian"), machine = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch];
  const modules = scratch(), own = "/usr/lib/dovecot/modules";
  for (const name of readdirSync(own)) symlinkSync(join(own, name), join(modules, name));
  for (const from of [join(root, own), join(root, "usr", "lib", machine)]) cpSync(from, modules, { recursive: true, verbatimSymlinks: true });
  execFileSync("chmod", ["-R", "go+rX", modules]); // the tree itself may be closed to Dovecot's user
  return `mail_plugin_dir = ${modules}
import_environment = TZ LD_LIBRARY_PATH=${modules}
mail_plugins = fts fts_xapian
protocol imap {
  mail_plugins = fts fts_xapian
}
plugin {
  fts = xapian
  fts_xapian = ${how} verbose=0
  fts_enforced = yes
  fts_autoindex = yes
}
service indexer-worker {
  user = $default_internal_user
  vsz_limit = 0
}
`;
}

export class Dovecot {
  // accounts: [{ user, password }]; format: maildir or mbox; settings: text behind the configuration.
  static async start(accounts, { format = "maildir", settings = "" } = {}) {
    const dovecot = new Dovecot();
    dovecot.dir = scratch();
    symlinkSync(join(RUN_DIR, "tls"), join(dovecot.dir, "tls"));
    mkdirSync(join(dovecot.dir, "dovecot"));
    const variables = { TOP, RUN_DIR: dovecot.dir, MAIL_FORMAT: format, MAIL_DOMAIN: env.MAIL_DOMAIN, QUOTA: "none", SETTINGS: settings };
    const ports = execFileSync("bash", ["-c", START, "bash", ...accounts.flatMap(({ user, password }) => [user, password])],
      { env: { PATH: process.env.PATH, ...variables }, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    dovecot.port = Number(ports);
    process.on("exit", dovecot.kill = () => { try { process.kill(dovecot.#pid()); } catch { /* has ended */ } });
    return dovecot;
  }

  #pid() {
    return Number(readFileSync(join(this.dir, "pid", "dovecot"), "utf8").split(" ")[0]);
  }

  home = ({ user }) => join(this.dir, "mail", user);

  // Its master ends all that it has started.
  async stop() {
    const pid = this.#pid();
    this.kill();
    process.removeListener("exit", this.kill);
    await eventually(() => !existsSync(`/proc/${pid}`), 10000);
  }
}
