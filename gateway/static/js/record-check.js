// A project's public record checked in the reader's own browser: what services/protocol/verify says of it in Python.
//
// Every entry is hashed, its Merkle proof followed to the root (RFC 9162, 2.1.3.2), the root's signature checked (C2SP
// signed-note, Ed25519), and every draw played again. Nothing is asked of the server; runs in browsers and in Node 20.
// One difference from Python: where a JSON object names a key twice, the last one counts here, as in every browser.

import { replay } from "./draw-replay.js";
import { SealingError, Sha256, bigEndian, canonical, fromHex, hex, joined } from "./sealing-bytes.js";

const encoder = new TextEncoder();
const MOST_REASONS = 20;
const DIGEST = /^[0-9a-f]{64}$/;

/** A reason: its code (a key of services/protocol/words.json) and the figures its sentence names. */
export const because = (code, figures = {}) => ({ code, figures });

class Fault extends Error {
  constructor(code, figures) {
    super(code);
    this.reason = because(code, figures);
  }
}

function reasonOf(error) { // a fault of ours is no finding: it is thrown on
  if (error instanceof Fault) return error.reason;
  if (error instanceof SealingError) return because("file_malformed", { why: error.message });
  throw error;
}

const malformed = (why) => new Fault("file_malformed", { why });
const hash = (...pieces) => new Sha256().update(joined(...pieces)).digest();
const leafHash = (bytes) => hash(Uint8Array.of(0), bytes);
const nodeHash = (left, right) => hash(Uint8Array.of(1), fromHex(left), fromHex(right));

function plainBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return btoa(String.fromCharCode(...bytes)) === text ? bytes : null;
  } catch {
    return null;
  }
}

// ---- signed checkpoints ----------------------------------------------------------------------------------------------------

function readKey(text) { // <name>+<key id>+<base64 of 0x01 ‖ public key>
  const [name, id, ...rest] = String(text).trim().split("+");
  const bytes = plainBase64(rest.join("+"));
  const known = name && bytes?.length === 33 && bytes[0] === 1;
  if (!known || hash(encoder.encode(`${name}\n`), bytes).slice(0, 8) !== id) {
    throw new Fault("note_key_malformed", { why: String(text).slice(0, 200) });
  }
  return { name, id, raw: bytes.slice(1) };
}

function splitNote(note) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new Fault("note_malformed", { why: "it has no signatures" });
  const signatures = note.slice(at + 2, -1).split("\n").map((line) => {
    const [dash, name, encoded] = line.split(" ");
    const bytes = plainBase64(encoded ?? "");
    if (dash !== "—" || !name || !bytes || bytes.length < 5) throw new Fault("note_malformed", { why: line.slice(0, 200) });
    return { name, id: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
  });
  return { text: note.slice(0, at + 1), signatures };
}

async function verifies(key, signature, text) {
  const imported = await globalThis.crypto.subtle.importKey("raw", key.raw, "Ed25519", false, ["verify"]);
  return globalThis.crypto.subtle.verify("Ed25519", imported, signature, encoder.encode(text));
}

async function openCheckpoint(note, keys) {
  if (typeof note !== "string") throw malformed("there is no checkpoint");
  const { text, signatures } = splitNote(note);
  const [origin, size, root, ...more] = text.slice(0, -1).split("\n");
  const bytes = plainBase64(root ?? "");
  if (!origin || !/^(0|[1-9][0-9]{0,15})$/.test(size ?? "") || bytes?.length !== 32) {
    throw new Fault("checkpoint_malformed", { why: "it needs an origin, a size and a root, each on its line" });
  }
  let signers = 0;
  for (const each of signatures) {
    const key = keys.find((known) => known.name === origin && known.name === each.name && known.id === each.id);
    if (!key) continue;
    if (!(await verifies(key, each.signature, text))) throw new Fault("note_signature_false", { name: each.name });
    signers += 1;
  }
  if (!signers) throw new Fault("note_unsigned", { names: [...new Set(signatures.map((each) => each.name))].join(", ") });
  const time = more[0]?.startsWith("time ") ? more[0].slice(5) : "";
  return { origin, size: Number(size), root: hex(bytes), time };
}

// ---- entries in the log ----------------------------------------------------------------------------------------------------

function leafOf(entry) {
  const content = entry.entry && typeof entry.entry === "object" ? leafHash(canonical(entry.entry)) : null;
  if ("leaf" in entry) {
    if (!DIGEST.test(entry.leaf)) throw malformed("an entry has neither content nor leaf hash");
    return { leaf: entry.leaf, changed: content !== null && content !== entry.leaf };
  }
  if (content === null) throw malformed("an entry has neither content nor leaf hash");
  return { leaf: content, changed: false };
}

