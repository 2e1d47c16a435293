/** Puts a name before the title that the page has, for as long as it is shown. */
import { useEffect } from "react";

export const PageTitle = ({ name }) => {
  useEffect(() => {
    if (!name) return undefined;
    const before = document.title;
    document.title = `${name} · ${before}`;
    return () => {
      if (document.title === `${name} · ${before}`) document.title = before;
    };
  }, [name]);
  return null;
};
