// lint-templates.mjs — tests/lint-templates.
// Checks each template for what would let data out of its place: commands that do not escape, names
// of files that are not literals, attributes without quotes, scripts and styles in the page, forms
// without their token; and for calls of macros that are not there or take another number of arguments,
// which ClearSilver finds only when the page is asked for. First it proves on samples that it catches each of them.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DIRECTORY = fileURLToPath(new URL("../../templates", import.meta.url));
// `name:`, `alt:`, `uvar:`, `lvar:`, `evar:`, `linclude:` and `escape:` show values as they are, or run them.
const COMMANDS = new Set(["var", "set", "if", "elif", "else", "each", "def", "call", "include"]);
const URL_ATTRIBUTES = new Set(["href", "src", "action", "formaction", "content"]);
// What C makes from a list of its own; a value of any other name may be "javascript:…".
const URL_NAMES = /^var:\s*([\w.]*[._])?(url|\w+_url)$|^var:\s*Confirm\.action$/;

// Text and <?cs ?> tags in turn: { cs, text, line }; comments are left out.
function pieces(source) {
  const out = [];
  let line = 1;
  for (const text of source.split(/(<\?cs[\s\S]*?\?>)/)) {
    const cs = text.startsWith("<?cs");
    const inside = cs ? text.slice(4, -2).trim() : text;
    if (!(cs && inside.startsWith("#"))) out.push({ cs, text: inside, line });
    line += text.split("\n").length - 1;
  }
  return out;
}

function commandFaults({ text }, exists) {
  const command = /^\/?(\w+)/.exec(text)?.[1] ?? text;
  if (!COMMANDS.has(command)) return [`the command "${command}" is not one of ours`];
  if (command !== "include") return [];
  const name = /^include:"([a-z_]+\.cs)"$/.exec(text)?.[1];
  if (!name) return [`an include without a literal name: ${text}`];
  return exists(name) ? [] : [`${name} is not there`];
}

// How many arguments each macro of these sources takes; and the calls of those that do not give so many.
function macrosOf(...sources) {
  const found = sources.flatMap((source) => [...source.matchAll(/(?<=\s)def:(\w+)\(([^)]*)\)/g)]);
  return new Map(found.map(([, name, list]) => [name, list.trim() === "" ? 0 : list.split(",").length]));
}

function callFaults(source, macros) {
  const faults = [];
  for (const { cs, text, line } of pieces(source)) {
    const [, name, list] = (cs && /^call:(\w+)\(([\s\S]*)\)$/.exec(text)) || [];
    if (!name) continue;
    const given = list.trim() === "" ? 0 : list.replace(/"[^"]*"/g, "").split(",").length;
    if (!macros.has(name)) faults.push(`${line}: the macro ${name} is not there`);
    else if (given !== macros.get(name)) faults.push(`${line}: ${name} takes ${macros.get(name)} arguments, not ${given}`);
  }
  return faults;
}

// Where the reader of the page stands after so much text: outside a tag, in it, or in a value.
class Markup {
  state = "text";
  attribute = "";
  value = "";
  word = "";
  element = "";

  // gives the faults that it meets
  text(text) {
    const faults = [];
    for (const c of text) {
      if (this.state === "text") {
        if (c === "<") [this.state, this.element] = ["element", ""];
      } else if (this.state === "element") {
        if (/[\w!/-]/.test(c)) this.element += c;
        else [this.state, this.word] = [c === ">" ? "text" : "tag", ""];
      } else if (this.state === "tag") {
        if (c === ">") this.state = "text";
        else if (c === "=") [this.state, this.attribute, this.value] = ["equals", this.word.toLowerCase(), ""];
        else if (/\s/.test(c)) this.word = "";
        else this.word += c;
        if (this.state === "equals" && /^on|^style$|^srcdoc$/.test(this.attribute)) faults.push(`the attribute ${this.attribute}`);
      } else if (this.state === "equals") {
        this.state = c === '"' || c === "'" ? c : "bare";
        if (this.state === "bare") faults.push(`a value without quotes: ${this.attribute}`);
      } else if (this.state === "bare") {
        if (c === ">") this.state = "text";
        else if (/\s/.test(c)) [this.state, this.word] = ["tag", ""];
      } else if (c === this.state) {
        [this.state, this.word] = ["tag", ""];
      } else {
        this.value += c;
      }
    }
    return faults;
  }

  // a <?cs ?> tag that shows something stands here
  shows(cs) {
    if (this.state === "tag" || this.state === "element") return [`data where only names of attributes stand: ${cs}`];
    if (this.state === "equals" || this.state === "bare") {
      this.state = "bare";
      return [`data in a value without quotes: ${this.attribute}=${cs}`];
    }
    if (this.state === "'") return [`single quotes around data: ${this.attribute}`];
    if (this.state === "text" && /^(script|style)$/i.test(this.element)) return [`data inside <${this.element}>`];
    const address = this.state === '"' && URL_ATTRIBUTES.has(this.attribute) && this.element !== "meta";
    if (address && this.value === "" && !URL_NAMES.test(cs)) return [`${this.attribute} begins with ${cs}, which is no address of ours`];
    return [];
  }
}

// A file that is kept and read offline has no other place for its style.
const KEPT = ["journey.cs"];

