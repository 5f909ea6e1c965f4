// The box that questions are typed into. In: keys, what asking and stopping do. Out: questions.

import { button, byId } from "./dom.js";

const ASK = "Ask";
const STOP = "Stop";

// In: ask(question), a promise of null or of what went wrong; stop(); isAsking().
// Out: the box is ready.
export function prepareComposer({ ask, stop, isAsking }) {
  const field = byId("question");

  async function submit() {
    const typed = field.value;
    if (typed.trim() === "") {
      notify("Write a question first.");
      field.focus();
      return;
    }
    notify("");
    if (!isAsking()) field.value = "";
    const why = await ask(typed.trim());
    if (why) giveBack(typed, why);
  }

  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  // The second half of a double click on "Ask" is no wish to stop.
  byId("send").addEventListener("click", (event) => {
    if (!isAsking()) return;
    event.preventDefault();
    if (event.detail < 2) stop();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (isAsking()) notify("Wait for the answer, or stop it.");
      else submit();
    }
    if (event.key !== "Escape" || !byId("document").hidden) return;
    if (isAsking()) stop();
    else field.blur(); // single keys work from here on
  });
  field.addEventListener("input", () => {
    const full = field.value.length >= field.maxLength;
    notify(full ? `A question holds at most ${field.maxLength} characters.` : "");
  });
  if (window.matchMedia("(pointer: fine)").matches) field.focus();
}

// In: a sentence, "" for none; a label and what pressing it does, or nothing.
export function notify(sentence, label = "", act = null) {
  byId("notice").replaceChildren(sentence);
  if (!act) return;
  byId("notice").append(" ", button(label, null, "quiet", () => {
    notify("");
    act();
    byId("question").focus();
  }));
}

// In: a question of which nothing came, and why. Out: it can be changed and asked again.
export function giveBack(question, why) {
  const field = byId("question");
  if (field.value === "") field.value = question;
  notify(why);
}

// In: whether a question is being asked. Out: the button and the log say so.
export function showBusy(is) {
  const send = byId("send");
  send.textContent = is ? STOP : ASK;
  send.classList.toggle("stop", is);
  byId("log").setAttribute("aria-busy", `${is}`);
  if (is) notify("");
}
