// procmail.mjs — a site that filters with procmail: a Postfix of its own before the demonstration's
// Dovecot, delivering by /usr/bin/procmail with our procmailrc as the machine's (see procmail-mta).
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PROGRAM, RUN_DIR, TOP, env, eventually } from "./env.mjs";
import { freePort } from "./ports.mjs";

const asRoot = process.getuid() === 0 ? [] : ["sudo", "-n"];
const root = (...words) => execFileSync([...asRoot, ...words][0], [...asRoot, ...words].slice(1), { stdio: ["ignore", "pipe", "pipe"] });

export class ProcmailSite {
  // accounts: of the demonstration's Dovecot, which have that server's user; people: names of accounts
  // with users and homes of their own, whom only procmail knows. stop() it.
  static async start(accounts, people, { options = "" } = {}) {
    const site = new ProcmailSite();
    site.dir = mkdtempSync(join(tmpdir(), "vaguemestre-procmail-"));
    chmodSync(site.dir, 0o755);
    site.options = options;
    site.owner = statSync(join(RUN_DIR, "mail")).uid;
    site.program = join(site.dir, "vaguemestre-procmail");
    copyFileSync(join(dirname(PROGRAM), "vaguemestre-procmail"), site.program);
    chmodSync(site.program, 0o755);
    site.recipes = join(site.dir, "recipes");
    mkdirSync(site.recipes);
    chmodSync(site.recipes, 0o711);
    root("chown", String(site.owner), site.recipes);
    site.#accounts(accounts, people);
    site.#procmailrc(options);
    site.port = await freePort();
    const run = spawnSync([...asRoot, join(TOP, "tests", "lib", "procmail-mta")][0],
      [...asRoot, join(TOP, "tests", "lib", "procmail-mta"), site.dir, String(site.port)].slice(1), { encoding: "utf8", timeout: 60000 });
    if (!existsSync(join(site.dir, "ready"))) throw new Error(`Postfix does not start: ${run.stderr} ${run.error || ""}`);
    return site;
  }

  #accounts(accounts, people) {
    const { gid } = statSync(join(RUN_DIR, "mail"));
    const lines = accounts.map(({ user }) => `${user.split("@")[0]}:x:${this.owner}:${gid}::${join(RUN_DIR, "mail", user)}:/bin/sh`);
    people.forEach((name, i) => {
      const home = this.home(name), uid = 47110 + i;
      mkdirSync(join(home, "mail"), { recursive: true });
      root("chown", "-R", `${uid}:${uid}`, home);
      lines.push(`${name}:x:${uid}:${uid}::${home}:/bin/sh`);
    });
    lines.push(`webmail:x:${this.owner}:${gid}::/nonexistent:/bin/false`);
    writeFileSync(join(this.dir, "passwd"), lines.join("\n") + "\n");
  }

  // The example that is installed, with the lines changed that it says are to be adapted.
  #procmailrc(options) {
    let text = readFileSync(join(TOP, "deploy", "procmail", "procmailrc"), "utf8");
    const adapt = (pattern, line) => {
      if (!pattern.test(text)) throw new Error(`procmailrc has no ${pattern}`);
      text = text.replace(pattern, line);
    };
    adapt(/^MAILDIR=.*$/m, `MAILDIR=$HOME/mail\nLOGFILE=$HOME/log`);
    adapt(/^DEFAULT=.*$/m, "DEFAULT=$HOME/mail/");
    adapt(/^VM_OPTIONS=.*$/m, `VM_OPTIONS="--directory=${this.recipes} --account=$LOGNAME --owner=webmail --layout=fs --domain=${env.MAIL_DOMAIN} --delivered-to ${options}"`);
    adapt(/^VM_PROGRAM=.*$/m, `VM_PROGRAM=${this.program}`);
    writeFileSync(join(this.dir, "procmailrc"), text);
  }

  home(name) {
    return join(this.dir, "home", name);
  }

  file(user) {
    return join(this.recipes, user.split("@")[0]);
  }

  // What the webmail does when somebody saves these rules (rule.h).
  rules(user, ...lines) {
    const run = spawnSync(this.program, ["recipes", "--layout=fs"], { input: ["rules 1", ...lines, ""].join("\n"), encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    this.plant(user, run.stdout);
    return run.stdout;
  }

  // Any bytes in the webmail's directory, as its own process could write them.
  plant(user, text) {
    writeFileSync(this.file(user), text);
    chmodSync(this.file(user), 0o644);
    chownSync(this.file(user), this.owner, statSync(join(RUN_DIR, "mail")).gid);
  }

  // Comes back when Postfix has taken the message.
  async send({ from, to, message }) {
    const socket = net.connect(this.port, "127.0.0.1");
    let data = "", wake = () => {};
    socket.on("data", (bytes) => { data += bytes.toString("latin1"); wake(); }).on("error", () => wake()).on("close", () => wake());
    const command = async (line) => {
      if (line) socket.write(line + "\r\n");
      await eventually(() => /^\d{3} [^\n]*\n/m.test(data), 10000);
      const reply = data;
      data = "";
      if (!/^[23]/.test(reply)) throw new Error(`SMTP ${line}: ${reply}`);
    };
    await command("");
    await command("HELO test.example");
    await command(`MAIL FROM:<${from}>`);
    await command(`RCPT TO:<${to}>`);
    await command("DATA");
    await command(message.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..") + "\r\n.");
    socket.end("QUIT\r\n");
  }

  // When nothing waits in Postfix any more: all that was sent is delivered, with what came of it.
  async quiet() {
    const queued = () => ["incoming", "active", "maildrop", "deferred"].map((name) => root("find", join(this.dir, "queue", name), "-type", "f").toString()).join("");
    await eventually(() => !queued(), 6000).catch(() => {
      throw new Error(`Postfix does not get rid of a message:\n${root("tail", "-5", join(this.dir, "postfix.log"))}`);
    });
  }

  // What procmail and the programs that it started have said.
  log(home) {
    try {
      return readFileSync(join(home, "log"), "utf8");
    } catch {
      return "";
    }
  }

  stop() {
    try {
      root("kill", readFileSync(join(this.dir, "master"), "utf8").trim());
    } catch {
      // it never started
    }
    root("rm", "-rf", this.dir);
  }
}
