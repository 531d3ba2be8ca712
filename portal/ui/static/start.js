// Runs before Streamlit does: what a visitor chose holds from the first paint on, and nothing is fetched needlessly.
(() => {
  const root = document.documentElement;
  const more = matchMedia("(prefers-contrast: more)");
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem("display")) || {};
    } catch {
      return {};
    }
  };

  const show = () => {
    const { theme = "system", text = "normal", chat, chatWidth } = read();
    root.classList.toggle("high-contrast", theme === "contrast" || (theme === "system" && more.matches));
    root.classList.toggle("large-text", text === "large");
    root.classList.toggle("chat-away", chat === "away");
    root.dataset.scheme = scheme(theme).toLowerCase();
    if (Number.isFinite(chatWidth)) root.style.setProperty("--chat", `${chatWidth}px`);
  };

  const keep = (changed) => {
    try {
      localStorage.setItem("display", JSON.stringify({ ...read(), ...changed }));
    } catch {
      // A browser that keeps nothing for pages: they look as its system says.
    }
  };

  const choose = (name, value) => {
    const before = read();
    keep({ [name]: value });
    show();
    // Streamlit takes up light and dark only as it starts.
    if (name === "theme" && scheme(before.theme) !== scheme(read().theme)) location.reload();
  };

  const scheme = (theme) => ({ light: "Light", dark: "Dark" })[theme] || "System";
  try {
    localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify(scheme(read().theme)));
  } catch {
    // As above.
  }

  // An address without a language is read in the one chosen before, else in the browser's first that there is. Nothing is drawn yet.
  const address = new URL(location.href);
  if (!address.searchParams.has("lang")) {
    const first = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "zh" || tag === "en");
    const english = (read().lang || first) === "en";
    root.classList.toggle("another-language", english !== (root.lang === "en"));
    if (english) {
      address.searchParams.set("lang", "en");
      history.replaceState(history.state, "", address);
    }
    root.lang = english ? "en" : "zh-CN";
  }
  show();
  more.addEventListener("change", show);
  window.portalDisplay = { read, keep, choose };

  // Streamlit asks for its whole icon font at once, 366 KiB; a page that shows one of its icons gets it all the same.
  const load = document.fonts.load.bind(document.fonts);
  document.fonts.load = (font, ...rest) => (font.includes("Material Symbols") ? Promise.resolve([]) : load(font, ...rest));

  // Without the address the browser asks for `/<page>/_stcore/health` first, and logs an error for each address of a page;
  // without the themes it fetches Streamlit's own font, and the page flashes in Streamlit's colours.
  const { theme } = window.portalStart;
  // With a list of pages that may steer this one it opens the socket at once; nobody may, and Streamlit's own list of sixteen
  // hosts would be held against every message it sends itself. What goes wrong is told by `place.js`, not by its dialogues.
  window.__streamlit = {
    BACKEND_BASE_URL: location.origin,
    LIGHT_THEME: theme.light,
    DARK_THEME: theme.dark,
    HOST_CONFIG: { allowedOrigins: ["https://nobody.invalid"], useExternalAuthToken: false, metricsUrl: "", blockErrorDialogs: true },
  };
})();
