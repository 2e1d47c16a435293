/* Light or dark as chosen on the site, before anything is drawn. */
(() => {
  const choose = () => {
    let wanted = null;
    try { wanted = localStorage.getItem("theme"); } catch { /* storage is closed: follow the system */ }
    const dark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  };
  choose();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", choose);
})();
