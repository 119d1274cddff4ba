// The same journey on another server: Cyrus IMAP, in both shapes that it gives to an account, and
// without any of its capabilities.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cyrus } from "../lib/cyrus.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { formTo, text } from "../lib/html.mjs";
import { journey } from "../lib/journey.mjs";
import { Program } from "../lib/program.mjs";

const accounts = ["slashes", "dots", "bare"].map((user) => ({ user, password: "it is a test" }));
const [slashes, dots, bare] = accounts;
const cyrus = await Cyrus.start(accounts);
after(() => cyrus.stop());

const open = async (account, port, proxy) => {
  const program = await Program.start({ imap: { port: proxy?.port ?? port, security: "tls" } });
  return { socket: program.socket, account, port, close: async () => {
    assert.deepEqual(await program.stop(), { code: 0, signal: null }, program.log());
    await proxy?.close();
  } };
};

// Cyrus takes no quotes in names.
journey("Cyrus with slashes between levels", () => open(slashes, cyrus.port), { name: "Été & jeux 日本" });
journey("Cyrus with all folders below INBOX.", () => open(dots, cyrus.dottedPort), { name: "Été & jeux 日本", delimiter: ".", prefix: "INBOX." });
journey("Cyrus without anything beyond RFC 3501", async () => open(bare, cyrus.port, await imapProxy({ hide: ["*"], upstream: cyrus.port })),
  { name: "Été & jeux 日本", quota: false });

test("a name that Cyrus does not take is told, with its words", async () => {
  const { socket, close } = await open(slashes, cyrus.port);
  try {
    const client = new SocketClient(socket);
    await client.login(slashes);
    const csrf = formTo((await client.get("/folders")).text, "/folders").fields.get("csrf");
    const answer = await client.post("/folders", { csrf, act: "create", parent: "", name: 'Dits "mots"' });
    assert.equal(answer.status, 422);
    assert.match(text(answer.text), /Invalid mailbox name/);
  } finally {
    await close();
  }
});
