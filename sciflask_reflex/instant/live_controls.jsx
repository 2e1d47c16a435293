/**
 * The controls of a live tool. Whatever moves inside is sent when it has been quiet for a moment, or has been moving for long; sliders
 * and the fields beside them follow each other; the address bar holds what is shown.
 */
import { useEffect, useRef, useState } from "react";

const QUIET_MS = 150;
const LONGEST_MS = 450;

const read = (form) =>
  Object.fromEntries(Array.from(form.elements).filter((field) => field.name).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));

/** A slider goes where the field beside it says, as far as it can; the field says exactly where the slider is. */
const follow = (form, moved) => {
  const other = moved.dataset.of ? form.elements.namedItem(moved.dataset.of) : form.querySelector(`[data-of="${CSS.escape(moved.name)}"]`);
  if (other && (moved.dataset.of || (moved.value.trim() !== "" && Number.isFinite(Number(moved.value))))) other.value = moved.value;
};

export const LiveControls = ({ page, link, onMove, children }) => {
  const form = useRef(null);
  const timer = useRef(0);
  const since = useRef(0);
  const turn = useRef(0);
  const tell = useRef(onMove);
  useEffect(() => {
    tell.current = onMove;
  });

  const send = () => {
    clearTimeout(timer.current);
    since.current = 0;
    turn.current = Math.max(turn.current + 1, Date.now()); // rises after a reload, too
    tell.current(page, turn.current, read(form.current));
  };
  const changed = (event) => {
    follow(form.current, event.target);
    const now = performance.now();
    since.current ||= now;
    clearTimeout(timer.current);
    timer.current = setTimeout(send, Math.min(QUIET_MS, Math.max(0, since.current + LONGEST_MS - now)));
  };

  useEffect(() => {
    since.current = 0;
    return () => clearTimeout(timer.current);
  }, [page]);

  useEffect(() => {
    if (!page) return; // the address has not been read yet
    const address = link ? `${window.location.pathname}?${link}` : window.location.pathname;
    if (address !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", address);
  }, [page, link]);

  return (
    <form
      ref={form}
      noValidate
      onInput={changed}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {children}
    </form>
  );
};

export const CopyAddress = ({ link }) => {
  const [said, setSaid] = useState("");
  useEffect(() => setSaid(""), [link]);
  const copy = async () => {
    const address = `${window.location.origin}${window.location.pathname}?${link}`;
    try {
      await navigator.clipboard.writeText(address);
      setSaid("Copied.");
    } catch {
      setSaid("Copy it from the address bar.");
    }
  };
  return (
    <>
      <button type="button" className="btn" onClick={copy}>Copy link</button>
      <span className="small muted" role="status">{said}</span>
    </>
  );
};
