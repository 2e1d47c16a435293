/**
 * The address of a private link, with a button that copies it. The address holds a secret: it comes as the answer to a request
 * of its own, stays in this element, and never reaches the state of the page, which the server keeps.
 */
import { useEffect, useRef, useState } from "react";

const UNREACHABLE = "The link cannot be shown now. Close this and try again.";

export const CopyLink = ({ src }) => {
  const box = useRef(null);
  const [address, setAddress] = useState("");
  const [said, setSaid] = useState("");
  useEffect(() => {
    let gone = false;
    fetch(src, { headers: { accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((found) => !gone && setAddress(found.address))
      .catch(() => !gone && setSaid(UNREACHABLE));
    return () => {
      gone = true;
    };
  }, [src]);
  const copy = async () => {
    box.current.select();
    try {
      await navigator.clipboard.writeText(address);
      setSaid("Copied.");
    } catch {
      setSaid("Press Ctrl+C or Cmd+C to copy it.");
    }
  };
  return (
    <div className="copy-link">
      <input
        ref={box}
        className="input mono"
        readOnly
        value={address}
        aria-label="Private link"
        autoComplete="off"
        spellCheck="false"
        onFocus={(event) => event.target.select()}
      />
      <button type="button" className="btn" onClick={copy} disabled={!address}>Copy</button>
      <span className="small muted" role="status">{said}</span>
    </div>
  );
};
