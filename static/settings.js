// settings.js — the choice that only scripts can keep: to be told of new mail by the browser. It is
// made here, so that nobody who cannot have it is asked; asking the browser needs a person's click.

const option = (value, text, chosen) => Object.assign(document.createElement("option"), { value, textContent: text, selected: value === chosen });

async function permitted() {
  if (Notification.permission === "default") await Notification.requestPermission();
  return Notification.permission === "granted";
}

export function dress(field) {
  const { value, label, no, yes, hint, refused } = field.dataset;
  if (!("Notification" in window) || field.firstChild) return;
  const line = document.createElement("p"), name = document.createElement("label"), select = document.createElement("select"), small = document.createElement("small");
  const allowed = value === "yes" && Notification.permission === "granted";
  line.className = "field";
  name.textContent = label;
  name.htmlFor = select.id = select.name = "notify";
  small.id = "notify-hint";
  small.textContent = value === "yes" && !allowed ? refused : hint;
  small.setAttribute("role", "status");
  select.setAttribute("aria-describedby", small.id);
  select.append(option("no", no, value), option("yes", yes, value));
  select.addEventListener("change", async () => {
    const refusal = select.value === "yes" && !(await permitted());
    small.textContent = refusal ? refused : hint;
    if (refusal) select.value = "no";
  });
  line.append(name, " ", select, " ", small);
  field.append(line);
}
