// The same journey on another server: Cyrus IMAP, in both shapes that it gives to an account, and
// without any of its capabilities.
import { after } from "node:test";
import { Cyrus } from "../lib/cyrus.mjs";
import { imapProxy } from "../lib/fault-proxy.mjs";
import { journey } from "../lib/journey.mjs";
import { Program } from "../lib/program.mjs";

const accounts = ["slashes", "dots", "bare"].map((user) => ({ user, password: "it is a test" }));
const [slashes, dots, bare] = accounts;
const cyrus = await Cyrus.start(accounts);
after(() => cyrus.stop());

const open = async (account, port, proxy) => {
  const program = await Program.start({ imap: { port: proxy?.port ?? port, security: "tls" } });
  return { socket: program.socket, account, port, close: async () => {
    await program.stop();
    await proxy?.close();
  } };
};

// Cyrus takes no quotes in names.
journey("Cyrus with slashes between levels", () => open(slashes, cyrus.port), { name: "Été & jeux 日本" });
journey("Cyrus with all folders below INBOX.", () => open(dots, cyrus.dottedPort), { name: "Été & jeux 日本", delimiter: ".", prefix: "INBOX." });
journey("Cyrus without anything beyond RFC 3501", async () => open(bare, cyrus.port, await imapProxy({ hide: ["*"], upstream: cyrus.port })),
  { name: "Été & jeux 日本", quota: false });
