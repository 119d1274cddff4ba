// drag.js — dragging messages onto a folder of the column, and folders onto folders. The forms of the
// page are what is sent; whoever has no mouse finds the same in the menus.

const $ = (selector, within = document) => within.querySelector(selector);
const TYPE = "application/x-vaguemestre";
let dragged = null; // { kind: "messages", uids } or { kind: "folder", name }

const nameOf = (link) => new URL(link.href).searchParams.get("folder");
// Where something may be dropped: a link to a folder other than the one where it is.
function target(event) {
  const link = dragged?.kind === "messages" ? event.target.closest?.(".folders li > a") : event.target.closest?.(".tree tr")?.querySelector("th a");
  if (!link) return null;
  const here = dragged.kind === "messages" ? $("#ticks [name=folder]").value : dragged.name;
  return nameOf(link) === here ? null : link;
}
const mark = (link) => dragged.kind === "messages" ? link : link.closest("tr");
const unmark = () => document.querySelectorAll(".drop").forEach((one) => one.classList.remove("drop"));

function ghost(event, text) {
  const label = Object.assign(document.createElement("div"), { className: "dragged", textContent: text });
  document.body.append(label);
  event.dataTransfer.setDragImage(label, 12, 12);
  setTimeout(() => label.remove());
}

function startMessages(app, event, row) {
  const box = $("[name=uid]", row), ticked = box.checked;
  dragged = { kind: "messages", box: ticked ? null : box };
  ghost(event, ticked ? $(".list .count")?.textContent || "" : $(".subject a", row).textContent);
}

// A row that is not ticked goes alone: what is ticked is left out of the form while it is sent, and
// stays ticked.
function sendMessages(folder) {
  const form = $("#ticks"), select = $(".move select[name=to]", form), button = $(".move button[value=move]", form), { box } = dragged;
  if (!button || ![...select.options].some(({ value }) => value === folder)) return;
  const others = box ? [...form.querySelectorAll("[name=uid]:checked, [name=ticked]")] : [];
  for (const one of others) one.disabled = true;
  if (box) box.checked = true;
  select.value = folder;
  form.requestSubmit(button);
  select.value = "";
  if (box) box.checked = false;
  for (const one of others) one.disabled = false;
}

// What the folder's own page would send: the same name below another parent.
function sendFolder(app, parent) {
  const from = $(`.tree form [name=folder][value="${CSS.escape(dragged.name)}"]`).form, form = document.createElement("form");
  const fields = { csrf: $("[name=csrf]", from).value, folder: dragged.name, name: $("[name=name]", from).value, parent };
  form.method = "post";
  form.action = "/folder";
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  const button = Object.assign(document.createElement("button"), { name: "act", value: "place" });
  form.append(button);
  form.hidden = true;
  document.body.append(form);
  form.requestSubmit(button);
  form.remove();
}

export function start(app) {
  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.(".list .row"), folder = event.target.closest?.(".tree tr[draggable]");
    dragged = null;
    if (row && $("#ticks .move")) startMessages(app, event, row);
    else if (folder) dragged = { kind: "folder", name: nameOf($("th a", folder)) };
    if (!dragged) return;
    event.dataTransfer.setData(TYPE, dragged.kind);
    event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    unmark();
    const link = dragged && target(event);
    if (!link) return;
    event.preventDefault();
    mark(link).classList.add("drop");
  });
  document.addEventListener("drop", (event) => {
    const link = dragged && target(event);
    unmark();
    if (!link) return;
    event.preventDefault();
    if (dragged.kind === "messages") sendMessages(nameOf(link));
    else sendFolder(app, nameOf(link));
    dragged = null;
  });
  document.addEventListener("dragend", () => {
    unmark();
    dragged = null;
  });
}

// Called for each page: what can be dragged says so.
export function dress() {
  for (const row of document.querySelectorAll("#ticks .row")) row.draggable = true;
  for (const row of document.querySelectorAll(".tree tr"))
    if ($("button[value=rename]", row) && $("th a", row)) row.draggable = true;
}
