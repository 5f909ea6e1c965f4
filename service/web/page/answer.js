// An answer as elements. In: what the API answers, what opening a passage does. Out: the elements.

import { button, element } from "./dom.js";
import { confidence, range } from "./wording.js";

const WRITTEN = "Written by a language model from the passages below; each number leads to one.";
const UNSUPPORTED = "not supported by the passages";

// In: "quote" or "sentence", its value, the passages, quotesNow() that gives the answer's quotes
// as far as they are known, open(passage, ranges, opener). Out: a paragraph with its citations.
export function part(kind, value, passages, quotesNow, open) {
  return kind === "quote" ? quoted(value, passages, open)
    : written(value, passages, quotesNow, open);
}

// In: an answer. Out: its parts as [kind, value], as the events of the API give them.
export function partsOf(answer) {
  return answer.composed ? answer.sentences.map((each) => ["sentence", each])
    : answer.quotes.map((each) => ["quote", each]);
}

// In: an answer with a verdict. Out: what is told before its parts, and after them.
export function before(answer) {
  return answer.composed ? [element("p", { class: "hint" }, WRITTEN)] : [];
}

export function after(answer) {
  const notice = answer.notice
    ? [element("p", { class: "notice", dir: "auto" }, answer.notice)] : [];
  return [...notice, sureness("Confidence", answer.confidence)];
}

// In: an answer whose verdict is that there is none. Out: this said plainly, and why.
export function absent(answer) {
  return [
    element("p", { class: "not-found" }, "The documents do not answer this."),
    element("p", { class: "why", dir: "auto" }, answer.absence?.explanation ?? answer.notice ?? ""),
    sureness("Estimated chance that they do", answer.confidence),
  ];
}

function sureness(of, probability) {
  const meter = element("meter", { min: "0", max: "1", "aria-hidden": "true",
    value: `${probability}` });
  return element("p", { class: "confidence" }, meter, `${of}: ${confidence(probability)}`);
}

function quoted(quote, passages, open) {
  const passage = passages.find(({ rank }) => rank === quote.citation);
  const line = element("p", { class: "quote", dir: "auto" },
    element("q", { class: "apart" }, quote.text));
  if (passage) line.append(" ", citation(() => [quote], passage, open));
  return line;
}

// A sentence that a language model wrote; its citations show the quotes of their passages, or
// where these have none what is highlighted in them.
function written(sentence, passages, quotesNow, open) {
  const line = element("p", { class: "written", dir: "auto" },
    element("span", { class: "apart" }, sentence.text));
  for (const passage of passages.filter(({ rank }) => sentence.citations.includes(rank))) {
    const ranges = () => {
      const quotes = quotesNow().filter((quote) => quote.citation === passage.rank);
      return quotes.length > 0 ? quotes : passage.highlights;
    };
    line.append(" ", citation(ranges, passage, open));
  }
  if (!sentence.supported) {
    line.classList.add("unsupported");
    line.append(" ", element("span", { class: "mark" }, UNSUPPORTED));
  }
  return line;
}

function citation(ranges, passage, open) {
  const name = `Citation ${passage.rank}: ${passage.document.title}, ${range(passage)}`;
  const press = (pressed) => open(passage, ranges(), pressed);
  const made = button(`[${passage.rank}]`, name, "citation", press);
  made.dataset.rank = passage.rank;
  return made;
}
