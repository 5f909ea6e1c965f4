// A conversation as a file. In: a record. Out: Markdown or JSON, saved by the browser.

import { element } from "./dom.js";
import { nameOf } from "./record.js";
import { asMarkdown, escaped } from "./reference.js";
import { confidence } from "./wording.js";

// In: a record. Out: it in Markdown; nothing that a document or a question says is markup.
export function conversationMarkdown(record) {
  const turns = record.turns.map(turnMarkdown).join("\n");
  return `# ${escaped(nameOf(record))}\n\n${turns}`;
}

// In: what is stored. Out: it as it is stored.
export function conversationJson(stored) {
  return `${JSON.stringify(stored, null, 1)}\n`;
}

function turnMarkdown({ question, at, response, off }) {
  const lines = question.split(/\r\n|[\n\r]/u).map(escaped).join(" ");
  const answer = response ? answerMarkdown(response) : `${escaped(off ?? "")}\n`;
  return `## ${lines}\n\n${at}\n\n${answer}`;
}

function answerMarkdown({ answer, passages }) {
  const cited = (rank) => passages.find((passage) => passage.rank === rank);
  const quotes = answer.quotes.map((quote) =>
    asMarkdown({ ...cited(quote.citation), ranges: [quote] })).join("\n");
  if (answer.verdict !== "answered") {
    const why = answer.absence?.explanation ?? answer.notice ?? "";
    return `The documents do not answer this. ${escaped(why)}\n`;
  }
  const written = answer.composed ? `${answer.sentences.map(sentence).join(" ")}\n\n` : "";
  return `${written}${quotes}\nConfidence: ${confidence(answer.confidence)}\n`;
}

function sentence({ text, citations, supported }) {
  const markers = citations.map((rank) => `\\[${rank}\\]`).join("");
  return `${escaped(text)} ${markers}${supported ? "" : " (not supported by the passages)"}`;
}

// In: a text, its media type, what it is called. Out: the browser saves it as a file.
export function save(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// In: a name, a suffix. Out: a name that every file system takes.
export function fileName(name, suffix) {
  const plain = name.normalize("NFC").replace(/[^\p{L}\p{N}\p{M}]+/gu, "-")
    .replace(/^-+|-+$/gu, "");
  return `${Array.from(plain).slice(0, 60).join("") || "conversation"}.${suffix}`;
}
