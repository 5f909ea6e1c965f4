// The conversation that is open. In: questions. Out: a list of turns, shown, newest last.
//
// A turn is {question, at, response} or, where the answer did not come to its end, {question, at,
// retrieval, off}: the passages, and a sentence that says why there is no more.

import { announce, announceAnswer } from "./announced.js";
import { askStreamed } from "./asking.js";
import { byId } from "./dom.js";
import { editHere } from "./editing.js";
import { entry } from "./entry.js";
import { openPassage } from "./viewer.js";

const STOPPED = "You stopped this answer.";
const BUSY = "Wait for the answer, or stop it.";

let turns = []; // of {turn, article}
let asking = null; // {controller, settled} of the question that is being asked
let told = {};

// In: changed(turns), called when they have changed; busy(is), when asking begins and ends;
// failed(why, article), when nothing came of a question that was asked again; and
// replaced(count, undo), when as many answers made way for another. Out: nothing.
export function prepareConversation(listening) {
  told = listening;
}

export const isAsking = () => asking !== null;

export const turnsNow = () => turns.map(({ turn }) => turn);

// Out: a promise that is kept when what was being asked is given up.
export async function stop() {
  asking?.controller.abort();
  await asking?.settled;
}

// In: turns that were kept. Out: they, and no others, are shown.
export function showTurns(kept) {
  turns = [];
  byId("log").replaceChildren();
  for (const turn of kept) {
    const view = viewOf(turn.question);
    if (turn.response) view.done(turn.response);
    if (turn.retrieval) view.passages(turn.retrieval);
    if (turn.off) view.off(turn.off);
    show({ turn, article: view.article });
  }
}

// In: a question. Out: a promise of null, or of what went wrong when nothing is left of it.
export function ask(question) {
  return askInPlace(question, turns.length);
}

// In: a question, the number of turns that stay; the others make way, and come back if nothing
// comes of it.
function askInPlace(question, place) {
  if (asking) return Promise.resolve(BUSY);
  const controller = new AbortController();
  const replaced = cutTo(place);
  const view = viewOf(question);
  byId("log").append(view.article);
  view.article.scrollIntoView({ block: "start" });
  announce("Searching the documents.");
  told.busy(true);
  const settled = run(question, view, controller.signal).then(({ turn, why }) => {
    asking = null;
    told.busy(false);
    if (turn) settle({ turn, article: view.article }, replaced);
    else putBack(view.article, replaced);
    return why ?? null;
  });
  asking = { controller, settled };
  return settled;
}

// Out: a promise of {turn} or, when nothing was found before it ended, of {why}.
async function run(question, view, signal) {
  const at = new Date().toISOString();
  let retrieval = null;
  try {
    const response = await askStreamed(question, latest(), signal, (kind, value) => {
      if (kind === "passages") {
        retrieval = value;
        view.passages(value);
      } else if (kind === "quote" || kind === "sentence") {
        view.part(kind, value);
      }
    });
    view.done(response);
    announceAnswer(response.answer);
    return { turn: { question, at, response } };
  } catch (failure) {
    const why = signal.aborted ? STOPPED : failure.message;
    announce(why);
    if (!retrieval) return { why };
    view.off(why);
    return { turn: { question, at, retrieval, off: why } };
  }
}

// Out: the response that a question may lean on, or null.
function latest() {
  return turns.findLast(({ turn }) => turn.response)?.turn.response ?? null;
}

// In: 1 or -1. Out: the next or previous question has the focus; without one, the last.
export function stepTurn(by) {
  const all = [...byId("log").querySelectorAll(".asked")];
  const here = document.activeElement.closest(".entry")?.querySelector(".asked");
  const next = here ? all[all.indexOf(here) + by] : all.at(-1);
  next?.focus();
  next?.closest(".entry").scrollIntoView({ block: "start" });
}

// In: what is looked for. Out: the first such button of the turn that has the focus, or of the
// last, is pressed.
export function pressInTurn(selector) {
  const turn = document.activeElement.closest(".entry") ?? byId("log").lastElementChild;
  turn?.querySelector(selector)?.click();
}

function viewOf(question) {
  const view = entry(question, {
    open: ({ index }, passage, ranges, opener) =>
      openPassage(passage, ranges, index.digest, opener),
    edit: () => edit(view.article, question),
    again: () => again(view.article, question),
  });
  return view;
}

function edit(article, question) {
  if (asking) return;
  const close = editHere(article.querySelector(".entry-head"), question, async (changed) => {
    if (await again(article, changed)) close();
  });
}

// Out: a promise of whether it came to something; the reader goes on at the new turn.
async function again(article, question) {
  const place = turns.findIndex((each) => each.article === article);
  if (asking || place < 0) return false;
  const asked = askInPlace(question, place);
  byId("log").lastElementChild.querySelector(".asked").focus({ preventScroll: true });
  const why = await asked;
  if (why) told.failed(why, article);
  return !why;
}

function cutTo(place) {
  const rest = turns.splice(place);
  for (const { article } of rest) article.remove();
  return rest;
}

function show(made) {
  turns.push(made);
  byId("log").append(made.article);
}

function settle(made, replaced) {
  turns.push(made);
  told.changed(turnsNow());
  const place = turns.length - 1;
  if (replaced.length < 2) return;
  told.replaced(replaced.length - 1, () => {
    if (asking) return;
    cutTo(place);
    replaced.forEach(show);
    told.changed(turnsNow());
  });
}

function putBack(article, replaced) {
  article.remove();
  replaced.forEach(show);
}
