// A block of text as elements. In: a block, a passage, ranges in it. Out: an element whose
// textContent is the block's characters and nothing else.

import { element } from "./dom.js";
import { tidy } from "./marked.js";

const RUN = 50; // words

// In: a block {start, end, points, pages}, a range {start, end} or null, ranges to stress.
export function paintBlock(block, passage, ranges) {
  const isHard = isUnbroken(block.points.join(""));
  const made = element("div", { class: isHard ? "block unbroken" : "block" });
  const inside = passage ? tidy([passage], block.start, block.end)[0] : null;
  const places = [...pages(block), ...(isHard ? pauses(block, passage) : [])]
    .sort((one, other) => one.at - other.at);
  const painted = { ...block, places };
  if (!inside) {
    fill(made, painted, block.start, block.end);
    return made;
  }
  const mark = element("mark", { class: "passage", tabindex: "-1" });
  fill(made, painted, block.start, inside.start);
  lead(made, painted, inside.start);
  made.append(mark);
  stress(mark, painted, inside, tidy(ranges, inside.start, inside.end));
  fill(made, painted, inside.end, block.end);
  return made;
}

// Empty elements where a page begins, and where a run of words does: what is seen there is drawn
// by the style sheet, so that it is no character of the text, and is not copied.
function pages(block) {
  return block.pages.map(({ at, number }) =>
    ({ at, make: () => element("span", { class: "page-start", "data-page": `Page ${number}` }) }));
}

// Where a text without punctuation pauses: every RUN words, and around the passage.
function pauses({ start, end, points }, passage) {
  const found = [];
  let words = 0;
  for (let at = start + 1; at < end; at += 1) {
    if (isBlank(points[at - start]) || !isBlank(points[at - start - 1])) continue;
    words += 1;
    if (words < RUN && at !== passage?.start && at - 1 !== passage?.end) continue;
    found.push({ at, make: () => element("span", { class: "pause" }) });
    words = 0;
  }
  return found;
}

function isBlank(point) {
  return /\s/u.test(point);
}

function stress(mark, block, inside, ranges) {
  let done = inside.start;
  for (const { start, end } of ranges) {
    fill(mark, block, done, start);
    lead(mark, block, start);
    const highlight = element("mark", { class: "highlight" });
    fill(highlight, block, start, end);
    mark.append(highlight);
    done = end;
  }
  fill(mark, block, done, inside.end);
}

// What stands before the first character of a mark stands before the mark.
function lead(parent, block, at) {
  const here = block.places.filter((place) => place.at === at);
  parent.append(...here.map(({ make }) => make()));
  block.places = block.places.filter((place) => place.at !== at);
}

function fill(parent, { start: base, points, places }, start, end) {
  let done = start;
  for (const { at, make } of places.filter((place) => place.at >= start && place.at < end)) {
    append(parent, points, done - base, at - base);
    parent.append(make());
    done = at;
  }
  append(parent, points, done - base, end - base);
}

function append(parent, points, from, to) {
  if (from < to) parent.append(points.slice(from, to).join(""));
}

// In: a text. Out: whether it has hardly any punctuation or lines, which is hard on the eye.
export function isUnbroken(text) {
  const marks = text.match(/[.,;:!?…。、，！？؟،\n]/gu)?.length ?? 0;
  return text.length > 500 && marks < text.length / 500;
}
