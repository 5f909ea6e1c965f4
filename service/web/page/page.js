// The page. In: nothing. Out: its parts are ready and know of each other.

import { notify, prepareComposer, showBusy } from "./composer.js";
import { ask, isAsking, prepareConversation, stop } from "./conversation.js";
import { byId } from "./dom.js";
import { showFacts } from "./opening.js";
import { prepareLinks } from "./linked.js";
import { prepareManage } from "./manage.js";
import { prepareViewer } from "./viewer.js";
import { counted } from "./wording.js";

function start() {
  prepareConversation({
    busy: showBusy,
    changed: () => {},
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
}

start();
