// raw.mjs — bytes to nginx as no browser would send them, and what comes back.
import { once } from "node:events";
import tls from "node:tls";
import { CA } from "./env.mjs";

// An open TLS connection to a site ("https://localhost:PORT").
export async function connect(origin) {
  const socket = tls.connect({ port: Number(new URL(origin).port), host: "127.0.0.1", ca: CA, servername: "localhost" });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  return socket;
}

// { status, headers ([name, value] in lower case), head, text }; status 0 where the server only hung up.
export async function exchange(origin, bytes, timeout = 20000) {
  const socket = await connect(origin), chunks = [];
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    const all = Buffer.concat(chunks).toString("latin1"), end = all.indexOf("\r\n\r\n");
    // nginx reads on for a while what it has refused
    if (end >= 0 && all.length - end - 4 >= Number(/^content-length: (\d+)/im.exec(all.slice(0, end))?.[1] ?? Infinity)) socket.destroy();
  });
  socket.setTimeout(timeout, () => socket.destroy(new Error("no answer")));
  socket.write(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, "latin1"));
  await once(socket, "close");
  const all = Buffer.concat(chunks).toString("latin1"), end = all.indexOf("\r\n\r\n");
  const [first, ...lines] = all.slice(0, Math.max(end, 0)).split("\r\n");
  const headers = lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(first)?.[1] || 0), headers, head: all.slice(0, Math.max(end, 0)), text: all.slice(end + 4),
    header: (name) => headers.find(([one]) => one === name)?.[1] };
}

// A GET of exactly this target, with these header lines.
export const get = (origin, target, lines = [], host = "localhost") =>
  exchange(origin, [`GET ${target} HTTP/1.1`, `Host: ${host}`, ...lines, "Connection: close", "", ""].join("\r\n"));

