// A conversation as it is kept. In: turns, records of this or an earlier form. Out: records.
//
// A record is {form, id, name, made, changed, turns}; times are ISO 8601, `name` is null until the
// reader gives one, and turns are those of conversation.js.

export const FORM = 1;
// UPGRADES[n] makes a record of form n + 2 of one of form n + 1.
const UPGRADES = [];
const LONGEST = 80; // code points of a name that is taken from a question

// In: nothing. Out: a conversation without turns.
export function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const now = new Date().toISOString();
  return { form: FORM, id, name: null, made: now, changed: now, turns: [] };
}

// In: what was stored, how older forms become newer ones. Out: a record of the present form, or
// null for what cannot be read: damaged, or of a form that a later version of the page made.
export function readRecord(stored, upgrades = UPGRADES) {
  const present = upgrades.length + 1;
  if (!Number.isInteger(stored?.form) || stored.form < 1 || stored.form > present) return null;
  let record = stored;
  try {
    for (const upgrade of upgrades.slice(record.form - 1)) record = upgrade(record);
  } catch {
    return null;
  }
  return isWhole(record) ? { ...record, form: present } : null;
}

function isWhole({ name, made, changed, turns }) {
  return (name === null || typeof name === "string")
    && [made, changed].every((time) => !Number.isNaN(Date.parse(time)))
    && Array.isArray(turns) && turns.every(isTurn);
}

function isTurn(turn) {
  const found = turn?.response ?? turn?.retrieval;
  return typeof turn?.question === "string" && Array.isArray(found?.passages)
    && typeof found.index?.digest === "string"
    && (turn.retrieval !== undefined || typeof turn.response.answer?.verdict === "string");
}

// In: a record. Out: the name it is listed by.
export function nameOf({ name, turns }) {
  if (name) return name;
  const words = Array.from((turns[0]?.question ?? "").replace(/\s+/gu, " ").trim());
  if (words.length === 0) return "New conversation";
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1).join("")}…` : words.join("");
}

// In: a record, what is looked for. Out: whether its name, questions and answers hold every word.
export function holds(record, sought) {
  const said = record.turns.flatMap(({ question, response }) =>
    [question, response?.answer.text ?? ""]);
  const text = [nameOf(record), ...said].join("\n").toLowerCase();
  return sought.toLowerCase().split(/\s+/u).every((word) => text.includes(word));
}
