// A block of text as elements. In: a block, a passage, ranges in it. Out: an element whose
// textContent is the block's characters and nothing else.

import { element } from "./dom.js";
import { tidy } from "./marked.js";

// In: a block {start, end, points, pages}, a range {start, end} or null, ranges to stress.
export function paintBlock(block, passage, ranges) {
  const made = element("div", { class: "block" });
  const inside = passage ? tidy([passage], block.start, block.end)[0] : null;
  if (!inside) {
    fill(made, block, block.start, block.end);
    return made;
  }
  const mark = element("mark", { class: "passage", tabindex: "-1" });
  fill(made, block, block.start, inside.start);
  made.append(mark);
  stress(mark, block, inside, tidy(ranges, inside.start, inside.end));
  fill(made, block, inside.end, block.end);
  return made;
}

function stress(mark, block, inside, ranges) {
  let done = inside.start;
  for (const { start, end } of ranges) {
    fill(mark, block, done, start);
    const highlight = element("mark", { class: "highlight" });
    fill(highlight, block, start, end);
    mark.append(highlight);
    done = end;
  }
  fill(mark, block, done, inside.end);
}

// Text, and an empty element where a page begins: its number is drawn by the style sheet, so that
// it is no character of the text.
function fill(parent, { start: base, points, pages }, start, end) {
  let done = start;
  for (const { at, number } of pages.filter((page) => page.at >= start && page.at < end)) {
    append(parent, points, done - base, at - base);
    parent.append(element("span", { class: "page-start", "data-page": `Page ${number}` }));
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
