// webauthn.js — security keys, on the two pages that ask for one: a form with data-key gets what the
// browser's dialogue gives, as fields, and is sent. No password is typed there.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (ids) => ids.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

async function ask({ key, challenge, rp, ids, handle, account, site }) {
  if (key === "get") {
    const { rawId, response } = await navigator.credentials.get({ publicKey: {
      challenge: bytes(challenge), rpId: rp, allowCredentials: known(ids), userVerification: "discouraged", timeout: 120000 } });
    return { client_data: response.clientDataJSON, data: response.authenticatorData, signature: response.signature, id: rawId };
  }
  const { response } = await navigator.credentials.create({ publicKey: {
    challenge: bytes(challenge), rp: { id: rp, name: site }, user: { id: bytes(handle), name: account, displayName: account },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })), excludeCredentials: known(ids),
    authenticatorSelection: { residentKey: "discouraged", userVerification: "discouraged" }, attestation: "none", timeout: 120000 } });
  return { client_data: response.clientDataJSON, data: response.getAuthenticatorData() };
}

function field(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

async function send(event) {
  const form = event.currentTarget, button = form.querySelector("button"), state = form.querySelector("[role=status]");
  event.preventDefault();
  button.disabled = true;
  state.textContent = "";
  try {
    for (const [name, value] of Object.entries(await ask(form.dataset))) form.append(field(name, text(value)));
    form.submit();
  } catch {
    button.disabled = false; // a challenge that nobody has answered still holds
    state.textContent = form.dataset.failed;
  }
}

if (window.PublicKeyCredential)
  for (const form of document.querySelectorAll("form[data-key]")) {
    form.addEventListener("submit", send);
    form.querySelector("button").hidden = false;
  }
