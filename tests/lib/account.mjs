// account.mjs — accounts of a test's own on the demonstration's Dovecot: empty, and gone afterwards.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { RUN_DIR, env, eventually } from "./env.mjs";
import { Imap } from "./imap.mjs";

const USERS = join(RUN_DIR, "dovecot", "users");
const made = [];

// settings: Dovecot's own for this account alone, as userdb fields, such as
// { "namespace/inbox/prefix": "INBOX." }. { user, password, ready }; ready() comes back when one can
// sign in (password: one without a colon): Dovecot looks at its list once a second.
export function addAccount(settings = {}, password = "it is a test") {
  const user = `t${Math.random().toString(36).slice(2, 10)}@${env.MAIL_DOMAIN}`;
  const home = join(RUN_DIR, "mail", user);
  const fields = Object.entries(settings).map(([name, value]) => ` userdb_${name}=${value}`).join("");
  appendFileSync(USERS, `${user}:{PLAIN}${password}::::${home}::${fields.trim()}\n`);
  made.push({ user, home });
  const ready = async () => (await eventually(() => Imap.open({ user, password }))).close();
  return { user, password, ready };
}

// One that is ready.
export async function newAccount(settings, password) {
  const account = addAccount(settings, password);
  await account.ready();
  return account;
}

after(() => {
  const gone = new Set(made.map(({ user }) => user));
  writeFileSync(USERS, readFileSync(USERS, "utf8").split("\n").filter((line) => !gone.has(line.split(":")[0])).join("\n"));
  for (const { home } of made) rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});
