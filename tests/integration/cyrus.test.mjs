// The same journey on another server: Cyrus IMAP, in both shapes that it gives to an account, and
// without any of its capabilities.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cyrus } from "../lib/cyrus.mjs";
import { SocketClient } from "../lib/fastcgi.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { formTo, text } from "../lib/html.mjs";
import { journey } from "../lib/journey.mjs";
import { ManageSieve } from "../lib/managesieve.mjs";
import { Program } from "../lib/program.mjs";

const accounts = ["slashes", "dots", "bare", "sieve"].map((user) => ({ user, password: "it is a test" }));
const [slashes, dots, bare, sifted] = accounts;
const cyrus = await Cyrus.start(accounts);
after(() => cyrus.stop());

const open = async (account, port, proxy) => {
  const program = await Program.start({ imap: { port: proxy?.port ?? port, security: "tls" }, sieve: { port: cyrus.sievePort } });
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

test("filters are saved, made active and come back by Cyrus's own ManageSieve, beside another program's", async () => {
  const { socket, close } = await open(sifted, cyrus.port), value = 'a"; discard; \\ * « é »';
  try {
    const client = new SocketClient(socket);
    await client.login(sifted);
    const save = async (fields, path = "/filters/edit") => {
      const all = formTo((await client.get(path)).text, "/filters/edit").fields;
      for (const [name, one] of Object.entries({ act: "save", ...fields })) all.set(name, one);
      return client.post("/filters/edit", all);
    };
    // Cyrus shows a script that another connection has stored to those alone that come after
    const asked = async (what) => {
      const sieve = await ManageSieve.open(sifted, cyrus.sievePort);
      try {
        return await what(sieve);
      } finally {
        sieve.close();
      }
    };
    const ours = () => asked((sieve) => sieve.get("vaguemestre"));
    await asked((sieve) => sieve.put("autre", 'require "fileinto";\r\nif header :contains "subject" "pub" { fileinto "Trash"; }\r\n'));
    await asked((sieve) => sieve.activate("autre"));
    for (const fields of [{ field: "subject", test: "not-contains", value, place: "move", folder_new: "Été 日本", read: "1", tags: "urgent", stop: "1" },
      { field: "from", test: "regex", value: "^(a|b)+@", place: "reject", reason: "Non.\r\nMerci." }]) {
      const answer = await save(fields);
      assert.equal(answer.status, 303, text(answer.text));
    }
    assert.deepEqual(await asked((sieve) => sieve.list()), { autre: false, vaguemestre: true });
    const script = await ours();
    assert.match(script, /include :personal "autre"/);
    const again = formTo((await client.get("/filters/edit?rule=0")).text, "/filters/edit").fields;
    assert.deepEqual(["value", "test", "folder", "read", "tags"].map((name) => again.get(name)), [value, "not-contains", "Été 日本", "1", "urgent"]);
    assert.equal((await save({}, "/filters/edit?rule=0")).status, 303);
    assert.equal(await ours(), script);
    assert.match(text((await client.get("/filters")).text), /2\. From matches “\^\(a\|b\)\+@”/);
  } finally {
    await close();
  }
});
