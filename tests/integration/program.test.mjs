// The program as a process: command line, configuration, sockets, signals.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { ACCOUNT1, PROGRAM, eventually } from "../lib/env.mjs";
import { SocketClient, ask } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { Program, configure, run } from "../lib/program.mjs";

test("--version and --help answer and end", () => {
  const version = run(["--version"]);
  assert.equal(version.status, 0);
  assert.match(version.stdout, /^vaguemestre \d+\.\d+\.\d+\n$/);
  const help = run(["--help"]);
  assert.equal(help.status, 0);
  for (const word of ["--config", "--check", "--version", "SIGTERM", "SIGHUP"]) assert.ok(help.stdout.includes(word), word);
});

test("an unknown option is refused with the help", () => {
  const result = run(["--nonsense"]);
  assert.equal(result.status, 2);
  assert.match(result.stderr, /usage:/);
});

// A fault, and what its message must say; the line is counted in the file that was written.
const faults = [
  ["an unknown key", {}, "colour = blue\n", /colour/],
  ["an unknown key in a block", {}, "imap {\n  speed = 3\n}\n", /imap\.speed/],
  ["a number that is none", { threads: "many" }, "", /threads/],
  ["a number beyond its bounds", { threads: 100000 }, "", /threads/],
  ["a word that is no choice", { imap: { security: "perhaps" } }, "", /imap\.security.*starttls/],
  ["a path that is not absolute", { spool: "spool" }, "", /spool.*absolute/],
  ["a CA file that is not there", { imap: { ca_file: "/nonexistent/ca.pem" } }, "", /imap\.ca_file/],
  ["proxies that are no addresses", { trusted_proxies: "nginx" }, "", /trusted_proxies/],
  ["a block that does not end", {}, "site {\n", /./],
];
for (const [name, changes, extra, words] of faults) {
  test(`the configuration with ${name} is refused with file and line`, () => {
    const { conf } = configure(changes, extra);
    const lines = readFileSync(conf, "utf8").split("\n");
    const result = run(["--config", conf]);
    assert.equal(result.status, 1, result.stderr);
    assert.match(result.stderr, words);
    const place = new RegExp(`${conf}:(\\d+)`).exec(result.stderr);
    assert.ok(place, result.stderr);
    const key = /(\w+)(?:: | )/.exec(words.source.replace(/\\/g, ""))?.[1];
    if (extra.startsWith("colour")) assert.equal(lines[Number(place[1]) - 1], "colour = blue");
    else assert.ok(Number(place[1]) >= 1 && Number(place[1]) <= lines.length, key);
  });
}

test("a needed key that is missing, and a file that is missing, are named", () => {
  const { conf } = configure({ imap: { host: undefined } });
  assert.match(run(["--config", conf]).stderr, /imap\.host/);
  assert.match(run(["--config", "/nonexistent.conf"]).stderr, /\/nonexistent\.conf/);
});

test("--check tries the servers and says that all is well", () => {
  const { conf } = configure();
  const result = run(["--config", conf, "--check"]);
  assert.equal(result.status, 0, result.stdout + result.stderr);
  assert.match(result.stdout, /localhost/);
});

test("--check says in words what is wrong", () => {
  const { conf } = configure({ imap: { host: "nowhere.invalid" } });
  const result = run(["--config", conf, "--check"]);
  assert.notEqual(result.status, 0);
  assert.match(result.stdout, /nowhere\.invalid/);
  assert.match(result.stdout, /NET-1/);
});

test("it serves on the path that the configuration names, and removes it at the end", async () => {
  const program = await Program.start();
  const answer = await ask(program.socket, "GET", "/health");
  assert.equal(answer.status, 200);
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
  assert.equal(existsSync(program.socket), false);
  assert.match(program.log(), / start .*version=/);
  assert.match(program.log(), / stop /);
});