function wholeFaults(source, name) {
  const html = source.replace(/<\?cs\s*#[\s\S]*?\?>/g, ""), faults = [];
  for (const [all, attributes, inside] of html.matchAll(/<script\b((?:<\?cs[\s\S]*?\?>|[^>])*)>([\s\S]*?)<\/script/gi))
    if (!/\ssrc="/.test(attributes) || inside.trim() !== "") faults.push(`a script in the page: ${all.slice(0, 60)}`);
  if (/<style\b/i.test(html) && !KEPT.includes(name)) faults.push("a style sheet in the page");
  if (/javascript:|vbscript:/i.test(html)) faults.push("an address that is a script");
  if (/<(base|object|embed|applet)\b/i.test(html)) faults.push("an element that is never ours");
  for (const [form] of html.matchAll(/<form\b[\s\S]*?<\/form>/gi))
    if (/^<form\b[^>]*\smethod="post"/i.test(form) && !/<\?cs\s+call:csrf\(\)\s*\?>/.test(form)) faults.push(`a form without its token: ${form.slice(0, 60)}`);
  return faults;
}

function faultsOf(source, exists, name) {
  const markup = new Markup(), faults = [];
  for (const piece of pieces(source)) {
    const found = piece.cs ? commandFaults(piece, exists) : markup.text(piece.text);
    // what a macro writes is judged where it is defined; what it is called in, here
    if (piece.cs && /^(var|call):/.test(piece.text)) found.push(...markup.shows(piece.text));
    faults.push(...found.map((fault) => `${piece.line}: ${fault}`));
  }
  return [...faults, ...wholeFaults(source, name).map((fault) => `0: ${fault}`)];
}

const BAD = ['<?cs name:X ?>', '<?cs alt:X ?>y<?cs /alt ?>', '<?cs uvar:X ?>', '<?cs lvar:X ?>', '<?cs evar:X ?>', '<?cs escape:"none" ?><?cs /escape ?>',
  '<?cs linclude:"a.cs" ?>', '<?cs include:X ?>', '<?cs include:"../a.cs" ?>', '<?cs include:"none.cs" ?>', '<a title=<?cs var:X ?>>', '<a title=x<?cs var:X ?>>',
  "<a title='<?cs var:X ?>'>", '<a <?cs var:X ?>="y">', '<a title="y" <?cs call:m() ?>>', '<<?cs var:X ?>>', '<a href="<?cs var:X ?>">', '<a href="<?cs var:X.curl ?>">',
  '<a title=x>', '<script>x</script>', '<script src="/x.js">y</script>', '<script src="/x.js"><?cs var:X ?></script>', '<style>x</style>', '<p style="x">', '<P\nSTYLE="x">', '<p onclick="x">',
  '<p class="a" OnLoad="x">', '<a href="JavaScript:x">', '<iframe srcdoc="x"></iframe>', '<base href="/">', '<form method="post" action="/x"><input></form>', '<?cs if:X ?><a title=<?cs var:X ?>><?cs /if ?>'];
const GOOD = ['<?cs # name:X <style> ?><a href="<?cs var:f.url ?>" title="a <?cs var:X ?> b"><?cs var:X ?></a>', '<?cs include:"a.cs" ?>', '<?cs if:X == "y" ?>a<?cs elif:Y ?>b<?cs else ?>c<?cs /if ?>',
  '<input<?cs if:X ?> checked<?cs /if ?> value="1">', '<?cs def:m(a) ?><b><?cs var:a ?></b><?cs /def ?><?cs call:m(X) ?>', '<script type="module" src="/x.js?v=<?cs var:V ?>"></script>',
  '<form method="post" action="/x"><?cs call:csrf() ?></form>', '<form action="/x"><input></form>', '<?cs each:a = B ?><?cs set:C = a ?><?cs /each ?>', '<a href="/x#<?cs var:X ?>">', '<!doctype html>'];
const sample = (name) => name === "a.cs";
for (const text of BAD) if (faultsOf(text, sample).length === 0) throw new Error(`this was not caught: ${text}`);
for (const text of GOOD) if (faultsOf(text, sample).length > 0) throw new Error(`this is no fault: ${text}: ${faultsOf(text, sample)}`);
const TWO = "<?cs def:none() ?><?cs /def ?><?cs\ndef:two(a, b) ?><?cs /def ?>";
for (const [call, count] of [["none()", 0], ["two(X, \"a,b\")", 0], ["two(X)", 1], ["two()", 1], ["none(X)", 1], ["three()", 1]])
  if (callFaults(`<?cs call:${call} ?>`, macrosOf(TWO)).length !== count) throw new Error(`calls are misjudged: ${call}`);

const names = readdirSync(DIRECTORY).filter((name) => name.endsWith(".cs"));
const read = (name) => readFileSync(join(DIRECTORY, name), "utf8");
const included = (source) => [...source.matchAll(/include:"([a-z_]+\.cs)"/g)].map(([, name]) => name).filter((name) => names.includes(name));
let failed = names.length === 0 ? 1 : 0;
for (const name of names) {
  const source = read(name), macros = macrosOf(read("macros.cs"), source, ...included(source).map(read));
  const faults = [...faultsOf(source, (other) => existsSync(join(DIRECTORY, other)), name), ...callFaults(source, macros)];
  if (faults.length > 0) failed++;
  for (const fault of faults) console.log(`templates/${name}:${fault}`);
}
console.log(`${names.length - failed} templates passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
