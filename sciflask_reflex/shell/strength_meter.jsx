/**
 * Says how soon a password would be guessed, while it is typed. It stays in the browser: nothing of it is sent or kept.
 * The dictionaries (some 850 KB on the wire) are loaded when somebody first comes to the field, and never elsewhere.
 */
import { useEffect, useState } from "react";

const WORDS = ["Very easy to guess", "Easy to guess", "Fair", "Good", "Strong"];
const LONGEST_READ = 40;
const SHORTEST_UNIT = 10;
const WAIT_MS = 200;

let meter;

const load = () => {
  meter ??= Promise.all([import("@zxcvbn-ts/core"), import("@zxcvbn-ts/language-common"), import("@zxcvbn-ts/language-en")])
    .then(([core, common, english]) => new core.ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary },
      graphs: common.adjacencyGraphs,
      translations: { ...english.translations, warnings: { ...english.translations.warnings, userInputs: "It holds your name or your address." } },
      maxLength: LONGEST_READ,
    }))
    .catch(() => {
      meter = undefined;
      return null;
    });
  return meter;
};

const valueOf = (id) => document.getElementById(id)?.value?.trim() ?? "";

/** What is judged long after anybody has stopped guessing is looked at for repetition only, as the server does. */
const judgeLong = (password) =>
  (password + password).indexOf(password, 1) < SHORTEST_UNIT
    ? { score: 1, feedback: { warning: "It says one short thing again and again.", suggestions: [] } }
    : { score: 4, feedback: { warning: null, suggestions: [] } };

const sentence = ({ score, feedback }, least, length) => {
  if (length < least) return `${least - length} more characters are needed.`;
  if (score >= 3) return "";
  return [feedback.warning, feedback.suggestions[0]].filter(Boolean).join(" ");
};

export const StrengthMeter = ({ field, known = [], least = 10 }) => {
  const [shown, setShown] = useState(null);

  useEffect(() => {
    let timer = 0;
    let round = 0;
    const judge = async () => {
      const mine = ++round;
      const password = document.getElementById(field)?.value ?? "";
      if (!password) return setShown(null);
      const found = password.length > LONGEST_READ ? judgeLong(password) : (await load())?.check(password, known.map(valueOf).filter((text) => text.length > 2));
      if (mine !== round) return undefined;
      if (!found) return setShown(null);
      const score = password.length < least ? Math.min(found.score, 1) : found.score;
      return setShown({ score, advice: sentence(found, least, password.length) });
    };
    const typed = (event) => {
      if (event.target?.id !== field) return;
      clearTimeout(timer);
      timer = setTimeout(judge, WAIT_MS);
    };
    const entered = (event) => event.target?.id === field && load();
    document.addEventListener("input", typed);
    document.addEventListener("focusin", entered);
    return () => {
      round = -1;
      clearTimeout(timer);
      document.removeEventListener("input", typed);
      document.removeEventListener("focusin", entered);
    };
  }, [field, least, known.join()]);

  return (
    <div className="strength">
      {shown && (
        <div className={`strength-bar s${shown.score}`} aria-hidden="true">
          <i /><i /><i /><i />
        </div>
      )}
      <p className="small muted" role="status" aria-live="polite">
        {shown && <><b>{WORDS[shown.score]}.</b> {shown.advice}</>}
      </p>
    </div>
  );
};
