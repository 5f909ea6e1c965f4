// The page. In: nothing. Out: its parts are ready and know of each other.

import { announce } from "./announced.js";
import { notify, prepareComposer, showBusy } from "./composer.js";
import { ask, isAsking, prepareConversation, showTurns, stop } from "./conversation.js";
import { byId } from "./dom.js";
import { closeDrawer, prepareDrawer } from "./drawer.js";
import { keep, prepareKeeping } from "./keeping.js";
import { prepareLinks } from "./linked.js";
import { prepareManage } from "./manage.js";
import { showFacts } from "./opening.js";
import { listShelf, prepareShelf } from "./shelf.js";
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
  prepareManage(showFacts);
  showFacts();
  byId("open-manage").hidden = false;
  startKeeping();
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
