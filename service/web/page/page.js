// The page. In: nothing. Out: its parts are ready and know of each other.

import { announce } from "./announced.js";
import { giveBack, notify, prepareComposer, showBusy } from "./composer.js";
import {
  ask, isAsking, prepareConversation, pressInTurn, showTurns, stepTurn, stop,
} from "./conversation.js";
import { byId } from "./dom.js";
import { closeDrawer, prepareDrawer, toggleShelf } from "./drawer.js";
import { keep, prepareKeeping } from "./keeping.js";
import { prepareLinks } from "./linked.js";
import { prepareManage } from "./manage.js";
import { showFacts } from "./opening.js";
import { listShelf, prepareShelf, startNew } from "./shelf.js";
import { prepareShortcuts } from "./shortcuts.js";
import { showSuggestions } from "./suggested.js";
import { prepareViewer } from "./viewer.js";
import { counted } from "./wording.js";

function start() {
  prepareConversation({
    busy: showBusy,
    changed: keep,
    failed: (why, article) => {
      notify(why);
      (article.querySelector("textarea") ?? article.querySelector(".again"))?.focus();
    },
    replaced: (count, undo) =>
      notify(`${counted(count, "later answer")} made way for this one.`, "Undo", undo),
  });
  prepareComposer({ ask, stop, isAsking });
  prepareViewer();
  prepareLinks();
  prepareManage(showOpening);
  showOpening();
  byId("open-manage").hidden = false;
  startKeeping();
  prepareShortcuts([
    ["/", "Go to the question box", () => byId("question").focus()],
    ["j", "Next question", () => stepTurn(1)],
    ["k", "Previous question", () => stepTurn(-1)],
    ["o", "Open the first citation of the answer", () => pressInTurn(".citation")],
    ["e", "Edit the question", () => pressInTurn(".edit")],
    ["c", "New conversation", startNew],
    ["l", "List of conversations", toggleShelf],
    ["d", "Documents", () => byId("open-manage").click()],
  ]);
}

// What there is to ask; also after documents have come or gone.
function showOpening() {
  showFacts();
  showSuggestions(async (question) => {
    byId("question").focus();
    const why = isAsking() ? "" : await ask(question);
    if (why) giveBack(question, why);
  });
}

function startKeeping() {
  prepareDrawer();
  prepareShelf(opened);
  prepareKeeping({
    shows: async (turns) => {
      await stop();
      notify("");
      showTurns(turns);
    },
    isAsking,
    listed: listShelf,
    failed: (sentence) => {
      byId("unkept").textContent = sentence;
    },
  });
  listShelf();
}

// A conversation was chosen from the list: the document beside belongs to another.
function opened() {
  if (!byId("document").hidden) byId("close").click();
  closeDrawer(false);
  announce(`${counted(byId("log").children.length, "question")} in this conversation.`);
  byId("question").focus();
}

start();
