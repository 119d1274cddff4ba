// many.mjs — mailboxes with many messages, each of which can be told from the others.
import { Imap, letter, quote } from "./imap.mjs";

// Appends `count` messages "NAME 1" to "NAME count"; some are read.
export async function fill(imap, mailbox, count, name = "m") {
  const wait = [];
  for (let n = 1; n <= count; n++) {
    const text = letter({ subject: `${name} ${n}`, id: `${name}.${n}@many.example`, body: `${name} ${n}\r\n` });
    const flags = n % 3 === 0 ? "\\Seen" : "";
    wait.push(imap.command(`APPEND ${quote(mailbox)} (${flags}) {${text.length}+}\r\n${text}`));
  }
  await Promise.all(wait);
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
