// many.mjs — mailboxes with many messages, each of which can be told from the others.
import { chownSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RUN_DIR } from "./env.mjs";
import { Imap, letter } from "./imap.mjs";

// Puts `count` messages "NAME 1" to "NAME count" into a mailbox that nobody has opened yet, as files
// of its Maildir: an APPEND each would take as long as the test. Every third is read. They came one
// second after the other, the last one `age` seconds ago.
export async function fill({ user }, mailbox, count, name = "m", age = 0) {
  const dir = join(RUN_DIR, "mail", user, "mail", mailbox, "cur"), { uid, gid } = statSync(dir);
  const now = Math.floor(Date.now() / 1000) - age;
  for (let n = 1; n <= count; n++) {
    const text = Buffer.from(letter({ subject: `${name} ${n}`, id: `${name}.${n}@many.example`, body: `${name} ${n}\r\n` }));
    const file = join(dir, `${now}.M${String(n).padStart(6, "0")}${name}.many,S=${text.length}:2,${n % 3 === 0 ? "S" : ""}`);
    writeFileSync(file, text);
    chownSync(file, uid, gid);
    utimesSync(file, now - count + n, now - count + n);
  }
}

// A Map from Message-ID to the mailboxes that hold it, one entry for each copy.
export async function census(account, mailboxes) {
  const imap = await Imap.open(account), found = new Map();
  for (const mailbox of mailboxes || (await imap.list())) {
    const { exists } = await imap.select(mailbox, "EXAMINE");
    if (!exists) continue;
    const { untagged } = await imap.command("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
    for (const line of untagged) {
      const id = /Message-ID: <([^>]*)>/i.exec(line)?.[1];
      if (id) found.set(id, [...(found.get(id) || []), mailbox]);
    }
  }
  imap.close();
  return found;
}

// Those that are not in just one place: ["m.7@many.example: INBOX INBOX", …].
export function astray(found, count, name = "m") {
  const wrong = [];
  for (let n = 1; n <= count; n++) {
    const places = found.get(`${name}.${n}@many.example`) || [];
    if (places.length !== 1) wrong.push(`${name}.${n}: ${places.join(" ") || "nowhere"}`);
  }
  return wrong;
}
