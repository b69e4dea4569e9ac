// Keys as in feed readers: the next idea, open it, save it, more and less like it. They press what is on the page, nothing else.
"use strict";

(() => {
  const root = new URL("./", document.currentScript.src);
  const links = () => [...document.querySelectorAll(".stHtml article :is(h1, h2, h3) a[href]")];
  const PLACES = { b: "", a: "ask", s: "search", t: "themes", v: "saved", p: "profile", h: "shows" };
  const HELP = [
    ["j, k", "the next idea, the one before"],
    ["o", "open it"],
    ["s", "save it, or let it go"],
    ["+, −", "more like it, less like it"],
    ["x", "hide it"],
    ["a", "hear it"],
    ["p", "pause, or play on"],
    ["/", "search"],
    ["g b, g a, g s", "brief, ask, search"],
    ["g t, g v, g p, g h", "themes, saved, profile, shows"],
    ["?", "these keys; Esc closes them"],
  ];
  let going = -Infinity;

  // The id of the idea that is focused, else of the one whose page this is.
  const idea = () => {
    const focused = document.activeElement.closest?.("article a[href*='insight?id=']");
    return new URL(focused?.href ?? location.href).searchParams.get("id") ?? "";
  };

  const press = (name) => {
    const key = idea();
    const button = key && document.querySelector(`.st-key-${CSS.escape(`${name}-${key}`)} button`);
    button?.click();
    return Boolean(button);
  };

  const move = (step) => {
    const all = links();
    if (!all.length) {
      return false;
    }
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "center" });
    return true;
  };

  const go = (path) => {
    const link = [...document.querySelectorAll(".masthead a[href]")].find((one) => one.href === new URL(path, root).href);
    if (link) {
      link.click(); // the page changes in place
    } else {
      location.assign(new URL(path, root));
    }
    return true;
  };

  const help = () => {
    let sheet = document.getElementById("earmark-keys");
    if (!sheet) {
      sheet = document.createElement("dialog");
      sheet.id = "earmark-keys";
      sheet.setAttribute("aria-label", "Keys");
      const list = sheet.appendChild(document.createElement("dl"));
      for (const [keys, words] of HELP) {
        list.appendChild(document.createElement("dt")).textContent = keys;
        list.appendChild(document.createElement("dd")).textContent = words;
      }
      const close = sheet.appendChild(document.createElement("button"));
      close.textContent = "Close";
      close.addEventListener("click", () => sheet.close());
      document.body.appendChild(sheet);
    }
    if (sheet.open) {
      sheet.close();
    } else {
      sheet.showModal();
    }
    return true;
  };

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    o: () => (links().includes(document.activeElement) ? (document.activeElement.click(), true) : false),
    s: () => press("save"),
    "+": () => press("more"),
    "=": () => press("more"),
    "-": () => press("less"),
    "−": () => press("less"),
    x: () => press("hide"),
    a: () => {
      const key = idea();
      const own = key && document.querySelector(`.stHtml button[data-audio][data-key="${CSS.escape(key)}"]`);
      const button = own || document.querySelector(".st-key-player button[data-audio]");
      button?.click();
      return Boolean(button);
    },
    p: () => window.earmarkPlayer.playOrPause(),
    "/": () => go("search"),
    "?": help,
  };

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) {
      return;
    }
    if (event.target.closest?.("input, textarea, select, audio, [contenteditable], [role=combobox], [role=listbox]")) {
      return;
    }
    const open = document.getElementById("earmark-keys")?.open;
    if (open && event.key !== "?") {
      return;
    }
    const after = event.timeStamp - going < 1500;
    going = event.key === "g" && !after ? event.timeStamp : -Infinity;
    const done = after ? event.key in PLACES && go(PLACES[event.key]) : KEYS[event.key]?.();
    if (done) {
      event.preventDefault();
    }
  });
})();
