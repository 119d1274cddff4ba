// reporter.mjs — prints each test of `node --test` as it ends, and adds "passed failed NAME skipped"
// to the file in $RESULTS. Counts tests, not the suites or files around them.
import { appendFileSync } from "node:fs";

export default async function* reporter(source) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if (type === "test:diagnostic" || type === "test:stderr") {
      if (type === "test:stderr") yield data.message;
      continue;
    }
    if (type !== "test:pass" && type !== "test:fail") continue;
    const group = data.details?.type === "suite" || /\.test\.mjs$/.test(data.name);
    const pad = "    " + "  ".repeat(data.nesting);
    const seconds = ((data.details?.duration_ms || 0) / 1000).toFixed(1);
    if (type === "test:fail") {
      const error = data.details.error;
      const cause = error?.cause ?? error;
      // a group fails because something in it failed, which has been counted; or by itself
      const counted = group && (error?.failureType === "subtestsFailed" || (count.failed > 0 && error?.failureType === "testCodeFailure"));
      if (counted) continue;
      count.failed++;
      yield `${pad}FAILED ${data.name}\n${String(cause?.stack || cause?.message || cause).replace(/^/gm, pad + "  ")}\n`;
    } else if (data.skip !== undefined || data.todo !== undefined) {
      count.skipped++;
      yield `${pad}skipped ${data.name}\n`;
    } else if (!group) {
      count.passed++;
      yield `${pad}ok ${data.name} (${seconds} s)\n`;
    }
  }
  if (count.passed + count.failed + count.skipped === 0) count.failed = 1;
  if (process.env.RESULTS)
    appendFileSync(process.env.RESULTS, `${count.passed} ${count.failed} ${process.env.SUITE || "node"} ${count.skipped}\n`);
}
