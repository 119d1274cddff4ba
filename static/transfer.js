// transfer.js — the import form: files may be dropped, and a bar shows how far they are. The form goes
// where it would go anyway; its answer is the page that tells of it.

const $ = (selector, within = document) => within.querySelector(selector);
let sending = false;

// What comes of it stands on the page anew.
function tell() {
  sending = false;
  location.assign("/transfer#last");
  location.reload();
}

function stop(form, id) {
  return fetch("/job", { method: "POST", body: new URLSearchParams({ csrf: $("[name=csrf]", form).value, id, act: "cancel" }) });
}

function send(form) {
  const request = new XMLHttpRequest(), bar = document.createElement("progress"), line = document.createElement("p");
  const halt = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: form.dataset.stop, hidden: true });
  let job = null; // what the server calls it, once it has begun
  line.setAttribute("role", "status");
  line.textContent = form.dataset.sending;
  bar.setAttribute("aria-label", form.dataset.sending);
  bar.max = 100;
  bar.value = 0;
  form.querySelectorAll(".sent").forEach((one) => one.remove());
  const box = document.createElement("div");
  box.className = "sent";
  box.append(line, bar, halt);
  form.append(box);
  const button = $("button", form);
  button.disabled = sending = true;
  const ask = setInterval(async () => {
    const answer = await fetch("/transfer?poll=1", { headers: { "X-Requested-With": "poll" } }).catch(() => null);
    const news = answer?.ok ? await answer.json() : null;
    if (!sending || !news) return;
    if (news.running) line.textContent = `${form.dataset.sending} ${news.text}`;
    else if (job) return tell(), request.abort(); // it has been stopped
    halt.hidden = !(job = news.id || null);
  }, 2000);
  halt.onclick = () => stop(form, job);
  // the page must not be left for the sake of another job's end
  document.querySelectorAll("[data-job]").forEach((one) => one.removeAttribute("data-job"));
  request.upload.onprogress = (event) => event.lengthComputable && (bar.value = event.loaded / event.total * 100);
  request.onloadend = () => {
    clearInterval(ask);
    if (!sending) return;
    button.disabled = sending = false;
    if (request.status === 200 && new URL(request.responseURL).pathname === "/transfer") return tell();
    halt.remove();
    line.textContent = form.dataset.failed;
    line.className = "error";
    bar.remove();
  };
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function dress(form) {
  const input = $("[type=file]", form), hint = document.createElement("small");
  hint.textContent = form.dataset.drop;
  input.after(hint);
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  input.addEventListener("change", () => {
    const size = [...input.files].reduce((sum, { size }) => sum + size, 0);
    input.setCustomValidity(size > Number(form.dataset.limit) ? form.dataset.tooLarge : "");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!sending) send(form);
  });
}

addEventListener("beforeunload", (event) => sending && event.preventDefault());
const form = $("#import");
if (form) dress(form);