test("a socket that nobody serves any more is replaced, one that is served is not", async () => {
  const program = await Program.start();
  const second = run(["--config", program.conf]);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /another process/);
  assert.equal((await ask(program.socket, "GET", "/health")).status, 200);
  await program.stop("SIGKILL");
  assert.ok(existsSync(program.socket));
  const child = spawn(PROGRAM, ["--config", program.conf], { stdio: ["ignore", "ignore", "inherit"] });
  await eventually(async () => (await ask(program.socket, "GET", "/health")).status === 200);
  child.kill();
  await new Promise((resolve) => child.on("exit", resolve));
});

// Hands a listening socket over as systemd (descriptor 3) or spawn-fcgi (descriptor 0) does.
const HAND_OVER = `
import os, socket, sys
path, number, program, *rest = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(16)
os.dup2(listener.fileno(), int(number))
os.set_inheritable(int(number), True)
if number == "3":
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(program, [program, *rest])
`;
for (const [name, number] of [["systemd", "3"], ["spawn-fcgi", "0"]]) {
  test(`it serves on the socket that ${name} hands over and leaves it alone at the end`, async () => {
    const { dir, conf } = configure({ listen: undefined });
    const path = join(dir, "handed-over");
    const child = spawn("python3", ["-c", HAND_OVER, path, number, PROGRAM, "--config", conf], { stdio: ["ignore", "ignore", "inherit"] });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    await eventually(async () => (await ask(path, "GET", "/health")).status === 200, 10000);
    child.kill();
    assert.equal(await ended, 0);
    assert.ok(existsSync(path));
  });
}

test("without any socket it says so", () => {
  const { conf } = configure({ listen: undefined });
  const result = run(["--config", conf]);
  assert.equal(result.status, 1);
  assert.match(result.stderr, /listen/);
});

test("SIGTERM finishes the request in flight", async () => {
  const proxy = await imapProxy({ delay: 300 });
  after(() => proxy.close());
  const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
  const client = new SocketClient(program.socket);
  const answer = client.login(ACCOUNT1);
  await eventually(() => proxy.commands.length > 0);
  const end = program.stop();
  assert.equal((await answer).status, 303);
  assert.deepEqual(await end, { code: 0, signal: null });
});

test("SIGTERM ends an idle program within a second", async () => {
  const program = await Program.start();
  await ask(program.socket, "GET", "/health");
  const start = Date.now();
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
  // a sanitizer's search for leaks takes part of it
  assert.ok(Date.now() - start < 3000);
});

test("SIGHUP reads the configuration again, and keeps the old one when the new one is wrong", async () => {
  const program = await Program.start({ site: { name: "Before" } });
  const title = async () => (await ask(program.socket, "GET", "/login")).text;
  assert.match(await title(), /Before/);
  const text = readFileSync(program.conf, "utf8");
  writeFileSync(program.conf, text.replace("name = Before", "name = Afterwards"));
  program.child.kill("SIGHUP");
  await eventually(async () => /Afterwards/.test(await title()));
  writeFileSync(program.conf, text.replace("name = Before", "name = Never\nmood = bad"));
  program.child.kill("SIGHUP");
  await eventually(() => /reload-refused/.test(program.log()));
  assert.match(program.log(), /reload-refused.*mood/);
  assert.match(await title(), /Afterwards/);
  await program.stop();
});

test("many requests at once are all answered", async () => {
  const program = await Program.start({ threads: 3 });
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(program.socket, "GET", "/login")));
  assert.ok(answers.every((answer) => answer.status === 200));
  await program.stop();
});

test("a line of the log is one line, with time, level and request id", async () => {
  const program = await Program.start();
  const client = new SocketClient(program.socket);
  await client.login({ user: 'eve" address=1.2.3.4', password: "no" });
  await program.stop();
  for (const line of program.log().trim().split("\n")) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ? ?\S* [A-Za-z]+ [a-z-]+( |$)/, line);
  const [failure] = program.log().split("\n").filter((line) => line.includes("login-failure"));
  assert.match(failure, /login-failure request=\S+ address=127\.0\.0\.1 cause=password user="eve' address=1\.2\.3\.4"$/);
});
