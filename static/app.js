// app.js — makes the same links and forms nicer: the pages of a signed-in person change in place.
// A link or form is asked for under its own address, and what the answer has for the header, the
// folders, the status line and <main> takes the place of the old. Whatever goes wrong becomes the plain
// navigation that it would have been.
//
// The other modules are fetched when a page first needs them, under the same version. Each gets
// `app`: visit(url), word(name), say(node), ended(), refresh(), arrive(page, answer), changed(),
// hold(row, top), jobs(), and onPage(what), which runs now and after each change of <main>; `writing` is
// what one writes on, if one does: pending(), saved(), save(), back() after signing in again.
//
// Nothing is kept in the browser but the place in a list, in the state of its history entry.

const IN_PLACE = ["/mail", "/message", "/headers", "/folders", "/folder", "/tags", "/settings", "/search", "/jobs", "/job", "/filters", "/filters/edit", "/filters/why", "/vacation"];
const POSTED = ["/act", "/folders", "/folder", "/tags", "/settings", "/search", "/job", "/filters", "/filters/edit", "/vacation"];
const SHORTCUTS = "jkoxue#!rafcsz/v?gitdIU".split("").concat("Delete", "Escape");
const FIRST_POLL_MS = 60000, COUNT_MS = 30000, TWICE_MS = 600;

const root = document.documentElement;
const watchers = [];
let under_way = null; // the AbortController of the page that is being fetched
let posting = null; // a promise while a form is being answered
let running = null; // a promise while any page is on its way
let hand = null; // a promise of what a hand needs, once there is one
let queue = Promise.resolve(); // the keys, each after the page that it is meant for
let shown = address();

function load(name) {
  return import(`./${name}.js${new URL(import.meta.url).search}`);
}

function address() {
  return location.pathname + location.search;
}

const $ = (selector, within = document) => within.querySelector(selector);

// ---- what other modules may use ----

const app = { visit, word, say, ended, late, refresh, arrive, changed, hold, onPage, jobs, writing: null };

// A text of the catalogue: the status line has them as its attributes.
function word(name) {
  return $("#status").dataset[name] || "";
}

// The status line is announced politely; `node` may be null.
function say(node) {
  $("#status").replaceChildren(...(node ? [node] : []));
}

// Says that something went wrong, with a way on; what is on the page stays.
function warn(sentence, way, aside = false) {
  const toast = document.createElement("div"), text = document.createElement("p"), link = document.createElement("a");
  toast.className = "toast bad";
  text.textContent = sentence;
  link.className = "link";
  link.href = location.href;
  link.dataset.plain = "1";
  link.textContent = way;
  if (aside) link.target = "_blank";
  toast.append(text, link);
  say(toast);
}

// The session is over. Where somebody types, the page has more than the server: one signs in beside it.
function late() {
  warn(word("ended"), word("enter"), Boolean($("#status").dataset.typing));
}

function ended() {
  counting().then((countdown) => countdown.end(), late);
}

async function counting() {
  const countdown = await load("countdown");
  countdown.start(app);
  return countdown;
}

// Part of <main> is new: what scripts add to it comes again.
function changed() {
  return Promise.all(watchers.map((what) => what()));
}

// Long works run: their progress and their end are told.
function jobs() {
  return load("jobs").then((module) => module.watch(app));
}

function onPage(what) {
  watchers.push(what);
  what();
}

// Moving and dragging wait for a hand on mouse, glass or keys: a page is there to be read without
// them. Called again for each page.
function handed() {
  hand ||= Promise.all([load("move"), load("drag")]).then(([move, drag]) => {
    drag.start(app);
    return () => (move.dress(app), drag.dress());
  });
  return hand.then((dress) => dress()).catch(() => null); // the menus do the same without
}

// ---- places: what of the page is scrolled how far ----

const scrolled = (selector) => $(selector)?.scrollTop || 0;

function place() {
  return { list: scrolled(".list"), read: scrolled(".read"), main: scrolled("main"), top: scrollY };
}

