// job-site.mjs — a program of its own in front of a server whose line can be cut: for long work while
// everything breaks.
import assert from "node:assert/strict";
import { chownSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { newAccount } from "./account.mjs";
import { RUN_DIR, eventually } from "./env.mjs";
import { SocketClient } from "./fastcgi.mjs";
import { imapProxy } from "./fault-proxy.mjs";
import { formTo, text } from "./html.mjs";
import { Imap } from "./imap.mjs";
import { census, fill } from "./many.mjs";
import { Program, scratch } from "./program.mjs";

const servers = [];
export const closeSites = () => Promise.all(servers.map((server) => server.close()));

// The inbox of an account that nobody has opened has no directory yet.
function makeInbox({ user }) {
  const mail = join(RUN_DIR, "mail", user, "mail"), { uid, gid } = statSync(join(RUN_DIR, "mail"));
  for (const dir of ["", "cur", "new", "tmp"]) {
    mkdirSync(join(mail, dir), { recursive: true });
    chownSync(join(mail, dir), uid, gid);
  }
  chownSync(dirname(mail), uid, gid);
}

// One account, a program of its own that may be killed, and a line to the server that can be cut.
export class Site {
  // boxes: how many letters in each, named after it; or, of any name, in Source alone, beside an
  // empty Target and Other.
  static async open(options = {}, boxes = 1120) { // more than one chunk
    const alone = typeof boxes === "number";
    if (alone) boxes = { Source: boxes, Target: 0, Other: 0 };
    const site = new this(), dir = scratch();
    site.account = await newAccount();
    site.proxy = await imapProxy(options);
    servers.push(site.proxy);
    const imap = await Imap.open(site.account);
    if (boxes.INBOX) makeInbox(site.account);
    for (const box of Object.keys(boxes)) if (box !== "INBOX") await imap.fresh(box);
    imap.close();
    for (const [box, count] of Object.entries(boxes)) if (count) await fill(site.account, box === "INBOX" ? "." : box, count, alone ? undefined : box);
    site.settings = { imap: { port: site.proxy.port, security: "tls" }, store: { path: join(dir, "store.sqlite"), key_file: join(dir, "server.key") } };
    await site.start();
    site.client = new SocketClient(site.program.socket);
    await site.client.login(site.account);
    return site;
  }

  async start() {
    this.program = await Program.start(this.settings);
    if (this.client) this.client.address = this.program.socket;
  }

  async kill() {
    await this.program.stop("SIGKILL");
  }

  // A slow opening answers with a page to wait on.
  page(url) {
    return eventually(async () => {
      const got = await this.client.get(url);
      return got.status !== 202 && got;
    }, 20000);
  }

  // changes: of a form's fields; a list is a field several times.
  async press(url, path, changes) {
    const page = await this.page(url), fields = new URLSearchParams(formTo(page.text.replace(/<div class="toast[^]*?<\/div>/, ""), path).fields);
    for (const [name, value] of Object.entries(changes)) {
      fields.delete(name);
      for (const one of [value].flat()) fields.append(name, one);
    }
    const answer = await this.client.post(path, fields);
    assert.equal(answer.status, 303, text(answer.text));
  }

  act(act, to = "Target") {
    return this.press("/mail?folder=Source&all=1", "/act", { act, to });
  }

  async jobs() {
    return JSON.parse((await this.client.get("/poll?jobs=1")).text).jobs;
  }

  rest() {
    return eventually(async () => (await this.jobs()).length === 0, 60000);
  }

  async newest() {
    return /href="(\/job\?id=\d+)"/.exec((await this.client.get("/jobs")).text.split('<ul class="jobs">')[1])[1];
  }

  async undo() {
    await this.press(await this.newest(), "/job", { act: "undo" });
    await this.rest();
  }

  async places() {
    const found = await census(this.account), counts = {};
    for (const boxes of found.values()) for (const box of boxes) counts[box] = (counts[box] || 0) + 1;
    return { found, counts };
  }

  async stop() {
    await this.program.stop();
  }
}
