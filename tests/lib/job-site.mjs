// job-site.mjs — a program of its own in front of a server whose line can be cut: for long work while
// everything breaks.
import assert from "node:assert/strict";
import { join } from "node:path";
import { newAccount } from "./account.mjs";
import { eventually } from "./env.mjs";
import { SocketClient } from "./fastcgi.mjs";
import { imapProxy } from "./fault-proxy.mjs";
import { formTo } from "./html.mjs";
import { Imap } from "./imap.mjs";
import { census, fill } from "./many.mjs";
import { Program, scratch } from "./program.mjs";

const servers = [];
export const closeSites = () => Promise.all(servers.map((server) => server.close()));

// One account with a full folder, a program of its own, and a line to the server that can be cut.
export class Site {
  static async open(options = {}, count = 1120) { // more than one chunk
    const site = new Site();
    site.account = await newAccount();
    site.proxy = await imapProxy(options);
    servers.push(site.proxy);
    const imap = await Imap.open(site.account);
    for (const box of ["Source", "Target", "Other"]) await imap.fresh(box);
    imap.close();
    if (count) await fill(site.account, "Source", count);
    const dir = scratch();
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

  async press(url, path, changes) {
    const page = await this.page(url), form = formTo(page.text.replace(/<div class="toast[^]*?<\/div>/, ""), path);
    const fields = new URLSearchParams(form.fields);
    for (const [name, value] of Object.entries(changes)) fields.set(name, value);
    const answer = await this.client.post(path, fields);
    assert.equal(answer.status, 303, answer.text.slice(0, 1500));
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
