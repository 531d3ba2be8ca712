// The tab keeps the id of its conversation, so that a reload or a lost session finds it again.
let told = null;
export default ({ data, setStateValue }) => {
  const name = "conversation";
  try {
    if (data.keep) sessionStorage.setItem(name, data.keep);
    else if (data.forget) sessionStorage.removeItem(name);
    else {
      const kept = sessionStorage.getItem(name);
      if (kept && kept !== told) setStateValue("id", (told = kept));
    }
  } catch {
    // A browser that keeps nothing for pages: the conversation lasts as long as the page.
  }
};