function restore(where) {
  for (const part of [".list", ".read", "main"])
    if ($(part)) $(part).scrollTop = where?.[part.replace(".", "")] || 0;
  scrollTo(0, where?.top || 0);
}

function keepPlace() {
  if (!under_way) history.replaceState(place(), "");
}

// Two addresses are of the same list if they differ only in the message that is open.
function listOf(url, without = []) {
  const { pathname, searchParams } = new URL(url, location.href);
  if (pathname !== "/mail") return null;
  for (const name of ["v", "uid", "view", "remote", "ticked", ...without]) searchParams.delete(name);
  if (!searchParams.has("folder")) searchParams.set("folder", "INBOX");
  searchParams.sort();
  return searchParams.toString();
}

// All that is ticked, "3,7:9,12": first what is on other pages of the list.
function ticks(within = document) {
  return [$("#ticks [name=ticked]", within), ...within.querySelectorAll("#ticks [name=uid]:checked:enabled")]
    .filter(Boolean).map((tick) => tick.value).join(",");
}

function uidsOf(set) {
  return new Set(set.split(",").filter(Boolean).flatMap((range) => {
    const [first, last = first] = range.split(":").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }));
}

const sameFolder = (url) => listOf(url) !== null && listOf(url, ["page"]) === listOf(shown, ["page"]);

// Ticks go along by themselves, not in addresses: those would say what once was ticked.
function withoutTicks(url) {
  const full = new URL(url, location.href);
  full.searchParams.delete("ticked");
  return full.href;
}

// What is ticked now stays so on a page of the same folder that has just come, but for what has been
// dealt with: `sent`, as it was ticked when the page was asked for.
function carryTicks(page, sent = "") {
  const form = $("#ticks", page), all = uidsOf(ticks()), done = uidsOf(sent);
  if (!form || all.size === 0) return;
  for (const uid of done) all.delete(uid);
  for (const box of form.querySelectorAll("[name=uid]")) box.checked = all.delete(Number(box.value));
  $("[name=ticked]", form)?.remove();
  if (all.size > 0) form.prepend(Object.assign(page.createElement("input"), { type: "hidden", name: "ticked", value: [...all].join(",") }));
}

// ---- fetching ----

// The answer with its page, if it is one that can be shown in place. Only one is under way.
async function fetchPage(url, init = {}) {
  under_way?.abort();
  const mine = (under_way = new AbortController());
  $("main").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { ...init, signal: mine.signal });
    const html = answer.headers.get("Content-Type")?.startsWith("text/html");
    if (!html) mine.abort();
    const page = html && new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted && html) throw new DOMException("overtaken", "AbortError");
    return { url: answer.url, status: answer.status, redirected: answer.redirected, page: page && page.body.classList.contains("app") ? page : null, token: $("[name=csrf]", page || root)?.value };
  } finally {
    if (under_way === mine) under_way = null;
    $("main").removeAttribute("aria-busy");
  }
}

const overtaken = (error) => error.name === "AbortError";

// ---- showing ----

// The attributes of another element, but for its classes.
function take(element, other) {
  for (const { name } of [...element.attributes])
    if (name !== "class" && !other.hasAttribute(name)) element.removeAttribute(name);
  for (const { name, value } of other.attributes)
    if (name !== "class") element.setAttribute(name, value);
}

function swap(page) {
  const side = scrolled(".side");
  take(root, page.documentElement);
  take($("#status"), $("#status", page));
  document.title = page.title;
  document.body.className = page.body.className;
  for (const part of [".head", ".side", "main"]) $(part).replaceWith($(part, page));
  $(".side").scrollTop = side;
  $("#status").replaceChildren(...$("#status", page).childNodes);
}

// Where the reader was, in words that hold on the next page too.
function focusOf() {
  const at = document.activeElement;
  if (at.closest("#read")) return at.rel ? `#read [rel="${at.rel}"]` : null;
  return at.closest(".row") ? `.row:has([name=uid][value="${$("[name=uid]", at.closest(".row")).value}"]) a` : null;
}

