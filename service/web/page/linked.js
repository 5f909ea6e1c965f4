// Links to citations, #citation=ID&mark=START-END,START-END. In: the address. Out: the pane shows
// the place, or says that the document has changed or gone since.

import { readCitation } from "./texts.js";
import { openFailure, openPassage, openText } from "./viewer.js";

// In: nothing. Out: links are followed, that of the address at once.
export function prepareLinks() {
  window.addEventListener("hashchange", follow);
  return follow();
}

async function follow() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const id = asked.get("citation");
  if (!id) return;
  try {
    await open(await readCitation(id), marks(asked.get("mark") ?? ""));
  } catch (failure) {
    openFailure("A linked citation", failure.message);
  }
}

function marks(stated) {
  return [...stated.matchAll(/(\d{1,12})-(\d{1,12})/gu)].map(([, start, end]) =>
    ({ start: Number(start), end: Number(end) }));
}

async function open(cited, ranges) {
  const [now] = cited.now;
  if (!now) {
    openText(cited, ranges, `Shown is the text as it was cited: ${cited.note}.`);
    return;
  }
  const by = now.start - cited.start;
  const moved = ranges.map(({ start, end }) => ({ start: start + by, end: end + by }));
  await openPassage({ ...cited, ...now }, moved, cited.index.digest, null, sentence(cited.note));
}

function sentence(note) {
  return note ? `${note[0].toUpperCase()}${note.slice(1)}.` : "";
}
