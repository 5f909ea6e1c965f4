// A quote with its reference, as text. In: a citation. Out: plain text, Markdown, BibTeX, a link.
//
// A citation is {id, document: {title, path}, start, end, page, text, ranges}.

import { cut } from "./marked.js";
import { range } from "./wording.js";

const GAP = " … ";

// In: a citation. Out: what is quoted: the stressed ranges, or the passage if there are none.
export function quoteOf({ text, start, ranges }) {
  const parts = ranges.map((each) => cut(text, each.start - start, each.end - start)?.inside ?? "");
  return parts.join("") === "" ? text : parts.join(GAP);
}

// In: a citation, where the service is. Out: an address that opens the same place.
export function linkTo({ id, ranges }, origin = `${location.origin}/`) {
  const marks = ranges.map(({ start, end }) => `${start}-${end}`).join(",");
  return `${origin}#citation=${encodeURIComponent(id)}${marks && `&mark=${marks}`}`;
}

// In: a citation. Out: the quote and where it stands, for a letter.
export function asPlain(citation) {
  const { title, path } = citation.document;
  const where = path === title ? path : `${title} (${path})`;
  return `“${quoteOf(citation)}”\n${where}, ${range(citation)}\n${linkTo(citation)}\n`;
}

// In: a citation. Out: a block quote in Markdown, in which no character of the document is markup.
export function asMarkdown(citation) {
  const { title, path } = citation.document;
  const lines = quoteOf(citation).split(/\r\n|[\n\r]/u).map((line) => `> ${escaped(line)}`);
  const where = path === title ? "" : ` (${escaped(path)})`;
  const from = `[${escaped(title)}](${linkTo(citation)})${where}, ${range(citation)}`;
  return `${lines.join("\n")}\n>\n> — ${from}\n`;
}

// In: a text. Out: it on one line of Markdown, in which none of its characters is markup.
export function escaped(text) {
  const marked = text.replace(/\s+/gu, " ").replace(/[\\`*_{}[\]<>()#+!|~&$^=:@-]/gu, "\\$&");
  return marked.replace(/^( *\d+)\./u, "$1\\.");
}

// In: a citation. Out: an entry for BibTeX.
export function asBibtex(citation) {
  const { title, path } = citation.document;
  const fields = {
    title: `{${bibtex(title)}}`,
    howpublished: bibtex(path),
    ...(citation.page !== null && { pages: `${citation.page}` }),
    note: bibtex(`“${quoteOf(citation)}” (${range(citation)})`),
    url: linkTo(citation).replace(/[%#\\{}]/gu, "\\$&"),
  };
  const rows = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
  return `@misc{${citation.id.replace(/[^\w-]/gu, "_")},\n${rows.join(",\n")}\n}\n`;
}

// BibTeX counts braces whether or not a backslash stands before them: hence their names.
const NAMES = {
  "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
};

function bibtex(text) {
  return text.replace(/\s+/gu, " ").replace(/[\\{}~^]|[#$%&_]/gu,
    (found) => NAMES[found] ?? `\\${found}`);
}
