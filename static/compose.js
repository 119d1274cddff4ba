// compose.js — writing: what is typed is saved by itself, attachments come with a drop and show how
// far they are. Each save is the form's own POST, and the page that answers says what the draft is
// now; saves go one after another. Nothing is sent or discarded but what has just been saved.

const SAVE_MS = 20000, SENDING_MS = 30000, SILENCE_MS = 180000;
const TEXTS = ["from", "to", "cc", "bcc", "subject", "text"];

let app, form;
let kept; // what was typed when it was last saved
let timer = null;
let last = Promise.resolve(); // ends when no save is under way
let saving = 0;
let leaving = false;
let gone = false; // the session is over for good: there is nobody to save it for
let touched = false; // somebody has typed or pressed something since the last request

const $ = (selector, within = document) => within.querySelector(selector);
const typed = () => JSON.stringify(TEXTS.map((name) => form.elements[name]?.value));
const changed = () => typed() !== kept;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function tell(name) {
  $("#saved").textContent = app.word(name);
}

// ---- saving ----

function request(method, body, progress) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    let silent;
    const heard = () => {
      clearTimeout(silent);
      silent = setTimeout(() => call.abort(), SILENCE_MS);
    };
    call.open(method, form.action);
    call.setRequestHeader("X-Requested-With", touched ? "fetch" : "poll"); // a retry keeps no session alive
    touched = false;
    call.upload.onprogress = (event) => {
      heard();
      progress?.(event.loaded / event.total);
    };
    call.onload = () => resolve(call);
    call.onerror = call.onabort = () => reject(new Error("no answer"));
    call.onloadend = () => clearTimeout(silent);
    heard();
    call.send(body);
  });
}

const pageOf = (call) => new DOMParser().parseFromString(call.responseText, "text/html");
const signedOut = (call) => call.status === 401 || ["/login", "/closed"].includes(new URL(call.responseURL).pathname);

// The session is over. The server may have kept the text all the same: then it says saved=1.
function ended(call, now) {
  const { searchParams: query } = new URL(call.responseURL), saved = query.has("saved");
  if (saved) kept = now;
  for (const name of saved ? ["draft_v", "draft_uid"] : []) { // the version that the next one replaces
    form.elements[name] || $("#state").append(make("input", { type: "hidden", name }));
    form.elements[name].value = query.get(name) || "";
  }
  gone = !saved;
  tell(saved ? "composeExpired" : "composeUnsaved");
  app.ended();
}

// Somebody has signed in anew beside this page: if it is the same person, the form is theirs again.
async function renew() {
  const call = await request("GET"), fresh = $("#compose", pageOf(call));
  if (signedOut(call) || fresh?.elements.from?.value !== form.elements.from.value) return false;
  form.elements.csrf.value = fresh.elements.csrf.value;
  return true;
}

function take(page) {
  form.elements.csrf.value = $("#compose", page).elements.csrf.value;
  Object.assign($("#status").dataset, $("#status", page).dataset);
  const sure = $("#sure")?.checked ? $("#sure").value : null, within = $("#attached").contains(document.activeElement);
  for (const part of ["#state", "#messages", "#attached", "#saved"])
    $(part).replaceChildren(...$(part, page).childNodes);
  if (sure && $("#sure")?.value === sure) $("#sure").checked = true;
  if (within) $("#join").focus();
  if (!$("#saved").textContent) tell("composeUnsaved");
}

// True if all of it is in Drafts now. A page that tells that the session is over comes without the
// form, or from the sign-in.
async function exchange(act, files, progress, again = false) {
  const body = new FormData(form), now = typed();
  body.delete("attach");
  for (const file of files) body.append("attach", file, file.name);
  body.append("act", act);
  tell("composeSaving");
  const call = await request("POST", body, progress), page = pageOf(call);
  if (!$("#compose", page) && [401, 403].includes(call.status) && !again && (await renew()))
    return exchange(act, files, progress, true);
  if (signedOut(call)) {
    ended(call, now);
    return false;
  }
  if (!$("#compose", page)) throw new Error(`answer ${call.status}`);
  take(page);
  if (call.status === 200) kept = now;
  return call.status === 200;
}

// One after another; tells when it could not be done, and tries again later. Resolves to whether it
// has been done.
function save(act = "save", files = [], progress = null) {
  clearTimeout(timer);
  timer = null;
  saving++;
  $("#attached").inert = true; // what is there is about to get other names
  const mine = last.then(() => !leaving && exchange(act, files, progress))
    .catch(() => tell("composeOffline")).then(Boolean)
    .finally(() => {
      $("#attached").inert = --saving > 0;
      if (changed()) later();
    });
  last = mine;
  return mine;
}

