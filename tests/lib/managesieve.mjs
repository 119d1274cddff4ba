// managesieve.mjs — a small ManageSieve client, with which tests stand in for another program.
import net from "node:net";
import tls from "node:tls";
import { ACCOUNT1, CA, env } from "./env.mjs";

export class ManageSieve {
  static async open({ user, password } = ACCOUNT1, port = env.SIEVE_PORT) {
    const sieve = new ManageSieve();
    sieve.#listen(net.connect(Number(port), "127.0.0.1"));
    await sieve.#answer();
    await sieve.command("STARTTLS");
    const plain = sieve.socket;
    plain.removeAllListeners("data");
    sieve.#listen(tls.connect({ socket: plain, ca: CA, servername: "localhost" }));
    await sieve.#answer();
    await sieve.command(`AUTHENTICATE "PLAIN" "${Buffer.from(`\0${user}\0${password}`).toString("base64")}"`);
    return sieve;
  }

  #listen(socket) {
    this.socket = socket;
    this.data = "";
    socket.on("data", (chunk) => {
      this.data += chunk.toString("latin1");
      this.wake?.();
    });
    socket.on("error", () => this.wake?.());
  }

  // Everything up to OK, NO or BYE; literals may hold any line.
  async #answer() {
    const deadline = Date.now() + 10000;
    for (;;) {
      let at = 0;
      for (let end; (end = this.data.indexOf("\r\n", at)) >= 0; ) {
        const line = this.data.slice(at, end);
        const literal = /\{(\d+)\+?\}$/.exec(line);
        at = end + 2 + (literal ? Number(literal[1]) : 0);
        if (!literal && /^(OK|NO|BYE)\b/.test(line)) {
          const all = this.data.slice(0, at);
          this.data = this.data.slice(at);
          if (!line.startsWith("OK")) throw new Error(`ManageSieve: ${line}`);
          return all;
        }
      }
      if (Date.now() > deadline) throw new Error(`ManageSieve: no answer: ${this.data}`);
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 200);
      });
    }
  }

  command(line) {
    this.socket.write(line + "\r\n");
    return this.#answer();
  }

  put(name, text) {
    const bytes = Buffer.from(text);
    return this.command(`PUTSCRIPT "${name}" {${bytes.length}+}\r\n${bytes}`);
  }

  activate(name) {
    return this.command(`SETACTIVE "${name}"`);
  }

  // { name: active }
  async list() {
    const answer = await this.command("LISTSCRIPTS");
    return Object.fromEntries([...answer.matchAll(/^"([^"]*)"( ACTIVE)?\r$/gm)].map(([, name, active]) => [name, Boolean(active)]));
  }

  async get(name) {
    const answer = await this.command(`GETSCRIPT "${name}"`);
    const [head, size] = /^\{(\d+)\}\r\n/.exec(answer);
    return Buffer.from(answer.slice(head.length, head.length + Number(size)), "latin1").toString();
  }

  close() {
    this.socket.end("LOGOUT\r\n");
  }
}
