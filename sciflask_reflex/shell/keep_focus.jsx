/** Gives the focus to the element with the id `on`, or to what can have it inside, each time that `on` or `turn` changes. */
import { useEffect, useRef } from "react";

const FOCUSABLE = "button, [href], input:not([type=file]), select, textarea, [tabindex]:not([tabindex='-1'])";

export const KeepFocus = ({ on, turn }) => {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const wanted = on && document.getElementById(on);
    if (wanted) (wanted.matches(FOCUSABLE) ? wanted : wanted.querySelector(FOCUSABLE))?.focus();
  }, [on, turn]);
  return null;
};
