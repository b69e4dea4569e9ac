/* The search of a written site: every word has to be in the claim, the name or the show, in any script. Nothing is loaded
   but the list of ideas beside this file, and texts are only ever set as text. */
"use strict";

(() => {
  const { shows, ideas } = EARMARK;
  const MOST = 50;
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const folded = ideas.map(([, claim, show, speaker]) => ({ claim: fold(claim), all: fold(`${claim} ${speaker} ${shows[show]}`) }));
  const letter = /[\p{L}\p{N}]/u;

  const begins = (text, word) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || !letter.test(text[at - 1])) return true;
    }
    return false;
  };

  const search = (query) => {
    const words = fold(query).split(/[\s"'.,;:!?()]+/u).filter(Boolean);
    if (!words.length) return [];
    const hits = [];
    folded.forEach((text, place) => {
      if (!words.every((word) => text.all.includes(word))) return;
      const worth = words.reduce((sum, word) => sum + (begins(text.claim, word) ? 4 : text.claim.includes(word) ? 2 : begins(text.all, word) ? 1 : 0), 0);
      hits.push([worth, place]);
    });
    return hits.sort((one, other) => other[0] - one[0] || one[1] - other[1]).map(([, place]) => place);
  };

  const made = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) { element.textContent = text; element.dir = "auto"; }
    return element;
  };

  const shown = (place) => {
    const [id, claim, show, speaker] = ideas[place];
    const article = made("article", "other");
    const heading = made("h3");
    const link = made("a", "", claim);
    link.href = `i/${id}.html`;
    heading.append(link);
    heading.dir = "auto";
    const meta = made("p", "meta");
    if (speaker) meta.append(made("span", "who", speaker), " ");
    meta.append(made("span", "where", shows[show]));
    article.append(heading, meta);
    return article;
  };

  const input = document.getElementById("words");
  const count = document.getElementById("count");
  const all = count.textContent;
  const show = () => {
    const query = input.value.trim();
    const hits = search(query);
    document.getElementById("hits").replaceChildren(...hits.slice(0, MOST).map(shown));
    count.textContent = query ? `${hits.length} ${hits.length === 1 ? "idea" : "ideas"}${hits.length > MOST ? `, the first ${MOST}` : ""}` : all;
    history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
  };

  input.disabled = false;
  input.value = new URLSearchParams(location.search).get("q") || "";
  input.addEventListener("input", show);
  document.getElementById("search").addEventListener("submit", (event) => { event.preventDefault(); show(); });
  if (input.value) show();
  input.focus();
})();
