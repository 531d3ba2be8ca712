// The chat beside the page: on a desk a pane that can be put away and drawn wider, on a phone a sheet that the back button closes.
(() => {
  const root = document.documentElement;
  const phone = matchMedia("(max-width: 860px)");
  const least = 280;
  const step = 24;
  // Going back takes the sheet's own entry of the history away; that is no change of page.
  let closing = false;

  const dock = () => document.querySelector(".st-key-dock");
  const grip = () => document.querySelector("[data-chat-grip]");
  const opened = () => (phone.matches ? root.classList.contains("chat-open") : !root.classList.contains("chat-away"));

  const put = (away) => {
    root.classList.toggle("chat-away", away);
    window.portalDisplay.keep({ chat: away ? "away" : undefined });
  };

  const open = () => {
    if (!phone.matches) put(false);
    else if (!opened()) {
      root.classList.add("chat-open");
      history.pushState({ ...history.state, chat: true }, "");
    }
    dock()?.querySelector("textarea")?.focus({ preventScroll: true });
  };

  const hide = () => {
    root.classList.remove("chat-open");
    if (!phone.matches) put(true);
    document.querySelector(".chat-launch")?.focus({ preventScroll: true });
  };

  const close = () => {
    const entry = root.classList.contains("chat-open") && history.state?.chat;
    hide();
    if (!entry) return;
    closing = true;
    history.back();
  };

  // Where a link in the sheet leads takes the place of the sheet's entry.
  const follow = (address) => {
    const instead = root.classList.contains("chat-open") && history.state?.chat;
    root.classList.remove("chat-open");
    if (instead) history.replaceState({}, "", address);
    else history.pushState({}, "", address);
  };

  window.addEventListener("popstate", (event) => {
    if (!event.isTrusted) return;
    const left = root.classList.contains("chat-open") && !event.state?.chat;
    if (left) hide();
    if (closing || left) event.stopImmediatePropagation();
    closing = false;
  }, true);

  const draw = (wanted) => {
    const width = Math.round(Math.min(Math.max(wanted, least), innerWidth * 0.6));
    root.style.setProperty("--chat", `${width}px`);
    grip()?.setAttribute("aria-valuenow", String(width));
    return width;
  };
  const keep = (wanted) => window.portalDisplay.keep({ chatWidth: draw(wanted) });

  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest?.("[data-chat-grip]")) return;
    const right = dock().getBoundingClientRect().right;
    const from = grip();
    const moved = (at) => draw(right - at.clientX);
    from.setPointerCapture(event.pointerId);
    from.addEventListener("pointermove", moved);
    from.addEventListener("lostpointercapture", (at) => {
      from.removeEventListener("pointermove", moved);
      keep(right - at.clientX);
    }, { once: true });
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.("[data-chat-grip]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    keep(dock().getBoundingClientRect().width + (event.key === "ArrowLeft" ? step : -step));
    event.preventDefault();
  });

  window.portalChat = { open, close, opened, follow };
})();
