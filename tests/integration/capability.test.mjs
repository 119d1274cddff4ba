// Each capability that the program uses has a working replacement: the same journey through a proxy
// that hides it and answers BAD, and on accounts of other formats and shapes.
import assert from "node:assert/strict";
import { addAccount } from "../lib/account.mjs";
import { env } from "../lib/env.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { journey } from "../lib/journey.mjs";
import { Program } from "../lib/program.mjs";

function through(options, settings) {
  const account = addAccount(settings);
  return async () => {
    await account.ready();
    const proxy = await imapProxy(options);
    const program = await Program.start({ imap: { port: proxy.port, security: "tls" } });
    return { proxy, sends: true, socket: program.socket, account, port: env.IMAPS_PORT, close: async () => {
      assert.deepEqual(await program.stop(), { code: 0, signal: null }, program.log());
      await proxy.close();
    } };
  };
}

const CAPABILITIES = ["SORT", "ESEARCH", "ESORT", "UIDPLUS", "MOVE", "SPECIAL-USE", "LIST-STATUS", "LIST-EXTENDED", "LITERAL+", "QUOTA", "CONDSTORE"];

// Hidden: the program does not even try. Windows of a sort are the exception: Dovecot gives them
// without saying so, which each connection asks once.
const untried = ["what is not there is not tried", ({ proxy }) =>
  assert.deepEqual(proxy.refused.filter((name) => name !== "ESORT"), [])];
journey("with all that the server has", through({}), { afterwards: untried });
for (const name of CAPABILITIES) journey(`without ${name}`, through({ hide: [name] }), { quota: name !== "QUOTA", afterwards: untried });
journey("without anything beyond RFC 3501", through({ hide: ["*"] }), { quota: false, afterwards: untried });

// Promised, and refused when it is used: once for each connection, and then no more.
for (const name of ["SORT", "ESEARCH", "ESORT", "UIDPLUS", "MOVE", "SPECIAL-USE", "LIST-STATUS", "LIST-EXTENDED", "QUOTA", "CONDSTORE"])
  journey(`with ${name} promised and refused`, through({ hide: [name], lies: true }), { quota: name !== "QUOTA",
    afterwards: ["it was tried, and not again and again", ({ proxy }) => {
      assert.ok(proxy.refused.length > 0 && proxy.refused.every((one) => one === name), String(proxy.refused));
      assert.ok(proxy.refused.length < 15, `${proxy.refused.length} times`);
    }] });

journey("mbox files", through({}, { mail: "mbox:~/mail:INBOX=~/inbox:DIRNAME=mBoX-MeSsAgEs:INDEX=~/index" }));
journey("dots between levels", through({}, { mail: "maildir:~/mail", "namespace/inbox/separator": "." }), { delimiter: "." });
journey("all folders below INBOX.", through({}, { mail: "maildir:~/mail", "namespace/inbox/separator": ".", "namespace/inbox/prefix": "INBOX." }),
  { delimiter: ".", prefix: "INBOX." });
