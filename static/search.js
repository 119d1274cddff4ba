// search.js — a search across folders that still goes on: what it finds comes in behind what is there.
// A page that is left or hidden asks no more, and the server then stops by itself.

const PAUSE_MS = 500;

const $ = (selector, within = document) => within.querySelector(selector);

// Rows of the same day come into its group; rows never change places.
function append(table, other) {
  const groups = [...table.tBodies];
  [...other.tBodies].forEach((group, i) => {
    if (!groups[i]) return table.append(group);
    [...group.rows].slice(groups[i].rows.length).forEach((row) => groups[i].append(row));
  });
}

// True if the answer is of the search that is shown, and has been shown.
function take(page) {
  const seek = $("#seek", page), list = $(".list"), table = $(".rows"), form = $("#ticks");
  if (!seek) return false;
  const stop = $("#seek").contains(document.activeElement) && document.activeElement.name;
  $("#list-title").replaceChildren(...$("#list-title", page).childNodes);
  $(".seeking").replaceWith($(".seeking", page));
  if (stop && $(`#seek [name=${stop}]`)) $(`#seek [name=${stop}]`).focus();
  const found = $("#ticks", page), empty = $(".empty", page);
  if (!found && empty) $(".empty")?.replaceWith(empty);
  if (found && !form) $(".empty").replaceWith(found);
  if (!found || !form) return true;
  append(table, $(".rows", found));
  for (const part of [".range", ".turns"]) {
    const now = $(part, form), then = $(part, found);
    if (now && then) now.replaceWith(then);
    else if (then) form.append(then);
  }
  const all = '.acts .menu a[href*="all=1"]', offer = $(all, form), offered = $(all, found);
  if (offer && offered) offer.replaceWith(offered);
  else if (offered) $(".acts .menu > div", form).append(offered);
  const next = $("#list-bar .turn:last-child", found);
  if (next && !$(`#list-bar [value="${CSS.escape(next.value)}"]`, list)) $("#list-bar", form).append(next);
  return true;
}

// Said once, when it is over: a line that counts all the while is nothing to listen to.
function tell() {
  const line = document.createElement("p");
  line.className = "vh";
  line.setAttribute("role", "status");
  $("#seek").append(line);
  setTimeout(() => (line.textContent = `${$("#list-title").textContent}. ${$("#seek-state").textContent}`), 100);
}

async function follow(app, url) {
  const there = () => location.href === url && $("#seek[data-running]");
  while (there()) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (document.hidden || !there()) continue;
    const answer = await fetch(url, { headers: { "X-Requested-With": "poll" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!there()) return;
    if (!answer.ok || !$(".head", page)) return app.ended();
    if (!take(page)) return;
    if (!$("#seek", page).dataset.running) delete $("#seek").dataset.running;
    await app.changed();
  }
  if (location.href === url && $("#seek")) tell();
}

// Called for each page that shows such a search.
export function dress(app) {
  $("#seek .update")?.remove(); // it does that by itself
  if ($("#seek").dataset.running && !$("#seek").dataset.followed) {
    $("#seek").dataset.followed = "1";
    follow(app, location.href).catch(() => null); // what is there stays, and can be asked for again
  }
}
