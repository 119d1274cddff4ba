// keys.js — the keyboard, as in the mail programs people know. Each key presses a link or a button
// of the page, so that it does what a click does, or nothing where there is none.

const HELP = [["next", "j k"], ["open", "o u"], ["tick", "x"], ["file", "e # !"], ["answer", "r a f"], ["star", "s"],
  ["read", "I U"], ["move", "v"], ["undo", "z"], ["search", "/"], ["write", "c"], ["go", "g i · g d · g t"], ["send", "Ctrl Enter"],
  ["title", "?"]];

let going = 0; // until when a key is the second of g i, g d, g t

const $ = (selector, within = document) => within.querySelector(selector);
const seen = (element) => Boolean(element?.getClientRects().length);
const rows = () => [...document.querySelectorAll(".row")].filter(seen);

// The row that keys are about: with the focus, or that of the message in the pane.
function current() {
  return document.activeElement.closest(".row") || $(".row[aria-current]");
}

function follow(selector) {
  const link = $(selector);
  link?.click();
  return Boolean(link);
}

function step(forward) {
  if (follow(`#read [rel=${forward ? "next" : "prev"}]`) || $("#read")) return;
  const all = rows(), at = all.indexOf(current());
  const row = all[at < 0 ? 0 : at + (forward ? 1 : -1)];
  if (!row) return;
  $(".subject a", row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// What is done is done to what is ticked, else to the message that is open, else to the row.
function act(...names) {
  const buttons = names.map((name) => `button[name=act][value=${name}]`).join(",");
  const ticked = $(".ticking"), form = ticked || !$("#read") ? $("#ticks .acts") : $("#message-acts");
  const button = form && $(buttons, form), row = current();
  if (!button) return;
  const box = !ticked && form.id !== "message-acts" ? row && $("[name=uid]", row) : null;
  if (!ticked && form.id !== "message-acts" && !box) return;
  if (box) box.checked = true;
  button.form.requestSubmit(button);
  if (box) box.checked = false; // it has been read by now, and nobody ticked it
}

function star() {
  const row = current(), read = $("#read") && !$(".ticking");
  act(!read && row && $(".flagged", row) ? "unflag" : "flag", ...(read ? ["unflag"] : []));
}

function chooseFolder() {
  const menu = [...document.querySelectorAll("details.menu:has([name=to])")].find(seen);
  if (!menu) return;
  menu.open = true;
  $("[name=to]", menu).focus();
}

async function leave(app) {
  const menu = $("details.menu[open]");
  if (menu) {
    menu.open = false;
    return $("summary", menu).focus();
  }
  if (document.activeElement.id === "q") return document.activeElement.blur();
  const form = $(".ticking #ticks"), all = $("#all-chosen a");
  if (all) return all.click();
  if (!form) return;
  for (const box of form.querySelectorAll("[name=uid]")) box.checked = false;
  $("[name=ticked]", form)?.remove();
  form.dispatchEvent(new Event("change"));
}

function help(app) {
  const dialog = document.createElement("dialog"), title = document.createElement("h2"), list = document.createElement("dl");
  const form = document.createElement("form"), close = document.createElement("button");
  title.id = "keys-title";
  title.textContent = app.word("keysTitle");
  dialog.setAttribute("aria-labelledby", title.id);
  for (const [name, keys] of HELP) {
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = keys;
    dd.textContent = app.word(`keys${name[0].toUpperCase()}${name.slice(1)}`);
    list.append(dt, dd);
  }
  form.method = "dialog";
  close.className = "button";
  close.textContent = app.word("keysClose");
  form.append(close);
  dialog.append(title, list, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const folder = (icon) => $(`.folders a:has(use[href$="#${icon}"])`)?.click();

const KEYS = {
  j: () => step(true),
  k: () => step(false),
  o: () => current() && $(".subject a", current()).click(),
  u: () => follow("#read .back"),
  x: () => current() && $("[name=uid]", current()).click(),
  e: () => act("archive"),
  "#": () => act("delete", "purge"),
  Delete: () => act("delete", "purge"),
  "!": () => act("junk"),
  r: () => follow('#read a[href*="mode=reply"]'),
  a: () => follow('#read a[href*="mode=replyall"]') || follow('#read a[href*="mode=reply"]'),
  f: () => follow('#read a[href*="mode=forward"]'),
  c: () => follow("a.write"),
  s: star,
  z: () => follow("#status button[value=undo]"),
  "/": () => $("#q")?.select(),
  v: chooseFolder,
  I: () => act("read"),
  U: () => act("unread"),
  "?": help,
  Escape: leave,
};
const FOLDERS = { i: "inbox", d: "drafts", t: "sent" };

export function press(app, key) {
  if (Date.now() < going && FOLDERS[key]) folder(FOLDERS[key]);
  else KEYS[key]?.(app);
  going = key === "g" ? Date.now() + 1500 : 0;
}
