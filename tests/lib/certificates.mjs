// certificates.mjs — certificates with a fault in each, by the openssl command.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RUN_DIR } from "./env.mjs";

const openssl = (dir, ...args) => execFileSync("openssl", args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];

const CONFIG = `[ca]
default_ca = here
[here]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $ENV::SAN
`;

// The times of `openssl ca`: 20260303140000Z.
const time = (days) => new Date(Date.now() + days * 86400e3).toISOString().replace(/[-:T]/g, "").slice(0, 14) + "Z";

export class Authority {
  // The demonstration's own authority, or a new one that nobody knows.
  constructor(dir, { unknown = false } = {}) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
    if (unknown)
      openssl(dir, "req", "-x509", ...KEY, "-days", "30", "-subj", "/CN=Nobody knows this CA", "-keyout", "ca.key", "-out", "ca.pem");
    const from = unknown ? dir : join(RUN_DIR, "tls");
    this.ca = join(from, "ca.pem");
    this.key = join(from, "ca.key");
    writeFileSync(join(dir, "openssl.cnf"), CONFIG);
    writeFileSync(join(dir, "index.txt"), "");
    writeFileSync(join(dir, "serial"), "1000\n");
    this.count = 0;
  }

  // { key, cert } in PEM; from and to in days from now.
  issue({ names = ["DNS:localhost", "IP:127.0.0.1"], from = -10, to = 30 } = {}) {
    const name = `leaf${++this.count}`;
    openssl(this.dir, "req", "-new", ...KEY, "-subj", "/CN=test", "-keyout", `${name}.key`, "-out", `${name}.csr`);
    execFileSync("openssl", ["ca", "-batch", "-notext", "-config", "openssl.cnf", "-extensions", "leaf", "-cert", this.ca,
      "-keyfile", this.key, "-startdate", time(from), "-enddate", time(to), "-in", `${name}.csr`, "-out", `${name}.pem`],
    { cwd: this.dir, env: { ...process.env, SAN: names.join(",") }, stdio: ["ignore", "ignore", "pipe"] });
    return { key: readFileSync(join(this.dir, `${name}.key`)), cert: readFileSync(join(this.dir, `${name}.pem`)) };
  }
}
