// listener.mjs — one port that stands in for every foreign host: it counts connections, which a
// browser opens without a request as well (preconnect), and answers none.
import net from "node:net";

// { port, seen, during, settle(), close() }: seen holds { during, bytes } for each connection,
// `during` being what the test said it was doing.
export async function listen() {
  const listener = { seen: [], during: "", close: () => server.close() };
  const server = net.createServer((socket) => {
    const one = { during: listener.during, bytes: "" };
    listener.seen.push(one);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      one.bytes += chunk.toString("latin1");
      socket.end();
    });
    socket.setTimeout(2000, () => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  listener.port = server.address().port;
  return listener;
}

// Chromium's arguments that send every name but the service's to it. What the browser asks its maker
// is found nowhere, so that it is not taken for the letter's doing.
const OWN = ["google.com", "googleapis.com", "gstatic.com", "gvt1.com"];
export const everyHostTo = (listener) => [`--host-resolver-rules=${OWN.map((name) => `MAP *.${name} ~NOTFOUND`).join(", ")}, ` +
  `MAP * 127.0.0.1:${listener.port}, EXCLUDE localhost, EXCLUDE 127.0.0.1`];
