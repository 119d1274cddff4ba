// program.mjs — the program with a configuration of the test's own, on a socket of its own.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { PROGRAM, TOP, env, eventually } from "./env.mjs";

const temporary = [];
process.on("exit", () => temporary.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

// A temporary directory that ends with the test process.
export function scratch() {
  temporary.push(mkdtempSync(join(tmpdir(), "vm-test-")));
  return temporary.at(-1);
}

const defaults = (dir) => ({
  site: { name: "Vaguemestre" },
  listen: join(dir, "socket"),
  threads: 4,
  imap: { host: "localhost", port: env.IMAP_PORT, security: "starttls", ca_file: env.CA },
  smtp: { host: "localhost", port: env.SMTP_PORT, security: "starttls", ca_file: env.CA, domain: env.MAIL_DOMAIN },
  filters: { way: "sieve" },
  sieve: { host: "localhost", port: env.SIEVE_PORT, security: "starttls", ca_file: env.CA },
  store: { path: join(dir, "store.sqlite"), key_file: join(dir, "server.key") },
  passes: { pepper_file: join(dir, "passes", "pepper"), generation_file: join(dir, "passes", "generation") },
  spool: join(dir, "spool"),
  templates: join(TOP, "templates"),
  jail: join(PROGRAM, "..", "vaguemestre-jail"),
  trusted_proxies: "127.0.0.1 ::1",
  log: { target: "stderr", level: "info" },
});

function merge(base, changes) {
  const all = { ...base };
  for (const [key, value] of Object.entries(changes))
    all[key] = value && typeof value === "object" ? merge(base[key] || {}, value) : value;
  return all;
}

function hdf(tree, indent = "") {
  return Object.entries(tree).filter(([, value]) => value !== undefined).map(([key, value]) =>
    typeof value === "object" ? `${indent}${key} {\n${hdf(value, indent + "  ")}${indent}}\n` : `${indent}${key} = ${value}\n`).join("");
}

// Writes a configuration: the demonstration's with changes (undefined takes a key out); extra is
// text behind it. { dir, conf, socket }
export function configure(changes = {}, extra = "") {
  const dir = scratch();
  for (const name of ["spool", "passes"]) mkdirSync(join(dir, name), { mode: 0o700 });
  const tree = merge(defaults(dir), changes);
  const conf = join(dir, "vaguemestre.conf");
  writeFileSync(conf, hdf(tree) + extra);
  return { dir, conf, socket: tree.listen, tree };
}

// Runs the program to its end: { status, stdout, stderr }.
export function run(args, options = {}) {
  return spawnSync(PROGRAM, args, { encoding: "utf8", timeout: 30000, stdio: ["ignore", "pipe", "pipe"], ...options });
}

// A socket is there before anybody listens to it.
const accepts = (path) => new Promise((resolve) => {
  const probe = connect(path, () => resolve(true)).on("error", () => resolve(false));
  probe.on("connect", () => probe.destroy());
});

// A test that fails does not come to its stop(): what still runs would keep the file from ending.
const running = new Set();
after(() => running.forEach((program) => program.child.kill("SIGKILL")));

export class Program {
  // stdio and env are for the ways of handing over a socket. open: the one without a sanitiser (`make open`).
  static async start(changes = {}, { stdin = "ignore", environment = {}, waitFor, open = false } = {}) {
    const executable = open ? join(PROGRAM, "..", "open", "vaguemestre") : PROGRAM;
    if (open) changes = { ...changes, jail: `${executable}-jail` };
    const program = new Program();
    Object.assign(program, configure(changes));
    program.stderr = "";
    program.child = spawn(executable, ["--config", program.conf], { stdio: [stdin, "ignore", "pipe"], env: { ...process.env, ...environment } });
    program.child.stderr.on("data", (chunk) => (program.stderr += chunk));
    running.add(program);
    let over = false;
    program.ended = new Promise((resolve) => program.child.on("exit", (code, signal) => {
      over = true;
      running.delete(program);
      resolve({ code, signal });
    }));
    await eventually(() => {
      if (over) throw new Error(`the program ended:\n${program.stderr}`);
      return waitFor ? existsSync(waitFor) : accepts(program.socket);
    }, 10000);
    return program;
  }

  log() {
    return this.stderr;
  }

  // { code, signal }
  async stop(signal = "SIGTERM") {
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill("SIGKILL"), 10000);
    const result = await this.ended;
    clearTimeout(late);
    return result;
  }

  // Resident memory in KB.
  memory() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"))[1]);
  }
}
