// Words of the question in a text. In: a question, an element. Out: these words are underlined,
// without a change to the text or its elements (CSS Custom Highlights; where a browser has none,
// nothing is).

const NAME = "asked";
const SHORTEST = 3;
const COMMON = new Set(`about after again also and any are because been before being between both but
can could did does down during each few for from further had has have having her here hers him his
how into its just more most much not now off once only other our out over own same she should some
such than that the their them then there these they this those through too under until very was
were what when where which while who whom whose why will with would you your`.split(/\s+/u));

// In: a question. Out: the stems of its words that mean something.
export function stemsOf(question) {
  const words = question.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const meant = words.filter((word) => [...word].length >= SHORTEST && !COMMON.has(word));
  return new Set(meant.map(stem));
}

function stem(word) {
  return word.length > 4 ? word.replace(/(?:ing|edly|ed|ies|es|s|e|y)$/u, "") : word;
}

// In: elements, a question. Out: its words in them are underlined, and no others anywhere.
export function underline(elements, question) {
  if (!window.CSS?.highlights) return;
  const stems = stemsOf(question);
  const found = stems.size === 0 ? [] : elements.flatMap((each) => rangesIn(each, stems));
  if (found.length === 0) CSS.highlights.delete(NAME);
  else CSS.highlights.set(NAME, new Highlight(...found));
}

function rangesIn(root, stems) {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      if (!stems.has(stem(word[0].toLowerCase()))) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      found.push(range);
    }
  }
  return found;
}