function focusOn(selectors) {
  const found = selectors.map((one) => one && $(one)).find((one) => one?.getClientRects().length);
  (found || $("main")).focus({ preventScroll: true });
  found?.closest(".row, .rules > li, #preview")?.scrollIntoView({ block: "nearest" });
}

function show(page, { where, focus = [] }) {
  swap(page);
  restore(where);
  focusOn(focus);
  return Promise.all(watchers.map((what) => what()));
}

// GET url in place, once what is being done is done. `back`: the history is already there, as is
// the place in it.
async function visit(url, { back = null } = {}) {
  await posting;
  await during(fetchAndShow(withoutTicks(url), back));
}

async function fetchAndShow(url, back) {
  const same = listOf(url) !== null && listOf(url, ["all"]) === listOf(shown, ["all"]);
  const leave = () => (back ? location.reload() : location.assign(url));
  const anchor = same && listOf(url) !== listOf(shown) && anchorOf(); // all are chosen, or no longer
  if (!back) keepPlace();
  try {
    const { url: at, page } = await fetchPage(url);
    if (!page) return leave();
    if (sameFolder(url)) carryTicks(page);
    const real = back ? location.href : new URL(at).pathname === new URL(url).pathname ? url : at;
    const where = back?.where || (same ? { list: scrolled(".list"), read: 0, top: 0 } : null);
    if (!back) history.pushState(where, "", real);
    shown = address();
    await show(page, { where, focus: same ? [focusOf(), "#all-chosen a", ".row[aria-current] a"] : [] });
    if (anchor) hold(rowOf(anchor.uid), anchor.top);
  } catch (error) {
    if (!overtaken(error)) leave();
  }
}

// Keys wait for what is under way: until the page is there with all that scripts add to it.
function during(work) {
  const mine = (running = work.finally(() => {
    if (running === mine) running = null;
  }));
  return mine;
}

// Rows that an action may take away: where to look for the focus afterwards.
function rowsAfter() {
  const rows = [...document.querySelectorAll(".row")];
  const gone = rows.filter((row) => $("[name=uid]", row).checked || row.matches("[aria-current]"));
  const last = rows.lastIndexOf(gone.at(-1));
  const order = gone.length ? [...rows.slice(last + 1), ...rows.slice(0, last).reverse()] : [];
  return order.filter((row) => !gone.includes(row)).slice(0, 1)
    .map((row) => `.row:has([name=uid][value="${$("[name=uid]", row).value}"]) a`);
}

// A rule that goes up or down, or is turned on or off, takes the focus along; for one that is deleted
// the next has it. A form that shows what it would do, there.
function focusBehind(button, body, url) {
  const act = button?.value, by = { up: 0, down: 2, on: 1, off: 1, delete: 1 }[act], of = (which) => `.rules > li:${which}`;
  if (url.hash) return [url.hash];
  if (url.pathname !== "/filters" || by === undefined) return [focusOf()];
  const rule = of(`nth-child(${Number(body.get("rule")) + by})`), again = { on: "off", off: "on", delete: "" }[act] ?? act;
  return [`${rule} [value="${again}"]`, `${rule} a.button`, of("last-child") + " a.button"];
}

// Nothing overtakes it: what has been done must be told.
function post(form, button, url) {
  posting = during(postAndShow(form, button, url)).finally(() => (posting = null));
}

