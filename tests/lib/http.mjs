// http.mjs — a browser without scripts: HTTPS over the demonstration's CA, cookies, forms.
import https from "node:https";
import { ACCOUNT1, CA, env } from "./env.mjs";
import { formTo } from "./html.mjs";

export const ORIGIN = new URL(env.URL).origin;

export class Client {
  // headers: sent with each request, unless a request says otherwise (null leaves one out).
  // origin: another site than the demonstration's (site.mjs).
  constructor({ headers = {}, language = "en", origin = ORIGIN } = {}) {
    this.origin = origin;
    this.cookies = new Map();
    this.headers = { "accept-language": language, ...headers };
    this.agent = new https.Agent({ keepAlive: true, ca: CA, maxSockets: 8 });
  }

  close() {
    this.agent.destroy();
  }

  // { status, headers, text, body, setCookies, url }; follows nothing.
  request(method, path, { body, headers = {}, ...options } = {}) {
    const url = new URL(path, this.origin);
    const all = { ...this.headers, ...headers };
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie && all.cookie === undefined) all.cookie = cookie;
    for (const name of Object.keys(all)) if (all[name] === null) delete all[name];
    if (body !== undefined) all["content-length"] = Buffer.byteLength(body);
    return new Promise((resolve, reject) => {
      const request = https.request(url, { method, headers: all, agent: this.agent, timeout: 60000, ...options });
      request.on("timeout", () => request.destroy(new Error(`no answer: ${method} ${path}`)));
      request.on("error", reject);
      request.on("response", (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const setCookies = response.headers["set-cookie"] || [];
          this.#keep(setCookies);
          resolve({ status: response.statusCode, headers: response.headers, body: bytes,
            text: bytes.toString("utf8"), setCookies, url: url.pathname + url.search });
        });
      });
      request.end(body);
    });
  }

  #keep(setCookies) {
    for (const line of setCookies) {
      const [pair, ...rest] = line.split(";");
      const at = pair.indexOf("=");
      const name = pair.slice(0, at).trim();
      const gone = rest.some((one) => /^\s*max-age=0*$/i.test(one)) ||
        rest.some((one) => /^\s*expires=/i.test(one) && Date.parse(one.split("=")[1]) < Date.now());
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(at + 1));
    }
  }

  get(path, headers) {
    return this.request("GET", path, { headers });
  }

  // fields: an object, pairs, or URLSearchParams.
  post(path, fields, headers = {}) {
    const body = new URLSearchParams(fields).toString();
    return this.request("POST", path, { body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });
  }

  // fields: pairs [name, value]; a value { filename, type, bytes } is a file.
  postMultipart(path, fields, headers = {}) {
    const boundary = "----test" + Math.random().toString(36).slice(2);
    const parts = fields.flatMap(([name, value]) => {
      const file = typeof value === "object" && value !== null;
      const disposition = `form-data; name="${name}"` + (file ? `; filename="${value.filename}"` : "");
      const type = file ? `Content-Type: ${value.type || "application/octet-stream"}\r\n` : "";
      return [Buffer.from(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type}\r\n`),
        Buffer.from(file ? value.bytes : String(value)), Buffer.from("\r\n")];
    });
    const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
    return this.request("POST", path, { body, headers: { "content-type": `multipart/form-data; boundary=${boundary}`, ...headers } });
  }

  // Follows redirects, and the page that stands in after an arrival from another site.
  async follow(response, hops = 5) {
    while (response.status >= 300 && response.status < 400 && hops-- > 0) response = await this.get(response.headers.location);
    return response;
  }

  // Fills the form of `page` that goes to `path`, as it stands, with some fields changed.
  submit(page, path, changes = {}, headers) {
    const form = formTo(page.text, path);
    const fields = new URLSearchParams(form.fields);
    for (const [name, value] of Object.entries(changes)) {
      fields.delete(name);
      for (const one of [value].flat()) if (one !== null) fields.append(name, one);
    }
    return this.post(form.action, fields, headers);
  }

  // Signs in by the form; gives the answer to the POST.
  async login({ user, password } = ACCOUNT1, changes = {}, path = "/login") {
    const page = await this.get(path);
    return this.submit(page, "/login", { user, password, ...changes });
  }
}

// A client that is signed in; fails when the sign-in does.
export async function signedIn(account = ACCOUNT1, options) {
  const client = new Client(options);
  const answer = await client.login(account);
  if (answer.status !== 303) throw new Error(`sign-in failed (${answer.status}):\n${answer.text.slice(0, 2000)}`);
  return client;
}