function later() {
  if (timer === null && !leaving && !gone) timer = setTimeout(save, SAVE_MS);
}

// ---- attachments ----

const total = (files) => files.reduce((sum, file) => sum + file.size, 0);

async function attach(list) {
  const files = [...list], limit = Number(form.dataset.limit) || Infinity;
  if (files.length === 0) return;
  touched = true;
  if (total(files) > limit) {
    $("#attach-error")?.remove();
    return $("#attached").append(make("p", { className: "error", id: "attach-error" }, $("#choose small")?.textContent || ""));
  }
  const bar = make("progress", { max: 1, value: 0 }), names = files.map((file) => file.name).join(", ");
  bar.setAttribute("aria-label", names);
  const line = make("p", { className: "strip" }, make("bdi", {}, names), bar);
  $("#choose").before(line);
  const done = await save("attach", files, (part) => (bar.value = part));
  line.remove();
  if (!done) missing(names, files);
}

// Files that have not arrived: nothing is sent without them until somebody says so.
function missing(names, files) {
  const button = (name, what) => {
    const one = make("button", { type: "button", className: "button" }, app.word(name));
    one.addEventListener("click", () => {
      line.remove();
      what();
      $("#join").focus();
    });
    return one;
  };
  const line = make("p", { className: "error missing" }, make("bdi", {}, app.word("composeMissing").replace("{0}", names)), " ",
    button("composeRetry", () => attach(files)), " ", button("composeWithout", () => {}));
  line.setAttribute("role", "alert");
  $("#choose").before(line);
}

const hasFiles = (data) => data && [...data.types].includes("Files");

function startAttachments() {
  const input = $("#attach"), icon = $("#choose .icon").cloneNode(true);
  const join = make("button", { type: "button", className: "quiet", id: "join" }, icon, make("span", {}, $("#choose label").textContent));
  join.addEventListener("click", () => input.click());
  $(".foot .first").after(join);
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    attach(files);
  });
  addEventListener("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || form.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    form.classList.remove("dropping");
    attach(event.dataTransfer.files);
  });
  addEventListener("paste", (event) => {
    if (!hasFiles(event.clipboardData) || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  });
}

// ---- leaving ----

// Send and Discard are real submissions, which find in Drafts all that is on the page.
async function submitted(event) {
  const button = event.submitter, act = button?.value || "save";
  if (leaving) return event.preventDefault();
  if (act === "save" || act.startsWith("remove:")) {
    event.preventDefault();
    return void save(act);
  }
  const without = act === "send" && $(".missing");
  if (saving > 0 || changed() || without) {
    event.preventDefault();
    if (without) return $("button", without).focus();
    if ((await (saving > 0 ? last : save())) && !$(".missing")) form.requestSubmit(button);
    return;
  }
  leaving = true;
  clearTimeout(timer);
  timer = null;
  setTimeout(() => (button.disabled = true));
  setTimeout(() => (leaving = button.disabled = false), SENDING_MS);
}

async function back(event) {
  if (!changed() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  await save();
  location.assign(href);
}

function startLeaving() {
  form.addEventListener("submit", submitted);
  $(".title a").addEventListener("click", back);
  addEventListener("beforeunload", (event) => !leaving && (changed() || saving > 0 || $(".missing")) && event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit($(".foot .first"));
  });
}

// ---- growing ----

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}

function startGrowing() {
  if (CSS.supports("field-sizing", "content")) return;
  for (const area of form.querySelectorAll("textarea")) {
    area.addEventListener("input", () => grow(area));
    grow(area);
  }
}

export function start(shared, sheet) {
  [app, form] = [shared, sheet];
  kept = form.dataset.unsaved ? null : typed();
  if (changed()) later();
  app.writing = {
    save,
    pending: () => changed() || saving > 0 || Boolean($(".missing")),
    saved: () => Boolean(form.elements.draft_uid?.value),
    back: () => {
      gone = false;
      if (changed()) save();
    },
  };
  for (const sign of ["input", "click"]) form.addEventListener(sign, () => (touched = true));
  form.addEventListener("input", (event) => {
    if (!TEXTS.includes(event.target.name) || !changed()) return;
    if (saving === 0) tell("composeUnsaved");
    later();
  });
  addEventListener("online", () => changed() && !gone && save());
  document.addEventListener("visibilitychange", () => document.hidden && changed() && saving === 0 && save());
  startAttachments();
  startLeaving();
  startGrowing();
}
