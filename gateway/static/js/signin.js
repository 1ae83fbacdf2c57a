// Signs in with a certificate: the challenge is signed here, with WebCrypto. The key is read from the file into a key object
// that cannot be exported; only the signature, the certificate's fingerprint and the session's fresh secret leave the page.
import { SealingError, base64url, canonical, derOf, digestOf, fingerprint, hex, joined, publicKeyInfo, sha256 } from "./sealing-bytes.js";

const PREFIX = new TextEncoder().encode("sunshine-session-v1\n");
const API = "/api/v1";
const KINDS = [ // the algorithm's object identifier in the public key, its name on the wire, how WebCrypto calls it
  ["2a864886f70d010101", "RSA-PSS-SHA256", { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 }],
  ["2a8648ce3d030107", "ECDSA-P256-SHA256", { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }],
  ["2b81040022", "ECDSA-P384-SHA384", { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" }],
  ["06032b6570", "Ed25519", { name: "Ed25519" }],
];

const form = document.getElementById("signin");
const leave = document.getElementById("leave");
const said = document.getElementById("said");

class Told extends Error {}

function say(words, bad = true) {
  said.className = bad ? "card bad" : "card";
  said.textContent = words;
}

function keyBytes(pem) {
  const body = /-----BEGIN PRIVATE KEY-----([\s\S]*?)-----END PRIVATE KEY-----/.exec(pem);
  if (!body) throw new Told("key");
  return Uint8Array.from(atob(body[1].replace(/\s/g, "")), (char) => char.charCodeAt(0));
}

function kindOf(pem) {
  const algorithm = hex(publicKeyInfo(derOf(pem)).slice(0, 40));
  const found = KINDS.find(([identifier]) => algorithm.includes(identifier));
  if (!found) throw new Told("kind");
  return { name: found[1], how: found[2] };
}

async function call(path, body, key) {
  let answer;
  try {
    answer = await fetch(API + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/problem+json, application/json", "Idempotency-Key": key },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Told("unreachable");
  }
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Told("refused"), { detail: told.objections?.[0]?.message || told.detail });
  return told;
}

async function signIn(certificate, pem) {
  const { name, how } = kindOf(certificate);
  let key;
  try {
    key = await crypto.subtle.importKey("pkcs8", keyBytes(pem), how, false, ["sign"]);
  } catch (error) {
    throw error instanceof Told ? error : new Told("key");
  }
  const { challenge } = await call("/sessions/challenges", {}, crypto.randomUUID());
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const [secret, secretDigest] = [base64url(bytes), hex(await sha256(bytes))];
  const statement = joined(PREFIX, canonical({ challenge, secret_digest: secretDigest }));
  const signature = base64url(new Uint8Array(await crypto.subtle.sign(how, key, statement)));
  const answer = { fingerprint: await fingerprint(certificate), challenge, algorithm: name, signature, secret_digest: secretDigest, secret };
  await call("/browser-sessions", answer, `sign-in:${await digestOf({ challenge })}`);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = JSON.parse(form.dataset.words);
  const button = form.querySelector("button");
  button.disabled = true;
  say(words.working, false);
  try {
    await signIn(await form.elements.certificate.files[0].text(), await form.elements.key.files[0].text());
    window.location.reload();
  } catch (error) {
    if (!(error instanceof Told || error instanceof SealingError)) throw error;
    const code = error instanceof SealingError ? "certificate" : error.message;
    say(words[code] + (error.detail ?? ""));
  } finally {
    form.reset(); // the page lets go of the files
    button.disabled = false;
  }
});

leave?.addEventListener("click", async () => {
  try {
    const answer = await fetch(`${API}/browser-sessions`, { method: "DELETE" });
    if (!answer.ok) throw new Error(String(answer.status));
    window.location.reload();
  } catch {
    say(leave.dataset.words);
  }
});
