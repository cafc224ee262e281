// Back leads to a page as it was left: Streamlit notes a page once more, without what only that page keeps in its
// address, when one leaves it by the navigation. That note is left out; the one of the next page follows it.
(() => {
  "use strict";
  if (window.backLeadsHome) return;
  window.backLeadsHome = true;

  const SOON = 5000; // milliseconds that a server may take for its answer
  let leaving = null;
  const chosen = (event) => {
    const link = event.target instanceof Element && event.target.closest("[data-testid=stSidebarNav] a");
    if (link && link.pathname !== location.pathname) leaving = { path: location.pathname, at: performance.now() };
  };
  window.addEventListener("click", chosen, { capture: true });

  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    const to = new URL(address ?? "", location.href);
    const again = leaving && to.pathname === leaving.path && performance.now() - leaving.at < SOON;
    leaving = null;
    if (!again) push(state, unused, address);
  };
})();
