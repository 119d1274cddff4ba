// move.js — moving by typing: the menu of folders becomes a field in which part of a name is enough
// (case and accents do not matter). The select stays what is sent; here it is only filled in.

const SHOWN = 12;
let number = 0;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// What matches: each word somewhere in the path; where a level begins with the first one, first.
export function matches(options, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const good = options.filter(({ folded }) => words.every((word) => folded.includes(word)));
  const begins = ({ folded }) => folded.split(" / ").some((level) => level.startsWith(words[0]));
  return words.length ? [...good.filter(begins), ...good.filter((one) => !begins(one))] : good;
}

// The options of a select, recent ones first and each once.
function optionsOf(select) {
  const found = new Map();
  for (const { value, text } of select.options) if (value && !found.has(value)) found.set(value, { value, text, folded: fold(text) });
  return [...found.values()];
}

function make(tag, properties, attributes = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function combobox(app, select) {
  const id = `combo-${++number}`, all = optionsOf(select), word = app.word("moveTo");
  const box = make("div", { className: "combo" });
  const input = make("input", { type: "text", autocomplete: "off", placeholder: select.options[0].text }, { role: "combobox", "aria-label": word,
    "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" });
  const list = make("ul", { id, hidden: true }, { role: "listbox", "aria-label": word });
  let shown = [], at = -1;

  function choose(index) {
    at = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }
  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function open() {
    shown = matches(all, input.value === chosenText() ? "" : input.value).slice(0, input.value ? SHOWN : all.length);
    list.replaceChildren(...shown.map(({ text }, i) => make("li", { id: `${id}-${i}`, textContent: text }, { role: "option", "aria-selected": "false" })));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    choose(input.value && shown.length ? 0 : -1);
  }
  const chosenText = () => (select.value ? all.find(({ value }) => value === select.value)?.text : null);
  function take(index) {
    select.value = shown[index].value;
    input.value = shown[index].text;
    close();
  }

  input.addEventListener("input", () => {
    select.value = "";
    open();
  });
  input.addEventListener("focus", open);
  input.addEventListener("click", () => list.hidden && open());
  input.addEventListener("blur", () => {
    if (!select.value && at >= 0 && input.value && shown[at]) take(at);
    close();
  });
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (list.hidden) open();
      const step = key === "ArrowDown" ? 1 : -1;
      if (shown.length) choose((at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length);
    } else if (key === "Enter") {
      if (!list.hidden && at >= 0) take(at);
      if (select.value) select.form.requestSubmit(select.form.querySelector(".move button[value=move], .move button[value=copy]"));
    } else if (key === "Escape" && !list.hidden) {
      close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  // the field keeps the focus while the mouse chooses
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("li"));
    if (index >= 0) take(index);
    input.focus();
    close();
  });

  const focused = document.activeElement === select;
  box.append(input, list);
  select.closest("label").after(box);
  select.closest("label").hidden = true;
  if (focused) input.focus();
}

// Called for each page that has such a menu.
export function dress(app) {
  for (const select of document.querySelectorAll(".move select[name=to]")) if (!select.closest("label").hidden) combobox(app, select);
}
