// rows.mjs — what a page of the list shows, and how a test acts on it.
import { attributes, forms, tags, text } from "./html.mjs";

// { uid, classes, from, count, subject, url, marks, checked } of each row; count: of a conversation of several.
export function rows(html) {
  return [...html.matchAll(/<tr class="row[\s\S]*?<\/tr>/g)].map(([row]) => {
    const cell = (name) => (new RegExp(`<td class="${name}">([\\s\\S]*?)</td>`).exec(row) || [, ""])[1];
    const [box] = tags(row, "input");
    const link = attributes(/<a\b[^>]*>/.exec(cell("subject"))[0]);
    return { uid: Number(box.value), checked: "checked" in box, classes: attributes(/<tr[^>]*>/.exec(row)[0]).class.split(" "),
      from: text(/<bdi>([\s\S]*?)<\/bdi>/.exec(cell("from"))[1]), count: /<span class="many"[^>]*>([^<]*)/.exec(row)?.[1], subject: text(/<a\b[^>]*>([\s\S]*?)<\/a>/.exec(cell("subject"))[1]),
      url: link.href, marks: text(cell("mark")) };
  });
}

export const subjects = (html) => rows(html).map((row) => row.subject);

export const mail = (folder, query = {}) => "/mail?" + new URLSearchParams({ folder, ...query });

// The folder list beside every page: { label, unread, current, url }.
export function folders(html) {
  const nav = (/<div class="folders"[\s\S]*?<\/nav>/.exec(html) || [""])[0];
  return [...nav.matchAll(/<li class="level(\d+)">([\s\S]*?)<\/li>/g)].map(([, level, item]) => {
    const [link] = tags(item, "a");
    return { level: Number(level), label: text(/<bdi>([\s\S]*?)<\/bdi>/.exec(item)[1]), url: link?.href, current: Boolean(link?.["aria-current"]),
      unread: Number((/<b>([\d\s,.]*)/.exec(item) || [, "0"])[1].replace(/\D/g, "")) };
  });
}

// Ticks rows of a page and presses a button: the answer to the POST. For either kind of client.
export function press(client, page, act, uids, changes = {}) {
  const list = forms(page.text).find((form) => form.action === "/act" && form.fields.has("folder"));
  const fields = new URLSearchParams(list.fields);
  for (const [name, value] of Object.entries({ act, uid: uids.map(String), ...changes })) {
    fields.delete(name);
    for (const one of [value].flat()) fields.append(name, one);
  }
  return client.post("/act", fields);
}

// The status line that the next page shows, and its Undo form's token.
export function flash(html) {
  const [block] = /<div id="status"[\s\S]*?<\/div>\s*(<\/div>)?/.exec(html) || [""];
  const words = /<p>([\s\S]*?)<\/p>/.exec(block);
  const undo = tags(block, "input").find((one) => one.name === "undo");
  return { text: words ? text(words[1]) : "", undo: undo?.value, bad: /toast bad/.test(block) };
}
