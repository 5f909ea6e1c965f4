// The conversation. In: what the reader types. Out: questions and answers, newest last.

import { ask } from "./api.js";
import { byId } from "./dom.js";
import { entry } from "./entry.js";
import { showFacts } from "./opening.js";
import { prepareLinks } from "./linked.js";
import { prepareManage } from "./manage.js";
import { openPassage, prepareViewer } from "./viewer.js";

const field = byId("question");
const send = byId("send");
let waiting = false;
let latest = null; // the response that the next question may lean on

function busy(is) {
  waiting = is;
  send.textContent = is ? "Asking …" : "Ask";
  send.setAttribute("aria-disabled", `${is}`);
  byId("ask").setAttribute("aria-busy", `${is}`);
  byId("log").setAttribute("aria-busy", `${is}`);
}

function notify(sentence) {
  byId("notice").textContent = sentence;
}

// In: a response of the API. Out: it stands at the end of the conversation, in view.
function append(response) {
  const { digest } = response.index;
  const open = (passage, ranges, opener) => openPassage(passage, ranges, digest, opener);
  const made = entry(response, open);
  byId("log").append(made);
  made.scrollIntoView({ block: "start" });
}

async function submit() {
  const typed = field.value;
  if (waiting) return;
  if (typed.trim() === "") {
    notify("Write a question first.");
    field.focus();
    return;
  }
  notify("");
  busy(true);
  try {
    const response = await ask(typed.trim(), latest);
    latest = response;
    busy(false);
    append(response);
    if (field.value === typed) field.value = "";
  } catch (failure) {
    notify(failure.message);
  } finally {
    busy(false);
  }
}

function onKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("ask").requestSubmit();
}

function onInput() {
  const full = field.value.length >= field.maxLength;
  notify(full ? `A question holds at most ${field.maxLength} characters.` : "");
}

function start() {
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", onInput);
  prepareViewer();
  prepareLinks();
  prepareManage(showFacts);
  showFacts();
  byId("open-manage").hidden = false;
  byId("ask").hidden = false;
  if (window.matchMedia("(pointer: fine)").matches) field.focus();
}

start();
