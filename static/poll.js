// poll.js — new mail: a question each minute, which keeps no session alive. What is new comes into the
// folders, title and icon at once, and into the list without moving what one looks at: the status says
// so. Who wants it is told by the browser while the page is not seen; how many, never what.

const EVERY_MS = 60000;

let heard = null; // the last answer and the address it was for
let asked = 0;
let due = false; // the list on the page is older than the last answer
let over = false;

const $ = (selector) => document.querySelector(selector);
const digits = (text) => Number((text || "").replace(/\D/g, ""));
const parameter = (name) => new URLSearchParams(location.search).get(name);
const inbox = (news) => news.folders?.find(({ name }) => name === "INBOX")?.unseen || 0;

// What the page shows of a plain folder.
function onPage() {
  const alone = ["q", "only"].every((name) => !parameter(name));
  return alone && { messages: Number($("[data-messages]")?.dataset.messages ?? digits($("#list-title span")?.textContent)), unseen: digits($('.folders [aria-current="page"] b')?.firstChild.data) };
}

function differs(news, known) {
  return Boolean(known) && Object.keys(known).some((name) => typeof known[name] !== "object" && known[name] !== news[name]);
}

// In the middle of something that a new list would take away.
const busy = () => Boolean($("details[open], dialog, .dragging"));

function dot(on) {
  const icon = $("link[rel=icon]");
  icon.href = icon.href.replace(/favicon(-new)?\.svg/, on ? "favicon-new.svg" : "favicon.svg");
}

function sentence(app, count) {
  const rule = new Intl.PluralRules(document.documentElement.lang).select(count);
  return app.word(rule === "one" ? "newOne" : "newOther").replace("{0}", new Intl.NumberFormat(document.documentElement.lang).format(count));
}

function notify(app, count) {
  const wanted = document.documentElement.dataset.notify && "Notification" in window && Notification.permission === "granted";
  if (!wanted || (!document.hidden && document.hasFocus())) return;
  const note = new Notification(sentence(app, count), { tag: "new-mail", icon: $("link[rel=icon]").href });
  note.addEventListener("click", () => {
    window.focus();
    note.close();
  });
}

// They are there, but not before the reader's eyes. An offer to undo is not covered.
function point(app, count) {
  if ($("#status form")) return;
  const toast = document.createElement("div"), text = document.createElement("p"), way = document.createElement("button");
  toast.className = "toast";
  text.textContent = sentence(app, count);
  way.type = "button";
  way.className = "link";
  way.textContent = app.word("newShow");
  way.addEventListener("click", () => {
    app.say(null);
    const first = new URL($("[data-poll]").dataset.poll.replace("/poll", "/mail"), location.href);
    if (["q", "only", "sort", "page"].some(parameter)) return app.visit(first.href);
    $(".list").scrollTop = 0;
    scrollTo(0, 0);
  });
  toast.append(text, way);
  app.say(toast);
}

// Somebody's eyes, hand or keyboard are in the list: nothing there may move.
function watched() {
  const list = $(".list");
  return Boolean(scrollY || list?.scrollTop || list?.matches(":hover, .ticking") || list?.contains(document.activeElement));
}

async function poll(app) {
  const url = $("[data-poll]")?.dataset.poll;
  if (!url || over) return;
  asked = Date.now();
  const answer = await fetch(url);
  over = answer.status === 401;
  if (over) return app.ended();
  if (!answer.ok || url !== $("[data-poll]")?.dataset.poll) return;
  const news = await answer.json(), same = heard?.url === url, known = same ? heard.news : onPage();
  const more = Math.max(known ? news.unseen - known.unseen : 0, same ? inbox(news) - inbox(known) : 0);
  due ||= differs(news, known);
  const still = watched();
  if (due) due = !(await app.refresh(busy, still));
  heard = { url, news };
  if (news.jobs?.length && !$("[data-job]")) app.jobs();
  if (!(more > 0)) return;
  dot(true);
  notify(app, more);
  if (known && news.unseen > known.unseen && (still || due || ["q", "only", "sort", "page"].some(parameter))) point(app, news.unseen - known.unseen);
}

export function start(app) {
  // a server that does not answer now may do so in a minute
  const ask = () => poll(app).catch(() => null);
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", () => !document.hidden && Date.now() - asked >= EVERY_MS && ask());
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, () => dot(false));
  ask();
}