// A form whose answer did not come is never sent again by itself: it may have been heard.
async function postAndShow(form, button, url, again = false) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value);
  const focus = url.pathname === "/act" && body.get("act") !== "undo" ? rowsAfter() : focusBehind(button, body, url);
  const sent = ticks(), from = address();
  keepPlace();
  try {
    const { url: at, redirected, page, status, token } = await fetchPage(url, { method: "POST", body });
    if (address() !== from) return; // somebody has gone back meanwhile
    if (!page && status === 401) return ended(); // nothing has been done, and all of it is still here
    if (!page && status === 409 && token && !again) { // its writer has signed in again beside this page
      form.elements.csrf.value = token;
      return await postAndShow(form, button, url, true);
    }
    if (!page) return location.assign(redirected ? at : location.href);
    const { pathname, search } = new URL(at);
    const same = redirected && (pathname + search === from || (listOf(at) !== null && listOf(at) === listOf(shown)));
    if (redirected && sameFolder(at)) carryTicks(page, sent);
    // what is wrong stands at the top
    const where = same || (!redirected && !$("main [role=alert]", page)) ? place() : null;
    // what has been acted on is no place to go back to; a question is one to go back from
    const asks = !redirected && url.pathname !== location.pathname;
    history[asks ? "pushState" : "replaceState"](where, "", redirected ? at : location.href);
    shown = address();
    await show(page, { where, focus: asks ? ["main .button"] : focus });
  } catch (error) {
    if (!overtaken(error)) warn(word("unanswered"), word("reload"));
  }
}

// ---- what has changed by itself ----

// What of the list one looks at: the row under hand or keyboard, or the first that is seen.
function anchorOf() {
  const rows = [...document.querySelectorAll(".row")], top = Math.max(0, $(".list").getBoundingClientRect().top);
  const row = $(".row:hover") || document.activeElement.closest(".row") || rows.find((one) => one.getBoundingClientRect().bottom > top);
  return row && { uid: $("[name=uid]", row).value, top: row.getBoundingClientRect().top };
}

const rowOf = (uid) => $(`.row:has([name=uid][value="${uid}"])`);

// Scrolls so that a row is where it was, whatever scrolls; it may be none.
function hold(row, top) {
  if (!row) return;
  for (const scroll of [(by) => ($(".list").scrollTop += by), (by) => scrollBy(0, by)]) scroll(row.getBoundingClientRect().top - top);
}

// A new list in the place of the old, with ticks, open message and focus; `still`: what one looks at
// stays where it is on the screen.
async function replaceList(page, still) {
  const focus = focusOf(), where = place(), open = $(".row[aria-current] [name=uid]")?.value;
  const back = $("#ticks [name=back]")?.value, anchor = still && anchorOf();
  carryTicks(page);
  $(".list").replaceWith($(".list", page));
  if (open) rowOf(open)?.setAttribute("aria-current", "true");
  if (back && $("#ticks [name=back]")) $("#ticks [name=back]").value = back;
  await Promise.all(watchers.map((what) => what()));
  restore(where);
  if (focus && $(focus)) $(focus).focus({ preventScroll: true });
  if (anchor) hold(rowOf(anchor.uid), anchor.top);
}

// The folders and the list as they are now: no key to the session, no new place. A search is not
// made again, nor another page or order turned under the reader: there only folders and title
// change. False if the list ought to be shown and cannot be, now.
async function refresh(busy, still) {
  const url = new URL(shown, location.href), query = url.searchParams;
  for (const name of ["v", "uid", "view", "remote", "ticked"]) query.delete(name);
  const aside = ["q", "only", "sort", "page"].filter((name) => query.has(name));
  for (const name of [...aside, "order"]) query.delete(name);
  if (under_way) return false;
  const { page } = await fetchPage(url, { headers: { "X-Requested-With": "poll" } });
  if (!page) return ended();
  if (!$(".list", page)) return false;
  const number = page.title.match(/^\(.*?\) /)?.[0] || "";
  document.title = number + document.title.replace(/^\(.*?\) /, "");
  if (!$(".side").contains(document.activeElement)) $(".side").replaceChildren(...$(".side", page).childNodes);
  if (aside.length) return true;
  if (busy()) return false;
  await replaceList(page, still);
  return true;
}

// The page that this one has waited for (waiting.js).
function arrive(page, answer) {
  if (answer.redirected) history.replaceState(null, "", answer.url);
  shown = address();
  return show(page, { where: history.state, focus: [".row[aria-current] a"] });
}

