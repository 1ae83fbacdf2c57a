// The draw of experts played again in the browser: what services/protocol/draw.py replays in Python, reason for reason.

import { Sha256, bigEndian, canonical, fromHex, hex, joined } from "./sealing-bytes.js";

const PROTOCOL = "sunshine-draw-v1";
const MEMBERS = ["calls", "digest", "orders", "pool", "pool_digest", "rounds", "seats", "seed", "version"];
const OUTCOMES = ["accepted", "declined", "recused", "absent", "elsewhere"];
const DIGEST = /^[0-9a-f]{64}$/;
const encoder = new TextEncoder();

const hash = (...pieces) => new Sha256().update(joined(...pieces)).digest();
const digest = (value) => hash(canonical(value));
const same = (one, other) => digest(one) === digest(other);
const because = (code, figures = {}) => ({ code, figures });
const sorted = (texts) => texts.every((text, at) => at === 0 || texts[at - 1] < text); // and none twice; they are ASCII

function hmac(key, message) { // RFC 2104, for keys of up to one block
  const padded = new Uint8Array(64);
  padded.set(key);
  const inner = fromHex(hash(padded.map((byte) => byte ^ 0x36), message));
  return fromHex(hash(padded.map((byte) => byte ^ 0x5c), inner));
}

function* wordsOf(seed, specialty) { // 64-bit words, without end
  const label = encoder.encode(`${PROTOCOL}|shuffle|${specialty}|`);
  for (let counter = 0; ; counter += 1) {
    const block = hmac(seed, joined(label, bigEndian(counter, 8)));
    for (let at = 0; at < 32; at += 8) yield BigInt(`0x${hex(block.slice(at, at + 8))}`);
  }
}

function below(words, bound) {
  const wide = BigInt(bound);
  const limit = 2n ** 64n - (2n ** 64n % wide);
  for (;;) {
    const word = words.next().value;
    if (word < limit) return Number(word % wide);
  }
}

function shuffled(seed, specialty, experts) {
  const words = wordsOf(seed, specialty);
  const order = [...experts];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const partner = below(words, last + 1);
    [order[last], order[partner]] = [order[partner], order[last]];
  }
  return order;
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const hasExactly = (value, members) => isObject(value) && Object.keys(value).sort().join() === [...members].sort().join();
const kindOf = (value) => (Array.isArray(value) ? "array" : Number.isSafeInteger(value) ? "integer" : typeof value);
const allOf = (entries, shape) => Array.isArray(entries) && entries.every((entry) =>
  hasExactly(entry, Object.keys(shape)) && Object.entries(shape).every(([name, kind]) => kindOf(entry[name]) === kind));

function roundIsSound(one) {
  return hasExactly(one, ["commitments", "reveals", "missing"])
    && allOf(one.commitments, { seat: "string", by: "string", commitment: "string" })
    && allOf(one.reveals, { seat: "string", nonce: "string" })
    && one.reveals.every((each) => DIGEST.test(each.nonce))
    && Array.isArray(one.missing);
}

function shapeFaults(said) {
  const sound = hasExactly(said, MEMBERS) && said.version === 1
    && [said.pool_digest, said.seed, said.digest].every((each) => DIGEST.test(each))
    && Array.isArray(said.seats) && said.seats.length >= 2 && new Set(said.seats).size === said.seats.length
    && said.seats.every((seat) => typeof seat === "string" && seat)
    && Array.isArray(said.rounds) && said.rounds.length > 0 && said.rounds.every(roundIsSound)
    && allOf(said.orders, { specialty: "string", order: "array" })
    && allOf(said.calls, { specialty: "string", expert: "string", outcome: "string", reason: "string", at: "string" })
    && said.calls.every((call) => OUTCOMES.includes(call.outcome));
  if (!sound) return [because("draw_malformed")];
  const { pool } = said;
  const pooled = hasExactly(pool, ["version", "draw", "about", "specialties"]) && pool.version === 1
    && allOf(pool.specialties, { specialty: "string", wanted: "integer", experts: "array" })
    && pool.specialties.length > 0 && sorted(pool.specialties.map((one) => one.specialty))
    && pool.specialties.every((one) => one.experts.length > 0 && one.wanted >= 1 && sorted(one.experts));
  return pooled ? [] : [because("draw_pool_malformed")];
}

