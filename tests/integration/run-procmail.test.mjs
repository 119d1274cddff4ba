// The demonstration with procmail (FILTERS=procmail make run), as a newcomer tries it: the founding
// example on servers of its own.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TOP, env } from "../lib/env.mjs";

const asRoot = process.getuid() === 0 ? [] : ["sudo", "-n"];

test("the founding example, filed by procmail", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "vm-run-")), own = { ...process.env, FILTERS: "procmail", MAIL_FORMAT: "maildir", DEMO: "0", BIG: "0", RUN_DIR: dir, PORT: "", VARIANT: env.VARIANT };
  chmodSync(dir, 0o755);
  const deploy = (name) => spawnSync(join(TOP, "deploy", name), { env: own, encoding: "utf8", timeout: 120000 });
  t.after(() => {
    deploy("stop");
    const [command, ...words] = [...asRoot, "rm", "-rf", dir];
    execFileSync(command, words);
  });
  const run = deploy("run");
  assert.match(run.stdout, /^ready https:/m, run.stderr);
  const child = spawn(process.execPath, ["--test-name-pattern=founding example", join(TOP, "tests", "integration", "filters.test.mjs")], { env: { ...own, NODE_TEST_CONTEXT: "" } });
  let said = "";
  for await (const chunk of child.stdout) said += chunk;
  if (child.exitCode === null) await once(child, "exit");
  assert.equal(child.exitCode, 0, said);
  assert.match(said, /^ok 1 - the founding example, through the real MTA$/m);
  // what a rule has delivered goes no further
  assert.match(readFileSync(join(dir, "log", "procmail.log"), "utf8"), /Subject: penible .*\n +Folder: \/dev\/null/);
});