// ---- what people do ----

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (link.target || link.download || link.dataset.plain || url.origin !== location.origin || url.hash || !IN_PLACE.includes(url.pathname)) return;
  event.preventDefault();
  visit(link.href);
}

function submitted(event) {
  const form = event.target, button = event.submitter, url = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action);
  const get = form.method === "get";
  if (event.defaultPrevented || url.origin !== location.origin || !(get ? IN_PLACE : POSTED).includes(url.pathname)) return;
  event.preventDefault();
  if (posting) return;
  if (get) url.search = new URLSearchParams(new FormData(form));
  if (get) return visit(url.href);
  if (button?.name === "turn") return visit(button.value);
  post(form, button, url);
}

// Keys are for those who are not typing; Enter and Tab stay the browser's own. A key that is held
// down walks, and does nothing else twice.
function pressed(event) {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog");
  const free = !typing || (event.key === "Escape" && event.target.id === "q");
  const held = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (!root.dataset.keys || !free || held || event.isComposing) return;
  if (event.defaultPrevented || !SHORTCUTS.includes(event.key)) return;
  event.preventDefault();
  if (event.repeat && (running || !"jk".includes(event.key))) return;
  queue = queue.then(async () => {
    const [keys] = await Promise.all([load("keys"), handed()]);
    while (running) await running;
    keys.press(app, event.key);
  }).catch(() => null); // without the module there are no keys, and all else
}

// Esc twice and it is over, before the server has heard of it. An input method has the key to itself.
let escaped = -Infinity, over = false;
function panicked(event) {
  if (!root.dataset.public || event.key !== "Escape" || event.repeat || event.isComposing || event.keyCode === 229) return;
  over = performance.now() - escaped < TWICE_MS;
  escaped = performance.now();
  if (!over) return;
  const body = new URLSearchParams({ csrf: $("#leave [name=csrf]").value });
  document.title = "";
  document.body.replaceChildren();
  fetch("/logout", { method: "POST", body, keepalive: true });
  location.replace("/closed");
}

// ---- start ----

function startInPlace() {
  history.scrollRestoration = "manual";
  let late;
  addEventListener("scroll", () => {
    clearTimeout(late);
    late = setTimeout(keepPlace, 100);
  }, { capture: true, passive: true });
  addEventListener("pagehide", keepPlace);
  addEventListener("popstate", (event) => {
    if (address() !== shown) visit(location.href, { back: { where: event.state } });
  });
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("keydown", pressed);
  restore(history.state);
  onPage(async () => {
    if ($("iframe.frame")) load("frame").then((frame) => frame.fit($("iframe.frame"), [pressed, panicked]));
    if ($("#again")) load("waiting").then((waiting) => waiting.watch(app));
    if ($("#notify-field")) load("settings").then((settings) => settings.dress($("#notify-field")));
    if ($("#ticks")) (await load("list")).dress(app);
    if ($("#seek")) (await load("search")).dress(app);
    if (hand) handed();
    if ($("[data-job]")) jobs();
  });
  for (const sign of ["pointermove", "pointerdown", "keydown"]) addEventListener(sign, handed, { once: true, passive: true });
  setTimeout(() => load("poll").then((poll) => poll.start(app)), FIRST_POLL_MS);
}

root.classList.add("scripts");
addEventListener("keydown", panicked, true);
addEventListener("beforeunload", (event) => over && event.stopImmediatePropagation());
// A page from the browser's memory may be of a session that has ended.
addEventListener("pageshow", (event) => event.persisted && location.reload());
if (document.body.classList.contains("app")) startInPlace();
const { left, warn: early, public: open } = $("#status").dataset;
if (left) setTimeout(() => counting().catch(() => null), open ? 0 : Math.min(COUNT_MS, Math.max(0, left - early - 1) * 1000));
if ($("#compose")) load("compose").then((compose) => compose.start(app, $("#compose")));
