// A question that is changed where it stands. In: its article. Out: a form in place of its head.

import { button, element } from "./dom.js";

const MOST = 2000;

// In: the head of an entry, the question, ask(changed), called with what is typed.
// Out: the field has the focus; Enter asks, Escape gives the head back, as does what is returned.
export function editHere(head, question, ask) {
  const field = element("textarea", { class: "edit-field", rows: "2", maxlength: `${MOST}`,
    dir: "auto", "aria-label": "Edit the question" });
  field.value = question;
  const close = () => form.replaceWith(head);
  const back = () => {
    close();
    head.querySelector(".edit").focus();
  };
  const form = element("form", { class: "edit-form", "aria-label": "Edit the question" }, field,
    element("div", { class: "edit-foot" },
      element("button", { type: "submit", class: "primary" }, "Ask again"),
      button("Cancel", "Cancel editing", "quiet", back)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() !== "") ask(field.value.trim());
  });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      back();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === field) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  head.replaceWith(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  return close;
}
