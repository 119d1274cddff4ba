// countdown.js — how long the session lasts, a warning, and the end: a public page shows nothing any
// more; what is being written is saved, and its writer signs in again in a window beside it, where no
// script runs. Tabs tell each other "over" and "out": each then asks the server itself.

const ASK_MS = 4000, OUT_MS = 1500;

const channel = new BroadcastChannel("vaguemestre");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const region = make("div"); // there before it says something, or nobody hears it

let app, given, since, steady, dialog, title, warned, over;
let looked = 0;

const $ = (selector, within = document) => within.querySelector(selector);
const told = () => $("#status").dataset;
const pending = () => app.writing?.pending();
const same = (state) => state?.user === told().user;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// One clock goes on while the machine sleeps, the other whatever is done to the machine's time.
const left = () => given - Math.max(Date.now() - since, performance.now() - steady) / 1000;

function read() {
  [given, since, steady, warned] = [told().left, Date.now(), performance.now(), false];
  region.replaceChildren();
  show();
}

function show() {
  const clock = $(".left"), step = !still.matches || left() < 10 ? 1 : left() > 60 ? 60 : 10;
  const seconds = Math.max(0, Math.ceil(left() / step) * step), minutes = Math.floor(seconds / 60);
  const line = told().public?.replace("{0}", minutes).replace("{1}", String(seconds % 60).padStart(2, "0"));
  if (clock && clock.textContent !== line) clock.textContent = line;
}

function tick() {
  if (over) return look();
  show();
  if (left() <= 0) end();
  else if (left() <= told().warn && !warned) warn();
}

// How the session stands: null when it is over, undefined when nobody answers. It is kept alive by what
// a person asks alone.
async function ask(headers = { "X-Requested-With": "poll" }) {
  try {
    const answer = await fetch("/again", { headers, signal: AbortSignal.timeout(ASK_MS) });
    if (answer.status >= 500) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"), there = $("#status[data-left]", page);
    return there && new URL(answer.url).pathname === "/again" ? { ...there.dataset, csrf: $("[name=csrf]", page).value } : null;
  } catch {} // nobody answers
}

function take({ left, most, csrf }) {
  Object.assign(told(), { left, most });
  for (const field of document.querySelectorAll("[name=csrf]")) field.value = csrf;
  read();
}

async function warn() {
  warned = true;
  if (pending()) await app.writing.save();
  const state = await ask();
  if (over || left() > told().warn) return;
  if (same(state) && Number(state.left) > told().warn) return take(state); // used in another tab
  const more = told().most - told().left > 1;
  const toast = make("div", { className: "toast" }, make("p", {}, app.word(more ? "soon" : "last")));
  if (more) toast.append(make("button", { type: "button", className: "link", onclick: stay }, app.word("stay")));
  region.replaceChildren(toast);
}

async function stay() {
  const state = await ask({});
  if (same(state)) take(state);
  else if (state !== undefined) end();
}

// Nothing is seen of a page that may be needed again.
function cover(on) {
  if (on) [title, document.title] = [document.title, told().site];
  else if (title) document.title = title;
  document.body.classList.toggle("over", on);
}

function blank(answered) {
  const { site, over: sentence } = told();
  over = true;
  document.title = site;
  document.body.className = "door-page";
  document.body.replaceChildren(make("main", { className: "door" }, make("p", { className: "brand" }, make("i"), site), make("p", {}, sentence)));
  if (answered) location.replace(app.writing?.saved() ? "/closed?saved=1" : "/closed");
}

function invite(sentence) {
  const open = told().public;
  if (!dialog) {
    const enter = make("a", { className: "button first", href: `/login?next=/again${open ? "&pass=1&public=1" : ""}`, target: "_blank", rel: "noopener" }, app.word("again"));
    dialog = make("dialog", { ariaLabel: app.word("over") }, make("h2", {}, app.word("over")), make("p"), make("div", { className: "do" }, enter));
    if (!open) enter.after(" ", make("button", { type: "button", className: "button", onclick: () => dialog.close() }, app.word("later")));
    dialog.addEventListener("cancel", (event) => open && event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  }
  if ($("p", dialog).textContent !== sentence) $("p", dialog).textContent = sentence;
}

// It seems to be over. What is written is saved, just before it or just behind.
export async function end() {
  if (over) return;
  over = true;
  region.replaceChildren();
  const open = told().public;
  if (open) cover(true);
  const state = await ask();
  if (same(state)) return back(state);
  channel.postMessage("over");
  if (pending()) await app.writing.save();
  if (open && !pending()) return blank(state !== undefined);
  if (app.writing) invite(app.word(pending() ? "open" : "saved"));
  else app.late();
}

// Somebody has signed in beside this page: the same person goes on, nobody else sees anything of it.
async function look() {
  if (document.hidden || !$("#status") || Date.now() - looked < ASK_MS) return;
  looked = Date.now();
  const state = await ask();
  if (!over || !$("#status")) return;
  if (same(state)) return back(state);
  if (told().public && !pending() && state !== undefined) return blank(true);
  if (dialog) invite(app.word(state ? "other" : pending() ? "open" : "saved"));
}

function back(state) {
  over = false;
  dialog?.remove();
  dialog = null;
  cover(false);
  if ($("#status .bad")) app.say(null);
  take(state);
  app.writing?.back();
}

async function heard({ data }) {
  if (data === "out") await new Promise((resolve) => setTimeout(resolve, OUT_MS));
  if (over || (await ask()) !== null) return;
  if (data === "out" && !pending()) blank(true);
  else end();
}

export function start(shared) {
  if (app) return;
  app = shared;
  region.setAttribute("role", "status");
  document.body.append(region);
  read();
  new MutationObserver(read).observe($("#status"), { attributeFilter: ["data-left"] });
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  for (const sign of ["pageshow", "focus"]) addEventListener(sign, tick);
  channel.addEventListener("message", heard);
  document.addEventListener("submit", ({ target }) => new URL(target.action).pathname === "/logout" && channel.postMessage("out"));
}
