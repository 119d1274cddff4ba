// cyrus.mjs — a Cyrus IMAP server on loopback, from what `deploy/deps cyrus` has unpacked: another
// server than Dovecot, with other habits. Two ports for the same accounts:
//   port         "/" between levels, folders beside INBOX
//   dottedPort   "." between levels, all folders below "INBOX."
// and ManageSieve on sievePort.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { CA, RUN_DIR, TOP, eventually } from "./env.mjs";
import { freePort } from "./ports.mjs";
import { scratch } from "./program.mjs";

const ROOT = join(TOP, "build", "cyrus");
const MACHINE = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch];
const LIBRARIES = join(ROOT, "usr", "lib", MACHINE);
const BIN = join(ROOT, "usr", "lib", "cyrus", "bin");

// Answers with a greeting behind TLS.
function greets(port) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: "127.0.0.1", port, ca: CA, servername: "localhost" });
    socket.setTimeout(5000, () => socket.destroy(new Error("Cyrus says nothing")));
    socket.on("error", reject).once("data", (bytes) => {
      socket.destroy();
      resolve(/^\* OK/.test(bytes));
    });
  });
}

export class Cyrus {
  // accounts: [{ user, password }]; each gets quota (KB) and an INBOX at its first login.
  // indexed: with a full-text index (Xapian), into which goes what is there when index() is called.
  static async start(accounts, { quota = 100 * 1024, indexed = false } = {}) {
    const cyrus = new Cyrus();
    // Cyrus never runs as root; mail is on every Debian.
    cyrus.name = process.getuid() === 0 ? "mail" : execFileSync("id", ["-un"]).toString().trim();
    cyrus.dir = scratch();
    cyrus.port = await freePort();
    cyrus.dottedPort = await freePort();
    cyrus.sievePort = await freePort();
    cyrus.environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", CYRUS_USER: cyrus.name, LD_LIBRARY_PATH: `${LIBRARIES}:${join(ROOT, "lib", MACHINE)}`,
      SASL_PATH: [join(LIBRARIES, "sasl2"), join("/usr/lib", MACHINE, "sasl2")].join(":") };
    cyrus.#configure(quota, indexed);
    for (const account of accounts) cyrus.#account(account);
    cyrus.#give();
    await cyrus.#run();
    return cyrus;
  }

  #configure(quota, indexed) {
    const { dir } = this;
    for (const one of ["db", "proc", "lock", "socket", "spool", "log", "sieve", "ptclient", "user", "quota", "msg", "search"]) mkdirSync(join(dir, one));
    for (const [from, to] of [["server.pem", "tls.pem"], ["server.key", "tls.key"]]) copyFileSync(join(RUN_DIR, "tls", from), join(dir, to));
    chmodSync(join(dir, "tls.key"), 0o600);
    const common = `configdirectory: ${dir}
proc_path: ${dir}/proc
mboxname_lockpath: ${dir}/lock
defaultpartition: default
partition-default: ${dir}/spool
sievedir: ${dir}/sieve
cyrus_user: ${this.name}
servername: localhost
autocreate_quota: ${quota}
allowplaintext: no
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${dir}/sasldb
sasl_mech_list: PLAIN
tls_server_cert: ${dir}/tls.pem
tls_server_key: ${dir}/tls.key
lmtpsocket: ${dir}/socket/lmtp
idlesocket: ${dir}/socket/idle
notifysocket: ${dir}/socket/notify
${indexed ? `search_engine: xapian\ndefaultsearchtier: t1\nt1searchpartition-default: ${dir}/search\nconversations: yes\nconversations_db: twoskip\n` : ""}`;
    writeFileSync(join(dir, "imapd.conf"), common + "altnamespace: yes\nunixhierarchysep: yes\n");
    writeFileSync(join(dir, "dotted.conf"), common + "altnamespace: no\nunixhierarchysep: no\n");
    writeFileSync(join(dir, "cyrus.conf"), `START {
  recover cmd="${BIN}/ctl_cyrusdb -C ${dir}/imapd.conf -r"
}
SERVICES {
  imaps cmd="${BIN}/imapd -C ${dir}/imapd.conf -s" listen="127.0.0.1:${this.port}" prefork=1
  dotted cmd="${BIN}/imapd -C ${dir}/dotted.conf -s" listen="127.0.0.1:${this.dottedPort}" prefork=1
  sieve cmd="${BIN}/timsieved -C ${dir}/imapd.conf" listen="127.0.0.1:${this.sievePort}" prefork=0
}
EVENTS {
}
`);
  }

  #account({ user, password }) {
    execFileSync(join(ROOT, "usr", "sbin", "saslpasswd2"), ["-c", "-p", "-f", join(this.dir, "sasldb"), "-u", "localhost", user],
      { input: password, env: this.environment, stdio: ["pipe", "ignore", "pipe"] });
  }

  #give() {
    if (process.getuid() === 0) execFileSync("chown", ["-R", `${this.name}:`, this.dir]);
  }

  #line(command) {
    return process.getuid() === 0 ? ["setpriv", "--reuid", this.name, "--regid", this.name, "--clear-groups", "--", ...command] : command;
  }

  async #run() {
    const master = [join(BIN, "master"), "-C", join(this.dir, "imapd.conf"), "-M", join(this.dir, "cyrus.conf"), "-p", join(this.dir, "master.pid"), "-D"];
    const line = this.#line(master);
    this.said = "";
    this.child = spawn(line[0], line.slice(1), { env: this.environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (chunk) => (this.said += chunk));
    this.ended = new Promise((resolve) => this.child.on("exit", resolve));
    process.on("exit", this.kill = () => { try { process.kill(-this.child.pid, "SIGKILL"); } catch { /* has ended */ } });
    try {
      for (const port of [this.port, this.dottedPort]) await eventually(() => greets(port), 15000);
    } catch (error) {
      await this.stop();
      throw new Error(`Cyrus does not start: ${error.message}\n${this.said}`);
    }
  }

  // What has come is in the index from now on, and nothing that comes later.
  index() {
    const [command, ...args] = this.#line([join(BIN, "squatter"), "-C", join(this.dir, "imapd.conf"), "-i"]);
    execFileSync(command, args, { env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
  }

  // What it holds goes with it: it may as well be killed.
  async stop() {
    this.kill();
    await this.ended;
    process.removeListener("exit", this.kill);
  }
}
