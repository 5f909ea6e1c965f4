// Blocks of a long text. In: a document's id. Out: blocks that end where a line or a word ends.
//
// A text of up to ALONE characters is one block. A longer one is divided every SIZE characters,
// and each division moved back to the end of a line, or of a word, so that lines do not depend on
// which blocks are shown. All offsets are code points.

import { readPart } from "./texts.js";

export const ALONE = 65_536;
const SIZE = 16_384;
const BACK = 1_024;
const JOINS = /[\p{M}\u200d\ufe0f\u{1f3fb}-\u{1f3ff}\n]/u;

// In: an id, the digest of the index, an offset. Out: a promise of the text's {length, blockAt,
// block, count}; block(k) promises {number, start, end, points, pages, sha256}, where pages are
// {at, number}.
export async function divided(id, digest, near) {
  const alone = near < ALONE;
  const number = Math.floor(near / SIZE);
  const first = await (alone ? readPart(id, 0, ALONE, digest) : part(id, number, digest));
  const { length } = first;
  if (length <= ALONE) return one(first);
  const count = Math.ceil(length / SIZE);
  const block = async (k) => cutOut(await part(id, k, digest), k, k === count - 1);
  // Divisions only move back, so what is not in its own block is in the next.
  const blockAt = async (offset) => {
    const k = Math.min(count - 1, Math.floor(offset / SIZE));
    return offset < (await block(k)).end ? k : k + 1;
  };
  return { length, count, block, blockAt, size: SIZE };
}

function one(read) {
  const block = { ...read, number: 0, points: Array.from(read.text), pages: pagesOf(read) };
  return { length: read.length, count: 1, block: async () => block, blockAt: async () => 0,
    size: ALONE };
}

function part(id, number, digest) {
  return readPart(id, Math.max(0, number * SIZE - BACK), (number + 1) * SIZE, digest);
}

function cutOut(read, number, isLast) {
  const points = Array.from(read.text);
  const start = number === 0 ? 0 : division(points, read.start, number * SIZE);
  const end = isLast ? read.length : division(points, read.start, (number + 1) * SIZE);
  return {
    ...read, number, start, end,
    points: points.slice(start - read.start, end - read.start),
    pages: pagesOf(read).filter(({ at }) => at >= start && at < end),
  };
}

function pagesOf({ page, pages }) {
  return pages.map((at, place) => ({ at, number: page + place + 1 }));
}

// In: characters from base on, an offset. Out: the nearest place at or before it to divide at.
function division(points, base, offset) {
  const last = offset - base;
  const least = Math.max(1, last - BACK);
  for (const ends of [/\n/u, /[^\S\r]/u]) {
    for (let at = last; at > least; at -= 1) {
      if (ends.test(points[at - 1])) return base + at;
    }
  }
  let at = last - 1;
  while (at > least && (JOINS.test(points[at]) || points[at - 1] === "\u200d")) at -= 1;
  return base + at;
}
