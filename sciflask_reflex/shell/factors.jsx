/**
 * What proves a person beside the password: passkeys, codes by an app, recovery codes. Secrets come as the answer to a form of this
 * file, stay in its element and are gone with it. Nothing of them reaches the state of the page, which the server keeps.
 */
import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { useEffect, useRef, useState } from "react";

const UNREACHABLE = "The site does not answer. Check your connection and try again.";
const NO_PASSKEYS = "This browser cannot use passkeys here. Open the site over https, or use another browser.";
const GIVEN_UP = "Nothing was signed: it was cancelled, or took too long. Try again when you are ready.";
const HERE_ALREADY = "This device has a passkey for this site already.";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** Posts fields as a form does, and returns {ok, told}. */
const post = async (action, fields) => {
  try {
    const body = new URLSearchParams(fields);
    const answer = await fetch(action, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
    return { ok: answer.ok, told: await answer.json() };
  } catch {
    return { ok: false, told: { sentence: UNREACHABLE, faults: {} } };
  }
};

/** Asks the device; returns {text} for our server, or {sentence}. */
const ask = async (kind, options) => {
  if (!window.PublicKeyCredential || !navigator.credentials) return { sentence: NO_PASSKEYS };
  try {
    const made =
      kind === "create"
        ? await navigator.credentials.create({
            publicKey: {
              ...options,
              challenge: bytes(options.challenge),
              user: { ...options.user, id: bytes(options.user.id) },
              excludeCredentials: known(options.excludeCredentials),
            },
          })
        : await navigator.credentials.get({
            publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
          });
    const { response } = made;
    const signed =
      kind === "create"
        ? { attestationObject: words(response.attestationObject), transports: response.getTransports?.() ?? [] }
        : {
            authenticatorData: words(response.authenticatorData),
            signature: words(response.signature),
            userHandle: response.userHandle ? words(response.userHandle) : null,
          };
    return {
      text: JSON.stringify({
        id: made.id,
        rawId: words(made.rawId),
        type: made.type,
        response: { clientDataJSON: words(response.clientDataJSON), ...signed },
        clientExtensionResults: made.getClientExtensionResults(),
      }),
    };
  } catch (error) {
    if (error?.name === "SecurityError") return { sentence: NO_PASSKEYS };
    return { sentence: error?.name === "InvalidStateError" ? HERE_ALREADY : GIVEN_UP };
  }
};

const Fault = ({ children }) => (children ? <div className="note error" role="alert"><CircleX size={18} /><div className="body">{children}</div></div> : null);

const Field = ({ id, label, hint, fault, ...props }) => (
  <div className="field">
    <div className="field-head"><label htmlFor={id}>{label}</label></div>
    <input id={id} className="input" autoComplete="off" aria-invalid={fault ? "true" : "false"} aria-describedby={`${id}-hint ${id}-fault`} {...props} />
    {hint && <span className="hint" id={`${id}-hint`}>{hint}</span>}
    {fault && <p className="fault" id={`${id}-fault`} role="alert"><CircleAlert size={15} />{fault}</p>}
  </div>
);

const Proof = ({ id, hasPassword, fault }) =>
  hasPassword ? (
    <Field id={`${id}-current_password`} label="Current password" name="current_password" type="password" autoComplete="current-password" fault={fault} />
  ) : null;

const Codes = ({ codes, onDone }) => {
  const head = useRef(null);
  const [said, setSaid] = useState("");
  useEffect(() => head.current?.focus(), []);
  const text = codes.join("\n");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      setSaid("Select the codes and copy them.");
    }
  };
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`Recovery codes for ${window.location.host}, each good once:\n\n${text}\n`)}`;
  return (
    <div className="note ok">
      <CircleCheck size={18} />
      <div className="body stack">
        <h3 ref={head} tabIndex={-1}>Keep your recovery codes</h3>
        <p>They are not shown again. Each lets you in once when your phone or passkey is lost. Keep them where the phone is not.</p>
        <ol className="code-list" aria-label="Recovery codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ol>
        <div className="actions">
          <button type="button" className="btn" onClick={copy}>Copy codes</button>
          <a className="btn" href={file} download="recovery-codes.txt">Download codes</a>
          <button type="button" className="btn solid" onClick={onDone}>I have kept them</button>
        </div>
        <span role="status" className="small muted">{said}</span>
      </div>
    </div>
  );
};

/** A form whose answer stays in the browser. `send` gets its fields and returns {sentence, faults} or nothing. */
const useForm = () => {
  const [fault, setFault] = useState({ sentence: "", faults: {} });
  const [busy, setBusy] = useState(false);
  const submit = (send) => async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = Object.fromEntries(new FormData(form));
    setBusy(true);
    setFault({ sentence: "", faults: {} });
    const wrong = await send(fields);
    if (!wrong) form.reset(); // a password does not stay behind
    setFault({ sentence: wrong?.sentence ?? "", faults: wrong?.faults ?? {} });
    setBusy(false);
  };
  const sentence = Object.keys(fault.faults).length ? "" : fault.sentence;
  return { submit, sentence, faults: fault.faults, busy };
};

/** One button: sign with a passkey, then go where the site says. */
export const PasskeyButton = ({ action, label, next, solid }) => {
  const [sentence, setSentence] = useState("");
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    setSentence("");
    const begun = await post(`${action}/options`, {});
    const signed = begun.ok ? await ask("get", begun.told) : begun.told;
    const done = signed.text ? await post(action, { credential: signed.text, next: next ?? "" }) : { ok: false, told: signed };
    if (done.ok) {
      window.location.assign(done.told.path);
      return;
    }
    setSentence(done.told.sentence ?? UNREACHABLE);
    setBusy(false);
  };
  return (
    <div className="stack s">
      <Fault>{sentence}</Fault>
      <button type="button" className={solid ? "btn solid big" : "btn big"} onClick={press} disabled={busy}>{busy ? "Waiting for your device…" : label}</button>
    </div>
  );
};

/** Makes a passkey on this device. Where it is the first factor, recovery codes follow. */
export const PasskeyForm = ({ action, hasPassword, onDone }) => {
  const { submit, sentence, faults, busy } = useForm();
  const [codes, setCodes] = useState([]);
  const send = async ({ name, ...proof }) => {
    const begun = await post(`${action}/options`, { name, ...proof });
    if (!begun.ok) return begun.told;
    const made = await ask("create", begun.told);
    if (!made.text) return made;
    const kept = await post(action, { credential: made.text, name });
    if (!kept.ok) return kept.told;
    setCodes(kept.told.codes);
    onDone?.();
    return null;
  };
  if (codes.length) return <Codes codes={codes} onDone={() => setCodes([])} />;
  return (
    <form className="stack" onSubmit={submit(send)} noValidate>
      <Fault>{sentence}</Fault>
      <Field id="passkey-name" name="name" label="Passkey name" hint="As in 'my laptop', to tell it from others." maxLength={60} fault={faults.name} />
      <Proof id="passkey" hasPassword={hasPassword} fault={faults.current_password} />
      <div className="actions"><button type="submit" className="btn" disabled={busy}>{busy ? "Waiting for your device…" : "Add a passkey"}</button></div>
    </form>
  );
};

/** Sets codes by an app up: proof, picture, first code, recovery codes. */
export const TotpSetup = ({ action, hasPassword, onDone }) => {
  const first = useForm();
  const second = useForm();
  const [setup, setSetup] = useState(null);
  const [codes, setCodes] = useState([]);
  const begin = async (fields) => {
    const { ok, told } = await post(`${action}/begin`, fields);
    if (!ok) return told;
    setSetup(told);
    return null;
  };
  const confirm = async (fields) => {
    const { ok, told } = await post(`${action}/confirm`, fields);
    if (!ok) return told;
    setSetup(null);
    setCodes(told.codes);
    return null;
  };
  if (codes.length) return <Codes codes={codes} onDone={() => { setCodes([]); onDone?.(); }} />;
  if (!setup)
    return (
      <form className="stack" onSubmit={first.submit(begin)} noValidate>
        <p className="measure">Codes by an app are off.</p>
        <Fault>{first.sentence}</Fault>
        <Proof id="totp" hasPassword={hasPassword} fault={first.faults.current_password} />
        <div className="actions"><button type="submit" className="btn" disabled={first.busy}>Set up codes by an app</button></div>
      </form>
    );
  return (
    <form className="stack" onSubmit={second.submit(confirm)} noValidate>
      <p>Scan this picture with an authenticator app, then enter the code that the app shows.</p>
      <div className="qr" role="img" aria-label="QR code for the app" dangerouslySetInnerHTML={{ __html: setup.picture }} />
      <p className="small">No camera? Type this key into the app: <code className="key">{setup.secret.match(/.{1,4}/g).join(" ")}</code></p>
      <Fault>{second.sentence}</Fault>
      <Field id="totp-code" name="code" label="Code" hint="Six digits." inputMode="numeric" autoComplete="one-time-code" maxLength={10} fault={second.faults.code} />
      <div className="actions">
        <button type="submit" className="btn solid" disabled={second.busy}>Turn on</button>
        <button type="button" className="btn" onClick={() => setSetup(null)}>Not now</button>
      </div>
    </form>
  );
};

/** Makes new recovery codes; those of before are void. */
export const RecoveryForm = ({ action, hasPassword, onDone }) => {
  const { submit, sentence, faults, busy } = useForm();
  const [codes, setCodes] = useState([]);
  const send = async (fields) => {
    const { ok, told } = await post(action, fields);
    if (!ok) return told;
    setCodes(told.codes);
    return null;
  };
  if (codes.length) return <Codes codes={codes} onDone={() => { setCodes([]); onDone?.(); }} />;
  return (
    <form className="stack" onSubmit={submit(send)} noValidate>
      <Fault>{sentence}</Fault>
      <Proof id="recovery" hasPassword={hasPassword} fault={faults.current_password} />
      <div className="actions"><button type="submit" className="btn" disabled={busy}>Make new recovery codes</button></div>
    </form>
  );
};
