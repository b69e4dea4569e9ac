// Links between the pages change the page in place; without this script they are ordinary links and load it again.
"use strict";

(() => {
  // "/" or, behind a proxy that serves the app under a path of its own, "/that/path/".
  const root = new URL("./", document.currentScript.src);
  const pages = new Set(/* pages */ []);

  // Streamlit would look for its server under the address of the page first, and find nothing there.
  window.__streamlit = { BACKEND_BASE_URL: root.href, MAIN_PAGE_BASE_URL: root.href };

  // Streamlit fetches the typeface of its icons (376 KB) before anything shows one. Where one is shown, a browser fetches it then.
  const load = document.fonts.load.bind(document.fonts);
  document.fonts.load = (font, text) => (font.includes("Material Symbols") ? Promise.resolve([]) : load(font, text));

  const isPage = (url) =>
    url.origin === root.origin && url.pathname.startsWith(root.pathname) && pages.has(url.pathname.slice(root.pathname.length));

  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    const link = event.target.closest?.(".stHtml a[href], #earmark-player a[href]");
    if (!link || link.target === "_blank" || link.hash || !isPage(link)) {
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

  // What a reader opened stays open when the app draws the page again; a closed one, and another page's, stays closed.
  const opened = new Set();
  const nameOf = (details) => `${location.href} ${details.className} ${details.textContent}`;
  addEventListener(
    "click",
    (event) => {
      const details = event.target.closest?.("summary")?.parentElement;
      if (details instanceof HTMLDetailsElement) {
        opened[details.open ? "delete" : "add"](nameOf(details));
      }
    },
    true,
  );
  new MutationObserver((changes) => {
    const added = opened.size ? changes.flatMap((change) => [...change.addedNodes]) : [];
    for (const node of added.filter((node) => node instanceof Element)) {
      for (const details of [...(node.matches("details") ? [node] : []), ...node.querySelectorAll("details")]) {
        details.open ||= opened.has(nameOf(details));
      }
    }
  }).observe(document, { childList: true, subtree: true });

  // Today's brief is kept for times without a network: when the page is put away, and once it has had time to be made.
  const workers = navigator.serviceWorker; // only where the connection is safe: https, or this machine
  const keep = () => workers.ready.then((registered) => registered.active?.postMessage("keep"));
  if (workers) {
    addEventListener("load", () => {
      workers.register(new URL("offline.js", root)).then(() => setTimeout(keep, 20_000), () => undefined);
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  }
})();
