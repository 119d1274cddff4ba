// compose.mjs — writes and sends messages as a browser without scripts does, and looks where they went.
import { eventually } from "./env.mjs";
import { formTo, tags, text } from "./html.mjs";

export const compose = (query = {}) => "/compose?" + new URLSearchParams(query);

function multipart(fields) {
  const boundary = "----test" + Math.random().toString(36).slice(2);
  const parts = fields.flatMap(([name, value]) => {
    const file = typeof value === "object";
    const head = `form-data; name="${name}"` + (file ? `; filename="${value.filename}"\r\nContent-Type: ${value.type || "application/octet-stream"}` : "");
    return [Buffer.from(`--${boundary}\r\nContent-Disposition: ${head}\r\n\r\n`), Buffer.from(file ? value.bytes : String(value)), Buffer.from("\r\n")];
  });
  return { body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
}

// Presses a button of the form on `page`, with some fields changed and files chosen
// ({ filename, type, bytes }); the answer to the POST.
export function write(client, page, act, changes = {}, files = [], options = {}) {
  const fields = new URLSearchParams(formTo(page.text, "/compose").fields);
  for (const [name, value] of Object.entries({ ...changes, act })) {
    fields.delete(name);
    for (const one of [value].flat()) if (one !== null) fields.append(name, one);
  }
  const { body, headers } = multipart([...fields, ...files.map((file) => ["attach", file])]);
  return client.request("POST", "/compose", { body, headers, timeout: 120000, ...options });
}

export const field = (page, name) => formTo(page.text, "/compose").fields.get(name);

// The attachments that the form lists: { id, name }.
export function files(page) {
  const form = formTo(page.text, "/compose").html;
  return [...form.matchAll(/<li class="file">([\s\S]*?)<\/li>/g)].map(([, item]) => ({
    name: text(/<bdi>([\s\S]*?)<\/bdi>/.exec(item)[1]), id: tags(item, "button")[0].value.replace("remove:", "") }));
}

// What the form says: its errors and its warning.
export const errors = (page) => [...page.text.matchAll(/<p class="error"[^>]*>([\s\S]*?)<\/p>/g)].map(([, words]) => text(words));
export const warning = (page) => text((/<p class="strip">([\s\S]*?)<\/p>/.exec(page.text) || ["", ""])[1]);

// The sources of the messages with this subject in a mailbox, and their flags; leaves it.
export async function having(imap, mailbox, subject) {
  if ((await imap.attempt(`EXAMINE "${mailbox}"`)).status !== "OK") return [];
  const found = [];
  for (const uid of await imap.search(`SUBJECT "${subject}"`)) found.push({ uid, flags: await imap.flags(uid), source: await imap.source(uid) });
  await imap.attempt("UNSELECT");
  return found;
}

// The one that arrives.
export const arrival = (imap, subject, mailbox = "INBOX") => eventually(async () => (await having(imap, mailbox, subject))[0], 15000);

export const header = (source, name) => {
  const [, value] = new RegExp(`^${name}: ((?:.*\\r\\n[ \\t])*.*)\\r$`, "mi").exec(source.slice(0, source.indexOf("\r\n\r\n") + 2)) || [];
  return value?.replace(/\r\n(?=[ \t])/g, "");
};

// The decoded bytes of each part of a message that is not nested: { type, name, bytes }.
export function parts(source) {
  const type = header(source, "Content-Type") || "";
  const [, boundary] = /boundary="?([^";]+)"?/.exec(type) || [];
  const one = (raw) => {
    const end = raw.startsWith("\r\n") ? 0 : raw.indexOf("\r\n\r\n") + 2;
    const head = raw.slice(0, end) + "\r\n", body = raw.slice(end + 2);
    const encoding = (header(head, "Content-Transfer-Encoding") || "").toLowerCase();
    const bytes = encoding === "base64" ? Buffer.from(body, "base64")
      : encoding === "quoted-printable" ? Buffer.from(body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1")
        : Buffer.from(body, "latin1");
    return { head, type: (header(head, "Content-Type") || "text/plain").split(";")[0].toLowerCase(), bytes, encoding };
  };
  if (!boundary) return [one(source)];
  return source.split(`\r\n--${boundary}`).slice(1, -1).map((part) => one(part.replace(/^\r\n/, "")));
}

// The text of the first part, format=flowed undone.
export const body = (source) => parts(source)[0].bytes.toString("utf8").replace(/(?<!^--) \r\n/gm, " ").replace(/^ (?=[ >F])/gm, "").replaceAll("\r\n", "\n");
