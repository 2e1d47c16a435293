/**
 * Draws a figure that the server keeps as a file ({ data, layout }), so that large plots never enter the page's state.
 * Plotly itself (1.4 MB) is loaded only when a figure is on the page. Colours follow the site's light or dark mode.
 */
import { useEffect, useRef, useState } from "react";

const load = () => import("plotly.js-cartesian-dist-min").then((module) => module.default ?? module);

const isDark = () => document.documentElement.classList.contains("dark");

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
    hoverlabel: { bgcolor: dark ? "#272a2d" : "#ffffff", bordercolor: line, font: { color: ink, family: "Inter, system-ui, sans-serif" }, ...layout.hoverlabel },
  };
  for (const key of Object.keys(out)) {
    if (/^[xy]axis\d*$/.test(key)) out[key] = { gridcolor: line, zerolinecolor: line, linecolor: line, ...out[key] };
  }
  return out;
};

export const RemoteFigure = ({ src, label }) => {
  const box = useRef(null);
  const [state, setState] = useState("loading");
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let alive = true;
    let plotly = null;
    let figure = null;
    const node = box.current;
    setState("loading");

    const draw = () => {
      if (!alive || !plotly || !figure) return;
      const layout = themed(figure.layout ?? {}, isDark(), node.clientWidth);
      plotly.react(node, figure.data, layout, { displaylogo: false, responsive: false, modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"], toImageButtonOptions: { scale: 2 } });
    };

    Promise.all([load(), fetch(src, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })])
      .then(([library, json]) => {
        if (!alive) return;
        plotly = library;
        figure = json;
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
      if (plotly) plotly.purge(node);
    };
  }, [src, attempt]);

  return (
    <div>
      {state === "loading" && <div className="skeleton plot" aria-busy="true" aria-label="Loading the figure" />}
      {state === "failed" && (
        <div className="empty">
          <p>The figure could not be loaded. Your result is safe; the files below can be downloaded all the same.</p>
          <button type="button" className="btn" onClick={() => setAttempt(attempt + 1)}>Try again</button>
        </div>
      )}
      <div ref={box} role="img" aria-label={label} className={state === "ready" ? "plot" : ""} style={state === "ready" ? undefined : { height: 0, overflow: "hidden" }} />
    </div>
  );
};
