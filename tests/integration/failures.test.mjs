// Every way in which the mail server cannot be reached, believed or entered is told by name: host,
// cause, remedy, in the user's language, with a code; and the administrator finds the code in the log.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ACCOUNT1, RUN_DIR } from "../lib/env.mjs";
import { Authority } from "../lib/certificates.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { brokenServer, imapProxy } from "../lib/fault-proxy.mjs";
import { faults, text } from "../lib/html.mjs";
import { Program, scratch } from "../lib/program.mjs";

let known, unknown;
const servers = [];
before(() => {
  known = new Authority(scratch());
  unknown = new Authority(scratch(), { unknown: true });
});
after(() => Promise.all(servers.map((server) => server.close())));

const broken = async (mode, options) => {
  const server = await brokenServer(mode, options);
  servers.push(server);
  return server.port;
};
const proxied = async (options) => {
  const proxy = await imapProxy(options);
  servers.push(proxy);
  return proxy.port;
};
const closedPort = () => new Promise((resolve) => {
  const probe = net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const tls = async (certificate) => ({ port: await broken("tls", certificate), security: "tls" });
const own = () => ({ key: readFileSync(join(RUN_DIR, "tls/server.key")), cert: readFileSync(join(RUN_DIR, "tls/server.pem")) });

// [what, imap { … } of the configuration, the codes it may have, what the page must say besides]
const cases = [
  ["a name that does not exist", async () => ({ host: "nowhere.invalid" }), ["NET-1"], /nowhere\.invalid/],
  ["a port where nobody listens", async () => ({ port: await closedPort() }), ["NET-2"]],
  ["a server that says nothing", async () => ({ port: await broken("silent") }), ["NET-3"]],
  ["a server that says BYE", async () => ({ port: await broken("bye"), security: "none" }), ["NET-4", "LOG-21"]],
  ["a server without STARTTLS", async () => ({ port: await broken("no-starttls") }), ["TLS-10"]],
  ["TLS where the server speaks plain", async () => ({ port: await broken("plain"), security: "tls" }), ["TLS-11"]],
  ["a certificate that has expired", async () => tls(known.issue({ from: -40, to: -3 })), ["TLS-12"], /\d{4}/],
  ["a certificate that is not valid yet", async () => tls(known.issue({ from: 3, to: 30 })), ["TLS-13"], /\d{4}/],
  ["a certificate for another name", async () => tls(known.issue({ names: ["DNS:mail.elsewhere.example"] })), ["TLS-14"], /mail\.elsewhere\.example/],
  ["a certificate that nobody vouches for", async () => tls(unknown.issue()), ["TLS-15"]],
  ["a server that refuses for now", async () => ({ security: "tls",
    port: await proxied({ rules: [{ match: /^(AUTHENTICATE|LOGIN)/i, action: "answer", text: "$TAG NO [UNAVAILABLE] Inventory", times: 9 }] }) }), ["LOG-21"]],
  ["a connection that is cut at the login", async () => ({ security: "tls",
    port: await proxied({ rules: [{ match: /^(AUTHENTICATE|LOGIN)/i, action: "cut", times: 9 }] }) }), ["NET-4"]],
  ["a login that is never answered", async () => ({ security: "tls",
    port: await proxied({ rules: [{ match: /^(AUTHENTICATE|LOGIN)/i, action: "stall", times: 9 }] }) }), ["NET-3"]],
  ["nonsense in place of IMAP", async () => ({ security: "tls",
    port: await proxied({ rules: [{ match: /^(AUTHENTICATE|LOGIN)/i, action: "answer", text: "$TAG WHAT is this", times: 9 }] }) }), ["SRV-40"]],
];

for (const [name, imap, codes, words] of cases) {
  test(`${name} is told with ${codes.join(" or ")}`, async () => {
    const target = await imap();
    const program = await Program.start({ imap: target, limits: { request: 5 } });
    try {
      for (const language of ["en", "fr"]) {
        const one = new SocketClient(program.socket, { "accept-language": language });
        const answer = await one.login(ACCOUNT1);
        const said = text(answer.text);
        assert.ok([502, 503, 504].includes(answer.status), `${answer.status} ${said}`);
        assert.ok(codes.some((code) => said.includes(code)), said);
        assert.ok(said.includes(target.host || "localhost"), said);
        if (words) assert.match(said, words);
        assert.deepEqual(await faults(answer.text), []);
        // what was typed is still there, except the password
        assert.ok(answer.text.includes(ACCOUNT1.user));
        assert.ok(!answer.text.includes(ACCOUNT1.password));
      }
      assert.ok(codes.some((code) => program.log().includes(code)), program.log());
      assert.ok(!program.log().includes(ACCOUNT1.password));
    } finally {
      await program.stop();
    }
  });
}

test("the proxy alone does no harm: through it one signs in", async () => {
  const program = await Program.start({ imap: { port: await proxied({}), security: "tls" } });
  const one = new SocketClient(program.socket);
  assert.equal((await one.login(ACCOUNT1)).status, 303);
  assert.equal((await program.stop()).code, 0);
});

test("the demonstration's own certificate is believed on the TLS port too", async () => {
  const server = await brokenServer("tls", own());
  servers.push(server);
  const program = await Program.start({ imap: { port: server.port, security: "tls" }, limits: { request: 5 } });
  const answer = await new SocketClient(program.socket).login(ACCOUNT1);
  assert.ok(!/TLS-/.test(text(answer.text)), "the certificate is not what it stumbles over");
  await program.stop();
});