/** Why this entry is not at its place in the log of this checkpoint; [] where it is. */
export function inclusionFaults(entry, checkpoint) {
  const { position, proof } = entry;
  if (!Number.isSafeInteger(position)) throw malformed("an entry has no position");
  if (!Array.isArray(proof) || !proof.every((each) => DIGEST.test(each))) throw malformed("the proof is not a list of hashes");
  const { leaf, changed } = leafOf(entry);
  if (changed) return [because("log_entry_changed", { position })];
  if (position < 0 || position >= checkpoint.size) return [because("log_position_outside", { position, size: checkpoint.size })];
  const wrongLength = [because("log_proof_wrong_length", { hashes: proof.length })];
  let [fn, sn, found] = [position, checkpoint.size - 1, leaf];
  const half = (number) => Math.floor(number / 2);
  for (const step of proof) {
    if (sn === 0) return wrongLength;
    if (fn % 2 || fn === sn) {
      found = nodeHash(step, found);
      while (fn && fn % 2 === 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      found = nodeHash(found, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn) return wrongLength;
  return found === checkpoint.root ? [] : [because("log_entry_not_included", { position, size: checkpoint.size })];
}

/** What the logs of a record show up to the first that cannot be read: the rest is not asked, as in Python. */
async function logsOf(record, keys) {
  const found = { shown: [], reasons: [], proved: [] };
  try {
    await readLogs(record, keys, found);
  } catch (error) {
    found.reasons.push(reasonOf(error));
  }
  return found;
}

async function readLogs(record, keys, found) {
  if (!Array.isArray(record.logs)) throw malformed("there is no list of logs");
  for (const log of record.logs) {
    const checkpoint = await openCheckpoint(log?.checkpoint, keys);
    if (!Array.isArray(log.entries)) throw malformed("there is no list of entries");
    const wrong = log.entries.flatMap((entry) => inclusionFaults(entry ?? {}, checkpoint));
    found.reasons.push(...wrong);
    if (wrong.length) continue;
    const { origin, time } = checkpoint;
    found.shown.push(because("record_entries_in_log", { entries: log.entries.length, origin, time }));
    found.proved.push(...log.entries.filter((each) => each.entry).map((each) => ({ ...each, origin })));
  }
  if (!found.shown.length && !found.reasons.length) throw malformed("it holds no log");
}

const holds = (value, text) =>
  value === text || (value !== null && typeof value === "object" && Object.values(value).some((each) => holds(each, text)));

function drawOf(name, transcript, proved) {
  const reasons = replay(transcript);
  if (reasons.length) return { name, shown: [], reasons, cautions: [] };
  const experts = transcript.orders.reduce((total, one) => total + one.order.length, 0);
  const shown = [because("draw_replays", { experts })];
  const frozen = proved.find((each) => holds(each.entry.payload, transcript.pool_digest));
  if (!frozen) return { name, shown, reasons, cautions: [because("draw_pool_not_shown", { digest: transcript.pool_digest })] };
  const { position, origin, entry: { time } } = frozen;
  shown.push(because("draw_pool_journalled", { position, origin, time }));
  return { name, shown, reasons, cautions: [] };
}

async function guarded(name, work) {
  try {
    return await work();
  } catch (error) {
    return { name, shown: [], reasons: [reasonOf(error)], cautions: [] };
  }
}

/** Check a record's text: a finding for itself and one for each draw in it, {name, shown, reasons, cautions}. */
export async function checkRecord(name, text) {
  let proved = [];
  let documents = [];
  const whole = await guarded(name, async () => {
    let record;
    try {
      record = JSON.parse(text);
      canonical(record);
    } catch (error) {
      throw malformed(error.message);
    }
    if (record?.kind !== "sunshine.record" || record.version !== 1) throw new Fault("file_kind_unknown", {});
    const keys = (Array.isArray(record.keys) ? record.keys : []).map(readKey);
    const found = await logsOf(record, keys);
    ({ proved } = found);
    documents = Array.isArray(record.documents) ? record.documents : [];
    const names = keys.map((key) => `${key.name} ${key.id}`).join(", ");
    const cautions = found.reasons.length ? [] : [because("keys_from_the_file", { names })];
    return { name, shown: found.shown, reasons: found.reasons.slice(0, MOST_REASONS), cautions };
  });
  const inside = [];
  for (const [number, document] of documents.entries()) {
    const label = `${name} / ${String(document?.name ?? number).slice(0, 200)}`;
    inside.push(await guarded(label, () => drawOf(label, document?.file, proved)));
  }
  return [whole, ...inside];
}

/** Whether this browser can check signatures here: it needs WebCrypto (a secure address) with Ed25519. */
export async function canCheck() {
  try {
    await globalThis.crypto.subtle.importKey("raw", bigEndian(1, 32), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}
