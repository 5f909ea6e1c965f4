// The list of questions: filter and sort. Without this script all of it stands there, the worst
// first. In: the page. Out: the same rows, some hidden, in another order.
"use strict";

const list = document.getElementById("list");
const body = list.tBodies[0];
const headings = Array.from(list.tHead.rows[0].cells);
const text = document.getElementById("text");
const kind = document.getElementById("kind");
const tag = document.getElementById("tag");
const shown = document.getElementById("shown");

const entries = Array.from(body.rows, (row) => ({
  row,
  words: `${row.cells[0].textContent} ${row.querySelector("summary").textContent}`.toLowerCase(),
  kinds: row.dataset.kinds.split(" "),
  tags: row.dataset.tags.split(" "),
}));

// In: what is chosen. Out: rows that do not match are hidden, and the count is told.
function filter() {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const entry of entries) {
    const matches =
      words.every((word) => entry.words.includes(word)) &&
      (!kind.value || entry.kinds.includes(kind.value)) &&
      (!tag || !tag.value || entry.tags.includes(tag.value));
    entry.row.hidden = !matches;
    count += matches;
  }
  shown.textContent = `${count} of ${entries.length} questions`;
}

// In: a row, a column. Out: its value there: a number where it is one, null where there is none.
function valueAt(row, column) {
  const cell = row.cells[column];
  const told = cell.dataset.value ?? cell.textContent.trim();
  if (told === "–") return null;
  const number = Number(told);
  return Number.isNaN(number) ? told : number;
}

// In: two values, 1 or -1. Out: their order; what is missing comes last either way.
function compare(one, other, direction) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === "number" && typeof other === "number") return direction * (one - other);
  return direction * String(one).localeCompare(String(other), "en", { numeric: true });
}

// In: a heading. Out: the rows in its column's order; the other way round the second time.
function sortBy(heading) {
  const column = headings.indexOf(heading);
  const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of headings) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  const rows = entries.map(({ row }) => ({ row, value: valueAt(row, column) }));
  rows.sort((one, other) => compare(one.value, other.value, direction));
  body.append(...rows.map(({ row }) => row));
}

for (const heading of headings) {
  if ("plain" in heading.dataset) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => sortBy(heading));
  heading.replaceChildren(button);
}
for (const control of [text, kind, tag]) control?.addEventListener("input", filter);
document.querySelector(".controls").hidden = false;
filter();
