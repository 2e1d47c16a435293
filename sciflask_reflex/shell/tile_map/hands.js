/** Mouse, wheel, touch and keys on a map. The page scrolls on under wheel and finger until somebody has chosen the map. */
const NEAR = 6; // pixels: less is a tap, not a drag
const PAGE = 10; // cells, with Shift

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const FACTORS = { "+": 2, "=": 2, "-": 0.5, "−": 0.5, _: 0.5 };

const apart = ([one, other]) => Math.hypot(one.x - other.x, one.y - other.y);
const half = ([one, other]) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

/**
 * `told` is called with "pointed" while a mouse goes over cells, with "chosen" for a click, a tap or a key.
 * `isLarge` says whether the map has the whole window: then one finger moves it.
 */
export const handle = (box, scene, told, isLarge) => {
  const off = new AbortController();
  const on = (name, act, options = {}) => box.addEventListener(name, act, { signal: off.signal, ...options });
  const place = (event) => {
    const frame = box.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const choose = ({ x, y }, stays) => {
    if (scene.jump(x, y)) return;
    scene.point(x, y, stays);
    told("chosen");
  };

  on("wheel", (event) => {
    const chosen = event.ctrlKey || isLarge() || box.contains(document.activeElement);
    const lines = event.deltaMode === 1 ? 16 : 1;
    const [out, none] = [event.deltaY > 0, event.deltaY === 0];
    if (!chosen || none || (!event.ctrlKey && !isLarge() && out && scene.camera.zoom === 0)) return;
    event.preventDefault();
    const { x, y } = place(event);
    scene.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0025)), x, y);
  }, { passive: false });

  let drag = null;
  on("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    box.focus({ preventScroll: true });
    box.setPointerCapture(event.pointerId);
    drag = { ...place(event), from: place(event), far: false };
  });
  on("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const here = place(event);
    if (!drag) {
      scene.point(here.x, here.y, true);
      told("pointed");
      return;
    }
    drag.far ||= apart([here, drag.from]) > NEAR;
    if (drag.far) scene.move(here.x - drag.x, here.y - drag.y);
    Object.assign(drag, here);
  });
  const released = (event) => {
    if (drag && !drag.far && event.type === "pointerup") choose(place(event), true);
    drag = null;
  };
  on("pointerup", released);
  on("pointercancel", released);
  on("pointerleave", (event) => {
    if (event.pointerType === "touch" || drag) return;
    scene.leave(document.activeElement === box);
    told("pointed");
  });
  on("dblclick", (event) => {
    const { x, y } = place(event);
    scene.zoom(event.shiftKey ? 0.5 : 2, x, y);
  });

  let touch = null;
  const fingers = (event) => Array.from(event.touches, place);
  on("touchstart", (event) => {
    const points = fingers(event);
    if (points.length > 1 || isLarge()) event.preventDefault();
    touch = { points, from: points[0], far: points.length > 1 || (touch?.far ?? false) };
  }, { passive: false });
  on("touchmove", (event) => {
    const points = fingers(event);
    if (!touch) return;
    touch.far ||= apart([points[0], touch.from]) > NEAR;
    const two = points.length > 1 && touch.points.length > 1;
    if (two || (isLarge() && points.length === 1 && touch.far)) {
      if (event.cancelable) event.preventDefault();
      const [before, now] = two ? [half(touch.points), half(points)] : [touch.points[0], points[0]];
      scene.move(now.x - before.x, now.y - before.y);
      if (two) scene.zoom(apart(points) / Math.max(apart(touch.points), 1), now.x, now.y);
    }
    touch.points = points;
  }, { passive: false });
  on("touchend", (event) => {
    if (event.touches.length) {
      touch.points = fingers(event);
      return;
    }
    if (touch && !touch.far) {
      event.preventDefault(); // no mouse events after it
      box.focus({ preventScroll: true });
      choose(touch.from, false);
    }
    touch = null;
  }, { passive: false });
  on("touchcancel", () => {
    touch = null;
  });

  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    const far = event.shiftKey ? PAGE : 1;
    if (step) scene.step(step[0] * far, step[1] * far);
    else if (FACTORS[event.key]) scene.zoom(FACTORS[event.key], ...scene.middle);
    else if (event.key === "Home") scene.home();
    else return;
    event.preventDefault();
    told("chosen");
  });

  return () => off.abort();
};
