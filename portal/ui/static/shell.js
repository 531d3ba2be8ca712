// Links between pages keep the session (and with it the conversation): Streamlit reruns on `popstate`.
(() => {
  const root = document.documentElement;
  root.lang = window.portalSettings.lang;
  if (window.portalShell) return;
  window.portalShell = true;
  let focused = "";
  let turn = "";

  const internal = (a) =>
    a.origin === location.origin && !a.hasAttribute("download") && !a.pathname.startsWith("/api") && !a.getAttribute("href").startsWith("#");

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-chat-toggle]")) {
      const open = root.classList.toggle("chat-open");
      const target = document.querySelector(open ? ".st-key-dock textarea" : ".chat-launch");
      if (target) target.focus({ preventScroll: true });
      return;
    }
    if (event.target.closest(".st-key-ask_search button")) root.classList.add("chat-open");
    const a = event.target.closest("a[href]");
    if (!a || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (!internal(a)) return;
    event.preventDefault();
    const samePage = a.pathname === location.pathname;
    focused = "";
    root.classList.remove("chat-open");
    const address = new URL(a.href);
    if (root.lang === "en" && a.closest('[data-testid="stMarkdownContainer"]')) address.searchParams.set("lang", "en");
    history.pushState({}, "", address);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    const main = document.querySelector('[data-testid="stMain"]');
    if (main && !samePage) main.scrollTo(0, 0);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") root.classList.remove("chat-open");
  });

  // A quoted span, and the newest question of the chat, are scrolled to once, when they appear.
  const settle = () => {
    const target = document.querySelector("[data-focus]");
    if (target && target.dataset.focus !== focused) {
      focused = target.dataset.focus;
      target.scrollIntoView({ block: "center" });
    }
    const turns = document.querySelectorAll("[data-turn]");
    const last = turns[turns.length - 1];
    const now = last ? last.dataset.turn : "";
    if (now !== turn) {
      turn = now;
      const list = last && last.closest(".st-key-messages");
      if (list) list.scrollTop += last.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
    }
  };
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; settle(); });
  }).observe(document.body, { childList: true, subtree: true });
})();
