// The contents of a long text follow the reader: the clause at the top of the screen is marked in them, and kept in sight.
(() => {
  let waiting = false;

  const here = (clauses, line) => {
    let at = null;
    for (const clause of clauses) {
      if (clause.getBoundingClientRect().top > line) break;
      at = clause;
    }
    return at?.dataset.clause;
  };

  // Paragraphs below an article have no entry of their own.
  const entry = (contents, clause) => {
    for (let name = clause; name; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
      const found = contents.querySelector(`li[data-entry="${CSS.escape(name)}"]`);
      if (found) return found;
    }
    return null;
  };

  const follow = () => {
    waiting = false;
    const contents = document.querySelector(".contents");
    const main = document.querySelector('[data-testid="stMain"]');
    if (!contents?.clientHeight || !main) return;
    const clause = here(document.querySelectorAll(".clause[data-clause]"), main.getBoundingClientRect().top + main.clientHeight / 4);
    const now = clause === undefined ? null : entry(contents, clause);
    const before = contents.querySelector(".is-here");
    if (now === before) return;
    before?.classList.remove("is-here");
    if (!now) return;
    now.classList.add("is-here");
    const above = now.offsetTop - contents.offsetTop;
    if (above < contents.scrollTop || above + now.offsetHeight > contents.scrollTop + contents.clientHeight) {
      contents.scrollTop = above - contents.clientHeight / 2;
    }
  };

  document.addEventListener("scroll", () => {
    if (waiting || !document.querySelector(".reader")) return;
    waiting = true;
    requestAnimationFrame(follow);
  }, { capture: true, passive: true });
})();
