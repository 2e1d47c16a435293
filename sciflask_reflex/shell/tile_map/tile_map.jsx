/**
 * A matrix of any size, looked at by zooming. The server keeps it as a file of tiles (docs/maps.md); the browser asks for the tiles in sight by
 * ranges of bytes, inflates and draws them. Nothing of it enters the page's state.
 */
import { useEffect, useId, useRef, useState } from "react";
import { isDark } from "./colours.js";
import { TileFile } from "./file.js";
import { handle } from "./hands.js";
import { Legend } from "./legend.jsx";
import { Pairs } from "./pairs.jsx";
import { Scene } from "./scene.js";
import { number, saidOf, sentence } from "./words.js";

export const TileMap = ({ src, label }) => {
  const frame = useRef(null);
  const box = useRef(null);
  const canvas = useRef(null);
  const scene = useRef(null);
  const large = useRef(false);
  const [state, setState] = useState("loading");
  const [attempt, setAttempt] = useState(0);
  const [isLarge, setLarge] = useState(false);
  const [head, setHead] = useState(null);
  const [seen, setSeen] = useState({ said: null, busy: true, failing: false, zoom: 0 });
  const [spoken, setSpoken] = useState("");
  const [chosen, setChosen] = useState([]);
  const [dark, setDark] = useState(false);
  const hint = useId();
  large.current = isLarge;

  useEffect(() => {
    let alive = true;
    let loose = () => {};
    let speaking = false;
    setState("loading");
    if (typeof DecompressionStream === "undefined") {
      setState("old");
      return undefined;
    }

    const drawn = () => {
      const map = scene.current;
      if (!alive || !map) return;
      const said = saidOf(map);
      setSeen({ said, busy: !map.complete, failing: file.failing, zoom: map.camera.zoom });
      if (speaking && said?.value !== undefined) {
        setSpoken(said ? `${said.row}, ${said.column}: ${sentence(said, file.head.value)}` : "");
        speaking = false;
      }
    };
    const file = new TileFile(src, () => scene.current?.redraw());
    file
      .open()
      .then(() => {
        if (!alive) return;
        scene.current = new Scene(canvas.current, file, drawn);
        setHead(file.head);
        setState("ready");
        loose = handle(box.current, scene.current, (how) => {
          speaking = how === "chosen";
          if (!speaking) return;
          const said = saidOf(scene.current);
          setChosen(said?.single ? [...new Set([said.row, said.column])] : []);
        }, () => large.current);
        fitted();
      })
      .catch(() => alive && setState("failed"));

    const fitted = () => scene.current?.resize(box.current.clientWidth, box.current.clientHeight);
    const sizes = new ResizeObserver(fitted);
    sizes.observe(box.current);
    const recoloured = () => {
      setDark(isDark());
      scene.current?.redraw();
    };
    recoloured();
    const modes = new MutationObserver(recoloured);
    modes.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });

    return () => {
      alive = false;
      loose();
      sizes.disconnect();
      modes.disconnect();
      scene.current?.close();
      scene.current = null;
      file.close();
    };
  }, [src, attempt]);

  useEffect(() => {
    if (!isLarge) return undefined;
    const before = document.body.style.overflow;
    document.body.style.overflow = "hidden";
    const within = (event) => {
      if (event.key === "Escape") setLarge(false);
      if (event.key !== "Tab") return;
      const stops = Array.from(frame.current.querySelectorAll("button:not([disabled]), [tabindex='0']"));
      const [first, last] = [stops[0], stops[stops.length - 1]];
      const at = document.activeElement;
      if (event.shiftKey ? at === first : at === last) {
        event.preventDefault();
        (event.shiftKey ? last : first).focus();
      }
    };
    document.addEventListener("keydown", within);
    box.current?.focus({ preventScroll: true });
    return () => {
      document.body.style.overflow = before;
      document.removeEventListener("keydown", within);
    };
  }, [isLarge]);

  const ready = state === "ready";
  const zoom = (factor) => scene.current?.zoom(factor, ...scene.current.middle);
  const size = head && `${number(head.shape[0])} × ${number(head.shape[1])} cells`;

  return (
    <div ref={frame} className={isLarge ? "map large" : "map"} {...(isLarge ? { role: "dialog", "aria-modal": true, "aria-label": label } : {})}>
      {state === "loading" && <div className="skeleton plot" aria-busy="true" aria-label="Loading the map" />}
      {state === "old" && <p className="empty">This browser is too old to unpack the map. Look at the overview below, or open the page in a current browser.</p>}
      {state === "failed" && (
        <div className="empty">
          <p>The map could not be loaded. Your result is safe; the overview and the files below are there all the same.</p>
          <button type="button" className="btn" onClick={() => setAttempt(attempt + 1)}>Try again</button>
        </div>
      )}
      <div className={ready ? "map-in" : "plot-waiting"}>
        <div className="row between">
          <div className="row map-buttons">
            <button type="button" className="btn s" aria-label="Zoom in" disabled={seen.zoom >= 1} onClick={() => zoom(2)}>+</button>
            <button type="button" className="btn s" aria-label="Zoom out" disabled={seen.zoom <= 0} onClick={() => zoom(0.5)}>−</button>
            <button type="button" className="btn s" disabled={seen.zoom <= 0} onClick={() => scene.current?.home()}>Show all</button>
            <button type="button" className="btn s" aria-pressed={isLarge} onClick={() => setLarge(!isLarge)}>{isLarge ? "Smaller" : "Enlarge"}</button>
          </div>
          {head && <Legend value={head.value} dark={dark} />}
        </div>
        <div
          ref={box}
          className="map-box"
          tabIndex={ready ? 0 : -1}
          role="application"
          aria-roledescription="zoomable map"
          aria-label={`${label}: ${size}`}
          aria-describedby={hint}
          aria-busy={seen.busy}
        >
          <canvas ref={canvas} role="img" aria-label={label} />
        </div>
        <dl className="map-readout small">
          <div><dt>{head?.rows.title ? `Row: ${head.rows.title}` : "Row"}</dt><dd>{seen.said?.row ?? "–"}</dd></div>
          <div><dt>{head?.columns.title ? `Column: ${head.columns.title}` : "Column"}</dt><dd>{seen.said?.column ?? "–"}</dd></div>
          <div><dt>Value</dt><dd className="num">{head && seen.said ? sentence(seen.said, head.value) : "–"}</dd></div>
        </dl>
        <p className="visually-hidden" role="status">{spoken}</p>
        <Pairs names={chosen} leave={() => setLarge(false)} />
        {seen.failing && (
          <p className="row small" role="alert">
            Some parts of the map could not be loaded.
            <button type="button" className="btn s" onClick={() => scene.current && (scene.current.file.retry(), scene.current.redraw())}>Try again</button>
          </p>
        )}
        <p className="muted small map-hint" id={hint}>
          {size}. Click into the map to zoom with the wheel; drag to move. Arrow keys go from cell to cell, + and − zoom, Home shows all. On a touch screen two fingers move and zoom.
        </p>
      </div>
    </div>
  );
};
