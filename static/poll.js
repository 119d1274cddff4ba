// poll.js — new mail. A short question each minute while the page is seen; it keeps no session alive.
// What is new comes into the folders, the title and the icon at once, and into the list if nobody is
// in the middle of something there.

const EVERY_MS = 60000;

let heard = null; // the last answer and the address it was for
let asked = 0;
let over = false;

const $ = (selector) => document.querySelector(selector);
const digits = (text) => Number((text || "").replace(/\D/g, ""));

// What the page shows of a plain folder.
function onPage() {
  const alone = ["q", "only"].every((name) => !new URLSearchParams(location.search).get(name));
  return alone && { messages: digits($("#list-title span")?.textContent), unseen: digits($('.folders [aria-current="page"] b')?.firstChild.data) };
}

function differs(news, url) {
  const known = heard?.url === url ? heard.news : onPage();
  return Boolean(known) && Object.keys(known).some((name) => name !== "folders" && known[name] !== news[name]);
}

function quiet() {
  const first = !(Number(new URLSearchParams(location.search).get("page")) > 1);
  return first && !$(".ticking") && !$(".list")?.scrollTop && !scrollY && !$("details[open], dialog");
}

function dot(on) {
  const icon = $("link[rel=icon]");
  icon.href = icon.href.replace(/favicon(-new)?\.svg/, on ? "favicon-new.svg" : "favicon.svg");
}

async function poll(app) {
  const url = $("[data-poll]")?.dataset.poll;
  if (!url || document.hidden || over) return;
  asked = Date.now();
  const answer = await fetch(url);
  over = answer.status === 401;
  if (over) return app.ended();
  if (!answer.ok || url !== $("[data-poll]")?.dataset.poll) return;
  const news = await answer.json(), before = heard?.url === url ? heard.news : onPage();
  if (differs(news, url)) await app.refresh(quiet);
  if (before && news.unseen > before.unseen) dot(true);
  heard = { url, news };
}

export function start(app) {
  // a server that does not answer now may do so in a minute
  const ask = () => poll(app).catch(() => null);
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", () => Date.now() - asked >= EVERY_MS && ask());
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, () => dot(false));
  ask();
}
