// The passages under an answer. In: passages of the API, what opening one does, the button that
// marks one. Out: elements.

import { button, element, named } from "./dom.js";
import { markedNodes } from "./marked.js";
import { headingPath, percent, range } from "./wording.js";

// In: passages, open(passage, ranges, opener), marker(passage) that gives a button.
// Out: an ordered list, best first.
export function sourceList(passages, open, marker) {
  const list = element("ol", { class: "sources" });
  for (const passage of passages) list.append(sourceItem(passage, open, marker));
  return list;
}

function sourceItem(passage, open, marker) {
  const { title } = passage.document;
  const opener = button(
    "Open in document",
    `Open in document: passage ${passage.rank}, ${title}`,
    "quiet open-source",
    (pressed) => open(passage, passage.highlights, pressed),
  );
  opener.dataset.rank = passage.rank;
  return element(
    "li",
    { class: "source" },
    element(
      "h4",
      {},
      element("span", { class: "rank" }, `${passage.rank}`),
      element("span", { class: "source-title" }, named(title)),
    ),
    placeLine(passage),
    element("p", { class: "source-text", dir: "auto" },
      ...markedNodes(passage, passage.highlights)),
    element("div", { class: "source-foot" }, whyHere(passage), marker(passage), opener),
  );
}

// In: a passage. Out: nodes that tell its document's path, its range and its headings, if any.
export function place(passage) {
  if (passage.start === undefined) return [named(passage.document.path)];
  const nodes = [named(passage.document.path), `, ${range(passage)}`];
  const path = headingPath(passage);
  return path === "" ? nodes : [...nodes, ", under ", element("bdi", {}, path)];
}

function placeLine(passage) {
  const line = element("p", { class: "place" }, ...place(passage));
  line.append(element("span", { class: "score" }, `score ${percent(passage.score)}`));
  if (passage.verified) {
    const meaning = "Read again from the stored document and found identical";
    line.append(element("span", { class: "verified", title: meaning }, "✓ verified"));
  }
  return line;
}

const MEANINGS = [
  ["Similar in meaning", "dense"],
  ["Closest sentence", "window"],
  ["Meaning and words in one sentence", "joint"],
  ["Shared words", "lexical"],
  ["Related words", "related"],
  ["Words that stand together", "pairs"],
  ["Like the best passages", "feedback"],
  ["Surroundings, meaning", "near_dense"],
  ["Surroundings, words", "near_lexical"],
];

function whyHere(passage) {
  const { scores } = passage;
  const rows = MEANINGS.map(([meaning, field]) =>
    [meaning, matched(scores[field], scores[`${field}_rank`]), field]);
  rows.push(["Best sentence among all", decimal(scores.best_window), "best_window"]);
  if (scores.reranker !== null) {
    rows.push(["Cross-encoder", decimal(scores.reranker), "reranker"]);
  }
  rows.push(["All together", decimal(scores.fused), "fused"]);
  rows.push(["Question covered", percent(scores.coverage), "coverage"]);
  rows.push(["Length", `${passage.tokens} tokens`, "tokens"]);
  const facts = element("dl", { class: "scores" });
  for (const [meaning, value, field] of rows) {
    const term = element("dt", {}, meaning, " ", element("code", {}, field));
    facts.append(term, element("dd", {}, value));
  }
  return element("details", { class: "why" }, element("summary", {}, "Why here"), facts);
}

function matched(value, rank) {
  return rank === null ? "none" : `${decimal(value)}, rank ${rank}`;
}

function decimal(value) {
  return value.toFixed(3);
}
