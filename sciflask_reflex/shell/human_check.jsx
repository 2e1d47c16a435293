/**
 * Shows the site that somebody is there, by a second of work of the browser: the answer to a challenge (ALTCHA, version 2) in a hidden field.
 * Nothing is asked, nothing leaves the site. WebCrypto counts beside the page, which stays quick. A form that is sent too early waits.
 */
import { useEffect, useRef, useState } from "react";

const FRESH_MS = 9 * 60_000;
const BREATHE = 25;

const SAID = {
  working: "Checking that you are a person …",
  done: "Checking that you are a person … done.",
  failed: "The check that you are a person did not work. Reload the page to try again.",
  bare: "Your browser cannot check that you are a person on a connection without encryption. Open this site by https.",
};

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

const solve = async ({ parameters }, isWanted) => {
  const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
  const password = new Uint8Array(nonce.length / 2 + 4);
  password.set(bytesOf(nonce));
  const view = new DataView(password.buffer);
  const method = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: cost };
  for (let counter = 0; isWanted(); counter += 1) {
    view.setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hexOf(await crypto.subtle.deriveBits(method, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    if (counter % BREATHE === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return null;
};

const answer = async (src, isWanted) => {
  const reply = await fetch(src, { credentials: "same-origin", cache: "no-store" });
  if (!reply.ok) throw new Error(String(reply.status));
  const challenge = await reply.json();
  const solution = await solve(challenge, isWanted);
  return solution && btoa(JSON.stringify({ challenge, solution }));
};

export const HumanCheck = ({ src, name = "altcha" }) => {
  const [state, setState] = useState("working");
  const [solution, setSolution] = useState("");
  const [round, setRound] = useState(0);
  const field = useRef(null);
  const waiting = useRef(null);

  useEffect(() => {
    let wanted = true;
    let timer = 0;
    if (!globalThis.crypto?.subtle) {
      setState("bare");
      return undefined;
    }
    setState("working");
    setSolution("");
    answer(src, () => wanted)
      .then((found) => {
        if (!wanted || !found) return;
        setSolution(found);
        setState("done");
        timer = setTimeout(() => setRound((before) => before + 1), FRESH_MS);
      })
      .catch(() => wanted && setState("failed"));
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [src, round]);

  useEffect(() => {
    const form = field.current?.form;
    if (state !== "working" || !form) return undefined;
    const hold = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting.current = { form, submitter: event.submitter };
    };
    form.addEventListener("submit", hold, true);
    return () => form.removeEventListener("submit", hold, true);
  }, [state]);

  useEffect(() => {
    if (state === "working" || !waiting.current) return;
    const { form, submitter } = waiting.current;
    waiting.current = null;
    form.requestSubmit(submitter);
  }, [state]);

  return (
    <div>
      <input ref={field} type="hidden" name={name} value={solution} readOnly />
      <p className={state === "working" || state === "done" ? "muted small" : "fault"} role="status" aria-live="polite">{SAID[state]}</p>
    </div>
  );
};
