// apache.mjs — Apache by the site file that an administrator installs, before a program of the test's
// own; from what `deploy/deps apache` has unpacked.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { CA, RUN_DIR, TOP, eventually } from "./env.mjs";
import { freePort } from "./ports.mjs";
import { scratch } from "./program.mjs";

const ROOT = join(TOP, "build", "apache");
const MACHINE = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch];
// Those of the site file's first lines, and what Debian has switched on from the start.
const MODULES = ["mpm_event", "authz_core", "alias", "dir", "env", "filter", "mime", "reqtimeout", "setenvif", "socache_shmcb",
  "ssl", "http2", "headers", "proxy", "proxy_fcgi", "deflate", "expires"];

// Each must be in the file: else it says something else by now.
function replaced(text, changes) {
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`deploy/apache/vaguemestre.conf: '${from}' is no longer there to be replaced`);
    text = text.replaceAll(from, to);
  }
  return text;
}

// { origin, stop(), log(), access(): the access log }
export async function apache(program) {
  const dir = scratch(), port = await freePort();
  chmodSync(program.dir, 0o755);
  chmodSync(program.socket, 0o666);
  chmodSync(dir, 0o755);
  for (const one of ["static", "tls", "modules", "lib", "run"]) mkdirSync(join(dir, one));
  cpSync(join(TOP, "static"), join(dir, "static"), { recursive: true });
  cpSync(join(RUN_DIR, "tls", "server.pem"), join(dir, "tls", "server.pem"));
  cpSync(join(RUN_DIR, "tls", "server.key"), join(dir, "tls", "server.key"));
  cpSync(join(ROOT, "usr", "lib", "apache2", "modules"), join(dir, "modules"), { recursive: true });
  cpSync(join(ROOT, "usr", "lib", MACHINE), join(dir, "lib"), { recursive: true, verbatimSymlinks: true });
  cpSync(join(ROOT, "usr", "sbin", "apache2"), join(dir, "apache2"));
  cpSync(join(TOP, "deploy", "nginx", "unavailable.html"), join(dir, "unavailable.html"));
  const site = replaced(readFileSync(join(TOP, "deploy", "apache", "vaguemestre.conf"), "utf8"), [
    ["<VirtualHost *:443>", `<VirtualHost 127.0.0.1:${port}>`], ["ServerName webmail.example.org", "ServerName localhost"],
    ["/etc/ssl/certs/webmail.pem", join(dir, "tls", "server.pem")], ["/etc/ssl/private/webmail.key", join(dir, "tls", "server.key")],
    ["/usr/share/vaguemestre/static/", join(dir, "static") + "/"], ["/usr/share/vaguemestre/unavailable.html", join(dir, "unavailable.html")],
    ["<Directory /usr/share/vaguemestre>", `<Directory ${dir}>`], ["/run/vaguemestre/vaguemestre.sock", program.socket],
    ["/var/log/apache2/vaguemestre.log", join(dir, "run", "access")]]);
  writeFileSync(join(dir, "mime.types"), "text/css css\ntext/javascript js\nimage/svg+xml svg\n"); // as in Debian's
  writeFileSync(join(dir, "apache.conf"), `ServerRoot ${dir}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${dir}/run/pid
DefaultRuntimeDir ${dir}/run
Mutex file:${dir}/run
ErrorLog ${dir}/run/log
LogLevel warn
TypesConfig ${dir}/mime.types
${MODULES.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join("\n")}
${site}`);
  return serve(dir, port);
}

async function serve(dir, port) {
  const asRoot = process.getuid() === 0;
  if (asRoot) spawnSync("chown", ["-R", "mail:", dir]);
  const line = [...(asRoot ? ["setpriv", "--reuid", "mail", "--regid", "mail", "--clear-groups", "--"] : []),
    join(dir, "apache2"), "-D", "FOREGROUND", "-f", join(dir, "apache.conf")];
  const child = spawn(line[0], line.slice(1), { env: { PATH: "/usr/sbin:/usr/bin:/bin", LD_LIBRARY_PATH: join(dir, "lib") }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const kill = () => child.kill("SIGTERM");
  process.on("exit", kill);
  const log = () => { try { return said + readFileSync(join(dir, "run", "log"), "utf8"); } catch { return said; } };
  const stop = async () => { kill(); await ended; process.removeListener("exit", kill); };
  await eventually(() => answers(port), 5000).catch(async (error) => {
    await stop();
    throw new Error(`Apache does not start: ${error.message}\n${log()}`);
  });
  return { origin: `https://localhost:${port}`, stop, log, access: () => readFileSync(join(dir, "run", "access"), "utf8") };
}

const answers = (port) => new Promise((resolve) => {
  const socket = tls.connect({ host: "127.0.0.1", port, ca: CA, servername: "localhost" }, () => resolve(Boolean(socket.destroy())));
  socket.on("error", () => resolve(false));
});
