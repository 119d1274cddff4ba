// site.mjs — nginx by the demonstration's own site file, before a program of the test's own.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { RUN_DIR, env, eventually } from "./env.mjs";
import { freePort } from "./ports.mjs";
import { scratch } from "./program.mjs";

const running = new Set();
after(() => running.forEach((child) => child.kill()));

const answers = (port) => new Promise((resolve) => {
  const socket = net.connect(port, "127.0.0.1", () => resolve(Boolean(socket.destroy()))).on("error", () => resolve(false));
});

// The address under which the program is served from now on, over TLS. dir: for nginx's own files.
export async function serve(program, dir = scratch()) {
  const port = await freePort();
  mkdirSync(join(dir, "temporary"));
  for (const file of ["nginx.conf", "site.conf"])
    writeFileSync(join(dir, file), readFileSync(join(RUN_DIR, "nginx", file), "utf8")
      .replaceAll(join(RUN_DIR, "nginx"), dir).replaceAll(join(RUN_DIR, "log"), dir)
      .replaceAll(env.SOCKET, program.socket).replaceAll(`:${new URL(env.URL).port} `, `:${port} `));
  const child = spawn("nginx", ["-p", dir, "-e", join(dir, "nginx.log"), "-c", join(dir, "nginx.conf"), "-g", "daemon off; master_process off;"],
    { stdio: ["ignore", "ignore", "inherit"] });
  running.add(child);
  await eventually(() => answers(port));
  return `https://localhost:${port}`;
}
