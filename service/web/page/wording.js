// Words for numbers. In: numbers of the API. Out: strings for the reader.

const NBSP = "\u00a0";

// In: a probability or share, 0..1. Out: whole percent, never a false 0 or 100.
export function percent(share) {
  if (share > 0 && share < 0.01) return `under 1${NBSP}%`;
  if (share < 1 && share > 0.99) return `over 99${NBSP}%`;
  return `${Math.round(share * 100)}${NBSP}%`;
}

// The words that the IPCC gives to ranges of probability (Mastrandrea et al. 2010).
const LEVELS = [
  [90, "very likely"],
  [66, "likely"],
  [34, "about as likely as not"],
  [11, "unlikely"],
  [0, "very unlikely"],
];

// In: a probability, 0..1. Out: for example "likely, 83 %"; the word is that of the number shown.
export function confidence(probability) {
  const [, word] = LEVELS.find(([least]) => Math.round(probability * 100) >= least);
  return `${word}, ${percent(probability)}`;
}

// In: a passage. Out: its offsets as in the API: code points, the first 0, the end exclusive.
export function range(passage) {
  const page = passage.page === null ? "" : `page ${passage.page}, `;
  return `${page}characters ${passage.start} to ${passage.end}`;
}

// In: a passage. Out: the headings it stands under, the highest first; "" if there are none.
export function headingPath(passage) {
  return passage.headings.join(" › ");
}

// In: a count and its noun. Out: "1 document", "3 documents".
export function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

// In: a moment as ISO 8601. Out: for example "3 minutes ago".
export function ago(moment, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000);
  const step = STEPS.find(([, length]) => seconds >= length);
  if (!step) return "just now";
  return new Intl.RelativeTimeFormat("en").format(-Math.floor(seconds / step[1]), step[0]);
}
