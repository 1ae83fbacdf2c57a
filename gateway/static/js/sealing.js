// Sealed bids in the browser: the second implementation of services/protocol/sealing, on WebCrypto alone.
//
// What it must agree with, byte for byte, is written down in services/protocol/sealing/README.md and in the test vectors
// beside it. No key and no plaintext leaves this module except to its caller. Runs in browsers and in Node 20.

import {
  Sha256, SealingError, base64url, bigEndian, canonical, canonicalText, derOf, digestOf, fingerprint, fromBase64url, hex, joined,
  parseCanonical, publicKeyInfo, sha256,
} from "./sealing-bytes.js";

export { SealingError, canonical, digestOf, fingerprint };

const PROTOCOL = "sunshine-seal-v1";
const HOLDING = "sunshine-holding-v1";
const STATEMENT = "sunshine-statement-v1\n";
export const SUITE = "RSA-OAEP-256+A256GCM";
const TAG = 16;
const PADDING = 4096;
const LARGEST_PRICE_SHEET = 256 * 1024;
const LARGEST_INDEX = 1 << 20;
const MOST_FILES = 2000;
const LONGEST_NAME = 200;
export const DEFAULT_CHUNK = 1 << 20;

const subtle = globalThis.crypto.subtle;
const encoder = new TextEncoder();

const wrappingKey = (pem) =>
  subtle.importKey("spki", publicKeyInfo(derOf(pem)), { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);

/** A holder's private key from PKCS#8 bytes, not extractable afterwards. */
export const holderKey = (pkcs8) =>
  subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"]);

// ---- binding -----------------------------------------------------------------------------------------------------------------

const contextOf = ({ suite, lot, bid, supplier, deadline, sheet, chunk }) =>
  ({ suite, lot, bid, supplier, deadline, sheet, chunk });

function knownSuite(name) {
  if (name !== SUITE) throw new SealingError("suite_unknown", `unknown sealing suite ${name}`);
}

const label = (context, seat) => encoder.encode([PROTOCOL, context.lot, context.bid, seat].join("|"));

async function contentKey(master, context, name, use) {
  const material = await subtle.importKey("raw", master, "HKDF", false, ["deriveKey"]);
  const salt = await sha256(canonical(context));
  const how = { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(`${PROTOCOL}|${name}`) };
  return subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, [use]);
}

async function associated(context, name) {
  return joined(encoder.encode(`${PROTOCOL}|${name}|`), await sha256(canonical(context)));
}

function gcm(bound, position, last) {
  return {
    name: "AES-GCM",
    iv: joined(bigEndian(last ? 1 : 0, 4), bigEndian(position, 8)),
    additionalData: joined(bound, bigEndian(position, 8), bigEndian(last ? 1 : 0, 1)),
    tagLength: TAG * 8,
  };
}

async function* chunks(pieces, length) { // [position, bytes, last?]; only the last may be shorter
  let waiting = new Uint8Array(0);
  let position = 0;
  for await (const piece of pieces) {
    waiting = joined(waiting, piece);
    while (waiting.length > length) {
      yield [position, waiting.slice(0, length), false];
      waiting = waiting.slice(length);
      position += 1;
    }
  }
  if (!waiting.length) throw new SealingError("envelope_empty", "an envelope is never empty");
  yield [position, waiting, true];
}

async function* encrypted(master, context, name, pieces) {
  const key = await contentKey(master, context, name, "encrypt");
  const bound = await associated(context, name);
  for await (const [position, chunk, last] of chunks(pieces, context.chunk)) {
    yield new Uint8Array(await subtle.encrypt(gcm(bound, position, last), key, chunk));
  }
}

async function* decrypted(master, context, name, pieces) {
  const key = await contentKey(master, context, name, "decrypt");
  const bound = await associated(context, name);
  for await (const [position, chunk, last] of chunks(pieces, context.chunk + TAG)) {
    let plain;
    try {
      plain = new Uint8Array(await subtle.decrypt(gcm(bound, position, last), key, chunk));
    } catch (error) {
      const unreadable = new SealingError("envelope_unreadable", `the ${name} envelope cannot be read at chunk ${position}`);
      throw Object.assign(unreadable, { cause: error });
    }
    if (!plain.length) throw new SealingError("envelope_unreadable", `the ${name} envelope has an empty chunk`);
    yield plain;
  }
}

