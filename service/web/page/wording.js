// Words for numbers. In: numbers of the API. Out: strings for the reader.

const NBSP = "\u00a0";

// In: a probability or share, 0..1. Out: whole percent, never a false 0 or 100.
export function percent(share) {
  if (share > 0 && share < 0.01) return `under 1${NBSP}%`;
  if (share < 1 && share > 0.99) return `over 99${NBSP}%`;
  return `${Math.round(share * 100)}${NBSP}%`;
}

const LEVELS = [
  [0.9, "very likely"],
  [0.7, "likely"],
  [0.55, "fairly likely"],
  [0.4, "uncertain"],
  [0.2, "doubtful"],
  [0, "unlikely"],
];

// In: a probability, 0..1. Out: for example "likely, 83 %".
export function confidence(probability) {
  const level = LEVELS.find(([least]) => probability >= least) ?? LEVELS.at(-1);
  return `${level[1]}, ${percent(probability)}`;
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
