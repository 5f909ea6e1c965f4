// A long text in a scroller, of which only what is near is in the page. In: a scroller, a divided
// text, how a block is painted. Out: blocks come and go while the reader scrolls, and what is in
// view stays where it is.

import { element } from "./dom.js";

const MOST = 6; // blocks in the page at once
const TALLEST = 12_000_000; // pixels of empty space that browsers can scroll through

// In: as above; told.changed(elements) and told.failed(failure) are called.
// Out: {show(numbers), follow(), stop()}.
export function windowed(scroller, text, paint, told) {
  const above = element("div", { class: "beyond", "aria-hidden": "true" });
  const below = element("div", { class: "beyond", "aria-hidden": "true" });
  let shown = []; // {number, start, end, element}, in order
  let busy = false;
  let stopped = false;

  async function load(number) {
    const block = await text.block(number);
    return { number, start: block.start, end: block.end, element: paint(block) };
  }

  // In: consecutive numbers. Out: a promise kept when these blocks, and no others, are shown.
  async function show(numbers) {
    const loaded = await Promise.all(numbers.map(load));
    if (stopped) return;
    shown = loaded;
    scroller.replaceChildren(above, ...shown.map((block) => block.element), below);
    pad();
  }

  function pad() {
    const height = shown.reduce((sum, block) => sum + block.element.offsetHeight, 0);
    const first = shown[0].start;
    const last = shown.at(-1).end;
    const each = Math.min(height / Math.max(1, last - first), TALLEST / text.length);
    told.changed(shown.map((block) => block.element));
    above.style.height = `${Math.round(first * each)}px`;
    below.style.height = `${Math.round((text.length - last) * each)}px`;
  }

  // Change what is shown while a block that stays does not move on the screen.
  function still(anchor, change) {
    const before = anchor.element.getBoundingClientRect().top;
    change();
    pad();
    scroller.scrollTop += anchor.element.getBoundingClientRect().top - before;
  }

  async function extend(up) {
    const edge = up ? shown[0] : shown.at(-1);
    const added = await load(edge.number + (up ? -1 : 1));
    if (stopped || !shown.includes(edge)) return;
    still(edge, () => {
      if (up) edge.element.before(added.element);
      else edge.element.after(added.element);
      shown = up ? [added, ...shown] : [...shown, added];
      while (shown.length > MOST) (up ? shown.pop() : shown.shift()).element.remove();
    });
  }

  // The reader has dragged the scroll bar to where no block is.
  async function leap() {
    const place = above.offsetHeight > scroller.scrollTop ? [above, 0, shown[0].start]
      : [below, shown.at(-1).end, text.length];
    const [space, start, end] = place;
    const passed = scroller.getBoundingClientRect().top - space.getBoundingClientRect().top;
    const share = Math.max(0, Math.min(1, passed / Math.max(1, space.offsetHeight)));
    const number = await text.blockAt(Math.min(text.length - 1,
      Math.floor(start + share * (end - start))));
    const top = scroller.scrollTop;
    await show([number]);
    if (!stopped) scroller.scrollTop = top;
  }

  async function follow() {
    if (busy || stopped || shown.length === 0) return;
    const view = scroller.getBoundingClientRect();
    const first = shown[0];
    const last = shown.at(-1);
    const top = first.element.getBoundingClientRect().top;
    const bottom = last.element.getBoundingClientRect().bottom;
    const next = missing({ view, top, bottom, first, last });
    if (next === null) return;
    busy = true;
    try {
      await next();
    } catch (failure) {
      told.failed(failure);
      stopped = true;
    } finally {
      busy = false;
    }
    follow();
  }

  function missing({ view, top, bottom, first, last }) {
    const isAtEnd = last.number === text.count - 1;
    const away = view.height * 2;
    if ((top > view.bottom && first.number > 0) || (bottom < view.top && !isAtEnd)) return leap;
    if (top > view.top - away && first.number > 0) return () => extend(true);
    if (bottom < view.bottom + away && !isAtEnd) return () => extend(false);
    return null;
  }

  scroller.addEventListener("scroll", follow, { passive: true });
  return {
    show,
    follow,
    stop: () => {
      stopped = true;
      scroller.removeEventListener("scroll", follow);
    },
  };
}
