// html.mjs — what a test needs to know of a page: its forms, its text, whether it is valid.
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

export function decode(text) {
  return text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name) => {
    if (name[0] !== "#") return ENTITIES[name] ?? whole;
    const hex = name[1] === "x" || name[1] === "X";
    return String.fromCodePoint(parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10));
  });
}

// The attributes of one start tag.
export function attributes(tag) {
  const found = {};
  const pattern = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;
  for (const [, name, a, b, c] of tag.replace(/^<\/?[a-z0-9]+/i, "").replace(/\/?>$/, "").matchAll(pattern))
    found[name.toLowerCase()] = decode(a ?? b ?? c ?? "");
  return found;
}

export function tags(html, name) {
  return [...html.matchAll(new RegExp(`<${name}\\b(?:[^>"']|"[^"]*"|'[^']*')*>`, "gi"))].map(([tag]) => attributes(tag));
}

// Each form: its attributes and the fields a browser would send without touching anything.
export function forms(html) {
  return [...html.matchAll(/<form\b[\s\S]*?<\/form>/gi)].map(([form]) => {
    const fields = new URLSearchParams();
    for (const input of tags(form, "input")) {
      const type = input.type || "text";
      if (!input.name || "disabled" in input || ["submit", "image", "file", "button"].includes(type)) continue;
      if (["checkbox", "radio"].includes(type) && !("checked" in input)) continue;
      fields.append(input.name, input.value ?? (type === "checkbox" ? "on" : ""));
    }
    for (const [, start, text] of form.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/gi))
      fields.append(attributes(`<textarea${start}>`).name, decode(text.replace(/^\r?\n/, "")));
    for (const [, start, options] of form.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)) {
      const all = tags(options, "option");
      const chosen = all.find((option) => "selected" in option) || all[0];
      if (chosen) fields.append(attributes(`<select${start}>`).name, chosen.value ?? "");
    }
    const [head] = form.match(/<form\b(?:[^>"']|"[^"]*"|'[^']*')*>/i);
    return { ...attributes(head), fields, html: form };
  });
}

// The form that goes to a path; throws when the page has none.
export function formTo(html, path) {
  const form = forms(html).find((one) => (one.action || "").split("?")[0] === path);
  if (!form) throw new Error(`no form to ${path} in: ${text(html).slice(0, 300)}`);
  return form;
}

// What a reader sees, roughly: for assertions on sentences.
export function text(html) {
  return decode(html.replace(/<(script|style|template)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ").trim();
}

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: {
      // style, not validity: ClearSilver leaves blanks where its commands stood
      "no-trailing-whitespace": "off",
      "attribute-boolean-style": "off",
      "void-style": "off",
      "long-title": "off",
      // the role is redundant by the standard, but Safari drops list semantics without it
      "no-redundant-role": "off",
      // the program sends strict headers instead
      "require-sri": "off",
    },
  }),
);

// The faults of a page as lines of text; empty for a valid one.
export async function faults(html) {
  const report = await validator.validateString(html);
  return report.results.flatMap((result) =>
    result.messages.filter((m) => m.severity === 2)
      .map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`));
}
