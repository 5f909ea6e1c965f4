// Builds elements. In: a tag, properties or attributes, children. Out: the element.
// Children that are strings become text nodes, so no text is ever read as markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// In: an id that index.html holds. Out: that element.
export function byId(id) {
  return document.getElementById(id);
}

// In: a label for the eye, a name for assistive technology (or null), what a click does.
// Out: a button; the handler is given the button, to which focus will return.
export function button(text, name, className, onPress) {
  const made = element("button", { type: "button", "aria-label": name, class: className }, text);
  made.addEventListener("click", () => onPress(made));
  return made;
}
