// One question with its answer. In: the body of POST /v1/ask, what opening a passage does.
// Out: an <article> for the conversation.

import { button, element } from "./dom.js";
import { feedback } from "./feedback.js";
import { sourceList } from "./sources.js";
import { confidence, percent, range } from "./wording.js";

const WRITTEN = "Written by a language model from the passages below; each number leads to one.";
const UNSUPPORTED = "not supported by the passages";

// In: a response, open(passage, ranges, opener). Out: the article.
export function entry(response, open) {
  const found = response.answer.verdict === "answered";
  const { row, marker } = feedback(response);
  return element(
    "article",
    { class: "entry" },
    element("h2", { class: "asked", dir: "auto" }, response.question),
    ...(response.understood?.leans ? [together(response.understood)] : []),
    found ? answered(response, open) : notFound(response),
    row,
    ...(response.passages.length > 0 ? [passages(response, open, marker, found)] : []),
  );
}

// A question that leans on the one before is told as what was searched for.
function together(understood) {
  return element("p", { class: "hint understood", dir: "auto" },
    `Understood as: ${understood.question}`);
}

function answered({ answer, passages: cited }, open) {
  const box = element("div", { class: "answer" });
  if (answer.composed) {
    box.append(element("p", { class: "hint" }, WRITTEN));
    for (const sentence of answer.sentences) box.append(written(sentence, answer, cited, open));
  } else {
    for (const quote of answer.quotes) box.append(quoted(quote, cited, open));
  }
  if (answer.notice) box.append(element("p", { class: "notice", dir: "auto" }, answer.notice));
  const words = `Confidence: ${confidence(answer.confidence)}`;
  box.append(element("p", { class: "confidence" }, words));
  return box;
}

function quoted(quote, cited, open) {
  const passage = cited.find(({ rank }) => rank === quote.citation);
  const line = element("p", { class: "quote", dir: "auto" }, element("q", {}, quote.text));
  if (passage) line.append(" ", citation([quote], passage, open));
  return line;
}

// A sentence that a language model wrote; its citations show the quotes of their passages, or
// where these have none what is highlighted in them.
function written(sentence, answer, cited, open) {
  const line = element("p", { class: "written", dir: "auto" }, sentence.text);
  for (const passage of cited.filter(({ rank }) => sentence.citations.includes(rank))) {
    const quotes = answer.quotes.filter((quote) => quote.citation === passage.rank);
    line.append(" ", citation(quotes.length > 0 ? quotes : passage.highlights, passage, open));
  }
  if (!sentence.supported) {
    line.classList.add("unsupported");
    line.append(" ", element("span", { class: "mark" }, UNSUPPORTED));
  }
  return line;
}

function citation(quotes, passage, open) {
  const name = `Citation ${passage.rank}: ${passage.document.title}, ${range(passage)}`;
  const press = (pressed) => open(passage, quotes, pressed);
  const made = button(`[${passage.rank}]`, name, "citation", press);
  made.dataset.rank = passage.rank;
  return made;
}

function notFound({ answer }) {
  const chance = `Estimated chance that they do: ${percent(answer.confidence)}`;
  return element(
    "div",
    { class: "answer" },
    element("p", { class: "not-found" }, "The documents do not answer this."),
    element("p", { class: "why", dir: "auto" }, answer.absence?.explanation ?? answer.notice ?? ""),
    element("p", { class: "confidence" }, chance),
  );
}

// Passages are there to be looked at, not read out each time: hence aria-live off.
function passages(response, open, marker, found) {
  const list = sourceList(response.passages, open, marker);
  if (found) {
    return element("section", { "aria-live": "off" }, element("h3", {}, "Sources"), list);
  }
  const heading = element("h3", {}, `Nearest passages (${response.passages.length})`);
  return element("details", { class: "nearest", "aria-live": "off" },
    element("summary", {}, heading), list);
}
