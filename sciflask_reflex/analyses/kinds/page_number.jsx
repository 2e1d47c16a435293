/** Says which page of how many is shown. Where there are several, the number is a field: another one is gone to with Enter, or when the field is left. */
import { useEffect, useState } from "react";

export const PageNumber = ({ page, pages, onGo }) => {
  const [typed, setTyped] = useState(String(page));
  useEffect(() => setTyped(String(page)), [page, pages]);
  const count = Number(pages).toLocaleString("en");
  if (!(pages > 1)) return <span className="small num">Page 1 of 1</span>;

  const go = () => {
    const wanted = Math.min(Math.max(Math.round(Number(typed.replaceAll(",", ""))), 1), pages);
    if (!typed.trim() || !Number.isFinite(wanted)) setTyped(String(page));
    else {
      setTyped(String(wanted));
      if (wanted !== page) onGo(wanted);
    }
  };
  return (
    <label className="row small num page-number">
      Page
      <input
        className="input num"
        inputMode="numeric"
        autoComplete="off"
        aria-label={`Page, of ${count}`}
        size={Math.max(String(pages).length, 2)}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === "Enter") go();
          if (event.key === "Escape") setTyped(String(page));
        }}
      />
      of {count}
    </label>
  );
};
