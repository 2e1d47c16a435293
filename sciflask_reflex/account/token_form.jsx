/**
 * Makes an API token. It is a secret that is shown once: it comes as the answer to this form, stays in this element,
 * and is gone when the element is. Nothing of it reaches the state of the page, which the server keeps.
 */
import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { useEffect, useRef, useState } from "react";

const UNREACHABLE = "The site does not answer. Check your connection and try again.";

const Field = ({ id, label, hint, fault, children }) => (
  <div className="field">
    <div className="field-head"><label htmlFor={id}>{label}</label></div>
    {children({
      id,
      className: "input",
      "aria-invalid": fault ? "true" : "false",
      "aria-describedby": `${id}-hint ${id}-fault`,
    })}
    {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
    {fault && <p className="fault" id={`${id}-fault`} role="alert"><CircleAlert size={15} />{fault}</p>}
  </div>
);

const Shown = ({ token, onDone }) => {
  const box = useRef(null);
  const [copied, setCopied] = useState("");
  useEffect(() => box.current?.focus(), []);
  const copy = async () => {
    box.current.select();
    try {
      await navigator.clipboard.writeText(token);
      setCopied("Copied.");
    } catch {
      setCopied("Press Ctrl+C or Cmd+C to copy it.");
    }
  };
  return (
    <div className="note ok">
      <CircleCheck size={18} />
      <div className="body stack s">
        <label htmlFor="token-value"><b>Copy your token now. It is not shown again.</b></label>
        <input ref={box} id="token-value" className="input mono" readOnly value={token} autoComplete="off" spellCheck="false" onFocus={(event) => event.target.select()} />
        <div className="actions">
          <button type="button" className="btn solid" onClick={copy}>Copy token</button>
          <button type="button" className="btn" onClick={onDone}>Done</button>
        </div>
        <span role="status" className="small muted">{copied}</span>
      </div>
    </div>
  );
};

export const TokenForm = ({ action, hasPassword, mostDays, onCreated }) => {
  const [token, setToken] = useState("");
  const [sentence, setSentence] = useState("");
  const [faults, setFaults] = useState({});
  const [busy, setBusy] = useState(false);

  const send = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setSentence("");
    setFaults({});
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(action, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
      const told = await answer.json();
      if (answer.ok) {
        form.reset();
        setToken(told.token);
        onCreated?.();
      } else {
        setSentence(told.sentence ?? UNREACHABLE);
        setFaults(told.faults ?? {});
      }
    } catch {
      setSentence(UNREACHABLE);
    }
    setBusy(false);
  };

  if (token) return <Shown token={token} onDone={() => setToken("")} />;
  const atFields = Object.keys(faults).length > 0;
  return (
    <form className="stack" onSubmit={send} noValidate>
      {sentence && !atFields && <div className="note error" role="alert"><CircleX size={18} /><div className="body">{sentence}</div></div>}
      <Field id="token-name" label="Token name" hint="What it is for, as in 'nightly script'." fault={faults.name}>
        {(props) => <input {...props} name="name" maxLength={80} autoComplete="off" />}
      </Field>
      <Field id="token-scope" label="What it may do" fault={faults.scope}>
        {(props) => (
          <select {...props} name="scope" defaultValue="read">
            <option value="read">Read: see and download your work</option>
            <option value="submit">Submit: also upload, start and delete</option>
          </select>
        )}
      </Field>
      <Field id="token-days" label="Days it lasts" hint={`1 to ${mostDays}`} fault={faults.days}>
        {(props) => <input {...props} className="input num" name="days" type="number" min={1} max={mostDays} defaultValue={90} />}
      </Field>
      {hasPassword && (
        <Field id="token-current_password" label="Current password" fault={faults.current_password}>
          {(props) => <input {...props} name="current_password" type="password" autoComplete="current-password" />}
        </Field>
      )}
      <div className="actions"><button type="submit" className="btn" disabled={busy}>{busy ? "Creating…" : "Create token"}</button></div>
    </form>
  );
};
