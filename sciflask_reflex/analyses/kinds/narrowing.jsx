/**
 * The form that narrows a table. Numbers count as they are typed or slid, when it has been quiet for a moment. A name counts when it is
 * one of those offered, or when the field is left; until then each letter asks for names to offer.
 */
import { useEffect, useRef } from "react";

const QUIET_MS = 250;
const SUGGEST_MS = 120;

const fields = (form) => Array.from(form.elements).filter((field) => field.name);
const read = (form) => Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
const offers = (field) => Array.from(field.list?.options ?? []).some((option) => option.value === field.value);

/** A slider goes where the field beside it says; the field says where the slider is, and nothing at its beginning. */
const follow = (form, moved) => {
  if (moved.dataset.of) {
    form.elements.namedItem(moved.dataset.of).value = moved.value === moved.min ? "" : moved.value;
    return;
  }
  const slider = form.querySelector(`[data-of="${CSS.escape(moved.name)}"]`);
  if (slider && Number.isFinite(Number(moved.value))) slider.value = moved.value.trim() === "" ? slider.min : moved.value;
};

export const Narrowing = ({ label, onNarrow, onSuggest, children }) => {
  const form = useRef(null);
  const timers = useRef({});
  const sent = useRef("{}");
  const tell = useRef({});
  useEffect(() => {
    tell.current = { onNarrow, onSuggest };
  });
  useEffect(() => {
    sent.current = JSON.stringify(read(form.current));
    const arrived = new MutationObserver(() => {
      const field = document.activeElement; // a whole name may have been typed before it was offered
      if (field?.form === form.current && field.list && offers(field)) send();
    });
    arrived.observe(form.current, { childList: true, subtree: true, attributes: true, attributeFilter: ["value"] });
    return () => {
      arrived.disconnect();
      Object.values(timers.current).forEach(clearTimeout);
    };
  }, []);

  const later = (name, act, wait) => {
    clearTimeout(timers.current[name]);
    timers.current[name] = setTimeout(act, wait);
  };
  const send = () => {
    clearTimeout(timers.current.send);
    const values = read(form.current);
    const text = JSON.stringify(values);
    if (text === sent.current) return;
    sent.current = text;
    tell.current.onNarrow(values);
  };
  const changed = ({ target }) => {
    if (!target.list) {
      follow(form.current, target);
      later("send", send, QUIET_MS);
      return;
    }
    if (!target.value.trim() || offers(target)) send();
    else later("suggest", () => tell.current.onSuggest(target.name, target.value), SUGGEST_MS);
  };
  const clear = (event) => {
    event.preventDefault();
    for (const field of fields(form.current)) {
      field.value = "";
      follow(form.current, field);
    }
    send();
  };

  return (
    <form
      ref={form}
      className="narrowing"
      aria-label={label}
      noValidate
      onInput={changed}
      onBlur={send}
      onReset={clear}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {children}
      <div className="actions">
        <button type="reset" className="btn s">Clear</button>
        <button type="submit" className="visually-hidden" tabIndex={-1}>Narrow</button>
      </div>
    </form>
  );
};
