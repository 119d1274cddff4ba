// mime.mjs — multipart letters from their parts, and the hostile ones of the corpus.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TOP } from "./env.mjs";
import { letter } from "./imap.mjs";

// headers: lines; content: text or bytes.
export const part = (headers, content) => Buffer.concat([Buffer.from(headers.join("\r\n") + "\r\n\r\n"), Buffer.from(content)]);

export const base64Part = (headers, bytes) =>
  part([...headers, "Content-Transfer-Encoding: base64"], Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n"));

let boundaries = 0;
export function multipart(subtype, parts, headers = []) {
  const boundary = `=_border_${++boundaries}`;
  const pieces = parts.flatMap((one) => [Buffer.from(`--${boundary}\r\n`), one, Buffer.from("\r\n")]);
  return part([`Content-Type: multipart/${subtype}; boundary="${boundary}"`, ...headers], Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]));
}

// A letter whose content is one part (with its Content-… lines).
export function letterOf(subject, content, options = {}) {
  const head = letter({ subject, headers: ["Content-Type: x"], body: "", ...options });
  return Buffer.concat([Buffer.from(head.slice(0, head.indexOf("Content-Type: x"))), content]);
}

// A 1×1 picture.
export const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

// The hostile letters that the sanitiser's own tests use: one a line, with escapes. { line: number,
// family, charset, text: bytes, visible: what a reader must see, or undefined }
export function hostileVectors() {
  const escapes = { n: "\n", t: "\t", r: "\r" };
  const bytes = (line) => Buffer.from(line.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex, one) => (hex ? String.fromCharCode(parseInt(hex, 16)) : escapes[one] ?? one)), "latin1");
  let family, charset;
  return readFileSync(join(TOP, "tests/corpus/html/vectors.txt"), "latin1").split("\n").flatMap((line, i) => {
    if (line.startsWith("# ")) [family, charset] = [line.slice(2).replace(/ \(charset=.*/, ""), /\(charset=(.*)\)/.exec(line)?.[1] || "utf-8"];
    if (!line || line.startsWith("# ")) return [];
    const [text, visible] = line.split(" ==> ");
    return [{ line: i + 1, family, charset, text: bytes(text), visible: visible && bytes(visible).toString() }];
  });
}
