// letter-dom.mjs — what stands in a letter's document, as the browser built it, and what may stand
// there. The lists are the test's own: they are not derived from the sanitiser's.

const ELEMENTS = new Set(`a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn
  div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section
  small span strike strong style sub sup table tbody td tfoot th thead time tr tt u ul var wbr`.split(/\s+/));
const NUMBER = /^\d{1,4}$/, LENGTH = /^\d{1,4}%?$/, COLOUR = /^(#[0-9a-f]{6}|[a-z]+|rgba\([\d.,]+\))$/, TEXT = /^[^]{0,1024}$/, NAME = /^x-[\w-]+$/;
const NAMES = /^(x-[\w-]+|vm-(image|letter|coloured|plain|signature))( (x-[\w-]+|vm-(image|coloured|plain)))*$/;
// url(, escapes, at-rules and all functions but rgba() have no place in a declaration.
const STYLE = /^(?!.*(?:position|behavior|content|z-index|--)\s*:)(?:[^()\\<>@"&{}]|rgba\([\d.,]+\))*$/;
const SHEET = /^(?:[^()\\<@"&]|rgba\([\d.,]+\)|\((?:max|min)-(?:device-)?width:[\d.a-z]+\)|@media )*$/;
const ATTRIBUTES = {
  align: /^[a-z]+$/, alt: TEXT, bgcolor: COLOUR, border: NUMBER, cellpadding: NUMBER, cellspacing: NUMBER, class: NAMES, clear: /^[a-z]+$/,
  color: COLOUR, colspan: NUMBER, "data-host": /^[^\s<>]+$/, datetime: TEXT, dir: /^(ltr|rtl|auto)$/, face: /^[^<>\\()"]*$/, frame: /^[a-z]+$/,
  height: LENGTH, href: /^(https?:\/\/[^\s<>"]+|tel:[^\s<>"]+|#x-[\w-]+|\/compose(\?(to|cc|subject|text)=[\w.~%-]*(&(to|cc|subject|text)=[\w.~%-]*)*)?)$/,
  hspace: NUMBER, id: NAME, lang: /^[\w-]+$/, noshade: /^$/, nowrap: /^$/, rel: /^noopener noreferrer$/, reversed: /^$/, rowspan: NUMBER,
  rules: /^[a-z]+$/, scope: /^[a-z]+$/, size: /^[+-]?\d{1,4}$/, span: NUMBER, start: NUMBER, style: STYLE, target: /^_blank$/, title: TEXT,
  type: /^\w+$/, valign: /^[a-z]+$/, value: NUMBER, vspace: NUMBER, width: LENGTH,
};
const SOURCE = /^(\/part\?[\w=&.%-]+|data:image\/(png|gif|jpe?g|webp);base64,[\w+/=]*)$/i;

// The first thing that may not stand in a letter, or undefined. nodes: what inspect() gives.
export function forbidden(nodes, { remote = false } = {}) {
  for (const [name, attributes, content] of nodes) {
    if (name === "#text") continue;
    if (!ELEMENTS.has(name)) return `<${name}>`;
    for (const [key, value] of attributes) {
      const allowed = key === "src" && name === "img" ? SOURCE.test(value) || (remote && /^https?:\/\/[^\s<>"]+$/.test(value))
        : key === "href" ? name === "a" && ATTRIBUTES.href.test(value) : Object.hasOwn(ATTRIBUTES, key) && ATTRIBUTES[key].test(value);
      if (!allowed) return `<${name} ${key}="${value}">`;
    }
    const href = attributes.find(([key]) => key === "href")?.[1];
    if (href && !href.startsWith("#") && !["target", "rel"].every((key) => attributes.some(([one]) => one === key))) return `a link that does not open apart: ${href}`;
    if (name === "style" && !SHEET.test(content[0]?.[1] || "")) return `<style>${content[0]?.[1]}`;
    const within = forbidden(content, { remote });
    if (within) return within;
  }
}

// The tree that the letter's tags spell out, read without any rule of HTML: what the parser must
// make of it if it is to find nothing to mend. Throws on what the service would never write.
export function spelled(html) {
  const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  const decode = (text) => text.replace(/&(\w+|#39);/g, (all, name) => entities[name] ?? fail(all));
  const fail = (what) => { throw new Error(`not as it is written: ${what.slice(0, 200)}`); };
  const root = [], open = [["", [], root]];
  let at = 0;
  for (const part = /<(\/?)([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>|[^<>]+/gy; at < html.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(html);
    if (!found) fail(html.slice(at));
    const [text, end, name, attributes] = found, top = open.at(-1);
    if (!name) {
      const dropped = top[0] === "pre" && top[2].length === 0 ? text.replace(/^\n/, "") : text;
      if (dropped) top[2].push(["#text", decode(dropped)]);
    } else if (end) {
      if (open.pop()[0] !== name) fail(text);
    } else {
      const one = [name, [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, key, value]) => [key, decode(value)]), []];
      top[2].push(one);
      if (name === "style") {
        const close = html.indexOf("</style>", part.lastIndex);
        one[2].push(["#text", html.slice(part.lastIndex, close)]);
        part.lastIndex = close + "</style>".length;
      } else if (!["br", "col", "hr", "img", "wbr"].includes(name)) {
        open.push(one);
      }
    }
  }
  if (open.length !== 1) fail("elements are left open");
  return root;
}

// Runs in the browser. The document of a letter: its nodes, what its styles come to, what is to be
// read in it.
export function inspect(document) {
  const tree = (node) => [...node.childNodes].map((child) => (child.nodeType === 3 ? ["#text", child.data]
    : child.nodeType !== 1 ? [`#${child.nodeType}`, [], []]
    : [child.namespaceURI === "http://www.w3.org/1999/xhtml" ? child.localName : child.nodeName, [...child.attributes].map(({ name, value }) => [name, value]),
      [...tree(child), ...(child.content ? [["#content", [], []]] : []), ...(child.shadowRoot ? [["#shadow", [], []]] : [])]]));
  const root = document.querySelector("body > .vm-letter"), style = [];
  const still = { position: "static", backgroundImage: "none", listStyleImage: "none", cursor: /^(auto|pointer|text|default)$/, filter: "none", maskImage: "none",
    borderImageSource: "none", transform: "none", clipPath: "none", zIndex: "auto", animationName: "none", content: /^(normal|none|open-quote|close-quote)$/,
    backdropFilter: "none", translate: "none", offsetPath: "none", shapeOutside: "none", mixBlendMode: "normal", textShadow: "none", boxShadow: "none" };
  for (const element of root.querySelectorAll("*"))
    for (const part of [null, "::before", "::after", "::marker"]) {
      const computed = getComputedStyle(element, part), ours = part === "::after" && element.hasAttribute("data-host");
      for (const [name, value] of Object.entries(still))
        if (!(ours && /^(content|position|zIndex)$/.test(name)) && !(value.test?.(computed[name]) ?? value === computed[name]) && computed[name] !== "")
          style.push(`${element.localName}${part || ""} ${name}: ${computed[name]}`);
      for (const name of ["marginTop", "marginLeft", "marginRight", "marginBottom", "textIndent"])
        if (parseFloat(computed[name]) < 0) style.push(`${element.localName} ${name}: ${computed[name]}`);
      if (ours && (computed.position !== "relative" || computed.zIndex !== "1")) style.push(`the link's host may be painted over: ${computed.position} ${computed.zIndex}`);
      if (ours && (computed.display !== "inline" || parseFloat(computed.fontSize) < 10 || computed.wordSpacing !== "0px" || computed.whiteSpace !== "normal")) style.push(`the link's host is not shown: ${computed.display} ${computed.fontSize}`);
    }
  // The link's host must not be cut off or faded by what is around it.
  for (let one of root.querySelectorAll("a[data-host]"))
    for (; one !== root; one = one.parentElement) {
      const { overflowX, overflowY, opacity } = getComputedStyle(one);
      if (overflowX !== "visible" || overflowY !== "visible" || opacity !== "1") style.push(`the link's host may be hidden: ${one.localName} ${overflowX} ${overflowY} ${opacity}`);
    }
  const around = getComputedStyle(root);
  if (root.querySelector("a[data-host]") && (around.overflowY !== "auto" || around.opacity !== "1")) style.push(`the letter hides a link's host: ${around.overflowY} ${around.opacity}`);
  const kept = root.cloneNode(true);
  kept.querySelectorAll("style, span.vm-image").forEach((one) => one.remove());
  return { nodes: tree(root.parentElement).filter(([name, text]) => name !== "#text" || text.trim()), head: document.head.innerHTML, style, kept: kept.textContent,
    seen: [document.body.innerText, ...[...root.querySelectorAll("a[data-host], img")].map((one) => one.dataset.host || one.alt)].join(" ").replace(/\s+/g, " "),
    height: document.documentElement.getBoundingClientRect().height, aside: [document.documentElement.scrollLeft, document.documentElement.scrollTop],
    at: document.location.href };
}

// Runs in the browser, in a page that nothing forbids to parse: the text of a letter as it was sent,
// by the browser's own parser, without that of elements which are never shown.
export function textSent(letter) {
  const body = new DOMParser().parseFromString(letter, "text/html").body;
  body.querySelectorAll(`script, style, noscript, template, iframe, object, embed, applet, link, meta, base, title, head, svg, math, audio, video, canvas,
    frame, frameset, noframes, noembed, input, select, datalist, map, area, keygen`).forEach((one) => one.remove());
  return body.localName === "frameset" ? "" : body.textContent;
}

// Text without what may differ: white space, controls, what is no character.
export const bare = (text) => text.replace(/[\s\u0000-\u001f\u007f-\u00a0\ufffd]+/g, "");
