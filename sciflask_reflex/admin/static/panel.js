/* What the templates would do by inline handlers. */
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest('[data-panel="apply-columns"]')) window.applyColumnVisibility();
});
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.matches('[data-panel="page-size"]')) window.location.href = event.target.value;
});
