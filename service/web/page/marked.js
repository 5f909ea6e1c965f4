// Code points and marks. Offsets of the API are Unicode code points; JavaScript strings count
// UTF-16 units. In: texts and code point offsets. Out: exact slices, and nodes with marks.

// In: a text and a code point offset. Out: the UTF-16 index, or -1 if the text is shorter.
function unitIndex(text, offset) {
  let unit = 0;
  for (let point = 0; point < offset; point += 1) {
    if (unit >= text.length) return -1;
    unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  }
  return unit;
}

// In: a text, a code point range. Out: {before, inside, after}, or null if out of bounds.
export function cut(text, start, end) {
  const from = unitIndex(text, start);
  if (from < 0 || end < start) return null;
  const rest = text.slice(from);
  const length = unitIndex(rest, end - start);
  if (length < 0) return null;
  return { before: text.slice(0, from), inside: rest.slice(0, length), after: rest.slice(length) };
}

// In: ranges of document offsets, and the bounds. Out: sorted, clipped, merged ranges.
export function tidy(ranges, start, end) {
  const tidied = [];
  const inOrder = ranges
    .map((range) => ({ start: Math.max(range.start, start), end: Math.min(range.end, end) }))
    .filter((range) => range.start < range.end)
    .sort((one, other) => one.start - other.start);
  for (const range of inOrder) {
    const last = tidied.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else tidied.push(range);
  }
  return tidied;
}

// In: a passage {text, start, end} and ranges of document offsets.
// Out: nodes whose text is the passage's text, each range in a <mark class="highlight">.
export function markedNodes(passage, ranges) {
  const points = Array.from(passage.text);
  const part = (start, end) => points.slice(start - passage.start, end - passage.start).join("");
  const nodes = [];
  let done = passage.start;
  for (const { start, end } of tidy(ranges, passage.start, passage.end)) {
    if (start > done) nodes.push(document.createTextNode(part(done, start)));
    const mark = document.createElement("mark");
    mark.className = "highlight";
    mark.textContent = part(start, end);
    nodes.push(mark);
    done = end;
  }
  if (done < passage.end) nodes.push(document.createTextNode(part(done, passage.end)));
  return nodes;
}
