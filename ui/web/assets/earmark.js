// Links between the pages change the page in place; without this script they are ordinary links and load it anew.
"use strict";

const PAGES = new Set(["/", "/insight", "/moment", "/ask", "/search", "/shows"]);

addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const link = event.target.closest?.(".stHtml a[href]");
  if (!link || link.target === "_blank" || link.origin !== location.origin || link.hash || !PAGES.has(link.pathname)) {
    return;
  }
  event.preventDefault();
  if (link.href !== location.href) {
    history.pushState(null, "", link.href);
    // Streamlit runs the page of the address whenever the history moves.
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  }
  document.querySelector(".stMain")?.scrollTo(0, 0);
});
