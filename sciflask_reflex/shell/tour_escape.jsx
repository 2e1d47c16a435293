/** Leaves a tour when Escape is pressed, wherever the focus is. (The tour's own Escape only goes on to its next stop.) */
import { useEffect } from "react";

export const TourEscape = ({ tour, active }) => {
  useEffect(() => {
    if (!active) return undefined;
    const leave = (event) => event.key === "Escape" && window.__reflexJoyride?.[tour]?.skip();
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [tour, active]);
  return null;
};
