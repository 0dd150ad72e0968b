/** Dragging scenes of the storyboard: with a mouse by the scene, with a finger by its grip. The storyboard itself knows the keys. */

const STARTS_AFTER = 6; // pixels: less is a press
const EDGE = 48; // pixels from the edge of the list at which it scrolls

/**
 * @param {HTMLElement} list of `<li>`, one for each scene
 * @param {(from: number, to: number) => void} move called with the index of a scene, and that of the one whose place it takes
 */
export function enableMoving(list, move) {
  /** @type {{item: HTMLElement, pointer: number, x: number, y: number, moving: boolean, target: HTMLElement | null} | null} */
  let drag = null;
  const indexOf = (/** @type {Element} */ item) => [...list.children].indexOf(item);

  list.addEventListener("keydown", (key) => {
    if (drag?.moving && key.key === "Escape") end(false);
  });

  list.addEventListener("pointerdown", (press) => {
    const target = /** @type {HTMLElement} */ (press.target);
    const item = target.closest("li");
    if (!item || press.button || (press.pointerType !== "mouse" && !target.closest("[data-part=grip]"))) return;
    drag = { item, pointer: press.pointerId, x: press.clientX, y: press.clientY, moving: false, target: null };
  });

  list.addEventListener("pointermove", (moved) => {
    if (!drag || moved.pointerId !== drag.pointer) return;
    if (!drag.moving) {
      if (Math.hypot(moved.clientX - drag.x, moved.clientY - drag.y) < STARTS_AFTER) return;
      drag.moving = true;
      list.setPointerCapture(drag.pointer);
      drag.item.toggleAttribute("data-dragged", true);
    }
    scrollAt(moved.clientY);
    const below = document.elementsFromPoint(moved.clientX, moved.clientY).find((element) => element.parentElement === list);
    show(/** @type {HTMLElement | null} */ (below && below !== drag.item ? below : null));
  });

  list.addEventListener("pointerup", (lifted) => drag && lifted.pointerId === drag.pointer && end(true));
  list.addEventListener("pointercancel", () => drag && end(false));
  list.addEventListener("dragstart", (dragged) => dragged.preventDefault()); // of a picture

  /** Shows which scene's place it would take. @param {HTMLElement | null} target */
  function show(target) {
    drag.target?.removeAttribute("data-drop");
    drag.target = target;
    if (target) target.dataset.drop = indexOf(target) < indexOf(drag.item) ? "before" : "after";
  }

  /** @param {number} y */
  function scrollAt(y) {
    const box = list.getBoundingClientRect();
    if (y < box.top + EDGE) list.scrollTop -= 12;
    else if (y > box.bottom - EDGE) list.scrollTop += 12;
  }

  /** @param {boolean} drops */
  function end(drops) {
    const { item, target, moving } = drag;
    if (moving) {
      const swallow = (/** @type {Event} */ click) => click.stopPropagation();
      addEventListener("click", swallow, { capture: true });
      setTimeout(() => removeEventListener("click", swallow, { capture: true })); // a click follows at once, or none
    }
    show(null);
    item.removeAttribute("data-dragged");
    drag = null;
    if (drops && moving && target) move(indexOf(item), indexOf(target));
  }
}
