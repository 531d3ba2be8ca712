// Where the reader is: how far a page was scrolled, found again by going back and by reloading, and whether the portal can be reached.
(() => {
  const named = "places";
  const most = 60;
  const patience = 8000;
  const own = document.currentScript.dataset;
  const scroller = () => document.querySelector('[data-testid="stMain"]');
  const app = () => document.querySelector('[data-testid="stApp"]')?.dataset;
  const address = () => location.pathname + location.search;

  const read = () => {
    try {
      return new Map(JSON.parse(sessionStorage.getItem(named)));
    } catch {
      return new Map();
    }
  };
  const places = read();
  let here = address();
  let wanted = null;
  let ran = false;
  let timer = 0;

  const give = () => { wanted = null; };
  const note = () => {
    const main = scroller();
    if (!main || wanted !== null) return;
    places.delete(here);
    places.set(here, Math.round(main.scrollTop));
  };
  const find = () => {
    here = address();
    wanted = places.get(here) ?? null;
    ran = false;
    clearTimeout(timer);
    timer = setTimeout(give, patience);
  };
  // The page grows as it is drawn: it is scrolled again and again until it has been drawn to its end, or the reader moves it.
  const settle = () => {
    const main = scroller();
    if (wanted === null || !main) return;
    main.scrollTo(0, wanted);
    // A page that is drawn in two runs is not yet long enough after the first.
    const stands = Math.abs(main.scrollTop - wanted) <= 1;
    if (!stands || !ran || app()?.testScriptState !== "notRunning") return;
    // A part that is still being fetched may take more or less room than its grey bar.
    if (main.querySelector('[data-testid="stSkeleton"]')) setTimeout(settle, 50);
    else give();
  };

  if (["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type)) find();
  window.addEventListener("popstate", (event) => { if (event.isTrusted) find(); }, true);
  document.addEventListener("scroll", (event) => { if (event.target === scroller()) note(); }, { capture: true, passive: true });
  for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(act, give, { capture: true, passive: true });
  }
  window.addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(named, JSON.stringify([...places].slice(-most)));
    } catch {
      // A browser that keeps nothing for pages: a reload begins at the top.
    }
  });

  // Streamlit would tell of a lost connection in English, and to its developer. It tries again by itself, ever less often.
  let reached = false;
  let waiting = 0;
  let notice = null;
  const connected = () => app()?.testConnectionState === "CONNECTED";
  const tell = () => {
    if (connected() || notice) return;
    const words = { ...own, ...document.querySelector("header.top")?.dataset };
    notice = document.createElement("div");
    notice.className = "lost";
    notice.setAttribute("role", "alert");
    notice.lang = document.documentElement.lang;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = words.again;
    again.addEventListener("click", () => location.reload());
    notice.append(words.lost, again);
    document.body.append(notice);
  };
  const watch = () => {
    if (app()?.testScriptState === "running") ran = true;
    if (connected()) {
      clearTimeout(waiting);
      waiting = 0;
      notice?.remove();
      notice = null;
    } else if (!waiting) waiting = setTimeout(tell, reached ? 1500 : 6000);
    reached ||= connected();
    settle();
  };
  new MutationObserver(watch).observe(document.body, {
    attributes: true,
    attributeFilter: ["data-test-script-state", "data-test-connection-state"],
    subtree: true,
  });
  watch();

  const came = () => {
    here = address();
    give();
    note();
  };
  window.portalPlace = { settle, came, found: () => wanted !== null };
})();
