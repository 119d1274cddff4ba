// mbox.mjs — mailboxes as files, for tests of import and export: written here by the book, so that
// what the program makes can be compared byte for byte.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n) => String(n).padStart(2, "0");

export function postmark(sender, seconds) {
  const d = new Date(seconds * 1000);
  return `From ${sender} ${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ` +
    `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} ${d.getUTCFullYear()}\n`;
}

// message: latin1, lines ended by CRLF. One entry of a file as the program writes it.
export function entry({ message, sender, date, flags = "", keywords = [] }) {
  const body = message.replace(/\r\n/g, "\n").replace(/^(>{0,999}From )/gm, ">$1");
  const letters = ["A", "F", "T", "D"].filter((one) => flags.includes(one)).join("");
  return postmark(sender, date) + `Status: ${flags.includes("R") ? "RO" : "O"}\nX-Status: ${letters}\n` +
    `X-Keywords: ${keywords.join(" ")}\nX-Mbox: mboxrd\n${body}\n`;
}

// A hostile and repeatable number generator.
export function randomness(seed) {
  return (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * n);
  };
}

// What letters are made of that trip over a format: quoted and unquoted From lines, whole postmarks,
// long lines, 8-bit, bare CR, no end of the last line, empty lines at the end, nothing at all.
export function hostile(i, random) {
  const sender = `person${i % 97}@outside.example`;
  const lines = ["From the desk of the dean", ">From here", ">>From there", postmark("x@y.example", 1e9).trim(), "", ".", "..",
    "a".repeat(1 + random(1200)), "\xe9t\xe9 \xff", "C\rR", "Status: RO", "X-Mbox: mboxrd", `Line ${i}`];
  const body = Array.from({ length: random(12) }, () => lines[random(lines.length)]).join("\r\n");
  const end = ["", "\r\n", "\r\n\r\n", "\r\n\r\n\r\n", "\r\nFrom "][random(5)];
  const head = [...(i % 50 === 0 ? ["Status: RO", "X-Status: D"] : []), `From: P <${sender}>`, `Subject: =?utf-8?q?Num=C3=A9ro_${i}?= a/b: <${i}>`,
    `Date: Tue, 3 Mar 2026 14:02:00 +0100`, `Message-ID: <m${i}@test.example>`].join("\r\n");
  const flags = ["R", "A", "F", "T", "D"].filter(() => random(3) === 0).join("");
  return { message: head + (i % 31 === 0 ? "" : "\r\n\r\n" + body + end), sender, date: 1e9 + i * 3607, flags,
    keywords: i % 3 === 0 ? ["$Forwarded", "work"].slice(0, 1 + random(2)) : [] };
}
