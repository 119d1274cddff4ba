// jobs.js — long works: how far they are is kept up to date while the page is seen, and what has come
// of them is told, with its Undo. It keeps no session alive.

const EVERY_MS = 2000;

let timer = null;
let seen = 0; // works that ran when we asked last
let over = false;

const $ = (selector, within = document) => within.querySelector(selector);

function field(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

function tell(app, { text, undo, url, way, bad }) {
  const toast = document.createElement("div"), said = document.createElement("p");
  toast.className = bad ? "toast bad" : "toast";
  said.textContent = text;
  toast.append(said);
  if (url) toast.append(Object.assign(document.createElement("a"), { className: "link", href: url, textContent: way }));
  if (undo) {
    const form = document.createElement("form");
    const button = Object.assign(document.createElement("button"), { className: "link", type: "submit", name: "act", value: "undo", textContent: app.word("undo") });
    Object.assign(form, { method: "post", action: "/act" });
    form.append(field("csrf", $("[name=csrf]").value), field("back", location.pathname + location.search), field("undo", undo), button);
    toast.append(form);
  }
  app.say(toast);
}

// What the page shows of a work that runs; false: it has ended.
function show(part, jobs) {
  const job = jobs.find(({ id }) => id === part.dataset.job), state = $("span", part);
  if (!job) return false;
  $("progress", part).value = job.percent;
  if (state.textContent !== job.text) state.textContent = job.text;
  return true;
}

async function look(app) {
  if (document.hidden) return;
  const answer = await fetch("/poll?jobs=1");
  over = answer.status === 401;
  if (over) return app.ended();
  if (!answer.ok) return;
  const { jobs = [], ended = [] } = await answer.json();
  const past = [...document.querySelectorAll("[data-job]")].filter((part) => !show(part, jobs));
  seen = jobs.length;
  const last = past.some((part) => part.closest("#last")); // the import whose page this is
  if (last) location.reload();
  else if (past.length && !$(".list, #import")) await app.visit(location.href);
  else if (past.length) {
    for (const part of past) part.remove();
    if ($(".list")) await app.refresh(() => Boolean($("details[open], dialog, .ticking")), true);
  }
  if (ended.length) tell(app, ended.at(-1));
}

export function watch(app) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    await look(app).catch(() => null); // a server that does not answer now may do so in a moment
    if (!over && (seen || $("[data-job]"))) watch(app);
  }, EVERY_MS);
}
