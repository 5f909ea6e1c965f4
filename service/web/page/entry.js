// One question with its answer, as it comes about. In: the question, what its buttons do.
// Out: an <article>, and functions that fill it.
//
// Passages stay the elements they are when the answer follows: the reader may be among them.

import { absent, after, before, part, partsOf } from "./answer.js";
import { button, element } from "./dom.js";
import { feedback } from "./feedback.js";
import { sourceList } from "./sources.js";

const SEARCHING = "Searching the documents …";
const READING = "Reading these passages …";

// In: a question; does.open(response, passage, ranges, opener), does.edit(article) and
// does.again(). Out: {article, passages(retrieval), part(kind, value), done(response), off(why)}.
export function entry(question, does) {
  const heading = element("h2", { class: "asked", dir: "auto", tabindex: "-1" }, question);
  const edit = button("Edit", "Edit this question", "quiet edit", () => does.edit());
  const head = element("header", { class: "entry-head" }, heading, edit);
  const answer = element("div", { class: "answer" }, waiting(SEARCHING));
  const article = element("article", { class: "entry" }, head, answer);
  let found = { passages: [] }; // the retrieval, then the response
  let shown = []; // the parts, as [kind, value, element]
  const markers = new Map(); // by passage, the place of its button for feedback

  const open = (passage, ranges, opener) => does.open(found, passage, ranges, opener);
  const quotes = () => found.answer?.quotes ?? [];

  function passages(retrieval) {
    found = retrieval;
    if (retrieval.understood?.leans) head.after(together(retrieval.understood));
    answer.replaceChildren(waiting(READING));
    if (retrieval.passages.length > 0) article.append(sources(retrieval.passages));
  }

  function sources(cited) {
    const list = sourceList(cited, open, (passage) => {
      markers.set(passage, element("span"));
      return markers.get(passage);
    });
    return element("section", { class: "found" },
      element("h3", {}, `Passages (${cited.length})`), list);
  }

  function show(kind, value) {
    if (shown.length === 0) answer.replaceChildren();
    const made = part(kind, value, found.passages, quotes, open);
    shown.push([kind, value, made]);
    answer.append(made);
  }

  // What was shown stays if the answer is made of it; it is taken back if it is not.
  function settle({ answer: final }) {
    const parts = partsOf(final);
    const same = ([kind, value], place) =>
      kind === parts[place]?.[0] && JSON.stringify(value) === JSON.stringify(parts[place][1]);
    if (shown.length > parts.length || !shown.every(same)) shown = [];
    if (shown.length === 0) answer.replaceChildren();
    for (const [kind, value] of parts.slice(shown.length)) show(kind, value);
    answer.prepend(...before(final));
    answer.append(...after(final));
  }

  function done(response) {
    if (!article.querySelector(".found") && !found.id) passages(response);
    // The elements know the passages of the retrieval, which are equal to the response's.
    const known = found.passages;
    found = { ...response, passages: known };
    if (response.answer.verdict === "answered") settle(found);
    else answer.replaceChildren(...absent(response.answer));
    const { row, marker } = feedback(found);
    answer.after(row);
    for (const [passage, place] of markers) place.replaceWith(marker(passage));
    name(response.answer.verdict === "answered");
  }

  function name(isAnswered) {
    const section = article.querySelector(".found");
    const title = section?.querySelector("h3");
    if (isAnswered && title) title.textContent = "Sources";
    if (isAnswered || !section) return;
    title.textContent = `Nearest passages (${found.passages.length})`;
    const folded = element("details", { class: "found nearest" }, element("summary", {}, title),
      ...section.querySelectorAll(".sources"));
    section.replaceWith(folded);
  }

  function off(why) {
    if (shown.length === 0) answer.replaceChildren();
    const again = button("Ask again", "Ask this question again", "again", () => does.again());
    answer.append(element("p", { class: "off" }, why), again);
  }

  return { article, passages, part: show, done, off };
}

function waiting(words) {
  return element("p", { class: "waiting" }, words);
}

// A question that leans on the one before is told as what was searched for.
function together(understood) {
  return element("p", { class: "hint understood", dir: "auto" },
    `Understood as: ${understood.question}`);
}
