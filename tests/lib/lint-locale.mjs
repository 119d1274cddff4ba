// lint-locale.mjs — tests/lint-locale.
// The catalogues: the same keys and places in each language; every key that the program or a
// template uses is there, and every key that is there is used; and the typography of each language.
// First it proves on samples that it catches what it looks for.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const read = (...path) => readFileSync(join(TOP, ...path), "utf8");
const NBSP = "\u00a0", NNBSP = "\u202f";

// key → text. The program's own reader (cgi/view/locale.c) is stricter.
function catalogue(source) {
  const texts = new Map(), blocks = [];
  for (const line of source.split("\n").map((one) => one.replace(/^[ \t\r]+|[ \t\r]+$/g, ""))) {
    const [, key, text] = /^([\w.]+)[ \t]*=[ \t]*(.*)$/.exec(line) || [];
    if (line === "}") blocks.pop();
    else if (/^[\w.]+ *\{$/.test(line)) blocks.push(line.replace(/ *\{$/, ""));
    else if (key) texts.set([...blocks, key].join("."), text);
  }
  return texts;
}

const places = (text) => [...new Set(text.match(/\{\d\}/g) || [])].sort().join("");
function pairFaults(fr, en) {
  const faults = [];
  for (const [one, other, name] of [[fr, en, "en"], [en, fr, "fr"]])
    for (const key of one.keys()) if (!other.has(key)) faults.push(`${key} is not in ${name}.hdf`);
  // "one" may leave out the number
  for (const [key, text] of fr)
    if (en.has(key) && !key.endsWith(".one") && places(text) !== places(en.get(key))) faults.push(`${key} has other places in each language`);
  return faults;
}

const RULES = {
  both: [[/["']/, "straight quotes"], [/\.\.\./, "three dots for one ellipsis"], [/ {2}/, "two spaces"], [/[\u2007\u2009]|&\w+;/, "an odd space or an entity"]],
  fr: [[new RegExp(`«(?!${NNBSP})|(?<!${NNBSP})»`), "« » without narrow no-break spaces"], [new RegExp(`(?<!${NNBSP})[;!?]`), "no narrow no-break space before ; ! ?"],
    [new RegExp(`(?<!${NBSP}):`), "no no-break space before the colon"], [/[“”]/, "English quotes"], [/ [–—] /, "a dash with common spaces"]],
  en: [[/[\s\u00a0\u202f][;:!?]/, "a space before ; : ! ?"], [/[«»]/, "French quotes"]],
};
// Re: and Tr: are words of the subject line, whose colon stands alone everywhere.
const plain = (text) => text.replace(/^(Re|Tr|Fwd): /, "");
const textFaults = (language, texts) => [...texts].flatMap(([key, text]) =>
  [...RULES.both, ...RULES[language]].filter(([rule]) => rule.test(plain(text))).map(([, what]) => `${language}.hdf: ${key}: ${what}: ${text}`));

// { keys: exact ones, patterns: of keys made at run time }
function usesOfTemplate(source) {
  const tags = source.match(/<\?cs[\s\S]*?\?>/g) || [];
  return tags.filter((tag) => !/^<\?cs\s*#/.test(tag)).flatMap((tag) => [...tag.matchAll(/(?<![\w.])L\.([\w.]+)/g)].map((match) => match[1]));
}
function usesOfC(source, blocks) {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^[ \t]*#[ \t]*include.*$/gm, "");
  const said = [...code.matchAll(/(?:locale_(?:text|format|fill|plural|plural_of)|node_put_text)\([^;"]*"([^"\n]*)"/g)].map((match) => match[1]);
  const literals = [...code.matchAll(/"([a-z]\w*(?:\.(?:\w|%[.*a-z]+)+)+)"/g)].map((match) => match[1]).filter((one) => !one.endsWith(".eml"));
  return [...said.filter((key) => /^[a-z]\w*\.[\w.]+$/.test(key)), ...literals.filter((key) => blocks.has(key.split(".")[0]))];
}
// The keys that a use means: itself, its counted forms, its numbered ones, or those that a format makes.
function meant(use, texts) {
  if (!use.includes("%")) return [...texts.keys()].filter((key) => key === use || (key.startsWith(use + ".") && /^(one|other|\d+)$/.test(key.slice(use.length + 1))));
  const pattern = new RegExp(`^${use.split(/%[.*\d]*[a-z]+/).map((part) => part.replaceAll(".", "\\.")).join("\\w+")}(\\.(one|other))?$`);
  return [...texts.keys()].filter((key) => pattern.test(key));
}
function useFaults(uses, texts) {
  const faults = [], used = new Set();
  for (const [use, where] of uses) {
    const keys = meant(use, texts);
    if (keys.length === 0) faults.push(`${where} uses ${use}, which is in no catalogue`);
    for (const key of keys) used.add(key);
  }
  return [...faults, ...[...texts.keys()].filter((key) => !used.has(key)).map((key) => `${key} is used nowhere`)];
}

function prove() {
  const caught = (what, faults, n) => { if (faults.length !== n) throw new Error(`${what}: ${n} faults expected, got ${JSON.stringify(faults)}`); };
  const text = (language, one) => textFaults(language, new Map([["k", one]]));
  const parsed = catalogue("# x = y\na {\n  b = c = d\n  e {\n f=g\n}\n}\nh.i = j\n");
  if (JSON.stringify([...parsed]) !== '[["a.b","c = d"],["a.e.f","g"],["h.i","j"]]') throw new Error(`catalogue: ${JSON.stringify([...parsed])}`);
  caught("a key in one language", pairFaults(new Map([["a", "x"]]), new Map()), 1);
  caught("a key in the other", pairFaults(new Map(), new Map([["a", "x"]])), 1);
  caught("other places", pairFaults(new Map([["a", "{0} {1}"]]), new Map([["a", "{0}"]])), 1);
  caught("the same places", pairFaults(new Map([["a", "{0} {1}"]]), new Map([["a", "{1}, {0}"]])), 0);
  for (const bad of ["l'été", 'dit "a"', "«\u00a0a\u00a0»", "« a »", "a ?", "a?", "a !", "a\u00a0;", "a :", "a:", "a\u202f:", "a...", "a  b"]) caught(bad, text("fr", bad), 1);
  for (const good of ["l’été", "«\u202fa\u202f»", "a\u202f?", "a\u00a0: b", "Re: {0}", "a…"]) caught(good, text("fr", good), 0);
  for (const bad of ["don't", "a ?", "a\u202f!", "« a"]) caught(bad, text("en", bad), 1);
  for (const good of ["don’t", "a: b; c?"]) caught(good, text("en", good), 0);
  const texts = new Map([["a.b", "x"], ["a.n.one", "x"], ["a.n.other", "x"], ["c.m.1", "x"], ["f.x.title", "x"], ["a.unused", "x"]]);
  const uses = [...usesOfTemplate('<?cs # L.z.z ?>L.y.y<?cs var:L.a.b ?>'), ...usesOfC('/* "a.comment" */ #include "a.h"\nf("a.n", "c.m"); locale_text(l, "z.none"); g("f.%s.%s"); h("a.gone", "other.thing");'.replace("*/ ", "*/\n"), new Set(["a", "c", "f"]))];
  caught("uses", useFaults(uses.map((use) => [use, "sample"]), texts), 3);
}
prove();

const blocks = (texts) => new Set([...texts.keys()].map((key) => key.split(".")[0]));
const fr = catalogue(read("templates/locale/fr.hdf")), en = catalogue(read("templates/locale/en.hdf"));
const uses = [];
for (const name of readdirSync(join(TOP, "templates")).filter((one) => one.endsWith(".cs"))) for (const use of usesOfTemplate(read("templates", name))) uses.push([use, `templates/${name}`]);
for (const floor of ["", "view", "page"])
  for (const name of readdirSync(join(TOP, "cgi", floor)).filter((one) => /\.[ch]$/.test(one))) for (const use of usesOfC(read("cgi", floor, name), blocks(fr))) uses.push([use, join("cgi", floor, name)]);
// a failure has three sentences, for each cause and for each fault of the page itself
const causes = [...read("cgi/base/status.c").matchAll(/^ *\[CAUSE_\w+\] = \{"[^"]*", "(\w+)"\}/gm)].map((match) => match[1]);
const pages = [...new Set([...read("cgi/http/failure.c").matchAll(/"(page_[a-z]+)"\}/g)].map((match) => match[1]))];
const expected = [...causes, ...pages].flatMap((cause) => ["title", "cause", "remedy"].map((leaf) => [`failure.${cause}.${leaf}`, "a failure"]));

const groups = [["fr-and-en", pairFaults(fr, en)], ["uses", useFaults(uses, fr)], ["failures", expected.filter(([key]) => !fr.has(key)).map(([key]) => `${key} is missing`)],
  ["failures-found", causes.length > 20 && pages.length > 3 ? [] : ["the causes were not found in cgi/base/status.c and cgi/http/failure.c"]], ["typography-fr", textFaults("fr", fr)], ["typography-en", textFaults("en", en)]];
for (const [name, faults] of groups) for (const fault of faults) console.log(`${name}: ${fault}`);
const failed = groups.filter(([, faults]) => faults.length > 0).length;
console.log(`${fr.size} texts in two languages; ${groups.length - failed} checks passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
