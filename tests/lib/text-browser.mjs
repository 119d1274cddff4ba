// text-browser.mjs — w3m and lynx in a terminal of their own (tmux), driven by keys as a person
// would; what they show is what stands on that terminal's screen.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, eventually, sleep } from "./env.mjs";

const STILL_MS = 120; // without a change on the screen: it waits for a key
const QUIET_MS = 40;
const CLEAR = "\x15"; // Ctrl-U empties the line that is being typed

class Terminal {
  // command: what runs in it, given a directory of its own. The screen is higher than any page, so
  // that all of it is seen.
  constructor(command, variables = {}) {
    this.home = mkdtempSync(join(tmpdir(), "text-browser-"));
    this.variables = { PATH: process.env.PATH, TERM: "xterm", LANG: "C.UTF-8", HOME: this.home, ...variables };
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", "110", "-y", "400", ...command(this.home));
  }

  #tmux(...words) {
    return execFileSync("tmux", ["-S", join(this.home, "tmux"), ...words], { env: this.variables, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  // All that the terminal shows; a browser takes its own lines away.
  screen() {
    return this.#tmux("capture-pane", "-p");
  }

  // Each once the screen has come to rest after the one before.
  async keys(...all) {
    for (const keys of all) {
      this.#tmux("send-keys", "-H", ...Buffer.from(keys).toString("hex").match(/../g));
      let before, still = Date.now();
      while (Date.now() - still < STILL_MS) {
        await sleep(QUIET_MS);
        const now = this.screen();
        if (now !== before) [before, still] = [now, Date.now()];
      }
    }
  }

  // The page as it is shown, when it holds what is expected.
  async page(expected) {
    let text = "";
    try {
      return await eventually(() => expected.test((text = this.screen())) && text, 15000);
    } catch {
      throw new Error(`${expected} is not on the page:\n${text}`);
    }
  }

  close() {
    try {
      this.#tmux("kill-server");
    } catch {
      // it has ended by itself
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}

export class W3m extends Terminal {
  constructor(url) {
    super(() => ["w3m", "-o", `ssl_ca_file=${env.CA}`, "-o", "ssl_verify_server=1", "-o", "accept_language=en", "-cookie", url]);
  }

  screen() {
    return super.screen().trimEnd().split("\n").slice(0, -1).join("\n").trimEnd();
  }

  // Goes to the text, the first below the top, and on to the next link or field behind it, or back
  // to the one before.
  async #to(text, step) {
    await this.keys("g", `/${text}\r`, ...({ next: ["\t"], previous: ["\x1b\t"] }[step] || []));
  }

  async open(path) {
    await this.keys("U", `${CLEAR}${env.URL}${path}\r`);
  }

  async press(text) {
    await this.#to(text);
    await this.keys("\r");
  }

  async fill(label, value) {
    await this.#to(label, "next");
    await this.keys("\r", `${CLEAR}${value}\r`);
  }

  // The box on the left of a text.
  async tick(text) {
    await this.#to(text, "previous");
    await this.keys("\r");
  }
}

// Lynx numbers its links and fields. On a new page it stands on the first, and the arrows lead on.
export class Lynx extends Terminal {
  #at = 1;

  constructor(url) {
    super((home) => {
      const settings = join(home, "lynx.cfg");
      writeFileSync(settings, `SSL_CERT_FILE:${env.CA}\nPREFERRED_LANGUAGE:en\nACCEPT_ALL_COOKIES:TRUE\nCHARACTER_SET:utf-8\nINFOSECS:0\nMESSAGESECS:0\nALERTSECS:0\n`);
      return ["lynx", "-cfg", settings, "-number_fields", url];
    });
  }

  // What is on the page, without the title above it and the numbers.
  screen() {
    return this.#numbered().replace(/\[\d+\]/g, "");
  }

  #numbered() {
    return super.screen().trimEnd().split("\n").slice(1, -3).join("\n").trimEnd();
  }

  // To the nearest that is numbered and looks like `what`, before or behind the text.
  async #to(text, what, behind = false) {
    const screen = this.#numbered(), at = screen.indexOf(text);
    const found = [...screen.slice(behind ? at : 0, behind ? undefined : at).matchAll(what)].at(behind ? 0 : -1);
    if (at < 0 || !found) throw new Error(`there is nothing to go to at "${text}":\n${screen}`);
    const steps = Number(found[1]) - this.#at;
    if (steps !== 0) await this.keys((steps > 0 ? "\x1b[B" : "\x1b[A").repeat(Math.abs(steps)));
    this.#at += steps;
  }

  async open(path) {
    await this.keys("g", `${CLEAR}${env.URL}${path}\r`);
    this.#at = 1;
  }

  async press(text) {
    await this.#to(text, /\[(\d+)\]/g);
    await this.keys("\r");
    this.#at = 1;
  }

  async fill(label, value) {
    await this.#to(label, /\[(\d+)\]/g, true);
    await this.keys(CLEAR, value);
  }

  // The box on the left of a text.
  async tick(text) {
    await this.#to(text, /\[(\d+)\]\[[ X]\]/g);
    await this.keys("\r");
  }
}
