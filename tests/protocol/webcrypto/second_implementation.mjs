// Runs the browser's module under Node, so that both implementations meet on the same bytes.
//
//   node second_implementation.mjs open  <vectors.json> <holding.json> <canonical.json>   → what it found, as JSON
//   node second_implementation.mjs seal  <request.json> <folder>                          → price, files, result.json in the folder

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as bytes from "../../../gateway/static/js/sealing-bytes.js";
import * as sealing from "../../../gateway/static/js/sealing.js";

const json = async (path) => JSON.parse(await readFile(path, "utf-8"));
const der = (pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
const codeOf = async (attempt) => {
  try {
    await attempt();
    return "accepted";
  } catch (error) {
    return error.code ?? `${error.name}: ${error.message}`;
  }
};
const flipped = (data, at) => data.map((byte, position) => (position === at ? byte ^ 1 : byte));

async function keys(vectors) {
  return new Map(await Promise.all(vectors.holders.map(async (one) =>
    [one.fingerprint, await sealing.holderKey(der(one.private_key))])));
}

async function tampered(vectors, master) {
  const { manifest } = vectors;
  const price = bytes.fromBase64url(vectors.price_ciphertext);
  const files = bytes.fromBase64url(vectors.files_ciphertext);
  const opening = (change, ciphertext = price) => codeOf(() => sealing.unsealPrice({ ...manifest, ...change }, master, ciphertext));
  const trusting = async (ciphertext) =>
    opening({ price: { size: ciphertext.length, digest: bytes.hex(await bytes.sha256(ciphertext)) } }, ciphertext);
  const step = manifest.chunk + 16;
  const swapped = bytes.joined(price.slice(step, 2 * step), price.slice(0, step), price.slice(2 * step));
  return {
    flippedPrice: await opening({}, flipped(price, 7)),
    flippedTrusted: await trusting(flipped(price, 7)),
    swappedTrusted: await trusting(swapped),
    truncatedTrusted: await trusting(price.slice(0, -step)),
    extendedTrusted: await trusting(bytes.joined(price, price.slice(0, 5))),
    otherLot: await opening({ lot: "lot-2" }),
    otherSupplier: await opening({ supplier: "supplier-2" }),
    otherDeadline: await opening({ deadline: "2026-06-02T01:00:00Z" }),
    otherSuite: await opening({ suite: "SM2+SM4GCM" }),
    flippedFiles: await codeOf(() => sealing.unsealFiles(manifest, master, new Blob([flipped(files, 3)]))),
    truncatedFiles: await codeOf(() => sealing.unsealFiles(manifest, master, new Blob([files.slice(0, -1)]))),
    falseShare: await codeOf(() => sealing.combine(manifest, Object.fromEntries(
      Object.entries(vectors.shares).map(([seat, share]) => [seat, flipped(bytes.fromBase64url(share), 0)])))),
    missingShare: await codeOf(() => sealing.combine(manifest, {})),
  };
}

async function open(vectorsPath, holdingPath, canonicalPath) {
  const vectors = await json(vectorsPath);
  const { manifest, sheet } = vectors;
  const holders = await keys(vectors);
  const turns = [];
  for (const { holders: [first] } of sheet.seats) {
    turns.push(await sealing.turn(holders.get(first.fingerprint), sheet, first.fingerprint, [manifest]));
  }
  const posted = Object.fromEntries(turns.map((turned) => [turned.seat, bytes.fromBase64url(turned.shares[0].share)]));
  const master = await sealing.combine(manifest, posted);
  const opened = await sealing.unsealFiles(manifest, master, new Blob([bytes.fromBase64url(vectors.files_ciphertext)]));
  const files = [];
  for (const { name, blob } of opened.files) {
    files.push({ name, content: bytes.base64url(new Uint8Array(await blob.arrayBuffer())) });
  }
  const values = await json(canonicalPath);
  const pieces = new Uint8Array(100_003).map((_, at) => at * 7);
  return {
    turns,
    sheetDigest: await bytes.digestOf(sheet),
    manifestDigest: await bytes.digestOf(manifest),
    statement: await sealing.bidStatement(manifest),
    master: bytes.base64url(master),
    price: await sealing.unsealPrice(manifest, master, bytes.fromBase64url(vectors.price_ciphertext)),
    files,
    about: opened.about,
    fingerprints: await Promise.all(sheet.seats.flatMap((seat) => seat.holders.map((one) => bytes.fingerprint(one.certificate)))),
    holding: await Promise.all((await json(holdingPath)).tests.map(({ test }) => sealing.answerHolding(holders.get(test.holder), test))),
    tampered: await tampered(vectors, master),
    canonical: await Promise.all(values.values.map(async ({ value }) => [bytes.canonicalText(value), await bytes.digestOf(value)])),
    refusedNumbers: await Promise.all([1.5, NaN, 2 ** 53, undefined, { 键: 1 }, "\ud800"].map((value) => codeOf(() => bytes.canonical(value)))),
    names: Object.fromEntries(values.names.map((name) => [name, sealing.nameIsSafe(name)])),
    digestInPieces: [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 100_003].every((length) => {
      const part = pieces.subarray(0, length);
      return new bytes.Sha256().update(part.subarray(0, length >> 1)).update(part.subarray(length >> 1)).digest()
        === bytes.hex(new Uint8Array(hashed.get(length)));
    }),
  };
}

const hashed = new Map();
for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 100_003]) {
  const part = new Uint8Array(length).map((_, at) => at * 7);
  hashed.set(length, await crypto.subtle.digest("SHA-256", part));
}

async function seal(requestPath, folder) {
  const request = await json(requestPath);
  const told = [];
  const sealed = await sealing.seal({
    ...request,
    files: request.files.map(({ name, content }) => ({ name, blob: new Blob([bytes.fromBase64url(content)]) })),
    onProgress: (done, total) => told.push([done, total]),
  });
  const key = await sealing.signingKey(der(request.signer.privateKey), request.signer.algorithm);
  const statement = await sealing.bidStatement(sealed.manifest);
  const signed = await sealing.signStatement(statement, key, request.signer.algorithm, request.signer.certificate);
  await writeFile(join(folder, "price"), Buffer.from(await sealed.price.arrayBuffer()));
  await writeFile(join(folder, "files"), Buffer.from(await sealed.files.arrayBuffer()));
  await writeFile(join(folder, "result.json"), JSON.stringify({ manifest: sealed.manifest, keepsake: sealed.keepsake, signed, told }));
  return { sealed: true };
}

const [verb, ...paths] = process.argv.slice(2);
console.log(JSON.stringify(await { open, seal }[verb](...paths)));
