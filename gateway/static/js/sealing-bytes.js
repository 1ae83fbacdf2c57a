// Bytes, canonical JSON, digests and certificates for the browser: what services/protocol/canonical, encoding and certificates
// are in Python, byte for byte. Runs in browsers and in Node 20; needs nothing but WebCrypto.
//
// WebCrypto has no streaming digest, and a ciphertext may be larger than memory, so SHA-256 over *ciphertexts* (public bytes)
// is computed by `Sha256` below; everything secret is hashed by WebCrypto.

const subtle = globalThis.crypto.subtle;
const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A refusal with the same codes as the Python side; the page has the words for them. */
export class SealingError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// ---- bytes and texts -------------------------------------------------------------------------------------------------------

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export function base64url(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(text) {
  const malformed = new SealingError("base64url_malformed", "this is not base64url without padding");
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw malformed;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  if (base64url(bytes) !== text) throw malformed;
  return bytes;
}

export function joined(...pieces) {
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export function bigEndian(number, bytes) {
  const written = new Uint8Array(bytes);
  for (let at = bytes - 1, rest = number; at >= 0; at -= 1, rest = Math.floor(rest / 256)) written[at] = rest % 256;
  return written;
}

/** RFC 8785 restricted to strings, safe integers, booleans, null, arrays and objects with ASCII keys. */
export function canonicalText(value, depth = 0) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new SealingError("json_text_malformed", "the text holds half a character");
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  if (typeof value === "object" && depth < 32) {
    if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(",")}]`;
    const keys = Object.keys(value).sort();
    // eslint-disable-next-line no-control-regex -- every ASCII character may stand in a key
    if (keys.some((key) => !/^[\x00-\x7f]*$/.test(key))) {
      throw new SealingError("json_key_not_ascii", "every key is an ASCII string");
    }
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key], depth + 1)}`).join(",")}}`;
  }
  throw new SealingError("json_type_not_allowed", "this value is not allowed in canonical JSON");
}

export const canonical = (value) => encoder.encode(canonicalText(value));

export function parseCanonical(bytes, code) {
  try {
    const text = strictDecoder.decode(bytes);
    const value = JSON.parse(text);
    if (canonicalText(value) === text) return value;
  } catch (error) {
    throw Object.assign(new SealingError(code, "this is not canonical JSON"), { cause: error });
  }
  throw new SealingError(code, "this is not canonical JSON");
}

export const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));
export const digestOf = async (value) => hex(await sha256(canonical(value)));

// ---- SHA-256 in pieces (FIPS 180-4), for ciphertexts -------------------------------------------------------------------------

const START = Uint32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
const ROUNDS = Uint32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

export class Sha256 {
  constructor() {
    this.size = 0;
    this.state = START.slice();
    this.block = new Uint8Array(64);
    this.schedule = new Uint32Array(64);
  }

  update(bytes) {
    let at = 0;
    while (at < bytes.length) {
      const filled = this.size % 64;
      const taken = Math.min(64 - filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + taken), filled);
      at += taken;
      this.size += taken;
      if (filled + taken === 64) this.compress();
    }
    return this;
  }

  compress() {
    const w = this.schedule;
    const view = new DataView(this.block.buffer);
    for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(t * 4);
    for (let t = 16; t < 64; t += 1) {
      const x = w[t - 15];
      const y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = this.state;
    for (let t = 0; t < 64; t += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, position) => { this.state[position] += word; });
  }

  digest() {
    const bits = this.size * 8;
    const filling = new Uint8Array(((119 - (this.size % 64)) % 64) + 1);
    filling[0] = 0x80;
    this.update(joined(filling, bigEndian(bits, 8)));
    return hex(joined(...Array.from(this.state, (word) => bigEndian(word, 4))));
  }
}

// ---- certificates ------------------------------------------------------------------------------------------------------------

export function derOf(pem) {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(pem);
  if (!body) throw new SealingError("certificate_malformed", "this is not one X.509 certificate in PEM");
  return Uint8Array.from(atob(body[1].replace(/\s/g, "")), (char) => char.charCodeAt(0));
}

export const fingerprint = async (pem) => hex(await sha256(derOf(pem)));

function element(der, at) { // one DER element: where its content starts and where it ends
  let length = der[at + 1];
  let start = at + 2;
  if (length > 0x80) {
    const count = length - 0x80;
    length = der.subarray(start, start + count).reduce((total, byte) => total * 256 + byte, 0);
    start += count;
  }
  return { tag: der[at], at, start, end: start + length };
}

export function publicKeyInfo(der) { // Certificate → TBSCertificate → the seventh member (RFC 5280, section 4.1), version being optional
  const certificate = element(der, 0);
  let member = element(der, element(der, certificate.start).start);
  const before = member.tag === 0xa0 ? 6 : 5;
  for (let passed = 0; passed < before; passed += 1) member = element(der, member.end);
  return der.slice(member.at, member.end);
}
