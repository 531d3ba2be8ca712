// What the server says while a page's script runs is handed on together: Streamlit would draw the page anew for every few of its
// messages, empty first, and lay each of these out. The first is handed on at once (the page says by it that it is being drawn),
// the rest when the script has ended, or after a moment, as an answer is written.
(() => {
  const moment = 30;
  // Of Streamlit's `ForwardMsg` the field `script_finished`, two bytes long. Were it another one day, the moment would pass.
  const ended = (data) => data.byteLength === 2 && new Uint8Array(data)[0] === 0x30;

  const together = (hear) => {
    let held = [];
    let timer = 0;
    let begun = false;
    const give = () => {
      clearTimeout(timer);
      timer = 0;
      for (const message of held.splice(0)) hear(message);
    };
    return (message) => {
      held.push(message);
      const last = ended(message.data);
      if (last || !begun) give();
      else timer ||= setTimeout(give, moment);
      begun = !last;
    };
  };

  window.WebSocket = class extends WebSocket {
    addEventListener(type, hear, ...rest) {
      super.addEventListener(type, type === "message" ? together(hear) : hear, ...rest);
    }
  };
})();
