// routes.mjs — the route table, read from where it stands, for tests that are generated from it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TOP } from "./env.mjs";

// [{ method, path, needs: Set of flags, page }], every row of the table in cgi/route.c.
export function routes() {
  const source = readFileSync(join(TOP, "cgi", "route.c"), "utf8");
  const [, table] = /const struct route routes\[\] = \{([^]*?)\n\};/.exec(source);
  const rows = [...table.matchAll(/\{\s*METHOD_(\w+),\s*"([^"]+)",\s*([^,]+),\s*(\w+)\s*\}/g)].map(([, method, path, needs, page]) => ({
    method, path, page, needs: new Set(needs.split("|").map((flag) => flag.trim()).filter((flag) => flag !== "0")) }));
  // a row that is written in another way must not be passed over
  if (rows.length !== table.split("METHOD_").length - 1 || rows.length < 40) throw new Error("not every row of cgi/route.c was read");
  return rows;
}

// The names of all form fields and query parameters that say where to go afterwards.
export function returnNames(sources) {
  const names = new Set(sources.flatMap((text) => [...text.matchAll(/page_return_path\(page,\s*"(\w+)"/g)].map(([, name]) => name)));
  if (names.size < 3) throw new Error("the names of return paths were not found");
  return [...names];
}
