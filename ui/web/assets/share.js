// "Share": hands a page's address to the system's own sheet, or, where there is none, to the clipboard.
"use strict";

(() => {
  const root = new URL("./", document.currentScript.src);

  // Streamlit draws its page again whenever it likes, so what was done is said in a place of our own.
  const say = (words) => {
    let place = document.getElementById("earmark-said");
    if (!place) {
      place = document.createElement("p");
      place.id = "earmark-said";
      place.setAttribute("role", "status");
      document.body.appendChild(place);
    }
    place.textContent = words;
    clearTimeout(say.later);
    say.later = setTimeout(() => (place.textContent = ""), 6000);
  };

  const copy = async (address) => {
    try {
      await navigator.clipboard.writeText(address);
      say("The link is copied.");
    } catch {
      say(`The link: ${address}`); // no clipboard without https: it can be copied by hand
    }
  };

  addEventListener("click", async (event) => {
    const button = event.target.closest?.(".stHtml button[data-share]");
    if (!button) {
      return;
    }
    // A path is below where the app is served, which a proxy may have put under one of its own.
    const address = new URL(button.dataset.share.replace(/^\//, ""), root).href;
    if (!navigator.share) {
      await copy(address);
      return;
    }
    try {
      await navigator.share({ title: button.dataset.title, url: address });
    } catch (error) {
      if (error.name !== "AbortError") {
        await copy(address);
      }
    }
  });
})();
