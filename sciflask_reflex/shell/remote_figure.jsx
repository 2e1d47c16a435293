/**
 * Draws a figure that the server keeps as a file ({ data, layout }), so that large plots never enter the page's state.
 * Plotly itself (1.4 MB) is loaded only when a figure is on the page. Colours follow the site's light or dark mode.
 */
import { useEffect, useRef, useState } from "react";

const load = (inSpace) => (inSpace ? import("plotly.js-gl3d-dist-min") : import("plotly.js-cartesian-dist-min")).then((module) => module.default ?? module);

const isDark = () => document.documentElement.classList.contains("dark");

const NARROW = 600;
const LONG_NAME = 14;

const clipped = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** On a phone the names along the bottom and the bar at the side leave no room: hovering names the pair, the bar lies below. */
const fitted = (figure, width) => {
  const isNarrow = width < NARROW;
  const titled = (axis) => (axis?.title?.text ? { ...axis, title: { ...axis.title, text: clipped(axis.title.text, isNarrow ? 26 : 48) } } : axis);
  figure = { ...figure, layout: { ...figure.layout, xaxis: titled(figure.layout?.xaxis), yaxis: titled(figure.layout?.yaxis) } };
  if (!isNarrow) return figure;
  const data = figure.data.map((trace) =>
    trace.colorbar || trace.type === "heatmap"
      ? { ...trace, colorbar: { ...trace.colorbar, orientation: "h", x: 0.5, xanchor: "center", y: -0.14, yanchor: "top", len: 1, lenmode: "fraction", thickness: 10 } }
      : trace,
  );
  const layout = { ...figure.layout, margin: { ...figure.layout?.margin, r: 8, t: 8, b: 80 } };
  const along = layout.xaxis?.ticktext ?? figure.data[0]?.x ?? [];
  if (layout.xaxis?.type !== "date" && typeof Array.from(along)[0] === "string") {
    layout.xaxis = { ...layout.xaxis, showticklabels: false, ticks: "" };
  }
  const names = layout.yaxis?.ticktext ?? figure.data[0]?.y ?? [];
  if (Array.from(names).some((name) => String(name).length > LONG_NAME)) {
    layout.yaxis = { ...layout.yaxis, showticklabels: false, ticks: "" };
  }
  return { data, layout };
};

const themed = (layout, dark, width) => {
  const ink = dark ? "#edeef0" : "#1c2024";
  const line = dark ? "#43484e" : "#d9d9e0";
  const out = {
    ...layout,
    autosize: true,
    width,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "Inter, system-ui, sans-serif", size: 12, ...layout.font, color: ink },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: dark ? "#b0b4ba" : "#60646c", activecolor: "#12a594" },
    hoverlabel: { bgcolor: dark ? "#272a2d" : "#ffffff", bordercolor: line, font: { color: ink, family: "Inter, system-ui, sans-serif" }, ...layout.hoverlabel },
  };
  for (const key of Object.keys(out)) {
    if (/^[xy]axis\d*$/.test(key)) out[key] = { gridcolor: line, zerolinecolor: line, linecolor: line, ...out[key] };
    if (/^scene\d*$/.test(key)) {
      const axis = (given) => ({ gridcolor: line, zerolinecolor: line, color: ink, showbackground: false, ...given });
      out[key] = { ...out[key], xaxis: axis(out[key].xaxis), yaxis: axis(out[key].yaxis), zaxis: axis(out[key].zaxis) };
    }
  }
  return out;
};

export const RemoteFigure = ({ src, label, otherwise = "", inSpace = false, stays = false }) => {
  const box = useRef(null);
  const drawn = useRef(null); // what stands there, for figures that stay until the next one is here
  const [state, setState] = useState("loading");
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let alive = true;
    let plotly = stays ? (drawn.current?.library ?? null) : null;
    let figure = stays ? (drawn.current?.figure ?? null) : null;
    const node = box.current;
    if (!figure) setState("loading");

    const draw = () => {
      if (!alive || !plotly || !figure) return;
      const fit = fitted(figure, node.clientWidth);
      const layout = themed(fit.layout ?? {}, isDark(), node.clientWidth);
      plotly.react(node, fit.data, layout, { displaylogo: false, responsive: false, modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"], toImageButtonOptions: { scale: 2 } });
    };

    Promise.all([load(inSpace), fetch(src, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })])
      .then(([library, json]) => {
        if (!alive) return;
        plotly = library;
        figure = json;
        drawn.current = { library, figure };
        setState("ready");
        draw();
      })
      .catch(() => alive && setState("failed"));

    let width = node.clientWidth;
    const sizes = new ResizeObserver(() => {
      if (node.clientWidth !== width) {
        width = node.clientWidth;
        draw();
      }
    });
    sizes.observe(node);
    const modes = new MutationObserver(draw);
    modes.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });

    return () => {
      alive = false;
      sizes.disconnect();
      modes.disconnect();
      if (plotly && !stays) plotly.purge(node);
    };
  }, [src, inSpace, attempt]);

  useEffect(() => {
    const node = box.current;
    return () => {
      if (stays) drawn.current?.library.purge(node);
      drawn.current = null;
    };
  }, []);

  return (
    <div>
      {state === "loading" && <div className="skeleton plot" aria-busy="true" aria-label="Loading the figure" />}
      {state === "failed" && (
        <div className="empty">
          <p>The figure could not be loaded. {otherwise}</p>
          <button type="button" className="btn" onClick={() => setAttempt(attempt + 1)}>Try again</button>
        </div>
      )}
      {/* Plotly owns the inner element and its classes; React must not touch them. */}
      <div role="group" aria-label={label} className={state === "ready" ? "plot" : "plot-waiting"}>
        <div ref={box} />
      </div>
    </div>
  );
};