function roundFaults(said, poolDigest) {
  const used = new Set();
  return said.rounds.flatMap((one, at) => {
    const round = at + 1;
    const there = said.seats.filter((seat) => !one.missing.includes(seat));
    if (!same(one.commitments.map((each) => each.seat), said.seats)) return [because("draw_commitments", { round })];
    if (!same(one.reveals.map((each) => each.seat), there)) return [because("draw_reveal_missing", { round })];
    if (one.missing.length > 0 !== round < said.rounds.length) return [because("draw_rounds", { round })];
    const committed = new Map(one.commitments.map((each) => [each.seat, each.commitment]));
    return one.reveals.flatMap(({ seat, nonce }) => {
      const bound = encoder.encode(`${PROTOCOL}|commit|${poolDigest}|${round}|${seat}|`);
      const found = hash(bound, fromHex(nonce)) === committed.get(seat) ? [] : [because("draw_reveal_false", { round, seat })];
      if (used.has(nonce)) found.push(because("draw_nonce_reused", { round, seat }));
      used.add(nonce);
      return found;
    });
  });
}

function callFaults(pool, orders, calls) {
  const accepted = calls.filter((call) => call.outcome === "accepted").map((call) => call.expert);
  const found = new Set(accepted).size === accepted.length ? [] : [because("draw_accepted_twice")];
  const drawn = new Map(orders.map((one) => [one.specialty, one.order]));
  for (const call of calls) {
    if (!drawn.has(call.specialty)) found.push(because("draw_call_stranger", { specialty: call.specialty }));
  }
  for (const { specialty, wanted } of pool.specialties) {
    const order = drawn.get(specialty);
    const mine = calls.filter((call) => call.specialty === specialty);
    if (!same(mine.map((call) => call.expert), order.slice(0, mine.length))) found.push(because("draw_call_order", { specialty }));
    let taken = 0;
    for (const call of mine) {
      if (taken === wanted) {
        found.push(because("draw_call_needless", { specialty, accepted: taken }));
        break;
      }
      if (call.outcome === "elsewhere" && !accepted.includes(call.expert)) found.push(because("draw_call_elsewhere", { specialty }));
      taken += call.outcome === "accepted" ? 1 : 0;
    }
    if (taken < wanted && mine.length < order.length) found.push(because("draw_call_unfinished", { specialty, accepted: taken, wanted }));
  }
  return found;
}

/** Everything in which a transcript departs from the draw it tells of, as {code, figures}; [] where it is right. */
export function replay(said) {
  const shape = shapeFaults(said);
  if (shape.length) return shape;
  const { digest: named, ...rest } = said;
  const found = digest(rest) === named ? [] : [because("draw_digest")];
  const poolDigest = digest(said.pool);
  if (said.pool_digest !== poolDigest) found.push(because("draw_pool_digest"));
  const rounds = roundFaults(said, poolDigest);
  if (rounds.length) return [...found, ...rounds];
  const nonces = new Map(said.rounds.at(-1).reveals.map((each) => [each.seat, fromHex(each.nonce)]));
  const seed = hash(fromHex(poolDigest), ...said.seats.map((seat) => nonces.get(seat)));
  if (said.seed !== seed) found.push(because("draw_seed"));
  const orders = said.pool.specialties.map((one) => ({ specialty: one.specialty, order: shuffled(fromHex(seed), one.specialty, one.experts) }));
  if (!same(said.orders, orders)) found.push(because("draw_order"));
  return [...found, ...callFaults(said.pool, orders, said.calls)];
}
