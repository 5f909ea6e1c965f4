// The passages under an answer. In: passages of the API, what opening one does. Out: elements.

import { button, element } from "./dom.js";
import { markedNodes } from "./marked.js";
import { percent, range } from "./wording.js";

// In: passages, open(passage, ranges, opener). Out: an ordered list, best first.
export function sourceList(passages, open) {
  const list = element("ol", { class: "sources" });
  for (const passage of passages) list.append(sourceItem(passage, open));
  return list;
}

function sourceItem(passage, open) {
  const { title, path } = passage.document;
  const opener = button(
    "Open in document",
    `Open in document: passage ${passage.rank}, ${title}`,
    "quiet",
    (pressed) => open(passage, passage.highlights, pressed),
  );
  return element(
    "li",
    { class: "source" },
    element(
      "h4",
      {},
      element("span", { class: "rank" }, `${passage.rank}`),
      element("bdi", { class: "source-title" }, title),
    ),
    placeLine(passage, path),
    element("p", { class: "source-text", dir: "auto" },
      ...markedNodes(passage, passage.highlights)),
    element("div", { class: "source-foot" }, whyHere(passage), opener),
  );
}

function placeLine(passage, path) {
  const line = element("p", { class: "place" }, element("bdi", {}, path), ", ", range(passage));
  line.append(element("span", { class: "score" }, `score ${percent(passage.score)}`));
  if (passage.verified) {
    const meaning = "Read again from the stored document and found identical";
    line.append(element("span", { class: "verified", title: meaning }, "✓ verified"));
  }
  return line;
}

function whyHere(passage) {
  const { scores } = passage;
  const rows = [
    ["Similar in meaning", `${decimal(scores.dense)}, rank ${scores.dense_rank}`, "dense"],
    ["Closest sentence", `${decimal(scores.window)}, rank ${scores.window_rank}`, "window"],
    ["Shared words", matched(scores.lexical, scores.lexical_rank), "lexical"],
    ["Related words", matched(scores.related, scores.related_rank), "related"],
    ["Question covered", percent(scores.coverage), "coverage"],
    ["All together", decimal(scores.fused), "fused"],
    ["Length", `${passage.tokens} tokens`, "tokens"],
  ];
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
