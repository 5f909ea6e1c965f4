// Which conversation is open, and that it is kept. In: its turns as they change. Out: it is stored,
// and shown again after a reload; other tabs are told.

import { erase, readAll, readOne, write } from "./kept.js";
import { fresh, readRecord } from "./record.js";
import { forTab } from "./remembered.js";

const OPEN = "citewell-conversation";
const channel = new BroadcastChannel("citewell-conversations");

let current = fresh();
let told = {};

// In: shows(turns), a promise kept when they are shown; isAsking(); listed(), called when what is
// kept has changed; failed(sentence), "" when keeping works. Out: the conversation of before a
// reload is open.
export async function prepareKeeping(listening) {
  told = listening;
  channel.onmessage = ({ data: id }) => changedElsewhere(id);
  const id = forTab.read(OPEN);
  if (id) await openConversation(id);
}

export const currentId = () => current.id;

// In: the turns of the open conversation. Out: a promise kept when they are stored, or it is told
// that they are not.
export async function keep(turns) {
  current = { ...current, turns, changed: new Date().toISOString() };
  forTab.write(OPEN, current.id);
  await store(current);
}

// In: nothing. Out: an empty conversation is open.
export async function openNew() {
  await told.shows([]);
  current = fresh();
  forTab.write(OPEN, null);
  told.listed();
}

// In: an id. Out: a promise of whether that conversation is open.
export async function openConversation(id) {
  const record = readRecord(await attempt(() => readOne(id)));
  if (!record) return false;
  await told.shows(record.turns);
  current = record;
  forTab.write(OPEN, id);
  told.listed();
  return true;
}

// In: a record, its new name or null for that of its first question.
export async function rename(record, name) {
  const renamed = { ...record, name };
  if (record.id === current.id) current = { ...current, name };
  await store(renamed);
}

// In: an id. Out: it is kept no more; if it was open, a new one is.
export async function remove(id) {
  await attempt(() => erase(id), true);
  channel.postMessage(id);
  if (id === current.id) await openNew();
  else told.listed();
}

// In: a record, also one that was removed. Out: a promise kept when it is stored.
export async function store(record) {
  await attempt(() => write(record), true);
  channel.postMessage(record.id);
  told.listed();
}

// In: nothing. Out: a promise of everything that is kept, the last changed first, as {stored,
// record}; record is null for what cannot be read.
export async function listKept() {
  const all = (await attempt(readAll)) ?? [];
  const time = ({ stored }) => Date.parse(stored.changed) || 0;
  return all.map((stored) => ({ stored, record: readRecord(stored) }))
    .sort((one, other) => time(other) - time(one));
}

// Out: what was promised; undefined when it failed, which is told until something is changed again.
async function attempt(work, isChange = false) {
  try {
    const made = await work();
    if (isChange) told.failed("");
    return made;
  } catch (failure) {
    told.failed(failure.message);
    return undefined;
  }
}

async function changedElsewhere(id) {
  told.listed();
  if (id !== current.id || told.isAsking()) return;
  const record = readRecord(await attempt(() => readOne(id)));
  if (!record || record.changed === current.changed) return;
  await told.shows(record.turns);
  current = record;
}