async function* piecesOf(blob, length = 1 << 20) {
  for (let at = 0; at < blob.size; at += length) yield new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
}

// ---- files -------------------------------------------------------------------------------------------------------------------

// eslint-disable-next-line no-control-regex -- control characters are what is being refused
const FORBIDDEN = /[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** Whether a file name is safe on every system; the same rule, character by character, as the opening side's. */
export function nameIsSafe(name) {
  return typeof name === "string" && name !== "" && name.isWellFormed() && !FORBIDDEN.test(name) && !DEVICE.test(name)
    && !". ".includes(name[0]) && !". ".includes(name.at(-1)) && encoder.encode(name).length <= LONGEST_NAME;
}

function checkedIndex(index) {
  const files = index?.files;
  const shape = canonicalText(Object.keys(index ?? {}).sort()) === '["about","files","version"]' && index.version === 1
    && Array.isArray(files) && typeof index.about === "object" && index.about !== null && !Array.isArray(index.about)
    && files.every((one) => Object.keys(one ?? {}).sort().join() === "name,size" && Number.isSafeInteger(one.size) && one.size >= 0);
  if (!shape) throw new SealingError("file_index_malformed", "the index of files is malformed");
  if (files.length > MOST_FILES) throw new SealingError("files_too_many", `${files.length} files; at most ${MOST_FILES}`);
  const unsafe = files.find((one) => !nameIsSafe(one.name));
  if (unsafe) throw new SealingError("file_name_unsafe", `the file name ${unsafe.name} is not safe on every system`);
  const alike = files.map((one) => one.name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
  if (new Set(alike).size !== alike.length) throw new SealingError("file_name_twice", "two files have the same name");
  return index;
}

async function* container(head, files, onProgress) {
  const total = head.length + files.reduce((sum, file) => sum + file.blob.size, 0);
  let done = head.length;
  yield head;
  for (const file of files) {
    for await (const piece of piecesOf(file.blob)) {
      yield piece;
      done += piece.length;
      onProgress?.(done, total);
    }
  }
}

// ---- sealing -----------------------------------------------------------------------------------------------------------------

async function collected(pieces) {
  const hash = new Sha256();
  const parts = [];
  for await (const piece of pieces) {
    hash.update(piece);
    parts.push(new Blob([piece])); // blobs may rest on disk; arrays would stay in memory
  }
  return { blob: new Blob(parts), part: { size: hash.size, digest: hash.digest() } };
}

function xored(shares) {
  return shares.reduce((total, share) => total.map((byte, position) => byte ^ share[position]), new Uint8Array(32));
}

/**
 * Seal a bid. `files` is a list of {name, blob} (a File is a Blob). `random(n)` is for test vectors only.
 * Returns {manifest, keepsake, price: Blob, files: Blob}; the manifest is signed with `signStatement(bidStatement(manifest), …)`.
 */
export async function seal({ sheet, bid, supplier, priceSheet, files, about = {}, chunk = DEFAULT_CHUNK, onProgress,
  random = (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)) }) {
  knownSuite(sheet.suite);
  const context = { suite: sheet.suite, lot: sheet.lot, bid, supplier, deadline: sheet.deadline, sheet: await digestOf(sheet), chunk };
  const named = files.map((file) => ({ name: file.name.normalize("NFC"), blob: file.blob ?? file }));
  const index = canonical(checkedIndex({ version: 1, files: named.map(({ name, blob }) => ({ name, size: blob.size })), about }));
  if (index.length > LARGEST_INDEX) throw new SealingError("file_index_too_large", "the index of files is too large");
  const price = canonical(priceSheet);
  const filled = Math.ceil((price.length + 4) / PADDING) * PADDING;
  if (filled > LARGEST_PRICE_SHEET) throw new SealingError("price_sheet_too_large", "the price sheet is too large");
  const padded = joined(bigEndian(price.length, 4), price, new Uint8Array(filled - price.length - 4));

  const master = random(32);
  const drawn = sheet.seats.slice(1).map(() => random(32));
  const shares = [...drawn, xored([master, ...drawn])];
  const sealedPrice = await collected(encrypted(master, context, "price", [padded]));
  const head = joined(bigEndian(index.length, 4), index);
  const sealedFiles = await collected(encrypted(master, context, "files", container(head, named, onProgress)));
  const wrappedShares = [];
  for (const [position, { seat, holders }] of sheet.seats.entries()) {
    const wrapped = [];
    for (const holder of holders) {
      const how = { name: "RSA-OAEP", label: label(context, seat) };
      const bytes = await subtle.encrypt(how, await wrappingKey(holder.certificate), shares[position]);
      wrapped.push({ holder: holder.fingerprint, share: base64url(new Uint8Array(bytes)) });
    }
    wrappedShares.push({ seat, commitment: hex(await sha256(shares[position])), wrapped });
  }
  return {
    manifest: { version: 1, ...context, price: sealedPrice.part, files: sealedFiles.part, shares: wrappedShares },
    keepsake: Object.fromEntries(sheet.seats.map(({ seat }, position) => [seat, base64url(shares[position])])),
    price: sealedPrice.blob,
    files: sealedFiles.blob,
  };
}

// ---- turning a key, opening ----------------------------------------------------------------------------------------------------

/** This holder's share of one bid. */
export async function unwrap(privateKey, manifest, holder) {
  knownSuite(manifest.suite);
  for (const { seat, wrapped } of manifest.shares) {
    const mine = wrapped.find((one) => one.holder === holder);
    if (!mine) continue;
    try {
      const how = { name: "RSA-OAEP", label: label(contextOf(manifest), seat) };
      return new Uint8Array(await subtle.decrypt(how, privateKey, fromBase64url(mine.share)));
    } catch (error) {
      throw Object.assign(new SealingError("share_unreadable", "this wrapped share cannot be read with this key"), { cause: error });
    }
  }
  throw new SealingError("holder_unknown", "the bid has no share for this certificate");
}

/** Unwrap the shares of all bids of a lot: the object to sign with `signStatement(turnStatement(turned), …)`. */
export async function turn(privateKey, sheet, holder, manifests, onProgress) {
  const seat = sheet.seats.find(({ holders }) => holders.some((one) => one.fingerprint === holder))?.seat;
  if (!seat) throw new SealingError("holder_unknown", "the sealing sheet does not name this certificate");
  const sheetDigest = await digestOf(sheet);
  const shares = [];
  for (const manifest of manifests) {
    if (manifest.lot !== sheet.lot || manifest.sheet !== sheetDigest) {
      throw new SealingError("manifest_other_sheet", "the bid was sealed for another sealing sheet");
    }
    let share = null;
    try {
      share = base64url(await unwrap(privateKey, manifest, holder));
    } catch (error) {
      if (error.code !== "share_unreadable") throw error;
    }
    shares.push({ bid: manifest.bid, manifest: await digestOf(manifest), share });
    onProgress?.(shares.length, manifests.length);
  }
  return { version: 1, lot: sheet.lot, sheet: sheetDigest, seat, holder, shares };
}

/** The master key from one share per seat ({seat: Uint8Array}), each checked against its commitment. */
export async function combine(manifest, posted) {
  const chosen = [];
  for (const { seat, commitment } of manifest.shares) {
    if (!posted[seat]) throw new SealingError("share_missing", `the seat ${seat} has posted no share`);
    if (posted[seat].length !== 32 || hex(await sha256(posted[seat])) !== commitment) {
      throw new SealingError("share_false", `the share posted for the seat ${seat} is not the one committed to`);
    }
    chosen.push(posted[seat]);
  }
  return xored(chosen);
}

async function gathered(pieces) {
  const parts = [];
  for await (const piece of pieces) parts.push(piece);
  return joined(...parts);
}

/** The price sheet in clear. */
export async function unsealPrice(manifest, master, ciphertext) {
  knownSuite(manifest.suite);
  if (ciphertext.length !== manifest.price.size || hex(await sha256(ciphertext)) !== manifest.price.digest) {
    throw new SealingError("ciphertext_differs", "the stored price ciphertext is not the one in the manifest");
  }
  const plain = await gathered(decrypted(master, contextOf(manifest), "price", [ciphertext]));
  const length = new DataView(plain.buffer).getUint32(0);
  const filling = plain.subarray(4 + length);
  if (plain.length % PADDING || 4 + length > plain.length || filling.length >= PADDING || filling.some((byte) => byte !== 0)) {
    throw new SealingError("price_sheet_malformed", "the price sheet is not what a sealing program writes");
  }
  return parseCanonical(plain.subarray(4, 4 + length), "price_sheet_malformed");
}

/** The files in clear: {files: [{name, blob}], about}. `ciphertext` is a Blob. */
export async function unsealFiles(manifest, master, ciphertext, onProgress) {
  knownSuite(manifest.suite);
  const hash = new Sha256();
  for await (const piece of piecesOf(ciphertext)) hash.update(piece);
  if (hash.size !== manifest.files.size || hash.digest() !== manifest.files.digest) {
    throw new SealingError("ciphertext_differs", "the stored files ciphertext is not the one in the manifest");
  }
  const parts = [];
  let done = 0;
  for await (const piece of decrypted(master, contextOf(manifest), "files", piecesOf(ciphertext))) {
    parts.push(new Blob([piece]));
    done += piece.length + TAG;
    onProgress?.(done, ciphertext.size);
  }
  const plain = new Blob(parts);
  const length = new DataView(await plain.slice(0, 4).arrayBuffer()).getUint32(0);
  if (length > LARGEST_INDEX) throw new SealingError("file_index_too_large", "the index of files is too large");
  const bytes = new Uint8Array(await plain.slice(4, 4 + length).arrayBuffer());
  const index = checkedIndex(parseCanonical(bytes, "file_index_malformed"));
  let at = 4 + length;
  const files = index.files.map(({ name, size }) => ({ name, blob: plain.slice(at, (at += size)) }));
  if (at !== plain.size) throw new SealingError("container_malformed", "the files do not fit their index");
  return { files, about: index.about };
}

/** The answer to a proof-of-possession test; the label is built here, so no bid's share can be slipped in. */
export async function answerHolding(privateKey, test) {
  knownSuite(test.suite);
  const how = { name: "RSA-OAEP", label: encoder.encode([HOLDING, test.lot, test.seat, test.holder].join("|")) };
  return base64url(new Uint8Array(await subtle.decrypt(how, privateKey, fromBase64url(test.wrapped))));
}

// ---- signing -----------------------------------------------------------------------------------------------------------------

export const bidStatement = async (manifest) =>
  ({ what: "bid", digest: await digestOf(manifest), lot: manifest.lot, bid: manifest.bid, supplier: manifest.supplier });

export const turnStatement = async (turned) =>
  ({ what: "turned_key", digest: await digestOf(turned), lot: turned.lot, seat: turned.seat, holder: turned.holder });

const SIGNING = {
  "RSA-PSS-SHA256": { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
  "RSA-PKCS1v15-SHA256": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  "ECDSA-P256-SHA256": { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
  "ECDSA-P384-SHA384": { name: "ECDSA", hash: "SHA-384", namedCurve: "P-384" },
  Ed25519: { name: "Ed25519" },
};

/** A signing key from PKCS#8 bytes for one of the suite's algorithm names. */
export const signingKey = (pkcs8, algorithm) => subtle.importKey("pkcs8", pkcs8, SIGNING[algorithm], false, ["sign"]);

/** A signed statement as services/protocol/signatures builds it. */
export async function signStatement(statement, privateKey, algorithm, certificate) {
  const bytes = joined(encoder.encode(STATEMENT), canonical(statement));
  const signature = base64url(new Uint8Array(await subtle.sign(SIGNING[algorithm], privateKey, bytes)));
  return { statement, signer: await fingerprint(certificate), algorithm, signature, certificate };
}
