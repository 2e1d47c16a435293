/**
 * The secret of a link in a mail: taken off the address as soon as this file is loaded, which is before the first event is sent
 * (events tell the server the whole address), and kept for the page's form until the tab is closed. Without it the form says so,
 * and the rest of it is not shown (class no-link in the style sheet).
 */
import { CircleX } from "lucide-react";
import { useEffect, useState } from "react";

const SECRET = /^#[\w-]{43}$/;
const place = () => `sciflask-link:${window.location.pathname}`;

const take = () => {
  const { hash, pathname, search } = window.location;
  if (!SECRET.test(hash)) return;
  try {
    window.sessionStorage.setItem(place(), hash.slice(1));
  } catch {
    window.__sciflaskLink = hash.slice(1); // storage is switched off: a reload will need the mail again
  }
  window.history.replaceState(window.history.state, "", pathname + search);
};

const kept = () => {
  try {
    return window.sessionStorage.getItem(place()) ?? window.__sciflaskLink ?? "";
  } catch {
    return window.__sciflaskLink ?? "";
  }
};

if (typeof window !== "undefined") take();

export const LinkToken = ({ missing }) => {
  const [token, setToken] = useState(null);
  useEffect(() => {
    const read = () => {
      take();
      setToken(kept());
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  if (token === "") return <div className="note error no-link" role="alert"><CircleX size={18} /><div className="body">{missing}</div></div>;
  return <input type="hidden" name="token" value={token ?? ""} readOnly />;
};
