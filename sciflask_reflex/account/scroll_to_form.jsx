/**
 * Goes to the section that was meant (the form that was sent last, or the address's own fragment) once everything above it is there.
 * The browser does so by itself before the content has come, and then the content pushes the section away.
 */
import { useEffect } from "react";

const SETTLED_MS = 300;

export const ScrollToForm = ({ form, ready }) => {
  useEffect(() => {
    if (!ready) return undefined;
    const section = document.getElementById(form || window.location.hash.slice(1));
    if (!section) return undefined;
    const go = () => section.scrollIntoView();
    const frame = requestAnimationFrame(go);
    const again = setTimeout(go, SETTLED_MS);
    const stop = () => clearTimeout(again); // whoever has begun to move is left alone
    const begun = ["wheel", "touchstart", "keydown", "pointerdown"];
    begun.forEach((name) => window.addEventListener(name, stop, { once: true, passive: true }));
    return () => {
      cancelAnimationFrame(frame);
      stop();
      begun.forEach((name) => window.removeEventListener(name, stop));
    };
  }, [form, ready]);
  return null;
};
