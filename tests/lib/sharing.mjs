// sharing.mjs — accounts on the demonstration's Dovecot that have ACL, and that see what others share
// below "Partage/USER/" and what belongs to nobody below "Public/".
import { mkdirSync, rmSync, writeFileSync, chownSync, statSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { newAccount } from "./account.mjs";
import { RUN_DIR } from "./env.mjs";

const mail = join(RUN_DIR, "mail"), id = Math.random().toString(36).slice(2, 8);
const list = join(mail, `shared-${id}`), common = join(mail, `public-${id}`);
after(() => [list, common].forEach((path) => rmSync(path, { recursive: true, force: true })));

// A public folder with these rights for everybody, in Dovecot's letters ("lr").
export function publicFolder(name, letters) {
  const { uid, gid } = statSync(mail), dir = join(common, name);
  for (const path of [common, dir, join(dir, "cur"), join(dir, "new"), join(dir, "tmp")]) {
    mkdirSync(path, { recursive: true });
    chownSync(path, uid, gid);
  }
  writeFileSync(join(dir, "dovecot-acl"), `anyone ${letters}\n`);
  chownSync(join(dir, "dovecot-acl"), uid, gid);
}

export const sharer = () => newAccount({ mail_plugins: "acl,quota,imap_acl,imap_quota", acl: "vfile", acl_shared_dict: `file:${list}`, namespace: "inbox,shared,public",
  "namespace/shared/type": "shared", "namespace/shared/separator": "/", "namespace/shared/prefix": "Partage/%%u/", "namespace/shared/location": "maildir:%%h/mail:LAYOUT=fs",
  "namespace/shared/subscriptions": "no", "namespace/shared/list": "children",
  "namespace/public/type": "public", "namespace/public/separator": "/", "namespace/public/prefix": "Public/", "namespace/public/location": `maildir:${common}:LAYOUT=fs`,
  "namespace/public/subscriptions": "no", "namespace/public/list": "children" });
