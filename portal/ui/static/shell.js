// Links between pages keep the session (and with it the conversation): Streamlit reruns on `popstate`.
(() => {
  const root = document.documentElement;
  let focused = "";
  let turn = "";
  let following = false;
  let moved = false;
  let leaving = null;
  let named = null;

  const internal = (a) =>
    a.origin === location.origin && !a.hasAttribute("download") && !a.pathname.startsWith("/api") && !a.getAttribute("href").startsWith("#");

  // Without a secure address there is no clipboard to ask for, only the older command; where neither works, the text is shown.
  const copy = async (button) => {
    const area = button.parentElement.querySelector("textarea");
    const status = button.parentElement.querySelector("[role=status]");
    let copied = true;
    if ("share" in button.dataset) {
      area.value = new URL(area.value, location.href).href;
      if (navigator.share) {
        // Who thinks better of it has not asked for a copy.
        navigator.share({ title: document.title, url: area.value }).catch(() => {});
        return;
      }
    }
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      area.hidden = false;
      area.select();
      copied = document.execCommand("copy");
    }
    area.hidden = copied;
    if (copied) button.focus({ preventScroll: true });
    else area.focus();
    status.textContent = copied ? button.dataset.copied : button.dataset.byHand;
    if (copied) setTimeout(() => { status.textContent = ""; }, 4000);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
    const copying = event.target.closest("[data-copy]");
    if (copying) {
      copy(copying);
      return;
    }
    if (event.target.closest("[data-chat-toggle]")) {
      if (window.portalChat.opened()) window.portalChat.close();
      else window.portalChat.open();
      return;
    }
    if (event.target.closest("[data-chat-skip]")) {
      event.preventDefault();
      window.portalChat.open();
      return;
    }
    const display = event.target.closest("[data-display]");
    if (display) {
      window.portalDisplay.choose(display.dataset.display, display.dataset.value);
      settle();
      return;
    }
    for (const open of document.querySelectorAll("details.display[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
    if (event.target.closest(".st-key-ask_search button")) window.portalChat.open();
    const a = event.target.closest("a[href]");
    if (!a || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (a.matches(".lang")) window.portalDisplay.keep({ lang: a.hreflang.slice(0, 2) });
    if (!internal(a)) return;
    event.preventDefault();
    // Another target, dataset or document is another page, though the path is the same.
    const of = (search, name) => new URLSearchParams(search).get(name);
    const samePage = a.pathname === location.pathname
      && ["id", "dataset", "document"].every((name) => of(a.search, name) === of(location.search, name));
    focused = "";
    moved = true;
    leaving = samePage ? null : document.querySelector(".st-key-page h1");
    const address = new URL(a.href);
    if (a.href === location.href) settle();
    if (root.lang === "en" && a.closest('[data-testid="stMarkdownContainer"]')) address.searchParams.set("lang", "en");
    window.portalChat.follow(address);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    const main = document.querySelector('[data-testid="stMain"]');
    if (main && !samePage) main.scrollTo(0, 0);
    window.portalPlace.came();
  }, true);

  for (const act of ["wheel", "touchmove", "pointerdown"]) {
    document.addEventListener(act, () => { following = false; }, { capture: true, passive: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const display = document.querySelector("details.display[open]");
    if (display) {
      display.open = false;
      display.querySelector("summary").focus();
    } else if (root.classList.contains("chat-open")) window.portalChat.close();
  });

  const goOnFrom = (element) => {
    leaving = null;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };

  // Streamlit names its tools beside charts and texts in English only.
  const nameTools = (words) => {
    const called = JSON.parse(words?.tools || "{}");
    for (const button of document.querySelectorAll('[data-testid="stBaseButton-elementToolbar"]')) {
      const [own, ...of] = (button.getAttribute("aria-label") || "").split(": ");
      if (called[own] && called[own] !== own) button.setAttribute("aria-label", [called[own], ...of].join(": "));
    }
  };

  // A quoted span, and the newest question of the chat, are scrolled to once, when they appear.
  const settle = () => {
    const words = document.querySelector("header.top")?.dataset;
    if (words && root.lang !== words.lang) root.lang = words.lang;
    nameTools(words);
    if (document.querySelector(".st-key-page h1, footer.bottom")) document.getElementById("early")?.remove();
    const chosen = { theme: "system", text: "normal", ...window.portalDisplay.read() };
    for (const button of document.querySelectorAll("[data-display]")) {
      button.setAttribute("aria-pressed", String(chosen[button.dataset.display] === button.dataset.value));
    }
    // Of pages named past the edge of a phone the one that is open is in sight.
    const current = document.querySelector(".nav [aria-current]");
    if (current && current !== named) {
      const row = current.parentElement;
      named = current;
      if (row.scrollWidth > row.clientWidth) row.scrollLeft = current.offsetLeft - row.offsetLeft - 48;
    }
    const target = document.querySelector("[data-focus]");
    const found = target && target.dataset.focus !== focused;
    if (found) {
      focused = target.dataset.focus;
      if (!window.portalPlace.found()) target.scrollIntoView({ block: "center" });
    }
    window.portalPlace.settle();
    // Who goes by keyboard or listens goes on from what a link led to.
    const title = document.querySelector(".st-key-page h1");
    if (moved && found) goOnFrom(target);
    else if (leaving && title && title !== leaving) goOnFrom(title);
    const log = document.querySelector(".st-key-messages");
    if (log && words) {
      log.setAttribute("role", "log");
      log.setAttribute("aria-label", words.messages);
      log.setAttribute("aria-busy", String(log.querySelector(".working") !== null));
    }
    const turns = document.querySelectorAll("[data-turn]");
    const last = turns[turns.length - 1];
    const now = last ? last.dataset.turn : "";
    if (now !== turn) {
      turn = now;
      following = last !== undefined;
    }
    // The list is too short for it at first: it moves up as the answer is written, unless the visitor takes over.
    if (following && log) {
      const away = last.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
      log.scrollTop += away;
      following = away > 1;
    }
  };
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; settle(); });
  }).observe(document.body, { childList: true, subtree: true });
})();
