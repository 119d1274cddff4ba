// tnef.mjs — writes a winmail.dat as Outlook does: attributes with checksums, MAPI properties,
// compressed RTF; and what is wrong in all these.

const u16 = (n) => Buffer.from([n & 255, (n >> 8) & 255]);
export const u32 = (n) => Buffer.from([n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24]);
const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const zero = (text) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.from([0])]);
const wide = (text) => Buffer.from(text + "\0", "utf16le");

export function attribute(level, id, bytes, { sum } = {}) {
  const right = bytes.reduce((total, one) => (total + one) & 0xffff, 0);
  return Buffer.concat([Buffer.from([level]), u32(id), u32(bytes.length), bytes, u16(sum ?? right)]);
}

// One property: its number as in 0x3707001f; a string, a number or bytes.
export function property(tag, value) {
  const head = Buffer.concat([u16(tag), u16(tag >>> 16)]);
  if (typeof value === "number") return Buffer.concat([head, u32(value)]);
  const bytes = Buffer.isBuffer(value) ? value : (tag & 0xffff) === 0x1f ? wide(value) : zero(value);
  return Buffer.concat([head, u32(1), u32(bytes.length), padded(bytes)]);
}
const properties = (all) => Buffer.concat([u32(all.length), ...all]);

// That of zlib without its first and last inversion ([MS-OXRTFCP] 2.1.3.2).
function crc(bytes) {
  let sum = 0;
  for (const one of bytes) {
    sum ^= one;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return sum >>> 0;
}

// Compressed RTF: every byte as it is, then the reference that ends it.
export function rtf(text) {
  const source = Buffer.from(text, "latin1"), out = [];
  let at = 207;
  for (let i = 0; i <= source.length; i += 8) {
    const run = source.subarray(i, i + 8);
    at += run.length;
    out.push(Buffer.from([run.length < 8 ? 1 << run.length : 0]), run);
    if (run.length < 8) out.push(Buffer.from([((at % 4096) >> 4) & 255, ((at % 4096) & 15) << 4]));
  }
  const body = Buffer.concat(out);
  return Buffer.concat([u32(body.length + 12), u32(source.length), Buffer.from("LZFu"), u32(crc(body)), body]);
}

const MESSAGE = Buffer.from("0703020000000000c000000000000046", "hex");
const OBJECT = Buffer.from("0b00000000000000c000000000000046", "hex");

// file: { name, title, bytes, type, cid, message (a stream), object (bytes), sum }
function fileOf({ name, title = "FILE~1", bytes, type, cid, message, object, sum }) {
  const inside = [property(0x37050003, message ? 5 : object ? 6 : 1)];
  if (name) inside.push(property(message ? 0x3001001f : 0x3707001f, name));
  if (type) inside.push(property(0x370e001e, type));
  if (cid) inside.push(property(0x3712001e, cid));
  if (message) inside.push(property(0x3701000d, Buffer.concat([MESSAGE, message])));
  if (object) inside.push(property(0x3701000d, Buffer.concat([OBJECT, object])));
  return Buffer.concat([attribute(2, 0x00069002, Buffer.alloc(14)), attribute(2, 0x00018010, Buffer.isBuffer(title) ? title : zero(title)),
    ...(bytes ? [attribute(2, 0x0006800f, bytes, { sum })] : []), attribute(2, 0x00069005, properties(inside))]);
}

// { codePage, subject, messageProperties, files } to the bytes of a winmail.dat.
export function tnef({ codePage = 1252, subject, messageProperties = [], files = [] } = {}) {
  return Buffer.concat([u32(0x223e9f78), u16(1), attribute(1, 0x00089006, u32(0x00010000)), attribute(1, 0x00069007, Buffer.concat([u32(codePage), u32(0)])),
    attribute(1, 0x00078008, zero("IPM.Microsoft Mail.Note")), ...(subject ? [attribute(1, 0x00018004, Buffer.isBuffer(subject) ? subject : zero(subject))] : []),
    attribute(1, 0x00069003, properties(messageProperties)), ...files.map(fileOf)]);
}
