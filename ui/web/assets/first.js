// Today's brief stands in the page before Streamlit's scripts run. What they draw takes its place once it is whole.
"use strict";

(() => {
  const LONGEST_MS = 10_000;
  const first = document.getElementById("earmark-first");
  const root = document.getElementById("root");
  if (!first || !root) {
    return;
  }
  const headings = (place) => [...place.querySelectorAll("h1, h2")];
  const topOf = (element) => element.getBoundingClientRect().top;
  const ideas = first.querySelectorAll(".idea").length;
  let late = 0;

  // Buttons come in between: whoever has read on keeps the heading where it is, and the focus on the same link.
  const leave = () => {
    watch.disconnect();
    clearTimeout(late);
    const moved = first.scrollTop > 0;
    const read = headings(first).find((heading) => topOf(heading) >= 0);
    const top = read ? topOf(read) : 0;
    const link = document.activeElement.closest?.("#earmark-first a[href]")?.getAttribute("href");
    first.remove();
    const same = moved && read && headings(root).find((heading) => heading.textContent === read.textContent);
    if (same) {
      root.querySelector(".stMain").scrollTop += topOf(same) - top;
    }
    if (link) {
      root.querySelector(`.stHtml a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
    }
  };

  const look = () => {
    if (!root.querySelector("h1")) {
      return;
    }
    const drawn = root.querySelectorAll('[class*="st-key-save-"] button').length >= ideas;
    if (drawn || root.querySelector(".stApp")?.dataset.testScriptState !== "running") {
      leave();
    } else {
      late ||= setTimeout(leave, LONGEST_MS);
    }
  };

  const watch = new MutationObserver(look);
  watch.observe(root, { attributeFilter: ["data-test-script-state"], childList: true, subtree: true });
  // Where the app does not come, what it says of that is not hidden for good.
  setTimeout(() => first.isConnected && leave(), 2 * LONGEST_MS);
})();
