/**
 * Molecules in space, from a PDB file that the server keeps. 3Dmol.js (0.5 MB) is loaded only when a structure is on the page;
 * it asks no other server. Colours follow the site's light or dark mode; without WebGL a sentence and the download remain.
 */
import { useEffect, useId, useRef, useState } from "react";

const load = () => import("3dmol/build/3Dmol.es6-min.js");

const isDark = () => document.documentElement.classList.contains("dark");
const ground = () => (isDark() ? "#18191b" : "#ffffff");

const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8D8D2B", "#7A7A7A"];
const MOST_AT_FIRST = 20;
const MOST_STICKS = 2000;
const FEWEST_RESIDUES = 4;
const TURN = 12;
const BEAD = 1.9; // ångström
const STYLES = { cartoon: "Cartoon", stick: "Sticks", line: "Lines", bead: "Beads" };
const KEYS = {
  ArrowLeft: (viewer) => viewer.rotate(-TURN, "y"),
  ArrowRight: (viewer) => viewer.rotate(TURN, "y"),
  ArrowUp: (viewer) => viewer.rotate(-TURN, "x"),
  ArrowDown: (viewer) => viewer.rotate(TURN, "x"),
  "+": (viewer) => viewer.zoom(1.2),
  "=": (viewer) => viewer.zoom(1.2),
  "-": (viewer) => viewer.zoom(1 / 1.2),
  Home: (viewer) => viewer.zoomTo(),
};

const hasWebGL = () => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
};

const fetched = (address) =>
  fetch(address, { credentials: "same-origin" }).then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  });

const percent = (weight) => (weight === undefined ? "" : `${(weight * 100).toPrecision(3).replace(/\.?0+$/, "")} %`);

/** What is known of each model: its name, weight, colour and how opaque it is. */
const described = (count, about) => {
  const most = Math.max(...about.weights.slice(0, count), 0) || 1;
  return Array.from({ length: count }, (_, at) => ({
    name: about.names[at] || (count > 1 ? `Model ${at + 1}` : "The structure"),
    weight: about.weights[at],
    colour: COLOURS[at % COLOURS.length],
    opacity: about.weights[at] === undefined ? 1 : 0.15 + 0.85 * (about.weights[at] / most),
  }));
};

const heaviest = (models) =>
  models
    .map((model, at) => ({ at, weight: model.weight ?? 0 }))
    .sort((one, other) => other.weight - one.weight)
    .slice(0, MOST_AT_FIRST)
    .map(({ at }) => at)
    .sort((one, other) => one - other);

/** Cartoons need a whole backbone; a bead model has one atom for each residue. Without a chain, sticks as long as there are few atoms. */
const fitting = (first) => {
  const residues = first.selectedAtoms({ atom: "CA" }).length;
  if (residues >= FEWEST_RESIDUES) return first.selectedAtoms({ atom: "O" }).length * 2 >= residues ? "cartoon" : "bead";
  return first.selectedAtoms({}).length <= MOST_STICKS ? "stick" : "line";
};

/** The longest side of what is shown lies across the screen. */
const laidOut = (viewer, atoms) => {
  const side = (axis) => atoms.reduce(([low, high], atom) => [Math.min(low, atom[axis]), Math.max(high, atom[axis])], [Infinity, -Infinity]);
  const [x, y, z] = ["x", "y", "z"].map((axis) => side(axis)).map(([low, high]) => high - low);
  if (z > x && z > y) viewer.rotate(90, "y");
  else if (y > x) viewer.rotate(90, "z");
  viewer.zoomTo();
};

const styleOf = (kind, model, alone) => {
  if (kind === "cartoon") return { cartoon: { color: alone ? "spectrum" : model.colour, opacity: model.opacity } };
  const colour = alone ? {} : { color: model.colour };
  if (kind === "bead") return { sphere: { radius: BEAD, opacity: model.opacity, color: model.colour } };
  return kind === "stick" ? { stick: { radius: 0.15, opacity: model.opacity, ...colour } } : { line: { opacity: model.opacity, ...colour } };
};

