// env.mjs — the demonstration that the tests talk to: RUN_DIR/env as `deploy/run` wrote it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const TOP = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const RUN_DIR = process.env.RUN_DIR || join(TOP, ".run");

// The file holds shell words (printf %q): a shell reads it.
function read() {
  const script = 'set -a; . "$1/env"; env -0';
  const out = execFileSync("bash", ["--norc", "-c", script, "bash", RUN_DIR],
    { env: { PATH: process.env.PATH }, stdio: ["ignore", "pipe", "inherit"] });
  return Object.fromEntries(
    out.toString().split("\0").filter(Boolean).map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

export const env = read();
export const CA = readFileSync(env.CA);
export const PROGRAM = join(process.env.BUILD || join(TOP, "build", env.VARIANT || "release"), "vaguemestre");

// The two accounts of the demonstration.
export const ACCOUNT1 = { user: env.USER1, password: env.PASS1 };
export const ACCOUNT2 = { user: env.USER2, password: env.PASS2 };

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Tries until `what` gives something true; its last error, if any, is thrown at the end.
export async function eventually(what, ms = 5000) {
  const end = Date.now() + ms;
  for (;;) {
    let error;
    try {
      const value = await what();
      if (value) return value;
    } catch (e) {
      error = e;
    }
    if (Date.now() > end) throw error || new Error(`did not come true in ${ms} ms: ${what}`);
    await sleep(50);
  }
}

// The program's log, from now on: call the result for the lines since.
export function logFromNow(path = join(RUN_DIR, "log", "vaguemestre.log")) {
  const from = readFileSync(path).length;
  return () => readFileSync(path).subarray(from).toString();
}
