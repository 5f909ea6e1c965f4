// The document pane. In: a cited passage, the ranges to stress, who opened it.
// Out: the pane shows the document where the passage stands, with the passage marked and focused.

import { underline } from "./asked.js";
import { divided } from "./blocks.js";
import { byId } from "./dom.js";
import { cut } from "./marked.js";
import { paintBlock } from "./painted.js";
import { buildPane, tellPlace, warn } from "./pane.js";
import { forgetTexts } from "./texts.js";
import { windowed } from "./windowed.js";

const CHANGED = "The document changed since it was cited. Its present text is below, unmarked.";
const NO_SUCH_PLACE = 416;
// Where the pane lies over the conversation (viewer.css), nothing behind it takes the focus.
const covering = window.matchMedia("(max-width: 59.99rem)");
let opened = null; // {passage, ranges, opener}
let view = null;
let walk = []; // the buttons whose passages are gone through
let isStepping = false;

// In: nothing. Out: the pane is built; it is closed by button and by Escape.
export function prepareViewer() {
  buildPane({ close, step, citation: () => ({ ...opened.passage, ranges: opened.ranges }) });
  document.addEventListener("keydown", onKey);
  covering.addEventListener("change", uncover);
}

function uncover() {
  byId("conversation").inert = covering.matches && opened !== null;
}

function onKey(event) {
  if (!opened || document.querySelector("dialog[open]") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") close();
  // Letters alone mean something only in the pane, so that nobody's speech input presses them.
  if (!byId("document").contains(event.target)) return;
  if (event.key === "n") step(1);
  if (event.key === "p") step(-1);
}

// In: a passage, ranges in it, the index digest, the button to return to or null; what is to be
// told beside it. Out: the pane is open.
export async function openPassage(passage, ranges, digest, opener, notice = "") {
  const mine = takeOver({ passage, ranges, opener });
  const body = byId("document-text");
  body.replaceChildren("Opening the document …");
  body.setAttribute("aria-busy", "true");
  opener?.scrollIntoView({ block: "nearest" });
  try {
    const text = await read(passage, digest);
    const isSame = await holds(text, passage, ranges);
    if (opened === mine) await show(text, isSame ? passage : null, ranges, mine);
    if (opened === mine) warn(isSame ? notice : CHANGED, isSame);
    if (!isSame) forgetTexts();
  } catch (failure) {
    if (opened === mine) fail(failure.message);
  } finally {
    if (opened === mine) body.removeAttribute("aria-busy");
  }
}

// In: a passage that no document holds now, ranges in it, what is to be told. Out: its text alone.
export function openText(passage, ranges, notice) {
  takeOver({ passage, ranges, opener: null });
  const { text, start, end } = passage;
  const block = { start, end, points: Array.from(text), pages: [] };
  byId("document-text").replaceChildren(paintBlock(block, passage, ranges));
  bring(byId("document-text"));
  warn(notice, true);
}

// In: a document as it is listed, the digest of the index. Out: it is open at its beginning.
export async function openDocument(found, digest) {
  const mine = takeOver({ passage: { document: found }, ranges: [], opener: null });
  try {
    const text = await divided(found.id, digest, 0);
    if (opened === mine) await show(text, null, [], mine);
    if (opened === mine) byId("document-text").focus();
  } catch (failure) {
    if (opened === mine) fail(failure.message);
  }
}

// In: a title, what went wrong. Out: the pane tells it.
export function openFailure(title, sentence) {
  takeOver({ passage: { document: { title, path: "" } }, ranges: [], opener: null });
  fail(sentence);
}

function fail(sentence) {
  byId("document-text").replaceChildren();
  warn(sentence);
}

function takeOver(next) {
  view?.stop();
  view = null;
  opened?.opener?.removeAttribute("aria-current");
  opened = next;
  opened.opener?.setAttribute("aria-current", "true");
  if (!isStepping) walk = besides(opened.opener);
  tellPlace(opened.passage, walk.indexOf(opened.opener) + 1, walk.length);
  byId("document").hidden = false;
  uncover();
  return opened;
}

function close() {
  const back = opened?.opener;
  view?.stop();
  opened = view = null;
  byId("document").hidden = true;
  byId("document-text").replaceChildren();
  underline([], "");
  if (location.hash.startsWith("#citation=")) history.replaceState(null, "", location.pathname);
  back?.removeAttribute("aria-current");
  uncover();
  (back ?? byId("question")).focus();
}

// In: 1 or -1. Out: the next or previous one of those that are gone through is open.
function step(by) {
  const next = walk[walk.indexOf(opened?.opener) + by];
  if (!next) return;
  isStepping = true;
  next.click();
  isStepping = false;
}

// In: a button that opens a passage, or null. Out: what is gone through from it: the passages as
// listed, or the answer's citations and then the passages that it does not cite.
function besides(opener) {
  const of = (kind) => [...(opener?.closest("article")?.querySelectorAll(`button.${kind}`) ?? [])];
  const sources = of("open-source");
  if (!opener?.classList.contains("citation")) return sources;
  const citations = of("citation");
  const cited = new Set(citations.map(({ dataset }) => dataset.rank));
  return [...citations, ...sources.filter(({ dataset }) => !cited.has(dataset.rank))];
}

async function read(passage, digest) {
  const { id } = passage.document;
  try {
    return await divided(id, digest, passage.end);
  } catch (failure) {
    if (failure.status !== NO_SUCH_PLACE) throw failure;
    return divided(id, digest, 0); // it is shorter now
  }
}

// In: a divided text, a passage, ranges with or without their texts. Out: whether the text has
// them where they are said to be.
async function holds(text, passage, ranges) {
  if (passage.end > text.length) return false;
  const numbers = await around(text, passage, 0);
  const blocks = await Promise.all(numbers.map((number) => text.block(number)));
  const there = blocks.flatMap(({ points, start }) =>
    points.slice(Math.max(0, passage.start - start), Math.max(0, passage.end - start))).join("");
  return there === passage.text && ranges.every(({ text: quoted, start, end }) =>
    quoted === undefined ||
    cut(passage.text, start - passage.start, end - passage.start)?.inside === quoted);
}

// In: a divided text, a range, how many more. Out: the numbers of the blocks that hold it.
async function around(text, { start, end }, more) {
  const first = Math.max(0, (await text.blockAt(start)) - more);
  const last = Math.min(text.count - 1, (await text.blockAt(Math.max(start, end - 1))) + more);
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

async function show(text, passage, ranges, mine) {
  const body = byId("document-text");
  const question = mine.opener?.closest("article")?.querySelector(".asked")?.textContent ?? "";
  const made = windowed(body, text, (block) => paintBlock(block, passage, ranges), {
    changed: (elements) => underline(elements, question),
    failed: (failure) => warn(failure.message),
  });
  view = made;
  await made.show(await around(text, passage ?? { start: 0, end: 1 }, 1));
  if (opened !== mine) return;
  body.scrollTop = 0;
  bring(body);
  made.follow();
}

// Out: the passage's mark has the focus and is in view; if it is taller than most of the pane,
// what is stressed in it is in view.
function bring(body) {
  const mark = body.querySelector("mark.passage");
  if (!mark) return;
  const tall = (part) => part.getBoundingClientRect().height > body.clientHeight * 0.7;
  const stressed = body.querySelector("mark.highlight");
  const target = stressed && tall(mark) ? stressed : mark;
  mark.focus({ preventScroll: true });
  target.scrollIntoView({ block: tall(target) ? "start" : "center" });
}
