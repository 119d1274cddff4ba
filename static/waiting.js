// waiting.js — a page on which one waits for costly work: it asks for the same address again and
// shows what has become of it, without a reload, so that the focus stays and only news is announced.

const EVERY_MS = 2000;

let timer = null;

const $ = (selector, within = document) => within.querySelector(selector);

function ask(again) {
  if (again.href) return fetch(again.href);
  return fetch(again.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(again)) });
}

async function look(app) {
  const again = $("#again");
  const answer = await ask(again);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if ($("#again") !== again) return; // somebody went elsewhere meanwhile
  const state = $("#waiting-state"), news = $("#waiting-state", page);
  if (!page.body.classList.contains("app")) return location.reload();
  if (!news || answer.redirected) {
    await app.arrive(page, answer);
    const place = new URL(again.href || again.action).hash;
    return place && $(place)?.focus();
  }
  if (state.textContent !== news.textContent) state.textContent = news.textContent;
  watch(app);
}

// A server that does not answer now may do so in a moment.
export function watch(app) {
  clearTimeout(timer);
  if ($("#again")) timer = setTimeout(() => look(app).catch(() => watch(app)), EVERY_MS);
}
