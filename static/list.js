// list.js — ticks: a box for all, ranges with the shift key, how many there are. The boxes are those
// of the form, which says at any time what is ticked; nothing is kept here but where a range began.

let began = null; // the UID of the box that was clicked last

const boxes = () => [...document.querySelectorAll("#ticks [name=uid]")];

// How many UIDs "3,7:9" stands for: those ticked on other pages.
function countOf(set) {
  return set.split(",").filter(Boolean).map((range) => range.split(":"))
    .reduce((sum, [first, last = first]) => sum + Number(last) - Number(first) + 1, 0);
}

function counted(app, count) {
  const rule = new Intl.PluralRules(document.documentElement.lang).select(count);
  return app.word(rule === "one" ? "selectedOne" : "selectedOther").replace("{0}", new Intl.NumberFormat(document.documentElement.lang).format(count));
}

// Whoever ticks all on the page is offered what the menu has: all of the folder.
function offer(list, wanted) {
  const link = list.querySelector('.acts .menu a[href*="all=1"]'), shown = list.querySelector("#all-offer");
  if (!wanted || !link) shown?.remove();
  if (!wanted || !link || shown) return;
  const line = Object.assign(document.createElement("p"), { className: "strip", id: "all-offer" });
  line.append(Object.assign(document.createElement("a"), { className: "button", href: link.href, textContent: link.textContent }));
  list.querySelector(".bar.acts").after(line);
}

// The bar of actions stands in for the list's own while something is ticked; box and count move
// along, and with the box the focus.
function update(app) {
  const list = document.querySelector(".list"), all = boxes(), here = all.filter((box) => box.checked).length;
  const elsewhere = list.querySelector("[name=ticked]");
  const chosen = list.querySelector("#all-chosen");
  const count = chosen ? Number(chosen.dataset.total.replace(/\D/g, "")) : here + (elsewhere ? countOf(elsewhere.value) : 0);
  const first = all[0], top = first.getBoundingClientRect().top;
  offer(list, count > 0 && here === all.length);
  const head = list.querySelector(".all"), box = head.querySelector("input"), focused = document.activeElement === box;
  list.classList.toggle("ticking", count > 0);
  const bar = list.querySelector(count > 0 ? ".bar.acts" : "#list-bar");
  if (head.parentNode !== bar) bar.prepend(head);
  if (focused) box.focus({ preventScroll: true });
  box.checked = count > 0 && here === all.length;
  box.indeterminate = count > 0 && !box.checked;
  list.querySelector(".count")?.remove();
  if (count > 0) head.after(Object.assign(document.createElement("span"), { className: "count", textContent: counted(app, count) }));
  app.hold(first, top); // who ticks goes on reading
}

function untick() {
  document.querySelector("#ticks [name=ticked]")?.remove();
  for (const box of boxes()) box.checked = false;
}

function tickRange(box) {
  const all = boxes(), from = all.findIndex((one) => one.value === began), to = all.indexOf(box);
  if (from >= 0) for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
}

// Called for each page that shows a list.
export function dress(app) {
  const form = document.querySelector("#ticks");
  if (!form.matches("form") || form.querySelector(".all")) return;
  document.querySelector("#elsewhere")?.remove(); // the count says it
  const head = document.createElement("label"), box = document.createElement("input");
  head.className = "all";
  head.title = app.word("tickAll");
  box.type = "checkbox";
  box.setAttribute("aria-label", app.word("tickAll"));
  head.append(box);
  form.querySelector("#list-bar").prepend(head);
  box.addEventListener("change", () => {
    const on = box.checked, chosen = document.querySelector("#all-chosen a");
    if (chosen) return chosen.click();
    if (!on) untick();
    for (const one of boxes()) one.checked = on;
  });
  form.addEventListener("click", (event) => {
    if (event.target.name !== "uid") return;
    if (event.shiftKey) tickRange(event.target);
    began = event.target.value;
  });
  // a range would otherwise mark the text between
  form.addEventListener("mousedown", (event) => event.shiftKey && event.target.closest(".tick") && event.preventDefault());
  form.addEventListener("change", () => update(app));
  update(app);
}
