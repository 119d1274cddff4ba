// traces.mjs — whether a text has been left somewhere: in files, or in the memory of a process, as it
// is or in one of the forms that mail, the web and programs give to texts.
import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

// The characters of base64 that follow from the text alone, for each of the three ways it can lie.
function base64(bytes, offset) {
  const coded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64").replace(/=+$/, "");
  return coded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

// [[name, bytes]] of a text.
export function forms(text) {
  const bytes = Buffer.from(text), coded = [0, 1, 2].flatMap((offset) => [base64(bytes, offset), base64(bytes, offset).replaceAll("+", "-").replaceAll("/", "_")]);
  const percent = (safe) => [...bytes].map((c) => safe.test(String.fromCharCode(c)) && c < 128 ? String.fromCharCode(c) : "%" + c.toString(16).padStart(2, "0").toUpperCase()).join("");
  const all = {
    raw: bytes, "UTF-16LE": Buffer.from(text, "utf16le"), "UTF-16BE": Buffer.from(text, "utf16le").swap16(),
    base64: coded, "percent-encoded": [percent(/[\w.~-]/), percent(/[\w.~-]/).toLowerCase(), percent(/[\w.~-]/).replaceAll("%20", "+"), percent(/[\w.~!*'()-]/)],
    "quoted-printable": [...bytes].map((c) => (c < 33 && c !== 32) || c > 126 || c === 61 ? "=" + c.toString(16).padStart(2, "0").toUpperCase() : String.fromCharCode(c)).join(""),
    hex: [bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
    HTML: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
    JSON: JSON.stringify(text).slice(1, -1),
  };
  const list = Object.entries(all).flatMap(([name, one]) => [one].flat().map((value) => [name, Buffer.from(value)]));
  const seen = new Set();
  return list.filter(([, value]) => value.length >= 8 && !seen.has(value.toString("latin1")) && seen.add(value.toString("latin1")));
}

// { what, form, where } of each of the texts ({ what: text }) that bytes hold.
export function found(bytes, texts, where) {
  return Object.entries(texts).flatMap(([what, text]) => forms(text).filter(([, value]) => bytes.includes(value)).map(([form]) => ({ what, form, where })));
}

// Every file under a directory, those that are open without a name not among them.
export function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? files(path) : entry.isFile() ? [path] : [];
  });
}

export function inFiles(paths, texts) {
  return paths.flatMap((path) => {
    try {
      return found(readFileSync(path), texts, path);
    } catch (error) {
      if (error.code === "ENOENT") return []; // gone meanwhile
      throw error;
    }
  });
}

// What a process has open that has no name any more.
export function openFiles(pid) {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`).filter((path) => {
    try {
      return /^\/.*( \(deleted\)|#\d+)/.test(readlinkSync(path)) && statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

// { what, form, where, flags } of each place in the memory of a process that holds one of the texts.
// flags: the kernel's for that mapping: lo (locked), dd (not in core files), dc (not in children).
export function inMemory(pid, texts) {
  const needles = Object.entries(texts).flatMap(([what, text]) => forms(text).map(([form, value]) => ({ what, form, value })));
  const hits = [];
  const memory = openSync(`/proc/${pid}/mem`, "r");
  let mapping;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s*(.*)$/.exec(line);
    if (head) mapping = { from: parseInt(head[1], 16), to: parseInt(head[2], 16), mode: head[3], inode: head[4], name: head[5] };
    const resident = /^Rss:\s+(\d+)/.exec(line);
    if (resident) mapping.resident = Number(resident[1]);
    const flags = /^VmFlags: (.*)$/.exec(line);
    // what is too large to be anything but a sanitizer's bookkeeping holds no texts
    if (!flags || !mapping.resident || mapping.mode[0] !== "r" || mapping.to - mapping.from > 2 ** 32 || mapping.name === "[vvar]") continue;
    const piece = 16 * 2 ** 20, overlap = 4096;
    for (let at = mapping.from; at < mapping.to; at += piece) {
      const bytes = Buffer.alloc(Math.min(piece + overlap, mapping.to - at));
      let n = 0;
      try {
        n = readSync(memory, bytes, 0, bytes.length, at);
      } catch (error) {
        if (error.code !== "EIO" && error.code !== "EFAULT") throw error;
      }
      for (const { what, form, value } of needles) for (let i = bytes.indexOf(value); i >= 0 && i < n; i = bytes.indexOf(value, i + 1))
        if (i < piece) hits.push({ what, form, where: `${(at + i).toString(16)} ${mapping.name}`, flags: flags[1].trim().split(" "), around: bytes.subarray(Math.max(0, i - 40), i + value.length + 24).toString("latin1").replace(/[^\x20-\x7e]/g, ".") });
    }
  }
  closeSync(memory);
  return hits;
}
