// text-browser.mjs — w3m and lynx on a terminal of their own (script(1)), driven by keys as a person
// would; what they show is what they save of it themselves.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, eventually, sleep } from "./env.mjs";

const QUIET = 150; // ms without output: it waits for a key
const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;

class Terminal {
  #saved = 0;

  constructor(command, variables = {}) {
    this.home = mkdtempSync(join(tmpdir(), "text-browser-"));
    this.screen = "";
    this.last = Date.now();
    // higher than any page, so that all of it is on the screen
    this.child = spawn("script", ["-qfc", `stty rows 400 cols 110; exec ${command(this.home).map(quote).join(" ")}`, "/dev/null"],
      { env: { PATH: process.env.PATH, TERM: "xterm", LANG: "C.UTF-8", HOME: this.home, ...variables }, stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdout.on("data", (chunk) => {
      this.last = Date.now();
      this.screen = (this.screen + chunk).slice(-4000);
    });
    this.child.stdin.on("error", () => {});
  }

  async keys(...all) {
    for (const keys of all) {
      this.child.stdin.write(keys);
      this.last = Date.now();
      while (Date.now() - this.last < QUIET) await sleep(20);
    }
  }

  // The page as it is shown, when it holds what is expected.
  async page(expected) {
    let text = "";
    try {
      return await eventually(async () => (expected.test((text = await this.text())) ? text : ""), 15000);
    } catch {
      throw new Error(`${expected} is not on the page:\n${text}\n${JSON.stringify(this.screen.slice(-600))}`);
    }
  }

  // save: the keys that save the page to a file
  async saved(save) {
    const path = join(this.home, `page-${++this.#saved}.txt`);
    await this.keys(...save(path));
    await eventually(() => existsSync(path) && readFileSync(path).length > 0);
    await sleep(50);
    return readFileSync(path, "utf8");
  }

  close() {
    this.child.stdin.destroy();
    this.child.kill("SIGHUP");
    rmSync(this.home, { recursive: true, force: true });
  }
}

export class W3m extends Terminal {
  constructor(url) {
    super(() => ["w3m", "-o", `ssl_ca_file=${env.CA}`, "-o", "ssl_verify_server=1", "-o", "accept_language=en", "-cookie", url]);
  }

  async text() {
    return this.saved((path) => ["S", `\x15${path}\n`]);
  }

  // Goes to the text, the first below the top, and on to the next link or field behind it, or back
  // to the one before.
  async #to(text, step) {
    await this.keys("g", `/${text}\n`, ...({ next: ["\t"], previous: ["\x1b\t"] }[step] || []));
  }

  async open(path) {
    await this.keys(`U`, `\x15${env.URL}${path}\n`);
  }

  async press(text) {
    await this.#to(text);
    await this.keys("\n");
  }

  async fill(label, value) {
    await this.#to(label, "next");
    await this.keys("\n", `\x15${value}\n`);
  }

  // The box on the left of a text.
  async tick(text) {
    await this.#to(text, "previous");
    await this.keys("\n");
  }
}