const Models = ({ models, shown, show }) => {
  const place = shown.length === 1 ? shown[0] : -1;
  const step = (by) => show([(Math.max(place, by > 0 ? -1 : 0) + by + models.length) % models.length]);
  return (
    <fieldset className="structure-models">
      <legend className="legend">Models</legend>
      <div className="row">
        <button type="button" className="btn s" onClick={() => step(-1)}>Previous</button>
        <button type="button" className="btn s" onClick={() => step(1)}>Next</button>
        <button type="button" className="btn s" onClick={() => show(models.map((_, at) => at))}>All</button>
      </div>
      <ul>
        {models.map((model, at) => (
          <li key={at}>
            <label className="check">
              <input type="checkbox" checked={shown.includes(at)} onChange={() => show(shown.includes(at) ? shown.filter((one) => one !== at) : [...shown, at].sort((a, b) => a - b))} />
              <i style={{ background: model.colour }} aria-hidden="true" />
              <span>{model.name}</span>
              <span className="muted small num">{percent(model.weight)}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
};

export const Structure = ({ src, models: about, label }) => {
  const box = useRef(null);
  const scene = useRef(null);
  const [state, setState] = useState("loading");
  const [attempt, setAttempt] = useState(0);
  const [models, setModels] = useState([]);
  const [shown, setShown] = useState([]);
  const [kind, setKind] = useState("");
  const [atoms, setAtoms] = useState(0);
  const hint = useId();

  useEffect(() => {
    let alive = true;
    const node = box.current;
    if (!hasWebGL()) {
      setState("flat");
      return undefined;
    }
    setState("loading");
    const known = about ? fetched(about).then((answer) => answer.json()) : Promise.resolve({ names: [], weights: [] });
    Promise.all([load(), fetched(src).then((answer) => answer.text()), known])
      .then(([library, pdb, said]) => {
        if (!alive) return;
        const viewer = library.createViewer(node, { backgroundColor: ground(), antialias: true });
        const drawn = viewer.addModels(pdb, "pdb").filter((model) => model.selectedAtoms({}).length > 0);
        if (!drawn.length) {
          setState("empty");
          return;
        }
        const list = described(drawn.length, said);
        laidOut(viewer, drawn[0].selectedAtoms({}));
        scene.current = { viewer, drawn };
        setModels(list);
        setShown(heaviest(list));
        setKind(fitting(drawn[0]));
        setAtoms(drawn.reduce((sum, model) => sum + model.selectedAtoms({}).length, 0));
        setState("ready");
      })
      .catch(() => alive && setState("failed"));

    const sizes = new ResizeObserver(() => scene.current?.viewer.resize());
    sizes.observe(node);
    const modes = new MutationObserver(() => scene.current?.viewer.setBackgroundColor(ground()));
    modes.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    // The page scrolls on under the wheel until somebody has chosen the view.
    const wheel = (event) => {
      if (!node.contains(document.activeElement)) event.stopPropagation();
    };
    node.addEventListener("wheel", wheel, { capture: true });

    return () => {
      alive = false;
      sizes.disconnect();
      modes.disconnect();
      node.removeEventListener("wheel", wheel, { capture: true });
      for (const canvas of node.querySelectorAll("canvas")) {
        (canvas.getContext("webgl2") ?? canvas.getContext("webgl"))?.getExtension("WEBGL_lose_context")?.loseContext();
      }
      node.replaceChildren();
      scene.current = null;
    };
  }, [src, about, attempt]);

  useEffect(() => {
    if (state === "ready") scene.current?.viewer.zoomTo();
  }, [state]);

  useEffect(() => {
    if (state !== "ready" || !scene.current) return;
    const { viewer, drawn } = scene.current;
    drawn.forEach((model, at) => {
      const look = shown.length === 1 ? { ...models[at], opacity: 1 } : models[at];
      model.setStyle({}, shown.includes(at) ? styleOf(kind, look, models.length === 1) : {});
    });
    viewer.resize();
    viewer.render();
  }, [state, shown, kind, models]);

  const act = (key) => {
    const viewer = scene.current?.viewer;
    if (!viewer || !KEYS[key]) return false;
    KEYS[key](viewer);
    viewer.render();
    return true;
  };
  const onKeyDown = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && act(event.key)) event.preventDefault();
  };
  const counted = `${models.length} ${models.length === 1 ? "model" : "models"}, ${atoms.toLocaleString("en")} atoms`;

  return (
    <div className="structure">
      {state === "loading" && <div className="skeleton plot" aria-busy="true" aria-label="Loading the structure" />}
      {state === "flat" && <p className="empty">This browser cannot draw in three dimensions (WebGL is missing or switched off). Download the structure below and open it in a program such as PyMOL or ChimeraX.</p>}
      {state === "empty" && <p className="empty">The file holds no atoms.</p>}
      {state === "failed" && (
        <div className="empty">
          <p>The structure could not be loaded. Your result is safe; the file below can be downloaded all the same.</p>
          <button type="button" className="btn" onClick={() => setAttempt(attempt + 1)}>Try again</button>
        </div>
      )}
      <div className={state === "ready" ? "structure-in" : "plot-waiting"}>
        <div>
          {/* 3Dmol owns what is inside this element; React must not touch it. */}
          <div ref={box} className="structure-box" tabIndex={state === "ready" ? 0 : -1} role="application" aria-roledescription="three-dimensional view" aria-label={`${label}: ${counted}`} aria-describedby={hint} onKeyDown={onKeyDown} onPointerDown={() => box.current?.focus({ preventScroll: true })} />
          <p className="muted small" id={hint}>{counted}. Drag or use the arrow keys to turn; + and − to zoom, Home to start again.</p>
        </div>
        <div className="stack s">
          <div className="row">
            <label className="structure-style">
              <span className="visually-hidden">Drawn as</span>
              <select className="input" value={kind} onChange={(event) => setKind(event.target.value)}>
                {Object.entries(STYLES).map(([value, text]) => <option key={value} value={value}>{text}</option>)}
              </select>
            </label>
            <button type="button" className="btn s" aria-label="Zoom in" onClick={() => act("+")}>+</button>
            <button type="button" className="btn s" aria-label="Zoom out" onClick={() => act("-")}>−</button>
            <button type="button" className="btn s" onClick={() => act("Home")}>Reset view</button>
          </div>
          {models.length > 1 && <Models models={models} shown={shown} show={setShown} />}
        </div>
      </div>
    </div>
  );
};
