// One player for all pages: it lies beside what Streamlit draws, so neither a click nor another page ends it.
// Nothing is fetched before "Play" is pressed: a host counts what is loaded, and learns who listens.
"use strict";

(() => {
  const BACK_S = 15, AHEAD_S = 30;
  const SPEEDS = [0.8, 1, 1.2, 1.5, 1.75, 2];
  const SPEED = "earmark-speed";
  const root = new URL("./", document.currentScript.src);
  let player = null;

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds || 0));
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
    return h ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
  };

  const remembered = () => {
    try {
      const speed = Number(localStorage.getItem(SPEED));
      return SPEEDS.includes(speed) ? speed : 1;
    } catch {
      return 1; // a browser that keeps nothing
    }
  };

  const add = (parent, tag, properties = {}) => Object.assign(parent.appendChild(document.createElement(tag)), properties);

  class Player {
    constructor() {
      this.bar = add(document.body, "section", { id: "earmark-player" });
      this.bar.setAttribute("aria-label", "Player");
      const what = add(this.bar, "p", { className: "what" });
      this.title = add(what, "a");
      this.show = add(what, "span");
      const controls = add(this.bar, "div", { className: "controls" });
      this.button(controls, "−15", `Back ${BACK_S} seconds`, () => this.skip(-BACK_S));
      this.toggle = this.button(controls, "", "Play", () => this.playOrPause());
      this.button(controls, "+30", `Ahead ${AHEAD_S} seconds`, () => this.skip(AHEAD_S));
      this.place = add(controls, "input", { type: "range", min: 0, max: 0, step: 1, value: 0 });
      this.place.setAttribute("aria-label", "Position");
      this.place.addEventListener("input", () => (this.audio.currentTime = Number(this.place.value)));
      this.time = add(controls, "span", { className: "time" });
      this.time.setAttribute("aria-hidden", "true"); // the slider says it
      this.speed = add(controls, "select");
      this.speed.setAttribute("aria-label", "Speed");
      for (const speed of SPEEDS) {
        add(this.speed, "option", { value: speed, textContent: `${speed} ×` });
      }
      this.speed.value = remembered();
      this.speed.addEventListener("change", () => this.hurry());
      this.button(this.bar, "×", "Close the player", () => this.close()).className = "close";
      this.said = add(this.bar, "p", { className: "said" });
      this.said.setAttribute("role", "status");
      this.audio = add(this.bar, "audio", { preload: "none" });
      this.audio.addEventListener("loadedmetadata", () => this.arrive());
      this.audio.addEventListener("error", () => this.audio.hasAttribute("src") && this.say("This audio cannot be played now.", true));
      for (const event of ["timeupdate", "durationchange", "play", "pause", "ended", "seeked"]) {
        this.audio.addEventListener(event, () => this.draw());
      }
    }

    button(parent, words, label, press) {
      const made = add(parent, "button", { type: "button", textContent: words });
      made.setAttribute("aria-label", label);
      made.addEventListener("click", press);
      return made;
    }

    open(from) {
      const { at, about, title, show, page } = from.dataset;
      // A path is below where the app is served, which a proxy may have put under one of its own.
      const audio = from.dataset.audio.startsWith("/") ? new URL(from.dataset.audio.slice(1), root).href : from.dataset.audio;
      this.wanted = Number(at) || 0;
      this.from = from.dataset.key;
      this.title.textContent = title;
      this.title.href = page;
      this.show.textContent = show;
      this.bar.hidden = false;
      document.documentElement.classList.add("earmark-plays");
      this.say(`Playing from ${about ? "about " : ""}${clock(this.wanted)}`, false);
      if (this.audio.getAttribute("src") !== audio || this.audio.error) {
        this.place.max = 0;
        this.audio.src = audio;
      } else {
        this.arrive();
      }
      this.audio.play().catch(() => this.draw());
      this.tellSystem(title, show);
      this.draw();
    }

    // At the second that was asked for: known only once the host has said how long the audio is.
    arrive() {
      if (this.wanted !== null && this.audio.readyState > 0) {
        this.audio.currentTime = this.wanted;
        this.wanted = null;
      }
      this.hurry();
    }

    hurry() {
      this.audio.playbackRate = Number(this.speed.value);
      try {
        localStorage.setItem(SPEED, this.speed.value);
      } catch {
        // a browser that keeps nothing
      }
    }

    skip(seconds) {
      const end = Number.isFinite(this.audio.duration) ? this.audio.duration : Infinity;
      this.audio.currentTime = Math.min(Math.max(0, this.audio.currentTime + seconds), end);
    }

    playOrPause() {
      if (this.audio.paused) {
        this.audio.play().catch(() => this.draw());
      } else {
        this.audio.pause();
      }
    }

    close() {
      this.audio.pause();
      this.audio.removeAttribute("src");
      this.audio.load(); // lets the host's connection go
      this.bar.hidden = true;
      document.documentElement.classList.remove("earmark-plays");
      (document.querySelector(`button[data-audio][data-key="${CSS.escape(this.from)}"]`) ?? document.querySelector(".masthead a"))?.focus();
    }

    say(words, shown) {
      this.said.textContent = words;
      this.said.classList.toggle("shown", shown);
    }

    draw() {
      const { paused, currentTime, duration } = this.audio;
      const known = Number.isFinite(duration) && duration > 0;
      this.toggle.setAttribute("aria-label", paused ? "Play" : "Pause");
      this.place.disabled = !known;
      this.place.max = known ? Math.floor(duration) : 0;
      const now = this.wanted ?? currentTime;
      this.place.value = Math.floor(now);
      this.place.setAttribute("aria-valuetext", known ? `${clock(now)} of ${clock(duration)}` : clock(now));
      this.time.textContent = known ? `${clock(now)} / ${clock(duration)}` : clock(now);
    }

    tellSystem(title, artist) {
      if (!("mediaSession" in navigator)) {
        return;
      }
      navigator.mediaSession.metadata = new MediaMetadata({ title, artist });
      navigator.mediaSession.setActionHandler("seekbackward", () => this.skip(-BACK_S));
      navigator.mediaSession.setActionHandler("seekforward", () => this.skip(AHEAD_S));
    }
  }

  addEventListener("click", (event) => {
    const from = event.target.closest?.(".stHtml button[data-audio]");
    if (from) {
      player ??= new Player();
      player.open(from);
    }
  });

  // For the keys: whether there was anything to play or to pause.
  window.earmarkPlayer = {
    playOrPause: () => {
      if (!player || player.bar.hidden) {
        return false;
      }
      player.playOrPause();
      return true;
    },
  };
})();
